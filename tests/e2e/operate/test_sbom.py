"""The list of what the service consists of, `make sbom`, against SPDX 2.3 and this machine."""

import json
import os
import re
import subprocess

import pytest

import sites

PROGRAMS = [sites.program(name, "release") for name in ("accession", "accession-api")]
REQUIRED = {"SPDXID", "name", "downloadLocation", "filesAnalyzed", "licenseConcluded",
            "licenseDeclared", "copyrightText", "supplier", "externalRefs"}


@pytest.fixture(autouse=True)
def clean():
    """Does nothing, in place of the fixture that empties the site of all other tests."""


def made(*packages, **env):
    return subprocess.run([sites.ROOT / ".ci/sbom", *PROGRAMS, "--", *packages], check=True,
                          env={**os.environ, **env}, stdout=subprocess.PIPE, text=True, timeout=60).stdout


@pytest.fixture(scope="module")
def sbom():
    return json.loads(made("postgresql", "no-such-package"))


@pytest.fixture(scope="module")
def packages(sbom):
    return {package["name"]: package for package in sbom["packages"]}


def related(sbom, kind):
    return [(one["spdxElementId"], one["relatedSpdxElement"]) for one in sbom["relationships"]
            if one["relationshipType"] == kind]


def test_document_has_what_spdx_demands(sbom):
    assert (sbom["spdxVersion"], sbom["dataLicense"]) == ("SPDX-2.3", "CC0-1.0")
    assert (sbom["SPDXID"], bool(sbom["name"])) == ("SPDXRef-DOCUMENT", True)
    assert re.fullmatch(r"https://\S+-[0-9a-f]{64}", sbom["documentNamespace"])
    assert re.fullmatch(r"\d{4}(-\d\d){2}T\d\d(:\d\d){2}Z", sbom["creationInfo"]["created"])
    assert all(re.match(r"(Tool|Organization): ", one) for one in sbom["creationInfo"]["creators"])


def test_packages_have_what_spdx_demands(sbom):
    for package in sbom["packages"]:
        assert REQUIRED <= set(package)
        assert re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", package["SPDXID"])
        assert re.fullmatch(r"NOASSERTION|[A-Za-z0-9.-]+( (AND|OR) [A-Za-z0-9.-]+)*",
                            package["licenseDeclared"])
        assert re.fullmatch(r"NOASSERTION|Organization: \S.*", package["supplier"])
        (reference,) = package["externalRefs"]
        assert reference["referenceLocator"].startswith("pkg:")


def test_relations_are_between_what_is_there(sbom):
    known = [package["SPDXID"] for package in sbom["packages"]]
    assert len(set(known)) == len(known)
    ends = {end for one in sbom["relationships"]
            for end in (one["spdxElementId"], one["relatedSpdxElement"])}
    assert ends == {"SPDXRef-DOCUMENT", *known}  # and nothing is there for no reason
    ((_, described),) = related(sbom, "DESCRIBES")
    assert sbom["documentDescribes"] == [described]


def test_the_service_itself(packages):
    said = subprocess.run([PROGRAMS[0], "--version"], stdout=subprocess.PIPE, text=True, timeout=60,
                          check=True).stdout
    assert re.match(rf"accession {re.escape(packages['accession']['versionInfo'])}\b", said)
    assert packages["accession"]["licenseDeclared"] == "MIT"


@pytest.mark.parametrize("name, license_, kind", [
    ("libcsv3", "LGPL-2.1-or-later", "DYNAMIC_LINK"),
    ("libpq5", "PostgreSQL", "DYNAMIC_LINK"),
    ("libsodium23", "ISC", "DYNAMIC_LINK"),
    ("libc6", "NOASSERTION", "DYNAMIC_LINK"),
])
def test_library(sbom, packages, name, license_, kind):
    """Its version is the installed one; its license is Debian's word for it, in SPDX's words."""
    version, arch = subprocess.run(
        ["dpkg-query", "-W", "-f=${Version} ${Architecture}", name], stdout=subprocess.PIPE, text=True,
        timeout=60, check=True).stdout.split()
    package = packages[name]
    assert (package["versionInfo"], package["licenseDeclared"]) == (version, license_)
    assert package["comment"] == f"Architecture: {arch}"
    quoted = version.replace("+", "%2B").replace(":", "%3A").replace("~", "%7E")
    locator = package["externalRefs"][0]["referenceLocator"].replace("~", "%7E")
    assert re.fullmatch(rf"pkg:deb/\w+/{name}@{quoted}\?arch={arch}", locator)
    assert package["SPDXID"] in [end for _, end in related(sbom, kind)]


def test_named_packages_and_what_they_depend_on(sbom, packages):
    names = {package["SPDXID"]: name for name, package in packages.items()}
    named = {names[one] for one, _ in related(sbom, "RUNTIME_DEPENDENCY_OF")}
    assert named == {"postgresql", "no-such-package"}
    assert "versionInfo" not in packages["no-such-package"]
    assert {name for name in packages if re.fullmatch(r"postgresql-\d+", name)}


def test_same_state_gives_the_same_bytes():
    assert made("postgresql") == made("postgresql", PYTHONHASHSEED="1", TZ="Asia/Tokyo", LC_ALL="C")
    assert "2001-09-09T01:46:40Z" in made("postgresql", SOURCE_DATE_EPOCH="1000000000")
