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

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "build/release/tests/bench/floor"

_TYPES = {"priority": "smallint", "severity": "smallint", "active": "boolean",
          "mark_delete": "boolean"}


def _values(model):
    """What an item of the model has beside its id."""
    return [field for field in files.COLUMNS[model] if field not in ("id", "mark_delete")]


VALUES = _values("standard")


def _list(pattern, fields, separator=", "):
    """A part of a statement for each field, which stands where the pattern has %."""
    return separator.join(pattern.replace("%", field) for field in fields)


def _both_sides(model):
    return f"{_list('old_%', _values(model))}, {_list('new_%', _values(model))}"


def _schema(model):
    columns = _list("%", [f"{field} {_TYPES.get(field, 'text')}" for field in _values(model)])
    return f"""
CREATE SCHEMA IF NOT EXISTS floor;
CREATE UNLOGGED TABLE floor.{model}_stage (
    entry bigint GENERATED ALWAYS AS IDENTITY, id text COLLATE "C", {columns},
    mark_delete boolean);
CREATE UNLOGGED TABLE floor.{model}_base (LIKE floor.{model}_stage INCLUDING IDENTITY);
CREATE TABLE floor.{model} (LIKE {model} INCLUDING ALL);
CREATE TABLE floor.{model}_diff (LIKE {model}_diff INCLUDING ALL);
CREATE TABLE floor.{model}_history (LIKE {model}_history INCLUDING ALL);
"""


def _copy(model, table, path):
    columns = files.COLUMNS[model]
    texts = ", ".join(field for field in columns if field not in _TYPES)
    return (f"\\copy floor.{model}_{table} ({', '.join(columns)}) FROM '{path}'"
            f" WITH (FORMAT csv, HEADER, FORCE_NOT_NULL ({texts}))\n")


def _diff(model):
    """Every statement is committed by itself."""
    values = _values(model)
    return f"""
ANALYZE floor.{model}_stage;
INSERT INTO floor.{model}_diff (job_id, attempt, week, op, entry, id, {_both_sides(model)})
SELECT 1, 1, 202648, CASE WHEN t.id IS NULL THEN 'a' WHEN s.mark_delete THEN 'd' ELSE 'u' END,
       s.entry, s.id, {_list("t.%", values)}, {_list("CASE WHEN NOT s.mark_delete THEN s.% END", values)}
  FROM floor.{model}_stage s LEFT JOIN {model} t ON t.id = s.id
 WHERE t.id IS NULL OR s.mark_delete OR {_list("s.% IS DISTINCT FROM t.%", values, " OR ")};
"""


def _apply(model):
    values = _values(model)
    return f"""
DELETE FROM floor.{model} t USING floor.{model}_diff d WHERE d.op = 'd' AND t.id = d.id;
UPDATE floor.{model} t
   SET {_list("% = d.new_%", values)}, last_updated_date = now(), last_updated_by = 1
  FROM floor.{model}_diff d WHERE d.op = 'u' AND t.id = d.id;
INSERT INTO floor.{model} (id, {_list("%", values)}, created_by, last_updated_by)
SELECT id, {_list("new_%", values)}, 1, 1 FROM floor.{model}_diff WHERE op = 'a';
INSERT INTO floor.{model}_history (id, job_id, attempt, account_id, op, entry, version,
    {_both_sides(model)})
SELECT id, job_id, attempt, 1, op, entry, 1, {_both_sides(model)} FROM floor.{model}_diff;
"""


_FILL = f"""
INSERT INTO %s (id, {_list("%", VALUES)}) SELECT id, {_list("%", VALUES)} FROM floor.standard_base;
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
_ROWS = {"diff": "_diff", "library": "", "history": "_history"}  # how their tables' names end


def _compared(model, rows):
    if rows == "library":
        return ", ".join(["id", *_values(model)])
    return f"op, entry, id, {_both_sides(model)}"


class Floor:
    """The floors of imports: files go into tables by psql, with the memory that a diff has."""

    def __init__(self, site, work_mem):
        self.db = site.db
        self.environment = {**os.environ, **{k: v for k, v in site.env.items() if k[:2] == "PG"},
                            "PGOPTIONS": f"-c work_mem={work_mem}"}
        for model in files.COLUMNS:
            self.db.run(_schema(model))

    def psql(self, script, out=subprocess.DEVNULL):
        subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"], env=self.environment,
                       input=script.encode(), stdout=out, check=True)

    def clear(self):
        tables = [f"floor.{model}{end}" for model in files.COLUMNS
                  for end in ("_stage", *_ROWS.values())]
        self.db.run(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY")

    def base(self, path):
        """Takes a csv file as what `fill` fills libraries with."""
        self.db.run("TRUNCATE floor.standard_base")
        self.psql(_copy("standard", "base", path))

    def fill(self, *tables):
        for table in tables:
            self.psql(_FILL % (table, table))
        self.db.run("UPDATE model_number SET last_number = (SELECT count(*) FROM"
                    " floor.standard_base) WHERE content_model = 'standard'")

    def diff(self, paths):
        """Of files by their content models."""
        self.psql("".join(_copy(model, "stage", path) + _diff(model)
                          for model, path in paths.items()))

    def apply(self, models):
        self.psql("BEGIN;\n" + "".join(map(_apply, models)) + "COMMIT;\n")

    def whole_diff(self, job):
        week = self.db.value("SELECT week FROM import_job WHERE id = %s", job)
        self.psql(_WHOLE_DIFF % (week, job))

    def export(self):
        self.psql(_EXPORT)

    def fingerprint(self, model, rows, ours):
        """Equal if what the service stored and what the floor stored are the same rows."""
        table = ("" if ours else "floor.") + model + _ROWS[rows]
        return self.db.rows(_FINGERPRINT % (_compared(model, rows), table))[0]


@contextlib.contextmanager
def bare_handler(site, job, handlers):
    """Yields the address of so many handlers that can do nothing but read this job. nginx in front
    of them has the site's own configuration, but for names of files, sockets, the port and the user."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="accession-floor."))
    port = free_port()
    sock = folder / "floor.sock"
    for name in ("log", "tmp"):
        (folder / name).mkdir()
    text = (site.folder / "nginx.conf").read_text(encoding="utf-8")
    text = re.sub(r"unix:[^\"]*/(fast|slow)\.sock", f"unix:{sock}", text)
    text = re.sub(r"^( *listen [^; ]*:)\d+ ", rf"\g<1>{port} ", text, flags=re.M)
    text = text.replace(str(site.folder) + "/", str(folder) + "/")
    text = re.sub(r"^user .*;", "user root;", text, flags=re.M)
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
