"""The most memory that the site's processes have resident while something runs."""

import contextlib
import threading

import processes

_PAUSE = 0.025  # seconds; the parser child lives for little more in the smallest files


class Peaks:
    """VmHWM in MiB: of the worker, of the parser children that it has meanwhile, of the handlers.
    What was there before counts only as far as it still is resident at the beginning."""

    def __init__(self, site):
        self.site = site
        self.mib = {"worker": 0.0, "parser": 0.0, "handler": 0.0}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self):
        self._worker = self.site.worker_pids()[0]
        for pid in (self._worker, *self.site.handler_pids()):
            _forget(pid)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()
        self._note("worker", self._worker)
        for pid in self.site.handler_pids():
            self._note("handler", pid)

    def _sample(self):
        while not self._over.wait(_PAUSE):
            for pid in _children(self._worker):
                self._note("parser", pid)

    def _note(self, name, pid):
        with contextlib.suppress(OSError, KeyError):  # it has ended
            self.mib[name] = max(self.mib[name], processes.memory(pid, "VmHWM") / 1024)


def _children(pid):
    """Far cheaper than looking at all processes, as it is done all the time."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
            return [int(child) for child in children.read().split()]
    except OSError:
        return []


def _forget(pid):
    """Begins VmHWM anew, see proc(5) on clear_refs."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/clear_refs", "w",
                                            encoding="ascii") as file:
        file.write("5")
