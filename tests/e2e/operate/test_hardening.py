"""What the installed programs are built with, as the programs themselves tell."""

import re
import subprocess

import pytest

import sites


@pytest.fixture(autouse=True)
def clean():
    """Does nothing, in place of the fixture that empties the site of all other tests."""


@pytest.fixture(scope="module", params=["accession", "accession-api"])
def told(request):
    """What readelf says of a release program."""
    return subprocess.run(
        ["readelf", "--wide", "--file-header", "--segments", "--dynamic", "--notes", "--dyn-syms",
         sites.program(request.param, "release")],
        stdout=subprocess.PIPE, text=True, timeout=60, check=True).stdout


@pytest.mark.parametrize("sign", [
    r"Type: +DYN \(Position-Independent Executable",  # at another address each time
    r"GNU_RELRO",                                     # tables of addresses are read-only ...
    r"FLAGS_1.* NOW",                                 # ... all of them, from the beginning
    r"__stack_chk_fail@",                             # overwritten return addresses are noticed
    r"__snprintf_chk@",                               # and copies that do not fit
], ids=lambda sign: re.sub(r"\W+", " ", sign))
def test_safeguard_is_built_in(told, sign):
    assert re.search(sign, told)


def test_no_memory_is_both_written_and_executed(told):
    segments = re.findall(r"^ +(LOAD|GNU_STACK) .* ([R ][W ][E ]) +0x\w+$", told, re.M)
    assert {name for name, _ in segments} == {"LOAD", "GNU_STACK"}
    assert not [flags for _, flags in segments if "W" in flags and "E" in flags]


def test_code_is_apart_from_data(told):
    """A segment that is executed begins a page of its own, without constants."""
    executed = re.findall(r"^ +LOAD .* R E +0x1\w+$", told, re.M)
    headers = re.findall(r"^ +LOAD +0x000000 .* R   +0x1\w+$", told, re.M)
    assert (len(executed), len(headers)) == (1, 1)
