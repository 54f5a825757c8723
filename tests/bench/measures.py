"""What is measured: one row of the table at the end for each, and the function that measures it."""

import contextlib
import dataclasses
import json
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial

from client import IMPORT

import files
import floors
import growth
import screen
from bench import ROOT, Skip
from load import load
from peaks import Peaks

MILLION = 1_000_000


@dataclasses.dataclass
class Target:
    """`ratio` (ours divided by the floor's) or `ours` must be at most or at least this."""

    of: str
    at_most: bool
    bound: float

    def reached(self, value):
        return value <= self.bound if self.at_most else value >= self.bound


@dataclasses.dataclass
class Figures:
    """Samples of both sides, in the measure's unit. Facts: name → value or [ours, floor]."""

    ours: list
    floor: list | None = None
    facts: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Measure:
    name: str
    what: str
    target: Target | None
    unit: str
    run: Callable


def _ratio_at_most(bound):
    return Target("ratio", True, bound)


def _ratio_at_least(bound):
    return Target("ratio", False, bound)


def _ours_at_most(bound):
    return Target("ours", True, bound)


# ---- Imports

def _seconds(samples):
    return [sample.seconds for sample in samples]


def _imported(bench, phase, kind, form="csv"):
    """A phase of importing a file: `diff` is POST to ready_for_review, `apply` is accept to
    success."""
    rows = bench.sizes.wide_rows if kind == "wide" else bench.sizes.rows
    done = bench.imported(kind, rows, form)
    ours, floor = done.ours[phase], done.floor[phase]
    rows, size = bench.size(kind, rows, form)
    return Figures(_seconds(ours), _seconds(floor), {
        "rows": rows,
        "file MB": size / MILLION,
        "rows/s": [rows / statistics.median(_seconds(side)) for side in (ours, floor)],
        "WAL MB": [statistics.median(one.wal for one in side) / MILLION for side in (ours, floor)],
        **{f"{process} MiB": mib for process, mib in done.peaks.items()}})


def _growth(bench, phase):
    """The time per row of the largest file, as a multiple of that of the next one. Below that, what
    an import costs whatever its size would be measured: starting psql, on the floor."""
    if len(bench.sizes.scale) < 3:
        raise Skip("not with --quick")
    small, large = [bench.imported("new", rows) for rows in bench.sizes.scale[-2:]]

    def grown(side):
        per_row = [statistics.median(_seconds(getattr(one, side)[phase])) / one.rows
                   for one in (large, small)]
        return per_row[0] / per_row[1]

    return Figures([grown("ours")], [grown("floor")])


def _memory(bench, process):
    """The peak at the largest file; at the others for comparison."""
    peaks = {rows: bench.imported("new", rows).peaks[process] for rows in bench.sizes.scale}
    return Figures([peaks[bench.sizes.scale[-1]]],
                   facts={f"at {rows:,}": peaks[rows] for rows in bench.sizes.scale})


def _peak(bench, form, rows):
    """The most that a process has resident while a large file is imported and its library is
    exported; of the parser without the table of shared strings, whose size has a limit of its
    own."""
    if len(bench.sizes.scale) < 3:
        raise Skip("with --large")
    bench.clear()
    path = bench.file("new", rows, form)
    table = 0.0
    if form == "xlsx":
        with zipfile.ZipFile(path) as package:
            table = package.getinfo("xl/sharedStrings.xml").file_size / 2 ** 20
    with Peaks(bench.site) as peaks:
        bench.accept(bench.ready(path))
    exports = {f"handler MiB, export {kind}": _handler_peak(
        bench, f"{bench.site.url}/api/v2/library/export/standard.{kind}")
        for kind in ("csv", "json", "yaml", "xlsx")}
    most = max(peaks.mib["worker"], peaks.mib["handler"], peaks.mib["parser"] - table,
               *exports.values())
    return Figures([most], facts={
        "file MB": path.stat().st_size / MILLION, "shared strings MiB": table,
        **{f"{process} MiB": mib for process, mib in peaks.mib.items()}, **exports})


# ---- Reviews

def _hold(bench, job, body):
    answer = bench.site.admin.patch(f"{IMPORT}{job}/diff/standard/", json=body)
    if answer.status != 200:
        raise RuntimeError(f"{body}: {answer}")
    return answer.json["held"]


def _hold_many(bench):
    """Holding back a third of all changes, by the filter that costs most: a search."""
    bench.clear()
    job = bench.ready(bench.file("new", bench.sizes.rows))
    seconds, held = [], []
    for number in range(bench.sizes.rounds):
        bench.say_round(number, bench.sizes.rounds)
        bench.settle()
        seconds += _seconds([bench.timed(
            lambda: held.append(_hold(bench, job, {"hold": {"search": "level-1"}})))])
        _hold(bench, job, {"release": {}})
    bench.change(job, "cancel")
    return Figures(seconds, facts={"held": held[0]})


def _apply_held(bench):
    """Accept to success with every hundredth change held back; the floor is the same without."""
    path, rows = bench.file("new", bench.sizes.rows), bench.sizes.rows

    def applied(entries):
        bench.clear()
        job = bench.ready(path)
        if entries:
            _hold(bench, job, {"hold": entries})
        bench.settle()
        return bench.timed(lambda: bench.accept(job))

    some = list(range(1, rows + 1, files.BLOCK))
    done = bench.alternate(lambda: applied(some), lambda: applied([]))
    return Figures(*map(_seconds, done), facts={"held": len(some)})


# ---- Small imports

def _small_import(bench, percentile):
    """POST → ready_for_review of three rows, as a client that waits by ?wait= sees it."""
    seconds = _small_imports(bench)
    cut = statistics.quantiles(seconds, n=100, method="inclusive")
    return Figures([cut[percentile - 1] * 1000],
                   facts={"imports": len(seconds), "worst ms": max(seconds) * 1000})


def _three_rows(bench):
    """A file."""
    path = bench.folder / "three.csv"
    rows = [",".join(files.FIELDS[:6])] + [f"CT{n},Title {n},Text {n},P1,5,X1" for n in range(1, 4)]
    path.write_text("\n".join(rows) + "\n", encoding="ascii")
    return path


@lru_cache(maxsize=1)
def _small_imports(bench):
    bench.clear()
    path = _three_rows(bench)
    bench.settle()
    seconds = []
    for _ in range(bench.sizes.small_imports):
        began = time.monotonic()
        job = bench.upload(path)
        status = bench.site.admin.job(job, wait="ready_for_review,fail")["status"]
        seconds.append(time.monotonic() - began)
        if status != "ready_for_review":
            raise RuntimeError(f"three rows: the job is {status}")
        bench.change(job, "cancel")
    return seconds


# ---- Reading

def _loads(bench, clients, urls):
    """Load on one URL, or on the service's and the floor's in turns."""
    token, seconds = bench.site.admin.token, bench.sizes.load_seconds

    def side(url):
        return lambda: load(url, token, clients, seconds)

    for url in urls:
        load(url, token, clients, 1)  # every process has prepared its statements
    if len(urls) == 2:
        done = bench.alternate(*map(side, urls), rounds=2 * bench.sizes.rounds)
    else:
        done = [[side(urls[0])()]]
    facts = {"p50 ms": [statistics.median(one.p50 for one in side) * 1000 for side in done],
             "p99 ms": [statistics.median(one.p99 for one in side) * 1000 for side in done]}
    errors = [sum(one.errors for one in side) for side in done]
    if any(errors):
        facts["errors"] = errors
    return Figures(*([one.rate for one in side] for side in done), facts=facts)


def _get_job(bench, clients):
    bench.clear()
    job = bench.ready(bench.file("new", files.BLOCK))
    bench.accept(job)
    handlers = bench.settings["ACCESSION_FAST_PROCESSES"]
    with floors.bare_handler(bench.site, job, handlers) as url:
        return _loads(bench, clients, [f"{bench.site.url}/api/v2/{IMPORT}{job}/", url])


@contextlib.contextmanager
def _waits(bench, job, count):
    """So many requests that wait for the job to end, which it does in the end."""
    def wait():
        bench.site.admin.fork().get(f"{IMPORT}{job}/?wait=success&timeout=60")

    with ThreadPoolExecutor(count) as pool:
        for _ in range(count):
            pool.submit(wait)
        yield
        bench.change(job, "cancel")


def _get_job_beside_waits(bench, clients, waits):
    """The floor is the same without them."""
    bench.clear()
    job = bench.ready(bench.file("new", files.BLOCK))
    url, seconds = f"{bench.site.url}/api/v2/{IMPORT}{job}/", bench.sizes.load_seconds

    def quiet():
        return load(url, bench.site.admin.token, clients, seconds)

    def beside():
        with _waits(bench, job, waits):
            result = quiet()
        bench.change(job, "retry")
        bench.wait_for(job, "ready_for_review")
        return result

    quiet()
    done = bench.alternate(beside, quiet)
    return Figures(*([one.rate for one in side] for side in done), facts={
        "p99 ms": [statistics.median(one.p99 for one in side) * 1000 for side in done]})


def _list_jobs(bench, clients):
    bench.clear()
    for _ in range(100):
        bench.db.make_job("success", bench.site.ids["admin"])
    return _loads(bench, clients, [f"{bench.site.url}/api/v2/{IMPORT}?page_size=20"])


def _list_tasks(bench, clients):
    bench.library(bench.sizes.rows)
    return _loads(bench, clients, [f"{bench.site.url}/api/v2/library/tasks/?page_size=20"])


def _download(bench, url):
    """Gets all of it by curl, to nowhere; how many bytes."""
    done = subprocess.run(
        ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code} %{size_download}", "-H", "@-", url],
        input=f"Authorization: Token {bench.site.admin.token}\n", check=True, capture_output=True,
        text=True)
    status, size = done.stdout.split()
    if status == "404":
        raise Skip("not offered")
    if status != "200":
        raise RuntimeError(f"{url} was answered {status}")
    return int(size)


def _transfer(bench, url, floor):
    """Rows a second out of a download, and out of psql's COPY of the same."""
    sizes = []
    _download(bench, url)

    def ours():
        return bench.timed(lambda: sizes.append(_download(bench, url)))

    samples = bench.alternate(ours, lambda: bench.timed(floor))
    rates = [[bench.sizes.rows / one.seconds for one in side] for side in samples]
    seconds = [statistics.median(_seconds(side)) for side in samples]
    return Figures(*rates, facts={"MB": sizes[0] / MILLION, "s": seconds})


def _handler_peak(bench, url):
    with Peaks(bench.site) as peaks:
        _download(bench, url)
    return peaks.mib["handler"]


def _whole_diff(bench):
    bench.clear()
    job = bench.ready(bench.file("new", bench.sizes.rows))
    url = f"{bench.site.url}/api/v2/{IMPORT}{job}/diff/standard/"
    found = json.loads(bench.site.admin.get(f"{IMPORT}{job}/diff/standard/", check=False).raw)
    if len(found["add"]) != bench.sizes.rows:
        raise RuntimeError(f"the diff has {len(found['add'])} additions")
    del found
    small, large = (_handler_peak(bench, one) for one in (f"{url}?op=delete", url))
    figures = _transfer(bench, url, lambda: bench.floor.whole_diff(job))
    figures.facts |= {"handler MiB, empty diff": small, "handler MiB": large}
    return figures


def _first_rows(bench):
    """On the screen. The floor is a diff of three rows."""
    bench.clear()
    jobs = []
    for path in (_three_rows(bench), bench.file("new", bench.sizes.rows)):
        jobs.append(bench.ready(path))
        bench.change(jobs[-1], "cancel")
    with screen.browser(bench) as chromium:
        few, many = (partial(screen.first_rows, chromium, job) for job in jobs)
        many()  # the browser has the pages' files then
        few()
        return Figures(*bench.alternate(many, few))


def _export(bench, form):
    bench.library(bench.sizes.rows)
    url = f"{bench.site.url}/api/v2/library/export/standard.{form}"
    return _transfer(bench, url, bench.floor.export)


# ---- Cancels and starts

_INTERRUPTED = """
SELECT EXISTS (SELECT FROM import_job j JOIN job_event e ON e.job_id = j.id
                WHERE j.id = %s AND e.attempt = j.attempt AND e.event = 'cancel_requested')"""


def _begin(bench, job, phase):
    """Takes the job, whatever its status, into the phase; once more if it was there before."""
    status = bench.site.admin.job(job)["status"]
    if phase == "diff" and status == "ready_for_review":
        status = bench.change(job, "cancel")
    if status == "cancel":
        bench.change(job, "retry")
    if phase == "apply":
        bench.wait_for(job, "ready_for_review")
        bench.change(job, "accept_changes")


def _largest(bench):
    """A new job with the largest file, ready for review, and no other."""
    bench.clear()
    return bench.ready(bench.file("new", bench.sizes.scale[-1]))


def _phase_seconds(bench, phase):
    """How long the phase takes that is going to be cancelled."""
    job = _largest(bench)
    if phase == "apply":
        return bench.timed(lambda: bench.accept(job)).seconds
    _begin(bench, job, phase)
    return bench.timed(lambda: bench.wait_for(job, "ready_for_review")).seconds


def _cancel(bench, phase):
    """PATCH until the job is cancelled, at moments spread evenly over the phase. The answer mostly
    says so already. A cancel that came when the phase was over does not count."""
    whole = _phase_seconds(bench, phase)
    job, milliseconds = None, []
    for number in range(2 * bench.sizes.cancels):
        bench.say_round(len(milliseconds), bench.sizes.cancels)
        job = job or _largest(bench)
        _begin(bench, job, phase)
        time.sleep(whole * (0.05 + 0.8 * (number % bench.sizes.cancels) / bench.sizes.cancels))
        began = time.monotonic()
        answer = bench.site.admin.change(job, "cancel")
        if answer.status != 200:
            job = None  # applied
            continue
        if answer.json["status"] != "cancel":
            bench.wait_for(job, "cancel")
        taken = (time.monotonic() - began) * 1000
        if bench.db.value(_INTERRUPTED, job):
            milliseconds.append(taken)
        if len(milliseconds) == bench.sizes.cancels:
            break
    return Figures(milliseconds, facts={"worst ms": max(milliseconds), "phase s": whole,
                                        "cancels": len(milliseconds)})


def _start(bench, again):
    """`tests/site start` until it is back, which is when /healthz has answered 200."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="accession-start."))
    folder.chmod(0o755)  # the database may have to run as another user
    site, seconds = ROOT / "tests/site", []

    def run(*arguments):
        subprocess.run([site, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       check=True)

    port = str(floors.free_port())
    start = ("start", folder, "--port", port, "--variant", "release", "--sample", "0")
    try:
        if again:
            run(*start)
        for _ in range(bench.sizes.rounds):
            run("stop" if again else "remove", folder)
            began = time.monotonic()
            run(*start)
            seconds.append(time.monotonic() - began)
    finally:
        run("remove", folder)
        shutil.rmtree(folder, ignore_errors=True)
    return Figures(seconds)


# ---- A database that has grown

@lru_cache(maxsize=1)
def _grown(bench):
    return growth.fill(bench, growth.Grown(*bench.sizes.grown))


def _pages(bench, quick):
    slowest, each = growth.pages(bench, _grown(bench), quick)
    return Figures([slowest], facts={f"{name} ms": ms for name, ms in each.items()})


# ---- The table

MEASURES = [
    Measure("diff-new", "POST to ready_for_review: {rows:,} csv rows, all new",
            _ratio_at_most(1.5), "s", partial(_imported, phase="diff", kind="new")),
    Measure("diff-mixed", "the same: 10 % updates, 1 % deletes, 1 % adds, 88 % unchanged",
            _ratio_at_most(1.5), "s", partial(_imported, phase="diff", kind="mixed")),
    Measure("diff-wide", "the same: {wide_rows:,} new rows with 10 kB of text each", None, "s",
            partial(_imported, phase="diff", kind="wide")),
    *(Measure(f"diff-{form}", f"the same: all new, from {form} (floor: from csv)", None, "s",
              partial(_imported, phase="diff", kind="new", form=form))
      for form in ("json", "yaml", "xlsx")),
    Measure("diff-both", "the same: all new, and {threats:,} threats in a second file",
            _ratio_at_most(1.5), "s", partial(_imported, phase="diff", kind="both")),
    Measure("apply-new", "accept to success: {rows:,} adds", _ratio_at_most(1.25), "s",
            partial(_imported, phase="apply", kind="new")),
    Measure("apply-mixed", "accept to success: the mixed file's changes", None, "s",
            partial(_imported, phase="apply", kind="mixed")),
    Measure("apply-both", "accept to success: {rows:,} adds, and {threats:,} threats",
            _ratio_at_most(1.25), "s", partial(_imported, phase="apply", kind="both")),
    Measure("apply-held", "accept to success: {rows:,} adds, 1 % held back (floor: none)",
            _ratio_at_most(1.05), "s", _apply_held),
    Measure("hold-many", "holding a third of {rows:,} changes back, by a search", _ours_at_most(1), "s",
            _hold_many),
    *(Measure(f"growth-{phase}", f"{phase}: time per row, {{most:,}} rows against {{second:,}}",
              _ratio_at_most(1.2), "times", partial(_growth, phase=phase))
      for phase in ("diff", "apply")),
    *(Measure(f"memory-{process}", f"peak resident memory of the {process}, {{most:,}} rows",
              _ours_at_most(64), "MiB", partial(_memory, process=process))
      for process in ("worker", "parser", "handler")),
    *(Measure(f"peak-{form}", f"peak of any process: {rows:,} rows of {form}, then exported",
              _ours_at_most(64), "MiB", partial(_peak, form=form, rows=rows))
      for form, rows in (("csv", MILLION), ("xlsx", MILLION // 5))),
    Measure("small-p50", "POST to ready_for_review: 3 rows, median", _ours_at_most(15), "ms",
            partial(_small_import, percentile=50)),
    Measure("small-p99", "POST to ready_for_review: 3 rows, 99th percentile", _ours_at_most(50),
            "ms", partial(_small_import, percentile=99)),
    *(Measure(f"get-job-{clients}", f"GET one job, clients: {clients}",
              _ratio_at_least(0.85) if clients == 16 else None, "requests/s",
              partial(_get_job, clients=clients)) for clients in (1, 16, 64)),
    Measure("get-job-waits", "GET one job, clients: 16, beside 20 that wait (floor: without)",
            _ratio_at_least(0.85), "requests/s",
            partial(_get_job_beside_waits, clients=16, waits=20)),
    *(Measure(f"list-jobs-{clients}", f"GET a page of 20 jobs, clients: {clients}", None,
              "requests/s", partial(_list_jobs, clients=clients)) for clients in (1, 16, 64)),
    *(Measure(f"list-tasks-{clients}", f"GET a page of 20 of {{rows:,}} items, clients: {clients}",
              None, "requests/s", partial(_list_tasks, clients=clients))
      for clients in (1, 16, 64)),
    Measure("whole-diff", "GET the whole diff of {rows:,} rows", _ratio_at_least(0.7), "rows/s",
            _whole_diff),
    Measure("first-rows", "review of {rows:,} rows: the first on the screen (floor: of 3 rows)",
            _ratio_at_most(1.5), "s", _first_rows),
    *(Measure(f"export-{form}", f"GET {{rows:,}} items as {form} (floor: COPY as csv)", None,
              "rows/s", partial(_export, form=form)) for form in ("csv", "json", "yaml", "xlsx")),
    Measure("cancel-diff", "cancel of a diff of {most:,} rows that is being made", None, "ms",
            partial(_cancel, phase="diff")),
    Measure("cancel-apply", "cancel of {most:,} rows that are being applied", None, "ms",
            partial(_cancel, phase="apply")),
    Measure("grown-pages", "slowest page of {items:,} items, {jobs:,} jobs, {diff_rows:,} diff rows",
            _ours_at_most(50), "ms", partial(_pages, quick=True)),
    Measure("grown-counts", "the same: slowest of those that count, sort or search all", None, "ms",
            partial(_pages, quick=False)),
    Measure("start-first", "start of a new site, database cluster and all", None, "s",
            partial(_start, again=False)),
    Measure("start-again", "start of a site that was stopped", None, "s",
            partial(_start, again=True)),
]
