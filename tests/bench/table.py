"""What was found: as a table for people, and as JSON for machines."""

import datetime
import os
import platform
import statistics
import subprocess
import unicodedata

from bench import ROOT


def _first(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    except OSError:
        return ""
    return (done.stdout or done.stderr).strip()


def _from_proc(path, key):
    with open(path, encoding="utf-8") as file:
        return next((line.split(":", 1)[1].strip() for line in file if line.startswith(key)), "")


def machine(bench):
    return {
        "date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "processor": _from_proc("/proc/cpuinfo", "model name") or platform.machine(),
        "processors": os.cpu_count(),
        "memory GiB": round(int(_from_proc("/proc/meminfo", "MemTotal").split()[0]) / 2**20, 1),
        "load before": round(os.getloadavg()[0], 2),
        "kernel": platform.release(),
        "PostgreSQL": bench.db.value("SHOW server_version"),
        "nginx": _first(["sh", "-c", "PATH=$PATH:/usr/sbin nginx -v"]).rpartition("/")[2],
        "commit": _first(["git", "describe", "--always", "--dirty"]) if (ROOT / ".git").exists()
                  else "",
    }


def result(measure, figures, names):
    """What one measure found; `names` is what its description is filled in with."""
    ours = statistics.median(figures.ours)
    floor = statistics.median(figures.floor) if figures.floor else None
    ratio = ours / floor if floor else None
    target = measure.target
    return {
        "name": measure.name, "what": measure.what.format(**names), "unit": measure.unit,
        "ours": ours, "floor": floor, "ratio": ratio,
        "target": target and {"of": target.of, "at_most": target.at_most, "bound": target.bound},
        "reached": target and target.reached(ratio if target.of == "ratio" else ours),
        "samples": {"ours": figures.ours, "floor": figures.floor},
        "facts": figures.facts,
    }


def skipped(measure, names, reason):
    return {"name": measure.name, "what": measure.what.format(**names), "unit": measure.unit,
            "skipped": reason}


def failed(measure, names, reason):
    return {**skipped(measure, names, f"FAILED: {reason}"), "failed": True}


def costs(imports):
    """Microseconds and bytes of WAL per row, by the size of the file; peak memory in MiB."""

    def cost(samples, rows):
        return {"us": statistics.median(sample.seconds for sample in samples) * 1e6 / rows,
                "wal": statistics.median(sample.wal for sample in samples) / rows}

    return [{
        "rows": one.rows, **one.peaks,
        **{f"{phase} {name}": cost(side[phase], one.rows)
           for name, side in (("ours", one.ours), ("floor", one.floor))
           for phase in ("diff", "apply")},
    } for one in imports]


def _number(value):
    if value is None:
        return ""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _target(target):
    if not target:
        return ""
    return f"{'≤' if target['at_most'] else '≥'} {target['bound']:g}"


def _fact(name, value):
    if isinstance(value, list):
        return f"{name} {' / '.join(map(_number, value))}"
    return f"{name} {value:,}" if isinstance(value, int) else f"{name} {_number(value)}"


def _spread(samples):
    """How far the samples are from their median, at most, in percent."""
    middle = statistics.median(samples)
    return max(abs(one - middle) for one in samples) / middle * 100 if middle else 0


_ENDINGS = {True: "reached", False: "MISSED", None: ""}
HEADINGS = ("measure", "what", "ours", "floor", "unit", "ratio", "target", "", "±%")


def _line(found):
    if found.get("skipped"):
        return (found["name"], found["what"], "-", "", found["unit"], "", "", found["skipped"], "")
    spread = [_spread(side) for side in found["samples"].values() if side and len(side) > 1]
    return (found["name"], found["what"], _number(found["ours"]), _number(found["floor"]),
            found["unit"], _number(found["ratio"]), _target(found["target"]),
            _ENDINGS[found["reached"]], f"{max(spread):.0f}" if spread else "")


def _aligned(headings, lines, left):
    """Text columns are aligned left (`left` are their numbers), numbers right."""
    lines = [headings, *lines]
    widths = [max(len(unicodedata.normalize("NFC", line[n])) for line in lines)
              for n in range(len(headings))]
    for line in lines:
        cells = [cell.ljust(width) if n in left else cell.rjust(width)
                 for n, (cell, width) in enumerate(zip(line, widths))]
        yield "  ".join(cells).rstrip()


def text(report):
    """The whole report, line by line."""
    yield ", ".join(f"{name} {value}" for name, value in report["machine"].items() if value)
    yield ""
    yield from _aligned(HEADINGS, map(_line, report["results"]), {0, 1, 4, 6, 7})
    yield ""
    for found in report["results"]:
        if found.get("facts"):
            yield f"{found['name']}: {', '.join(_fact(*fact) for fact in found['facts'].items())}"
    if report["costs"]:
        yield ""
        yield "Cost per row of imports into an empty library (ours / floor), and peak memory:"
        yield from _aligned(
            ("rows", "diff µs", "apply µs", "diff WAL bytes", "apply WAL bytes", "worker MiB",
             "parser MiB", "handler MiB"), map(_cost_line, report["costs"]), set())


def _cost_line(cost):
    def pair(phase, what):
        return " / ".join(_number(cost[f"{phase} {side}"][what]) for side in ("ours", "floor"))

    memory = (_number(cost[name]) for name in ("worker", "parser", "handler"))
    return (f"{cost['rows']:,}", pair("diff", "us"), pair("apply", "us"), pair("diff", "wal"),
            pair("apply", "wal"), *memory)


def markdown(report):
    """What README.md of this folder shows: the measures, their floors, and what an import costs per row."""
    machine = report["machine"]
    yield (f"Measured {machine['date'][:10]} on {machine['processors']} × {machine['processor']}, "
           f"{machine['memory GiB']} GiB of memory, PostgreSQL {machine['PostgreSQL'].split()[0]}, "
           f"nginx {machine['nginx']}, by `make bench`; medians.")
    yield ""
    yield "| measure | ours | floor | | ratio | target |"
    yield "|---|--:|--:|---|--:|---|"
    for found in report["results"]:
        if found.get("skipped"):
            continue
        reached = {True: "", False: ", missed", None: ""}[found["reached"]]
        yield (f"| {found['what']} | {_number(found['ours'])} | {_number(found['floor'])} "
               f"| {found['unit']} | {_number(found['ratio'])} | {_target(found['target'])}{reached} |")
    if report["costs"]:
        yield ""
        yield "| rows | diff µs/row | apply µs/row | worker, parser, handler MiB |"
        yield "|--:|--:|--:|--:|"
        for cost in report["costs"]:
            memory = ", ".join(_number(cost[name]) for name in ("worker", "parser", "handler"))
            pairs = (" / ".join(_number(cost[f"{phase} {side}"]["us"]) for side in ("ours", "floor"))
                     for phase in ("diff", "apply"))
            yield f"| {cost['rows']:,} | {' | '.join(pairs)} | {memory} |"


_BEGIN, _END = "<!-- make bench --readme: -->\n", "<!-- end -->\n"


def put_into(path, lines):
    """Replaces what is between the marks by these lines."""
    head, begin, rest = path.read_text(encoding="utf-8").partition(_BEGIN)
    _, end, tail = rest.partition(_END)
    if not end:
        raise RuntimeError(f"{path} lacks the marks for the table")
    path.write_text(head + begin + "\n".join(lines) + "\n" + end + tail, encoding="utf-8")
