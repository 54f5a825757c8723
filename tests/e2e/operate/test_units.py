"""The systemd units: how far they lock their programs in, by systemd's own count, and what they start."""

import configparser
import re
import subprocess

import pytest

import sites

UNITS = sorted((sites.ROOT / "worker" / "system").glob("*.service"))
EXPOSURE = 1.2  # of 10; what is left is the network and that units see the host's file system

every_unit = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)


@pytest.fixture(autouse=True)
def clean():
    """Does nothing, in place of the fixture that empties the site of all other tests."""


def service(unit):
    """The section [Service], the last value of each name."""
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read(unit)
    return dict(parser["Service"])


@every_unit
def test_unit_is_locked_in(unit):
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", "--threshold=100", unit],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
    exposure = re.search(r"Overall exposure level for \S+: ([0-9.]+) ", done.stdout)
    assert exposure, done.stdout
    assert float(exposure[1]) <= EXPOSURE, done.stdout


@every_unit
def test_unit_is_understood(unit, tmp_path):
    """By systemd's own reading; its programs need not be installed here."""
    copy = tmp_path / unit.name
    copy.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(), flags=re.M))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", copy], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
    assert (done.returncode, unit.name in done.stdout) == (0, False), done.stdout


def test_each_unit_has_a_user_of_its_own_named_like_its_role():
    users = {unit.stem: service(unit)["User"] for unit in UNITS}
    assert users == {"accession-api": "accession_api", "accession-sign-in": "accession_sign_in",
                     "accession-worker": "accession_worker"}
    assert {service(unit)["Environment"] for unit in UNITS} <= {"HOME=/nonexistent"}
    for unit in UNITS:
        assert f"Environment=PGUSER={users[unit.stem]}\n" in unit.read_text()
