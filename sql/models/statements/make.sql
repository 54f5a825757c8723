-- The tables of a content model, made in this order by `accession model add`: <name>, the library;
-- <name>_diff, what jobs would change in it; <name>_history, what they changed. They refer to jobs
-- and accounts without foreign keys, which would cost a lookup for every row of an apply.

-- name: make_library
-- Built-in items first, then custom ones, each in the order of their numbers: item_position.
CREATE TABLE {model} (
    id                text COLLATE "C" PRIMARY KEY CHECK (starts_with(id, '{prefix}') OR starts_with(id, 'C{prefix}')),{each stored:
    {name}            {type} NOT NULL{check},}
    modified          boolean NOT NULL DEFAULT false,
    created_date      timestamptz NOT NULL DEFAULT now(),
    created_by        bigint,
    last_updated_date timestamptz NOT NULL DEFAULT now(),
    last_updated_by   bigint,
    position          bigint NOT NULL GENERATED ALWAYS AS (item_position('{prefix}', id)) STORED
);

-- name: make_position
CREATE UNIQUE INDEX ON {model} (position);

-- name: make_written
-- See 014_review.
CREATE TRIGGER library_written BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {model}
    FOR EACH STATEMENT EXECUTE FUNCTION library_written();

-- name: make_diff
-- op: a(dd), u(pdate), d(elete). This is one of the weekly tables.
CREATE TABLE {model}_diff (
    job_id  bigint NOT NULL,
    attempt integer NOT NULL,
    week    integer NOT NULL,
    op      "char" NOT NULL CHECK (op IN ('a', 'u', 'd')),
    entry   bigint NOT NULL,
    id      text COLLATE "C" NOT NULL,{each stored:
    old_{name} {type},}{each stored:
    new_{name} {type},}
    PRIMARY KEY (job_id, attempt, week, op, entry)
) PARTITION BY LIST (week);

-- name: make_other_weeks
CREATE TABLE {model}_diff_other PARTITION OF {model}_diff DEFAULT;

-- name: make_history
-- version: of the content model. A missing side is NULL, except in rows that are older than the
-- field: there both sides have the value that the items had when it came.
CREATE TABLE {model}_history (
    id         text COLLATE "C" NOT NULL,
    seq        bigint GENERATED ALWAYS AS IDENTITY,
    at         timestamptz NOT NULL DEFAULT now(),
    job_id     bigint,
    attempt    integer,
    account_id bigint,
    op         "char" NOT NULL CHECK (op IN ('a', 'u', 'd')),
    entry      bigint NOT NULL,
    version    integer NOT NULL,{each stored:
    old_{name} {type},}{each stored:
    new_{name} {type},}
    PRIMARY KEY (id, seq)
);

-- name: make_history_job
-- Finds what a job did. A job's rows are adjacent, so a BRIN index is enough, and costs an apply
-- nothing.
CREATE INDEX ON {model}_history USING brin (job_id) WITH (pages_per_range = 32, autosummarize = on);

-- name: make_number
INSERT INTO model_number (content_model) VALUES ('{model}');

-- name: make_readable
GRANT SELECT ON {model}, {model}_diff, {model}_history TO accession_api, accession_worker;

-- name: make_writable
GRANT INSERT, UPDATE, DELETE ON {model} TO accession_worker;

-- name: make_appendable
GRANT INSERT ON {model}_diff, {model}_history TO accession_worker;
