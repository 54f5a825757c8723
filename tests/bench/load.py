"""Load by HTTP: wrk, whose clients keep their connections and send the next request when the
last one is answered."""

import dataclasses
import json
import pathlib
import subprocess
import tempfile
import time

_REPORT = """
function done(summary, latency)
    local e = summary.errors
    io.stderr:write(string.format(
        '{"requests":%d,"seconds":%.6f,"p50":%.6f,"p99":%.6f,"bad":%d,"broken":%d}',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e6,
        latency:percentile(99) / 1e6, e.status, e.connect + e.read + e.write + e.timeout))
end
"""


_PAUSE = 0.3  # seconds, for requests that wrk left behind in a queue when its time was over


@dataclasses.dataclass
class Load:
    rate: float  # good answers a second
    p50: float   # seconds
    p99: float
    errors: int  # refused, broken off or too late


def load(url, token, clients, seconds):
    """GETs the URL for so long."""
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / "report.lua"
        script.write_text(_REPORT, encoding="ascii")
        done = subprocess.run(
            ["wrk", "-t", "1", "-c", str(clients), "-d", f"{seconds}s", "-s", script,
             "-H", f"Authorization: Token {token}", url],
            check=True, capture_output=True, text=True)
    found = json.loads(done.stderr)
    good = found["requests"] - found["bad"]
    if good < found["requests"] * 0.9:
        raise RuntimeError(f"{url}: {found['bad']} of {found['requests']} requests were refused")
    time.sleep(_PAUSE)
    return Load(good / found["seconds"], found["p50"], found["p99"],
                found["bad"] + found["broken"])
