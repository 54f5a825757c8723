"""Programs that a test starts itself, beside the site's own or in their place: so that they can be given
another way to the database, or other surroundings."""

import contextlib
import os
import signal
import subprocess

import processes
import sites

_PROGRAMS = {"worker": ["accession", "worker"], "api": ["accession-api"]}


def _environment_of(pid):
    with open(f"/proc/{pid}/environ", "rb") as environ:
        pairs = [pair.split(b"=", 1) for pair in environ.read().split(b"\0") if b"=" in pair]
    return {key.decode(): value.decode() for key, value in pairs}


def environment(site, name):
    """What the site's own program of this name was started with."""
    return _environment_of(site.pid(name))


def start(site, name, env, log=None, before=None):
    """One with this environment. Its log goes to the site's, or to a descriptor; `before` runs in
    the new process before the program does."""
    program = _PROGRAMS[name]
    with open(site.folder / "log" / f"{name}.log", "ab") as own:
        return subprocess.Popen(
            [sites.program(program[0]), *program[1:]],
            env={variable: str(value) for variable, value in env.items()},
            stdin=subprocess.DEVNULL, stdout=own, stderr=own if log is None else log,
            start_new_session=True, preexec_fn=before)


@contextlib.contextmanager
def _up(running):
    try:
        processes.wait_until(lambda: processes.children(running.pid), what="its processes")
        yield running.pid
    finally:
        running.terminate()
        running.wait(60)


@contextlib.contextmanager
def added(site, name, like, **settings):
    """One more worker or api, with the environment of the process `like` and these variables more:
    its supervisor's pid."""
    with _up(start(site, name, {**_environment_of(like), **settings})) as pid:
        yield pid


@contextlib.contextmanager
def replaced(site, name, host=None, log=None, before=None, **settings):
    """The site's worker or api is stopped, and one with this PGHOST and these variables more runs
    instead: its supervisor's pid. The site's own is back after the block."""
    env = {**environment(site, name), **settings}
    if host:
        env["PGHOST"] = host
    own = site.pid(name)
    os.kill(own, signal.SIGTERM)
    processes.wait_until(lambda: not processes.alive(own), what="its end")
    try:
        with _up(start(site, name, env, log, before)) as pid:
            yield pid
    finally:
        site.start()
