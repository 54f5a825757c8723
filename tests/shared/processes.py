"""Inspects, stops and kills the processes of a site, found in /proc."""

import contextlib
import glob
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
    """The process's name, as ps shows it; None if there is no such process."""
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8") as comm:
            return comm.read().rstrip("\n")
    except OSError:
        return None


def tree(pid):
    """The arguments of a process and of its descendants, for people to read."""
    lines = []
    for number in [pid, *descendants(pid)]:
        with contextlib.suppress(OSError), open(f"/proc/{number}/cmdline", "rb") as line:
            lines.append(line.read().replace(b"\0", b" ").decode(errors="replace"))
    return "; ".join(lines)


def status(pid, what):
    """A line of /proc/PID/status, as text; None if the process has ended."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/status", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith(what + ":"):
                return line.partition(":")[2].strip()
    return None


def memory(pid, what):
    """VmRSS (resident memory now) or VmHWM (its peak), in KiB. KeyError if the process has ended."""
    line = status(pid, what)
    if line is None:
        raise KeyError(what)
    return int(line.split()[0])


def processor_seconds(pid):
    """The processor time that a process has used, in seconds."""
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def open_files(pid):
    """The paths of the files that it has open; "/path (deleted)" if a file has no name any more."""
    paths = []
    with contextlib.suppress(OSError):
        for name in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                paths.append(os.readlink(f"/proc/{pid}/fd/{name}"))
    return paths


def holds_file(pid, size):
    """Whether it has a file of so many bytes open."""
    for name in glob.glob(f"/proc/{pid}/fd/*"):
        with contextlib.suppress(OSError):
            if os.stat(name).st_size == size:
                return True
    return False


def send(pids, number):
    """Sends a signal to those of the processes that are still there."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def kill(pids):
    send(pids, signal.SIGKILL)


@contextlib.contextmanager
def stopped(pids):
    """Holds processes still during the block."""
    try:
        send(pids, signal.SIGSTOP)
        yield
    finally:
        send(pids, signal.SIGCONT)


def wait_until(condition, timeout=60.0, what="the condition", pause=0.01):
    """Waits for condition() to be true and returns its value. The timeout is long enough for a busy
    machine, so it runs out only if something is wrong."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what}: not within {timeout} s"
        time.sleep(pause)
