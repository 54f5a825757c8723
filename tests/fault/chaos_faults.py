"""The faults of a chaos run: a separate process that kills, stops and restarts."""

import collections
import contextlib
import multiprocessing
import os
import random
import signal
import time

import processes
from points import Points, state

# How often each is chosen, as weights.
KINDS = {
    "worker killed": 6,
    "worker stopped": 8,
    "worker stopped or killed at a point": 14,
    "handler killed": 6,
    "handler stopped": 4,
    "handler stopped or killed at a point": 5,
    "nginx worker killed": 3,
    "backend terminated": 6,
    "backend stopped": 4,
    "backend killed": 1,
    "database restarted": 1,
}
_WORKER_POINTS = ("claimed", "copying", "ending", "committing", "committed")
_HANDLER_POINTS = ("post_committing", "post_committed", "patch_committing", "patch_committed",
                   "review_committing", "review_committed")
_PAUSE = 0.12  # seconds from one fault to the next, on average
# Only workers that sleep while they are replaced: shows that the fence is missing.
_FOCUS = {"worker stopped at a point": 1}
_FOCUS_PAUSE = 0.6


class Faults:
    """Faults happen during a `during()` block; after it everything runs again."""

    def __init__(self, site, points_folder, seed, focus=False):
        self.counts = collections.Counter()
        self._commands, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.Process(
            target=_Injector(site, Points(points_folder), seed, focus).run, args=(theirs,),
            daemon=True)
        self._process.start()

    @contextlib.contextmanager
    def during(self):
        self._commands.send("go")
        try:
            yield
        finally:
            self._commands.send("pause")
            self.counts.update(self._commands.recv())

    def end(self):
        self._commands.send("end")
        self._process.join(30)


class _Injector:
    def __init__(self, site, points, seed, focus):
        self.kinds, self.pause = (_FOCUS, _FOCUS_PAUSE) if focus else (KINDS, _PAUSE)
        self.site, self.points = site, points
        self.random = random.Random(f"faults {seed}")
        self.counts = collections.Counter()
        self.stopped = []  # (when to wake it, pid)

    def run(self, commands):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while (command := commands.recv()) != "end":
            assert command == "go"
            while not commands.poll(self.random.expovariate(1 / self.pause)):
                self._wake(time.monotonic())
                self._inject()
            commands.recv()
            self.points.clear_armed()
            self._wake(float("inf"))
            commands.send(self.counts)
            self.counts = collections.Counter()

    def _wake(self, now):
        for pid in self.points.taken():
            self._wake_later(pid)
        for entry in [entry for entry in self.stopped if entry[0] <= now]:
            self.stopped.remove(entry)
            processes.send([entry[1]], signal.SIGCONT)

    def _wake_later(self, pid):
        self.stopped.append((time.monotonic() + self.random.uniform(0.1, 2.5), pid))

    def _inject(self):
        kind = self.random.choices(list(self.kinds), self.kinds.values())[0]
        what, _, how = kind.partition(" ")
        if what == "nginx":
            done = self._signal(processes.children(self.site.pid("nginx")), signal.SIGKILL)
        elif what == "database":
            done = self._restart()
        elif how.endswith("point"):
            points = _WORKER_POINTS if what == "worker" else _HANDLER_POINTS
            ends = ["stop", "kill"] if "killed" in how else ["stop"]
            self.points.arm(self.random.choice(points), self.random.choice(ends))
            done = True
        else:
            pids = {"worker": lambda: processes.children(self.site.pid("worker")),
                    "handler": lambda: processes.children(self.site.pid("api")),
                    "backend": self.site.postgres.children}[what]()
            done = self._signal(pids, {"killed": signal.SIGKILL, "stopped": signal.SIGSTOP,
                                       "terminated": signal.SIGTERM}[how])
        self.counts[kind] += done

    def _signal(self, pids, number):
        pids = [pid for pid in pids if state(pid) not in ("T", "Z", None)]
        if not pids:
            return False
        pid = self.random.choice(pids)
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return False
        if number == signal.SIGSTOP:
            self._wake_later(pid)
        return True

    def _restart(self):
        # A stopped backend would keep the server from ending.
        self._wake(float("inf"))
        self.site.postgres.stop()
        self.site.postgres.start(reconnect=False)
        return True
