"""`accession model sql`: every statement of a content model can be pasted into psql and
explained."""

import re

import pytest

import sites


@pytest.fixture(scope="module")
def site():
    with sites.running(models=[sites.THREAT]) as running:
        yield running


@pytest.fixture(scope="module")
def standard(site):
    return site.accession("model", "sql", "standard")


def test_each_can_be_pasted_and_explained(site, standard):
    """All of it runs as printed, in a transaction; then every prepared statement has a plan."""
    names = re.findall(r"^PREPARE (\w+) AS$", standard, re.M)
    assert len(names) > 20 and all(name.startswith("standard_") for name in names)
    types = site.psql(f"BEGIN;\n{standard}\nSELECT name, cardinality(parameter_types)"
                       " FROM pg_prepared_statements;")
    wanted = dict(line.split("|") for line in types.splitlines())
    assert sorted(wanted) == sorted(names)
    explain = "".join(
        f"EXPLAIN EXECUTE {name}{'(' + ', '.join(['NULL'] * int(n)) + ')' if int(n) else ''};\n"
        for name, n in wanted.items())
    plans = site.psql(f"BEGIN;\n{standard}\n{explain}")
    assert plans.count("(cost=") >= len(names)


def test_each_says_what_it_does(standard):
    heads = re.findall(r"^-- (\w+)\n(.*)", standard, re.M)
    assert len(heads) > 30
    assert all(line.startswith("-- ") for _, line in heads
               if line.split(" ")[0] not in ("PREPARE", "CREATE", "ANALYZE", "TRUNCATE"))
    assert not re.search(r"[{}]", re.sub(r"^--.*", "", standard, flags=re.M))


def test_custom_items_begin_where_the_database_has_it(db, standard):
    (begins,) = set(re.findall(r"max\(position\) - (\d+)", standard))
    assert db.value("SELECT item_position('T', 'CT1')") == int(begins) + 1


def test_a_model_that_is_not_there_is_told_with_those_that_are(site):
    assert site.accession("model", "sql", "nonsense", code=2) == (
        'accession: There is no content model "nonsense". There are: standard, threat.\n')


def test_another_model_has_the_same_statements(site, standard):
    threat = site.accession("model", "sql", "threat")
    names = re.findall(r"^-- (\w+)$", threat, re.M)
    assert names == re.findall(r"^-- (\w+)$", standard, re.M)
    assert "PREPARE threat_stage_diff AS\nINSERT INTO threat_diff (" in threat
    assert "'CTH' || s.fresh" in threat
    assert "standard" not in re.sub(r"^--.*", "", threat, flags=re.M)
