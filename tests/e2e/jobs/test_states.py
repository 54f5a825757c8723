"""The rules that the database itself enforces, whatever a program does: which role may make which
change of status, which rows cannot exist, and what no role may touch."""

import psycopg2
import pytest

from client import CURRENT, ENDED, STATUSES

ROLES = ["accession_owner", "accession_api", "accession_worker"]
EDGES = {
    ("pending", "generating_diff"), ("generating_diff", "ready_for_review"),
    ("ready_for_review", "applying_changes"), ("applying_changes", "success"),
    ("generating_diff", "fail"), ("applying_changes", "fail"),
    ("pending", "cancel"), ("generating_diff", "cancel"), ("ready_for_review", "cancel"),
    ("applying_changes", "cancel"), ("fail", "pending"), ("cancel", "pending"),
}
BY_API = {("ready_for_review", "applying_changes"), ("fail", "pending"), ("cancel", "pending")} | {
    edge for edge in EDGES if edge[1] == "cancel"}
BY_WORKER = EDGES - {("ready_for_review", "applying_changes"), ("fail", "pending"),
                     ("cancel", "pending")}
# The handlers change jobs by functions alone, which ask for the key of a credential.
LEGAL = {"accession_owner": EDGES, "accession_api": set(), "accession_worker": BY_WORKER}


def change(role, status, before):
    """The statement that changes to a status, with all that a row of that status needs."""
    sets = [f"status = '{status}'", f"completed = {'now()' if status in ENDED else 'NULL'}",
            f"errors = {chr(39) + '[]' + chr(39) if status == 'fail' else 'NULL'}"]
    if role != "accession_worker":
        if status in ("applying_changes", "success") and not before:
            sets.append("accepted = now(), accepted_by = triggered_by")
        elif status in ("pending", "generating_diff", "ready_for_review"):
            sets.append("accepted = NULL, accepted_by = NULL")
    return f"UPDATE import_job SET {', '.join(sets)} WHERE id = %s"


@pytest.fixture
def role_connection(db):
    connections = {}

    def connect(role):
        if role not in connections:
            connections[role] = db.connect(role)
        return connections[role]

    yield connect
    for connection in connections.values():
        connection.close()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("before", STATUSES)
def test_only_legal_changes_of_status_pass(site, db, role_connection, role, before):
    with site.worker_stopped():
        job_id = db.make_job(before, site.ids["admin"])
        accepted = db.value("SELECT accepted IS NOT NULL FROM import_job")
        connection, passed = role_connection(role), set()
        for after in STATUSES:
            with connection.cursor() as cursor:
                try:
                    cursor.execute(change(role, after, accepted), (job_id,))
                    assert cursor.rowcount == 1
                    passed.add((before, after))
                except (psycopg2.errors.CheckViolation, psycopg2.errors.InsufficientPrivilege):
                    pass
                finally:
                    connection.rollback()
        assert passed == {edge for edge in LEGAL[role] if edge[0] == before}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("status", STATUSES)
def test_new_job_is_pending(site, role_connection, role, status):
    columns = {"status": f"'{status}'", "triggered_by": str(site.ids["admin"]), "format": "'csv'"}
    if status in ENDED:
        columns["completed"] = "now()"
    if status == "fail":
        columns["errors"] = "'[]'"
    if status in ("applying_changes", "success"):
        columns.update(accepted="now()", accepted_by=columns["triggered_by"])
    if role == "accession_api":
        columns = {name: columns[name] for name in ("triggered_by", "format")}
    connection = role_connection(role)
    with connection.cursor() as cursor:
        sql = (f"INSERT INTO import_job ({', '.join(columns)})"
               f" VALUES ({', '.join(columns.values())})")
        if role == "accession_worker":
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(sql)
        elif status == "pending" or role == "accession_api":
            cursor.execute(sql + " RETURNING status")
            assert cursor.fetchone() == ("pending",)
        else:
            with pytest.raises(psycopg2.errors.CheckViolation):
                cursor.execute(sql)
    connection.rollback()


def test_edges_table_says_the_same(db):
    rows = db.rows("SELECT from_status, to_status, by_api, by_worker FROM job_edge")
    assert {row[:2] for row in rows} == EDGES
    assert {row[:2] for row in rows if row[2]} == BY_API
    assert {row[:2] for row in rows if row[3]} == BY_WORKER


@pytest.mark.parametrize("status", CURRENT)
def test_one_current_job_at_most(site, db, status):
    with site.worker_stopped():
        db.make_job(status, site.ids["admin"])
        with pytest.raises(psycopg2.errors.UniqueViolation):
            db.make_job("pending", site.ids["admin"])
        db.run("ROLLBACK")


@pytest.mark.parametrize("status, columns", [
    ("success", "completed = NULL"),
    ("success", "errors = '[]'"),
    ("success", "accepted = NULL, accepted_by = NULL, accepted_by_doc = NULL"),
    ("success", "accepted_by = NULL"),
    ("success", "cancel_requested = now()"),
    ("fail", "errors = NULL"),
    ("ready_for_review", "completed = now()"),
    ("ready_for_review", "accepted = now(), accepted_by = triggered_by, accepted_by_doc = '{}'"),
    ("ready_for_review", "attempt = 0"),
    ("ready_for_review", "status = 'unknown'"),
    ("ready_for_review", "status = NULL"),
    ("ready_for_review", "triggered = NULL"),
    ("ready_for_review", "uploaded_by = NULL"),
    ("ready_for_review", "name = ''"),
    ("ready_for_review", "name = repeat('x', 256)"),
    ("ready_for_review", "note = repeat('x', 10001)"),
])
def test_rows_that_cannot_be(site, db, status, columns):
    db.make_job(status, site.ids["admin"])
    with pytest.raises(psycopg2.IntegrityError):
        db.run(f"UPDATE import_job SET {columns}")


# What each program may not do

FORBIDDEN = {
    "accession_api": [
        "INSERT INTO standard (id, title, text, problem, priority, phase, active, match_conditions,"
        " tags) VALUES ('CT1', 'x', 'x', '', 1, 'X1', true, '', '')",
        "UPDATE standard SET title = 'x'", "DELETE FROM standard", "TRUNCATE standard",
        "DELETE FROM standard_history", "INSERT INTO standard_diff (job_id) VALUES (1)",
        "DELETE FROM import_job", "UPDATE import_job SET run_token = 0", "DELETE FROM job_event",
        "UPDATE job_event SET event = 'x'", "DELETE FROM upload_chunk",
        "UPDATE import_file SET bytes = 1", "INSERT INTO lease (job_id) VALUES (1)",
        "UPDATE job_edge SET by_api = true", "UPDATE model_number SET last_number = 0",
        "SELECT lease_reap('0')", "SELECT job_ready(1, 1)", "UPDATE import_job SET uploaded_by = 1",
        "INSERT INTO import_job (triggered_by, uploaded_by, format) VALUES (1, 1, 'csv')",
        "UPDATE import_job SET name = 'x'", "UPDATE import_job SET note = 'x'",
        "UPDATE import_file SET sha256 = NULL", "UPDATE idempotency_answer SET body = 'x'",
        "INSERT INTO idempotency_answer (account_id) VALUES (1)", "DELETE FROM idempotency_answer",
        "SELECT idempotency_purge(1)", "UPDATE import_job SET purged = now()",
        "UPDATE import_job SET week = 1", "SELECT weeks_make(1)", "SELECT week_purge(202601, '0')",
        "SELECT job_expire('0')", "SELECT lease_audit(1, 1, true)", "DROP TABLE upload_chunk_other",
        "ALTER TABLE import_job DISABLE TRIGGER ALL", "CREATE TABLE x (y int)",
        "UPDATE import_job SET status = 'cancel'", "UPDATE import_job SET reviews = 7",
        "UPDATE import_job SET accepted_by = 1", "UPDATE import_job SET decision_note = 'x'",
        "INSERT INTO import_hold (job_id, attempt, week, content_model, entry, op, account_id)"
        " VALUES (1, 1, 1, 'standard', 1, 'u', 1)",
        "UPDATE import_hold SET note = 'x'", "DELETE FROM import_hold", "TRUNCATE import_hold",
        "UPDATE import_summary SET held_adds = 0", "UPDATE import_summary SET stale = 0",
        "INSERT INTO import_review (job_id, week, reviews, content_model, attempt, what)"
        " VALUES (1, 1, 1, 'standard', 1, 'held')",
        "UPDATE import_review SET same = true", "DELETE FROM import_review",
        "INSERT INTO import_looked (job_id, attempt, week, content_model, account_id, entries, changes)"
        " VALUES (1, 1, 1, 'standard', 1, '{}', 0)",
        "UPDATE import_looked SET changes = 7", "DELETE FROM import_looked",
        "INSERT INTO job_approval (job_id, account_id, attempt, reviews) VALUES (1, 1, 1, 1)",
        "UPDATE job_approval SET reviews = 7", "DELETE FROM job_approval",
        "INSERT INTO review_comment (job_id, attempt, text, account_id) VALUES (1, 1, 'x', 1)",
        "UPDATE review_comment SET text = 'x'", "DELETE FROM review_comment",
        "SELECT review_ready(1)", "SELECT review_carry(1, 'standard', 1, '{}', '{}', true, '{}')",
        "SELECT review_audit(j, 'approved', 1, NULL) FROM import_job j", "SELECT act_on_job('x')",
        "UPDATE model_number SET revision = 0", "ALTER TABLE standard DISABLE TRIGGER library_written",
    ],
    "accession_worker": [
        "INSERT INTO import_job (triggered_by, format) VALUES (1, 'csv')",
        "DELETE FROM import_job", "UPDATE import_job SET accepted = now()",
        "UPDATE import_job SET triggered_by = 1", "UPDATE import_job SET decision_note = 'x'",
        "SELECT body FROM idempotency_answer", "DELETE FROM idempotency_answer",
        "SELECT idempotency_keep(1, 'x', 'x', sha256('x'), 200, 'x')",
        "SELECT idempotency_find(1, 'x', 'x', true)", "DELETE FROM standard_history",
        "UPDATE standard_history SET op = 'a'", "UPDATE standard_diff SET new_title = 'x'",
        "DELETE FROM job_event", "SELECT password_hash FROM account", "SELECT hash FROM credential",
        "INSERT INTO account (email, role) VALUES ('a@b', 'admin')",
        "UPDATE account SET role = 'admin'", "UPDATE feature SET enabled = false",
        "SELECT job_accept(NULL, 1, NULL, NULL, NULL, NULL)",
        "SELECT job_create(1, 'csv', '{}')", "TRUNCATE standard",
        "UPDATE job_edge SET by_worker = true", "CREATE TABLE x (y int)",
        "UPDATE import_job SET purged = now()", "UPDATE import_job SET week = 1",
        "DROP TABLE upload_chunk_other", "TRUNCATE standard_diff", "DELETE FROM upload_chunk",
        "INSERT INTO job_event (job_id, attempt, event, status) VALUES (1, 1, 'x', 'fail')",
        "SELECT review_hold('x', 1, NULL, NULL, 'standard', '{}', true, NULL)", "SELECT approval_add('x', 1, 'x')",
        "INSERT INTO import_hold (job_id, attempt, week, content_model, entry, op, account_id)"
        " VALUES (1, 1, 1, 'standard', 1, 'u', 1)",
        "DELETE FROM import_hold", "DELETE FROM import_review", "UPDATE job_approval SET reviews = 7",
        "INSERT INTO job_approval (job_id, account_id, attempt, reviews) VALUES (1, 1, 1, 1)",
        "UPDATE review_comment SET text = 'x'", "DELETE FROM review_comment",
    ],
}


@pytest.mark.parametrize("role, sql", [(role, sql) for role, all_sql in FORBIDDEN.items()
                                       for sql in all_sql])
def test_role_may_not(role_connection, role, sql):
    connection = role_connection(role)
    with connection.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(sql)
    connection.rollback()


def test_secrets_are_stored_as_hashes_only(site, db):
    dump = db.rows("""SELECT credential::text FROM credential
                      UNION ALL SELECT account::text FROM account""")
    text = "\n".join(row[0] for row in dump)
    for secret in (site.env["ACCESSION_TOKEN"], site.env["ACCESSION_PASSWORD"], site.viewer.token):
        assert secret not in text
        assert secret.encode().hex() not in text
    assert "$argon2id$" in text
