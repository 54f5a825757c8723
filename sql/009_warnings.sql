-- Warnings have a kind: the sign by which a program knew that something is odd (lib/model/sign). How
-- many there are of each kind about a file stays with the job, however many of them are kept.

ALTER TABLE import_error ADD COLUMN kind text;

CREATE TABLE import_warning (
    job_id  bigint NOT NULL,
    attempt integer NOT NULL,
    file    text NOT NULL,
    kind    text NOT NULL,
    title   text NOT NULL,  -- what people call several of them
    count   bigint NOT NULL,
    PRIMARY KEY (job_id, attempt, file, kind)
);

-- Programs of before this migration, which may go on for a while, store warnings of no kind, and no
-- numbers of them. This index has no entry of any other program's, so that looking for theirs costs
-- nothing.
CREATE INDEX import_error_no_kind ON import_error (job_id, attempt) WHERE warning AND kind IS NULL;

-- An error or a warning where both can be.
CREATE TYPE finding_object AS (
    level   text,
    file    text,
    row     bigint,
    field   text,
    details text,
    entry   bigint,
    line    bigint,
    value   text,
    kind    text
);

CREATE FUNCTION finding_json(e import_error) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT row_to_json(ROW(CASE WHEN e.warning THEN 'warning' ELSE 'error' END, e.file, e.row, e.field,
                           e.details, e.entry, e.line, e.value, e.kind)::finding_object)::text
$$;

-- The kinds of warnings of an attempt: the rows of import_warning, and one about each file for which
-- there are warnings of no kind alone.
CREATE FUNCTION warning_kinds(job_id bigint, attempt integer, week integer)
    RETURNS TABLE (file text, kind text, title text, count bigint) LANGUAGE plpgsql STABLE
    SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT nullif(k.file, ''), k.kind, k.title, k.count
      FROM import_warning k
     WHERE k.job_id = warning_kinds.job_id AND k.attempt = warning_kinds.attempt;
    RETURN QUERY
    SELECT e.file, '', 'Warnings', count(*)
      FROM import_error e
     WHERE e.job_id = warning_kinds.job_id AND e.attempt = warning_kinds.attempt
       AND e.week = warning_kinds.week AND e.warning AND e.kind IS NULL
       AND NOT EXISTS (SELECT FROM import_warning k
                        WHERE k.job_id = e.job_id AND k.attempt = e.attempt
                          AND k.file = coalesce(e.file, '') AND k.kind = '')
     GROUP BY e.file;
END
$$;

-- The first `most` warnings of a kind about a file, in the order in which they were stored, which is
-- that of the file. They stand near the first warning of all, as the worker stores the first of each
-- kind before the second ones: so they are looked for from there on. Planned for the given week, so
-- that it touches and locks no other partition.
CREATE FUNCTION warnings_of_kind(job_id bigint, attempt integer, week integer, file text, kind text,
                                 most bigint)
    RETURNS SETOF import_error LANGUAGE plpgsql STABLE
    SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan
    SET enable_seqscan = off SET enable_bitmapscan = off AS $$
#variable_conflict use_variable
BEGIN
    RETURN QUERY
    SELECT *
      FROM import_error e
     WHERE e.job_id = job_id AND e.attempt = attempt AND e.week = week AND e.warning
       AND e.file IS NOT DISTINCT FROM file AND coalesce(e.kind, '') = kind
     ORDER BY e.seq
     LIMIT most;
END
$$;

-- The warnings of an attempt as a list, by file and entry: up to `shown` of each kind about a file,
-- and where there are more, a last one that says how many.
CREATE FUNCTION warnings_json(job_id bigint, attempt integer, week integer, shown bigint)
    RETURNS json LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH kinds AS MATERIALIZED (
         SELECT k.*, row_number() OVER () AS place FROM warning_kinds(job_id, attempt, week) k),
         listed AS MATERIALIZED (
         SELECT k.place, e.*
           FROM kinds k
          CROSS JOIN warnings_of_kind(job_id, attempt, week, k.file, k.kind, least(shown, k.count)) e),
         lines AS (
         SELECT file, row, field, details, entry, line, value, coalesce(kind, '') AS kind,
                false AS rest, seq
           FROM listed
          UNION ALL
         SELECT k.file, NULL, NULL,
                concat('and ', k.count - l.count, ' more of this kind (', k.title, ')'),
                NULL, NULL, NULL, k.kind, true, NULL
           FROM kinds k
          CROSS JOIN LATERAL (SELECT count(*) FROM listed WHERE place = k.place) l
          WHERE k.count > l.count)
    SELECT concat('[', string_agg(row_to_json(w)::text, ',' ORDER BY l.file, l.rest, l.entry, l.seq, l.kind),
                  ']')::json
      FROM lines l
     CROSS JOIN LATERAL (
           SELECT l.file, l.row, l.field, l.details, l.entry, l.line, l.value, l.kind) w
$$;

-- What kinds of warnings an attempt has, what deletes unseen before all others, the most frequent
-- first: the file, the kind and what people call it, how many, and the first of them that is still
-- there.
CREATE FUNCTION warning_kinds_json(job_id bigint, attempt integer, week integer) RETURNS json
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT concat('[', string_agg(row_to_json(w)::text, ','
                                  ORDER BY w.kind <> 'hidden_delete', w.count DESC, w.file, w.kind),
                  ']')::json
      FROM (SELECT k.file, k.kind, k.title, k.count, e.row, e.field, e.value
              FROM warning_kinds(job_id, attempt, week) k
              LEFT JOIN warnings_of_kind(job_id, attempt, week, k.file, k.kind, 1) e ON true) w
$$;

-- What the upload said about the encoding of the file, by its name in lib/formats/charset; NULL: nothing.
ALTER TABLE import_file ADD COLUMN charset text;
GRANT INSERT (charset) ON import_file TO accession_api;

GRANT SELECT ON import_warning TO accession_api, accession_worker;
GRANT INSERT ON import_warning TO accession_worker;
GRANT EXECUTE ON FUNCTION finding_json(import_error),
    warning_kinds(bigint, integer, integer),
    warnings_of_kind(bigint, integer, integer, text, text, bigint),
    warnings_json(bigint, integer, integer, bigint), warning_kinds_json(bigint, integer, integer)
    TO accession_api;
