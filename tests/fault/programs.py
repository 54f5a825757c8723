"""Programs that a test starts itself, in the place of the site's own: so that they can be given
another way to the database."""

import contextlib
import os
import pathlib
import signal
import subprocess

import processes
import sites

_ROOT = pathlib.Path(__file__).resolve().parents[2]
_PROGRAMS = {"worker": ["accession", "worker"], "api": ["accession-api"]}


def _environment(site, name, host):
    """What the site's own program of this name was started with, but for the host."""
    with open(f"/proc/{site.pid(name)}/environ", "rb") as environ:
        pairs = [pair.split(b"=", 1) for pair in environ.read().split(b"\0") if b"=" in pair]
    env = {key.decode(): value.decode() for key, value in pairs}
    env["PGHOST"] = str(host)
    return env


@contextlib.contextmanager
def replaced(site, name, host):
    """The site's worker or api is stopped, and one with this PGHOST runs instead: its supervisor's
    pid. The site's own is back after the block."""
    program = _PROGRAMS[name]
    env = _environment(site, name, host)
    own = site.pid(name)
    os.kill(own, signal.SIGTERM)
    processes.wait_until(lambda: not processes.alive(own), 60, "its end")
    with open(site.folder / "log" / f"{name}.log", "ab") as log:
        running = subprocess.Popen(
            [_ROOT / "build" / sites.variant() / program[0], *program[1:]], env=env,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    try:
        processes.wait_until(lambda: processes.children(running.pid), 20, "its processes")
        yield running.pid
    finally:
        running.terminate()
        running.wait(60)
        site.start()
