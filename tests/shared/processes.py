"""Looking at, stopping and killing the processes of a site by way of /proc."""

import contextlib
import os
import signal
import time


def _parents():
    parents = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as stat:
                fields = stat.read().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents[int(name)] = int(fields[1])
    return parents


def children(pid):
    return sorted(child for child, parent in _parents().items() if parent == pid)


def descendants(pid):
    parents = _parents()
    found, level = [], [pid]
    while level:
        level = [child for child, parent in parents.items() if parent in level]
        found += level
    return sorted(found)


def alive(pid):
    return pid in _parents()


def name(pid):
    """What ps calls it; None: there is no such process."""
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8") as comm:
            return comm.read().rstrip("\n")
    except OSError:
        return None


def memory(pid, what):
    """VmRSS (resident now) or VmHWM (the most it ever was), in KiB."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        for line in status:
            if line.startswith(what + ":"):
                return int(line.split()[1])
    raise KeyError(what)


def processor_seconds(pid):
    """What a process has used."""
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def open_files(pid):
    """The paths of what it has open: "/path (deleted)" if that has no name any more."""
    paths = []
    with contextlib.suppress(OSError):
        for name in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                paths.append(os.readlink(f"/proc/{pid}/fd/{name}"))
    return paths


def send(pids, number):
    """Sends a signal to those of the processes that have not ended meanwhile."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def kill(pids):
    send(pids, signal.SIGKILL)


@contextlib.contextmanager
def stopped(pids):
    """Holds processes still for a while."""
    try:
        send(pids, signal.SIGSTOP)
        yield
    finally:
        send(pids, signal.SIGCONT)


def wait_until(condition, timeout=60.0, what="the condition", pause=0.01):
    """Waits for condition() to be true and returns its value. The time is over only where something
    is wrong: it is long enough for a machine that is busy with other things."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what}: not within {timeout} s"
        time.sleep(pause)
