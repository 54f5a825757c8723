"""Programs that a test starts itself, beside the site's own or in their place, to give them another
way to the database or another environment."""

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
    """The environment that the site's own program of this name was started with."""
    return _environment_of(site.pid(name))


def start(site, name, env, log=None, before=None):
    """Starts a program with this environment. Its log goes to the site's log, or to the descriptor
    `log`; `before` runs in the new process before the program does."""
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
    """Runs one more worker or api, with the environment of the process `like` and these additional
    variables; yields its supervisor's pid."""
    with _up(start(site, name, {**_environment_of(like), **settings})) as pid:
        yield pid


@contextlib.contextmanager
def replaced(site, name, host=None, log=None, before=None, **settings):
    """Stops the site's worker or api, and runs one with this PGHOST and these additional variables
    instead; yields its supervisor's pid. The site's own is back after the block."""
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
