"""`accession model`: declarations are added, shown and refused."""

import subprocess

import pytest
import yaml

import sites

STANDARD = sites.ROOT / "sql/models/standard.yaml"
ID = "  - {name: id, kind: id, prefix: R}\n"
OWNER = "  - {name: owner, kind: line}\n"


@pytest.fixture(scope="module")
def site():
    with sites.running() as running:
        yield running


@pytest.fixture(autouse=True)
def clean(site):
    """No test here makes an item or a job; each has models of its own."""


def declaration(name, fields, *head):
    return "".join(line + "\n" for line in (f"name: {name}", *head)) + "fields:\n" + fields


def table(said):
    return [line.split() for line in said.splitlines()]


def test_the_first_is_there_from_the_beginning(site):
    header, *rows = table(site.accession("model", "list"))
    assert header == ["NAME", "TITLE", "VERSION", "FIELDS", "RETIRED", "CHANGED"]
    assert ["standard", "Countermeasures", "1", "10", "0"] in [row[:5] for row in rows]
    assert site.accession("migrate").startswith("Nothing to do")


@pytest.mark.parametrize("file", [STANDARD, sites.THREAT], ids=lambda path: path.stem)
def test_what_is_shown_is_a_declaration_of_the_same(site, file):
    given = yaml.safe_load(file.read_text())
    if given["name"] != "standard":
        said = site.accession("model", "add", file)
        assert said == (f'Added the content model {given["name"]}, "{given["title"]}", with '
                        f'{len(given["fields"])} fields. Programs know it from now on: its files '
                        f'are called {given["name"]}.csv, .json, .yaml or .xlsx.\n')
    shown = site.accession("model", "show", given["name"])
    told = yaml.safe_load(shown)
    assert {key: told[key] for key in given if key != "fields"} == {
        key: value for key, value in given.items() if key != "fields"}
    for before, after in zip(given["fields"], told["fields"], strict=True):
        for key, value in before.items():
            assert after[key] == value
    nothing = f"Nothing to do: {given['name']} is as declared.\n"
    assert site.accession("model", "change", "-", stdin=shown) == nothing
    assert site.accession("model", "change", file, "--check") == nothing


def test_all_but_names_and_kinds_may_be_left_out(site):
    kinds = ["line", "text", "integer", "boolean", "ref", "refs", "rules", "tags", "delete"]
    text = declaration("bare", "  - {name: id, kind: id}\n" + "".join(
        f"  - {{name: a_{kind}, kind: {kind}}}\n" for kind in kinds))
    site.accession("model", "add", "-", stdin=text)
    shown = yaml.safe_load(site.accession("model", "show", "bare"))
    assert (shown["title"], shown["heading"]) == ("Bare", "a_line")
    fields = {field["kind"]: field for field in shown["fields"]}
    assert fields["line"]["label"] == "A line" and fields["line"]["max"] == 255
    assert fields["text"]["max"] == 1024 * 1024 and fields["tags"]["max"] == 65536
    assert (fields["integer"]["min"], fields["integer"]["max"]) == (-32768, 32767)
    assert (fields["integer"]["default"], fields["boolean"]["default"]) == (0, False)
    assert fields["refs"]["prefix"] == fields["ref"]["prefix"] == ""
    assert fields["id"]["prefix"] == "BARE"
    tables = site.db.rows("SELECT relname FROM pg_class WHERE relname ~ '^bare' AND relkind IN ('r', 'p')")
    assert {name for (name,) in tables} >= {"bare", "bare_diff", "bare_history", "bare_diff_other"}
    assert "Everything agrees" in site.accession("verify")


@pytest.mark.parametrize("text, line, said", [
    ("name: [", 2, "this is not YAML"),
    ("just words", 1, "has the keys name, title and fields"),
    ("title: x\nfields:\n" + ID + OWNER, 1, 'there is no "name"'),
    ("name: risk\n", 1, 'there is no "fields"'),
    (declaration("risk", ID + OWNER, "colour: red"), 2, '"colour" is no key here. There are: name,'),
    (declaration("risk", ID + OWNER, "title: a", "title: b"), 3, '"title" is there twice'),
    (declaration("risk", ID + OWNER, "heading: nobody"), 1, '"nobody" is none of the fields'),
    ("name: risk\nfields: 7\n", 2, "must be a list"),
    (declaration("risk", ID + "  - owner\n"), 4, "{name: owner, kind: line}"),
    (declaration("risk", ID + "  - {name: owner}\n"), 4, 'the field has no "kind"'),
    (declaration("risk", ID + "  - {kind: line}\n"), 4, 'the field has no "name"'),
    (declaration("risk", ID + "  - {name: owner, kind: word}\n"), 4,
     '"word" is no kind of field. There are: id, line, text,'),
    (declaration("risk", ID + "  - {name: owner, kind: line, max: many}\n"), 4,
     '"max" must be a whole number'),
    (declaration("risk", ID + "  - {name: owner, kind: line, required: perhaps}\n"), 4,
     "must be true or false"),
    (declaration("risk", ID + "  - {name: owner, kind: line, colour: red}\n"), 4, "is no key here"),
    (declaration("risk", ID + OWNER + OWNER), 5, "is there twice"),
    (declaration("risk", OWNER + ID), 3, "is not in its place"),
    (declaration("crisk", "  - {name: id, kind: id}\n" + OWNER), 3, "needs a prefix"),
    (declaration("risk", "  - {name: id, kind: id, prefix: r}\n" + OWNER), 3, "needs a prefix"),
    (declaration("risk", ID + "  - {name: order, kind: line}\n"), 4, "means nothing else in SQL"),
    (declaration("risk", ID + "  - {name: Owner, kind: line}\n"), 4, "must be a word"),
    (declaration("Risk", ID + OWNER), 1, "its name must be a word"),
    (declaration("risk", ID), 1, "it has 1 fields"),
    (declaration("risk", ID + "  - {name: part, kind: ref, prefix: CP}\n"), 4, "needs a prefix"),
    (declaration("risk", ID + "  - {name: rank, kind: integer, min: 5, max: 1}\n"), 4,
     "from 5 to 1"),
    (declaration("risk", ID + "  - {name: rank, kind: integer, max: 5, default: 6}\n"), 4,
     'cannot have the value "6"'),
    (declaration("risk", ID + "  - {name: open, kind: boolean, default: perhaps}\n"), 4,
     'cannot have the value "perhaps"'),
    (declaration("risk", ID + "  - {name: owner, kind: line, filter: page}\n"), 4,
     'cannot be filtered by "page"'),
    (declaration("risk", ID + "  - {name: owner, kind: line, filter: id__in}\n"), 4,
     'cannot be filtered by "id__in"'),
    (declaration("risk", ID + "  - {name: owner, kind: line, filter: last_updated_date_to}\n"), 4,
     'cannot be filtered by "last_updated_date_to"'),
    (declaration("risk", ID + "  - {name: owner, kind: line, filter: owner__icontains}\n"), 4,
     'cannot be filtered by "owner__icontains"'),
    (declaration("risk", ID + OWNER + "".join(
        f"  - {{name: f{n}, kind: line}}\n" for n in range(31))), 35, "more than 32 fields"),
])
def test_a_declaration_that_cannot_work_is_refused_with_its_line(site, text, line, said):
    refusal = site.accession("model", "add", "-", stdin=text, code=1)
    assert refusal.startswith(f"accession: -, line {line}: ") and said in refusal, refusal
    assert not site.db.rows("SELECT FROM content_model WHERE lower(name) = 'risk'")
    assert not site.db.rows("SELECT FROM pg_class WHERE relname ~ '^risk'")


def test_names_and_prefixes_are_not_taken_twice(site):
    assert "There is a content model standard already" in site.accession(
        "model", "add", STANDARD, code=1)
    assert "has a table account already" in site.accession(
        "model", "add", "-", stdin=declaration("account", ID + OWNER), code=1)
    site.db.run("CREATE TABLE free_history ()")
    assert "has a table free_history already" in site.accession(
        "model", "add", "-", stdin=declaration("free", ID + OWNER), code=1)
    assert "begin with T are those of the content model standard" in site.accession(
        "model", "add", "-", stdin=declaration("other", ID.replace("R", "T") + OWNER), code=1)


def test_files_that_are_none_are_refused(site, tmp_path):
    assert "No such file" in site.accession("model", "add", tmp_path / "none.yaml", code=1)
    large = tmp_path / "large.yaml"
    large.write_text("# " + "x" * 300_000)
    assert "a declaration has" in site.accession("model", "add", large, code=1)
    assert "There is no content model nonsense" in site.accession(
        "model", "change", "-", stdin=declaration("nonsense", ID + OWNER), code=1)
    assert site.accession("model", "show", "nonsense", code=2).startswith(
        'accession: There is no content model "nonsense"')


def test_two_at_once_are_one_and_a_refusal(site):
    text = declaration("twin", ID.replace("R", "TW") + OWNER)
    both = [subprocess.Popen([sites.program("accession"), "model", "add", "-"], env=site.pg(),
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for one in both:
        one.stdin.write(text)
        one.stdin.close()
    codes = sorted(one.wait(timeout=60) for one in both)
    said = "".join(one.stdout.read() + one.stderr.read() for one in both)
    assert codes == [0, 1], said
    assert "There is a content model twin already" in said
