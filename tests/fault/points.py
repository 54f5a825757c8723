"""Arms the points at which a program of a test build stops or dies (lib/base/testpoint.h)."""

import pathlib

import processes

DIFF = ("claimed", "copying", "ending", "committing", "committed")
APPLY = ("claimed", "ending", "committing", "committed")
PHASES = ([("generating_diff", point) for point in DIFF] +
          [("applying_changes", point) for point in APPLY])


class Points:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.chmod(0o777)  # programs rename what they take, and may run as another user

    def arm(self, name, what):
        """Makes the next process that reaches the point do `what`: "stop" or "kill"."""
        new = self.folder / ".new"
        new.write_text(what)
        new.chmod(0o644)
        new.rename(self.folder / name)

    def hit(self, name):
        """Waits until a process has reached the point and stopped or died; returns its pid."""
        taken = processes.wait_until(lambda: list(self.folder.glob(name + ".*")),
                                     what=f"a process at the point {name}")[0]
        pid = int(taken.suffix[1:])
        processes.wait_until(lambda: state(pid) in ("T", "Z", None), what=f"its stop: {pid}")
        taken.unlink()
        return pid

    def taken(self):
        """Pids of the processes that have reached a point since the last call."""
        found = [path for path in self.folder.glob("*.*") if path.suffix[1:].isdigit()]
        for path in found:
            path.unlink()
        return [int(path.suffix[1:]) for path in found]

    def clear_armed(self):
        for name in self.folder.iterdir():
            if not name.suffix:
                name.unlink(missing_ok=True)

    def clear(self):
        for left in self.folder.iterdir():
            left.unlink()


def state(pid):
    """The state: R, S, T (stopped), Z and so on; None if there is no such process."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0]
    except OSError:
        return None
