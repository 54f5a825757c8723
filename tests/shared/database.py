"""The site's database as its owner sees it, to set up scenes and to look behind the API."""

import contextlib
import hashlib
import secrets

import psycopg2
import psycopg2.errors

from library import FIELDS, item

# The legal changes of the plain table that take a job to each status.
_ACCEPT = "accepted = clock_timestamp(), accepted_by = triggered_by"
_END = "completed = clock_timestamp()"
_ROUTES = {
    "pending": [],
    "generating_diff": ["status = 'generating_diff'"],
    "ready_for_review": ["status = 'generating_diff'", "status = 'ready_for_review'"],
    "applying_changes": ["status = 'generating_diff'", "status = 'ready_for_review'",
                         f"status = 'applying_changes', {_ACCEPT}"],
    "success": ["status = 'generating_diff'", "status = 'ready_for_review'",
                f"status = 'applying_changes', {_ACCEPT}", f"status = 'success', {_END}"],
    "fail": ["status = 'generating_diff'", f"status = 'fail', errors = '[]', {_END}"],
    "cancel": [f"status = 'cancel', {_END}"],
}


class Database:
    def __init__(self, env):
        self.env = env
        self.connection = self.connect()
        self.connection.autocommit = True

    def connect(self, user=None):
        return psycopg2.connect(
            host=self.env["PGHOST"], port=self.env["PGPORT"], dbname=self.env["PGDATABASE"],
            user=user or self.env["PGUSER"], password=self.env.get("PGPASSWORD"),
            application_name="accession e2e tests", target_session_attrs="read-write")

    def run(self, sql, *params):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params or None)

    def rows(self, sql, *params):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params or None)
            return cursor.fetchall()

    def value(self, sql, *params):
        return self.rows(sql, *params)[0][0]

    @contextlib.contextmanager
    def locked(self, table, mode):
        """Holds a table lock, to stop a worker's phase at a known point."""
        holder = self.connect()
        try:
            with holder.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {table} IN {mode} MODE")
            yield
        finally:
            holder.close()

    def clear(self):
        """Empties jobs and library, and restarts the numbers. Tables that an idle worker reads are
        emptied by DELETE, since a TRUNCATE would deadlock with it; and so are small ones, since each
        TRUNCATE makes files, which takes longer than few rows do."""
        self.run("""
            SET lock_timeout = '60s';
            DO $$
            DECLARE
                model text;
                part  regclass;
                size  bigint;
            BEGIN
                FOR part IN SELECT format('%I%s', name, suffix)::regclass
                              FROM content_model CROSS JOIN (VALUES (''), ('_history')) t (suffix)
                             UNION ALL
                            SELECT relid
                              FROM (SELECT name || '_diff' FROM content_model
                                    UNION ALL
                                    SELECT 'upload_chunk') weekly (name)
                             CROSS JOIN pg_partition_tree(name::regclass) WHERE isleaf
                LOOP
                    size := pg_total_relation_size(part);
                    IF size > 1000000 THEN
                        EXECUTE format('TRUNCATE %s', part);
                    ELSIF pg_relation_size(part) > 0 THEN
                        EXECUTE format('DELETE FROM %s', part);
                    END IF;
                END LOOP;
                FOR model IN SELECT name FROM content_model LOOP
                    PERFORM setval(pg_get_serial_sequence(quote_ident(model || '_history'), 'seq'), 1,
                                   false);
                END LOOP;
            END
            $$;
            DELETE FROM lease;
            DELETE FROM sign_in_tries;
            DELETE FROM import_error;
            DELETE FROM import_warning;
            DELETE FROM import_failed_row;
            DELETE FROM import_summary;
            DELETE FROM import_hold;
            DELETE FROM import_review;
            DELETE FROM import_looked;
            DELETE FROM review_comment WHERE reply_to IS NOT NULL;
            DELETE FROM review_comment;
            DELETE FROM job_approval;
            DELETE FROM job_event;
            DELETE FROM import_file;
            DELETE FROM idempotency_answer;
            DELETE FROM import_job;
            SELECT setval('import_job_id_seq', 1, false), setval('import_file_id_seq', 1, false);
            UPDATE model_number SET last_number = 0;
            UPDATE feature SET enabled = true WHERE NOT enabled;
            RESET lock_timeout""")

    def busy(self):
        return self.value("SELECT EXISTS (SELECT FROM lease)")

    def somebody_waits(self):
        """Whether anybody waits for a lock."""
        return self.value("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")

    def seed(self, *items):
        """Puts items into the library as if they had always been there."""
        columns = ", ".join(FIELDS)
        marks = ", ".join(["%s"] * len(FIELDS))
        with self.connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO standard ({columns}) VALUES ({marks})",
                               [[one[field] for field in FIELDS] for one in items])
        self.run("""UPDATE model_number SET last_number = greatest(last_number, (
                        SELECT coalesce(max(substr(id, 3)::bigint), 0) FROM standard
                         WHERE id LIKE 'CT%%'))
                     WHERE content_model = 'standard'""")

    def library(self):
        """What is in the library: id → item."""
        found = self.rows(f"SELECT {', '.join(FIELDS)} FROM standard ORDER BY position")
        return {row[0]: item(**dict(zip(FIELDS, row))) for row in found}

    def age(self, job_id, made, ended=None):
        """Moves a job into the past: made `made` days ago, and ended `ended` days ago (default:
        `made`). Its rows move to the partitions of that week, which are made if missing."""
        ended = made if ended is None else ended
        week, old = self.rows("""SELECT week_of(now() - make_interval(days => %s)), week
                                   FROM import_job WHERE id = %s""", made, job_id)[0]
        with self.connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT t::text FROM weekly_tables() t")
            tables = cursor.fetchall()
            for table, in tables:  # partitions that exist stay
                cursor.execute(f"LOCK TABLE ONLY {table} IN ROW EXCLUSIVE MODE")
            for table, in tables:
                cursor.execute(f"""CREATE TABLE IF NOT EXISTS {table}_{week}
                                   PARTITION OF {table} FOR VALUES IN ({week})""")
                whose = "file_id IN (SELECT id FROM import_file WHERE job_id = %s)" \
                    if table == "upload_chunk" else "job_id = %s"
                cursor.execute(f"UPDATE {table} SET week = %s WHERE week = %s AND {whose}",
                               (week, old, job_id))
            cursor.execute("""UPDATE import_job
                                 SET week = %s, triggered = triggered - make_interval(days => %s),
                                     accepted = accepted - make_interval(days => %s),
                                     completed = completed - make_interval(days => %s)
                               WHERE id = %s""", (week, made, ended, ended, job_id))
            cursor.execute("UPDATE job_event SET at = at - make_interval(days => %s) WHERE job_id = %s",
                           (ended, job_id))
            cursor.execute("COMMIT")
        return week

    def partitions(self, table):
        """The weeks for which a weekly table has partitions, and "other"."""
        return [name.rpartition("_")[2] for name, in self.rows(
            "SELECT relid::regclass::text FROM pg_partition_tree(%s) WHERE isleaf ORDER BY 1", table)]

    def make_account(self, email, role, first_name="", last_name="", like=None):
        """Makes an account; `like` names another whose password it gets."""
        return self.value(
            """INSERT INTO account (email, role, first_name, last_name, password_hash)
               VALUES (%s, %s, %s, %s, (SELECT password_hash FROM account WHERE email = %s))
               RETURNING id""", email, role, first_name, last_name, like)

    def make_token(self, account_id):
        key = secrets.token_hex(32)
        self.run("""INSERT INTO credential (hash, account_id, role, active)
                    VALUES (%s, %s, '', true)""",
                 hashlib.sha256(hashlib.sha256(key.encode()).digest()).digest(), account_id)
        return key

    def make_job(self, status, account_id, triggered=None):
        """Makes a job without files, taken to its status by legal steps, unseen by any worker."""
        with self.connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("""INSERT INTO import_job (triggered_by, format) VALUES (%s, 'csv')
                              RETURNING id""", (account_id,))
            job_id = cursor.fetchone()[0]
            self.walk(cursor, job_id, status)
            if triggered:
                cursor.execute("UPDATE import_job SET triggered = %s WHERE id = %s",
                               (triggered, job_id))
            cursor.execute("COMMIT")
        return job_id

    @staticmethod
    def walk(cursor, job_id, status):
        """Takes a pending job to a status along legal edges."""
        for change in _ROUTES[status]:
            cursor.execute(f"UPDATE import_job SET {change} WHERE id = %s", (job_id,))
