"""A short run of `make chaos`. `make chaos-selftest` shows whether it would notice anything."""

import pathlib
import re
import subprocess

import pytest

PROGRAM = pathlib.Path(__file__).with_name("chaos.py")


@pytest.fixture(autouse=True)
def clean():
    """Does nothing: the run has its own site."""


def test_chaos_for_some_rounds():
    done = subprocess.run([PROGRAM, "--rounds", "6", "--round-seconds", "1.8", "--seconds", "18",
                           "--seed", "7"], capture_output=True, text=True, timeout=1200,
                          check=False)
    print(done.stdout, done.stderr)
    assert done.returncode == 0
    assert re.search(r"^\d+ rounds, seed 7, 0 violations$", done.stdout, re.MULTILINE)
    assert sum(map(int, re.findall(r"^ +(\d+) (?:worker|handler|nginx|backend|database)",
                                   done.stdout, re.MULTILINE))) > 0
