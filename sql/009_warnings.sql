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

-- Those of before this migration, and of programs that do not know kinds yet, are of one.
INSERT INTO import_warning
SELECT job_id, attempt, coalesce(file, ''), '', 'Warnings', count(*)
  FROM import_error
 WHERE warning
 GROUP BY job_id, attempt, coalesce(file, '');

-- A warning as the API shows it: an error's keys in their order, and its kind.
CREATE TYPE warning_object AS (
    file    text,
    row     bigint,
    field   text,
    details text,
    entry   bigint,
    line    bigint,
    value   text,
    kind    text
);

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

-- The warnings of an attempt as a list, by file and entry: up to `shown` of each kind about a file,
-- and where there are more, a last one that says how many. Planned for the given week, so that it
-- touches and locks no other partition.
CREATE FUNCTION warnings_json(job_id bigint, attempt integer, week integer, shown bigint)
    RETURNS json LANGUAGE plpgsql STABLE
    SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_variable
DECLARE
    items text;
BEGIN
    WITH listed AS (
         SELECT *
           FROM (SELECT i.*, row_number() OVER (PARTITION BY i.file, i.kind ORDER BY i.entry, i.seq) AS place
                   FROM import_error i
                  WHERE i.job_id = job_id AND i.attempt = attempt AND i.week = week AND i.warning) e
          WHERE e.place <= shown)
    SELECT string_agg(row_to_json(w.warning)::text, ',' ORDER BY w.file, w.more, w.entry, w.seq)
      INTO items
      FROM (SELECT e.file, false AS more, e.entry, e.seq,
                   ROW(e.file, e.row, e.field, e.details, e.entry, e.line, e.value,
                       coalesce(e.kind, ''))::warning_object AS warning
              FROM listed e
            UNION ALL
            SELECT l.file, true, NULL, NULL,
                   ROW(l.file, NULL, NULL,
                       concat('and ', k.count - l.count, ' more of this kind (', k.title, ')'),
                       NULL, NULL, NULL, k.kind)::warning_object
              FROM (SELECT e.file, e.kind, count(*) AS count FROM listed e GROUP BY e.file, e.kind) l
              JOIN import_warning k
                ON k.job_id = job_id AND k.attempt = attempt
               AND k.file = coalesce(l.file, '') AND k.kind = coalesce(l.kind, '')
               AND k.count > l.count) w;
    RETURN concat('[', items, ']')::json;
END
$$;

-- What kinds of warnings an attempt has, what deletes unseen before all others, the most frequent
-- first: the file, the kind and what people call it, how many, and the first of them that is still
-- there.
CREATE FUNCTION warning_kinds_json(job_id bigint, attempt integer, week integer) RETURNS json
    LANGUAGE plpgsql STABLE
    SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_variable
DECLARE
    items text;
BEGIN
    SELECT string_agg(row_to_json(w)::text, ',' ORDER BY w.kind <> 'hidden_delete', w.count DESC, w.file, w.kind)
      INTO items
      FROM (SELECT nullif(k.file, '') AS file, k.kind, k.title, k.count, f.row, f.field, f.value
              FROM import_warning k
              LEFT JOIN LATERAL (
                   SELECT e.row, e.field, e.value
                     FROM import_error e
                    WHERE e.job_id = job_id AND e.attempt = attempt AND e.week = week AND e.warning
                      AND coalesce(e.file, '') = k.file AND coalesce(e.kind, '') = k.kind
                    ORDER BY e.entry, e.seq
                    LIMIT 1) f ON true
             WHERE k.job_id = job_id AND k.attempt = attempt) w;
    RETURN concat('[', items, ']')::json;
END
$$;

-- What the upload said about the encoding of the file, by its name in lib/formats/charset; NULL: nothing.
ALTER TABLE import_file ADD COLUMN charset text;
GRANT INSERT (charset) ON import_file TO accession_api;

GRANT SELECT ON import_warning TO accession_api, accession_worker;
GRANT INSERT ON import_warning TO accession_worker;
GRANT EXECUTE ON FUNCTION finding_json(import_error), warnings_json(bigint, integer, integer, bigint),
    warning_kinds_json(bigint, integer, integer) TO accession_api;
