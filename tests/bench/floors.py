"""What the service is measured against: psql and plain SQL for imports, a bare handler for reads.

All of it runs in the site's own database server. The tables are in a schema of their own; where
they must cost what the service's do, they are LIKE them, constraints and indexes included.
"""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request

from library import FIELDS
from ports import free_port

import files

VALUES = FIELDS[1:]
PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "build/release/tests/bench/floor"

_TYPES = {"priority": "smallint", "active": "boolean", "mark_delete": "boolean"}
_TEXTS = [field for field in files.FIELDS if field not in _TYPES]


def _list(pattern, fields=VALUES, separator=", "):
    """A part of a statement for each field, which stands where the pattern has %."""
    return separator.join(pattern.replace("%", field) for field in fields)


_COLUMNS = ", ".join(f"{field} {_TYPES.get(field, 'text')}" for field in VALUES)
_BOTH_SIDES = f"{_list('old_%')}, {_list('new_%')}"

_SCHEMA = f"""
CREATE SCHEMA floor;
CREATE UNLOGGED TABLE floor.stage (
    entry bigint GENERATED ALWAYS AS IDENTITY, id text COLLATE "C", {_COLUMNS},
    mark_delete boolean);
CREATE UNLOGGED TABLE floor.base (LIKE floor.stage INCLUDING IDENTITY);
CREATE TABLE floor.standard (LIKE standard INCLUDING ALL);
CREATE TABLE floor.diff (LIKE standard_diff INCLUDING ALL);
CREATE TABLE floor.history (LIKE standard_history INCLUDING ALL);
"""

_COPY = (f"\\copy %s ({', '.join(files.FIELDS)}) FROM '%s'"
         f" WITH (FORMAT csv, HEADER, FORCE_NOT_NULL ({', '.join(_TEXTS)}))\n")

# Every statement is committed by itself.
_DIFF = f"""
ANALYZE floor.stage;
INSERT INTO floor.diff (job_id, attempt, week, op, entry, id, {_BOTH_SIDES})
SELECT 1, 1, 202648, CASE WHEN t.id IS NULL THEN 'a' WHEN s.mark_delete THEN 'd' ELSE 'u' END, s.entry,
       s.id, {_list("t.%")}, {_list("CASE WHEN NOT s.mark_delete THEN s.% END")}
  FROM floor.stage s LEFT JOIN standard t ON t.id = s.id
 WHERE t.id IS NULL OR s.mark_delete OR {_list("s.% IS DISTINCT FROM t.%", separator=" OR ")};
"""

_APPLY = f"""
BEGIN;
DELETE FROM floor.standard t USING floor.diff d WHERE d.op = 'd' AND t.id = d.id;
UPDATE floor.standard t SET {_list("% = d.new_%")}, last_updated_date = now(), last_updated_by = 1
  FROM floor.diff d WHERE d.op = 'u' AND t.id = d.id;
INSERT INTO floor.standard (id, {_list("%")}, created_by, last_updated_by)
SELECT id, {_list("new_%")}, 1, 1 FROM floor.diff WHERE op = 'a';
INSERT INTO floor.history (id, job_id, attempt, account_id, op, entry, {_BOTH_SIDES})
SELECT id, job_id, attempt, 1, op, entry, {_BOTH_SIDES} FROM floor.diff;
COMMIT;
"""

_FILL = f"""
INSERT INTO %s (id, {_list("%")}) SELECT id, {_list("%")} FROM floor.base;
VACUUM ANALYZE %s;
"""


def _json_side(prefix, mark_delete):
    """An item as the diff's JSON has it: mark_delete after active, and not in what is added."""
    members = ["'id', id"]
    for field in VALUES:
        members.append(f"'{field}', {prefix}{field}")
        if field == "active" and mark_delete:
            members.append("'mark_delete', false")
    return f"json_build_object({', '.join(members)})"


_WHOLE_DIFF = f"""COPY (
SELECT json_build_object(
         'original', CASE op WHEN 'a' THEN '{{}}'::json ELSE {_json_side("old_", True)} END,
         'new', CASE op WHEN 'a' THEN {_json_side("new_", False)}
                        WHEN 'u' THEN {_json_side("new_", True)} ELSE '{{}}'::json END,
         'entry', entry)
  FROM standard_diff WHERE week = %d AND job_id = %d AND attempt = 1
 ORDER BY op, entry) TO STDOUT"""

_EXPORT = (f"COPY (SELECT {', '.join(FIELDS)} FROM standard ORDER BY position)"
           " TO STDOUT (FORMAT csv, HEADER)")

# What both sides must have come to.
_FINGERPRINT = "SELECT count(*), sum(hashtextextended((%s)::text, 0)) FROM %s"
_ROWS = {
    "diff": (f"op, entry, id, {_BOTH_SIDES}", "floor.diff", "standard_diff"),
    "library": (", ".join(FIELDS), "floor.standard", "standard"),
    "history": (f"op, entry, id, {_BOTH_SIDES}", "floor.history", "standard_history"),
}


class Floor:
    """The floors of imports: files go into tables by psql, with the memory that a diff has."""

    def __init__(self, site, work_mem):
        self.db = site.db
        self.environment = {**os.environ, **{k: v for k, v in site.env.items() if k[:2] == "PG"},
                            "PGOPTIONS": f"-c work_mem={work_mem}"}
        self.db.run(_SCHEMA)

    def psql(self, script, out=subprocess.DEVNULL):
        subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"], env=self.environment,
                       input=script.encode(), stdout=out, check=True)

    def clear(self):
        self.db.run("TRUNCATE floor.stage, floor.standard, floor.diff, floor.history "
                    "RESTART IDENTITY")

    def base(self, path):
        """Takes a csv file as what `fill` fills libraries with."""
        self.db.run("TRUNCATE floor.base")
        self.psql(_COPY % ("floor.base", path))

    def fill(self, *tables):
        for table in tables:
            self.psql(_FILL % (table, table))
        self.db.run("UPDATE model_number SET last_number = (SELECT count(*) FROM floor.base)")

    def diff(self, path):
        self.psql(_COPY % ("floor.stage", path) + _DIFF)

    def apply(self):
        self.psql(_APPLY)

    def whole_diff(self, job):
        week = self.db.value("SELECT week FROM import_job WHERE id = %s", job)
        self.psql(_WHOLE_DIFF % (week, job))

    def export(self):
        self.psql(_EXPORT)

    def fingerprint(self, rows, ours):
        """Equal if what the service stored and what the floor stored are the same rows."""
        columns, floor_table, our_table = _ROWS[rows]
        return self.db.rows(_FINGERPRINT % (columns, our_table if ours else floor_table))[0]


@contextlib.contextmanager
def bare_handler(site, job, handlers):
    """Yields the address of so many handlers that can do nothing but read this job. nginx in front
    of them has the site's own configuration, but for names of files, sockets and the port."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="accession-floor."))
    port = free_port()
    sock = folder / "floor.sock"
    for name in ("log", "tmp"):
        (folder / name).mkdir()
    text = (site.folder / "nginx.conf").read_text(encoding="utf-8")
    text = re.sub(r"unix:[^\"]*/(fast|slow)\.sock", f"unix:{sock}", text)
    text = re.sub(r"^( *listen [^; ]*:)\d+ ", rf"\g<1>{port} ", text, flags=re.M)
    text = text.replace(str(site.folder) + "/", str(folder) + "/")
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    environment = {**os.environ, **{k: v for k, v in site.env.items() if k[:2] == "PG"},
                   "PGUSER": "accession_api", "PATH": os.environ["PATH"] + ":/usr/sbin"}
    commands = ([PROGRAM, sock, handlers, str(job)],
                ["nginx", "-e", folder / "log/error.log", "-p", f"{folder}/",
                 "-c", folder / "nginx.conf", "-g", "daemon off;"])
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        for command in commands:
            # A session of its own, as the site's have: by these Linux may share out the processors.
            process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL,
                                       start_new_session=True)
            stack.callback(process.wait)
            stack.callback(process.terminate)
        url = f"http://127.0.0.1:{port}/api/v2/library/import/{job}/"
        _await_answer(url)
        yield url


def _await_answer(url, seconds=10):
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                answer.read()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
