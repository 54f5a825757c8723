-- The content model "standard": the library, what jobs would change in it, and what they changed. A
-- model <name> has these three tables: <name>, <name>_diff, <name>_history. They refer to jobs and
-- accounts without foreign keys, which would cost a lookup for every row of an apply.

-- Built-in items (T<n>) first, then custom ones (CT<n>), each in the order of their numbers.
CREATE FUNCTION item_position(prefix text, id text) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN left(id, 1) = 'C'
                THEN 1000000000000000 + substr(id, 2 + length(prefix))::bigint
                ELSE substr(id, 1 + length(prefix))::bigint END
$$;

CREATE TABLE standard (
    id                text COLLATE "C" PRIMARY KEY CHECK (left(id, 1) = 'T' OR left(id, 2) = 'CT'),
    title             text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 255),
    text              text NOT NULL CHECK (text <> ''),
    problem           text NOT NULL,
    priority          smallint NOT NULL CHECK (priority BETWEEN 1 AND 10),
    phase             text NOT NULL CHECK (phase <> ''),
    active            boolean NOT NULL,
    match_conditions  text NOT NULL,
    tags              text NOT NULL,
    modified          boolean NOT NULL DEFAULT false,  -- a built-in item changed by an import
    created_date      timestamptz NOT NULL DEFAULT now(),
    created_by        bigint,  -- NULL: loaded by the operator
    last_updated_date timestamptz NOT NULL DEFAULT now(),
    last_updated_by   bigint,
    position          bigint NOT NULL GENERATED ALWAYS AS (item_position('T', id)) STORED
);
CREATE UNIQUE INDEX standard_position ON standard (position);

-- op: a(dd), u(pdate), d(elete). A missing side is NULL. This is one of the weekly tables.
CREATE TABLE standard_diff (
    job_id               bigint NOT NULL,
    attempt              integer NOT NULL,
    week                 integer NOT NULL,  -- the job's
    op                   "char" NOT NULL CHECK (op IN ('a', 'u', 'd')),
    entry                bigint NOT NULL,
    id                   text COLLATE "C" NOT NULL,
    old_title            text,
    old_text             text,
    old_problem          text,
    old_priority         smallint,
    old_phase            text,
    old_active           boolean,
    old_match_conditions text,
    old_tags             text,
    new_title            text,
    new_text             text,
    new_problem          text,
    new_priority         smallint,
    new_phase            text,
    new_active           boolean,
    new_match_conditions text,
    new_tags             text,
    PRIMARY KEY (job_id, attempt, week, op, entry)
) PARTITION BY LIST (week);

CREATE TABLE standard_history (
    id                   text COLLATE "C" NOT NULL,
    seq                  bigint GENERATED ALWAYS AS IDENTITY,
    at                   timestamptz NOT NULL DEFAULT now(),
    job_id               bigint,                        -- NULL: loaded by the operator
    attempt              integer,
    account_id           bigint,                        -- who accepted
    op                   "char" NOT NULL CHECK (op IN ('a', 'u', 'd')),
    entry                bigint NOT NULL,
    old_title            text,
    old_text             text,
    old_problem          text,
    old_priority         smallint,
    old_phase            text,
    old_active           boolean,
    old_match_conditions text,
    old_tags             text,
    new_title            text,
    new_text             text,
    new_problem          text,
    new_priority         smallint,
    new_phase            text,
    new_active           boolean,
    new_match_conditions text,
    new_tags             text,
    PRIMARY KEY (id, seq)
);
-- Finds what a job did. A job's rows are adjacent, so a BRIN index is enough, and costs an apply
-- nothing.
CREATE INDEX standard_history_job ON standard_history USING brin (job_id)
    WITH (pages_per_range = 32, autosummarize = on);

INSERT INTO model_number (content_model) VALUES ('standard');

-- Adds a field to a content model. Existing items get the value, and so do their history and the
-- diffs, as if the field had always been there, so that what was reviewed can still be applied. For
-- new items the program supplies the value. Meant for migrations; locks in the same order as the
-- programs, and readers wait meanwhile.
CREATE FUNCTION model_add_field(model text, field text, type text, value text) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    sides text;
BEGIN
    IF type NOT IN ('text', 'smallint', 'boolean') OR value IS NULL THEN
        RAISE EXCEPTION 'A field is text, smallint or boolean, and has a value: not %, %.', type, value
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    LOCK TABLE model_number IN EXCLUSIVE MODE;
    EXECUTE format('LOCK TABLE %I, %I, %I', model || '_diff', model, model || '_history');
    EXECUTE format('ALTER TABLE %I ADD COLUMN %I %s NOT NULL DEFAULT %L', model, field, type, value);
    FOREACH sides IN ARRAY ARRAY[model || '_diff', model || '_history'] LOOP
        -- A default fills new_ without writing rows; only updates and deletes, the fewer, are
        -- written.
        EXECUTE format('ALTER TABLE %1$I ADD COLUMN %2$I %4$s, ADD COLUMN %3$I %4$s DEFAULT %5$L',
                       sides, 'old_' || field, 'new_' || field, type, value);
        EXECUTE format('ALTER TABLE %I ALTER COLUMN %I DROP DEFAULT', sides, 'new_' || field);
        EXECUTE format('UPDATE %1$I SET %2$I = %4$L, %3$I = CASE op WHEN ''d'' THEN NULL ELSE %3$I END'
                       ' WHERE op <> ''a''', sides, 'old_' || field, 'new_' || field, value);
    END LOOP;
END
$$;
