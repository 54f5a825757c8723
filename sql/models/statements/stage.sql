-- The records of a file as rows of a temporary table, what is wrong with them, and the diff between
-- them and the library.

-- name: stage_make
-- The staging table: a row per record of the file. `fresh` numbers the rows without an id, from 1;
-- `bad_id` marks those whose id is not a valid one. NULL: the file says nothing about the field.
-- The table is kept for the next job, which saves more time than staging a small file takes.
CREATE TEMP TABLE IF NOT EXISTS stage_{model} (
    entry       bigint,
    row         bigint,
    line        bigint,
    fresh       bigint,
    bad_id      boolean,
    mark_delete boolean,
    id          text COLLATE "C"{each stored:,
    {name} {type}}
) ON COMMIT DELETE ROWS;

-- name: stage_copy
-- The rows come from the parser, one binary tuple each.
COPY stage_{model} FROM STDIN (FORMAT binary);

-- name: stage_analyze
-- All that the planner needs for the join is how many rows there are.
ANALYZE stage_{model} (id);

-- name: stage_duplicates
-- The rows that repeat the id of an earlier row: entry, row, line, field, value, details, in the
-- order of entries.
SELECT s.entry, s.row, s.line, 'id'::text, s.id, concat('This id is also in row ', first.row, '.')
  FROM (SELECT id, min(entry) AS entry, min(row) AS row
          FROM stage_{model}
         WHERE id IS NOT NULL
         GROUP BY id
        HAVING count(*) > 1) first
  JOIN stage_{model} s ON s.id = first.id AND s.entry > first.entry
 ORDER BY s.entry;

-- name: stage_faults
-- Why rows cannot be changes: columns and order as in stage_duplicates.
-- $1 the file is the operator's, who may add built-in items and delete none
SELECT s.entry, s.row, s.line, fault.field, fault.value, fault.details
  FROM stage_{model} s
  LEFT JOIN {model} t ON t.id = s.id
 CROSS JOIN LATERAL (VALUES
       ({deletion}::text, 'true'::text,
        CASE WHEN $1::boolean AND s.mark_delete
             THEN 'Loading a file deletes nothing: mark the item in an import instead.' END),
       ('id', s.id,
        CASE WHEN NOT $1::boolean AND t.id IS NULL AND (s.mark_delete OR left(s.id, 1) <> 'C')
             THEN concat('No match found for: "', s.id, '".') END){each required:,
       ('{name}', NULL,
        CASE WHEN t.id IS NULL AND s.{name} IS NULL AND NOT s.mark_delete AND NOT s.bad_id
                  AND ($1::boolean OR s.id IS NULL OR left(s.id, 1) = 'C')
             THEN 'This field is required.' END)}
       ) AS fault (field, value, details)
 WHERE (t.id IS NULL OR s.mark_delete) AND fault.details IS NOT NULL
 ORDER BY s.entry;

-- name: stage_diff
-- Fills the diff table from staging.
-- A row is at fault if it cannot be a change: its item does not exist and it cannot add it, or it
-- deletes, in a file of the operator's. It goes into the diff as a deletion with a negative entry,
-- which makes it easy to count; such a diff is not kept.
-- A staged NULL compares as unknown, so the stored value stays.
-- $1 job, $2 attempt, $3 week, $4 by the operator, $5 the highest custom number named in the file
INSERT INTO {model}_diff (job_id, attempt, week, op, entry, id{each stored:, old_{name}}{each stored:, new_{name}})
SELECT $1::bigint, $2::integer, $3::integer,
       (CASE WHEN f.fault OR s.mark_delete THEN 'd' WHEN t.id IS NULL THEN 'a' ELSE 'u' END)::"char",
       CASE WHEN f.fault THEN -s.entry ELSE s.entry END,
       coalesce(s.id, 'C{prefix}' || s.fresh
                      + (SELECT greatest(n.last_number, $5::bigint,
                                         (SELECT max(position) - {custom} FROM {model}))
                           FROM model_number n
                          WHERE n.content_model = '{model}')){each stored:,
       t.{name}}{each stored:,
       CASE WHEN NOT s.mark_delete THEN coalesce(s.{name}, t.{name}{if optional:, {default}}) END}
  FROM stage_{model} s
  LEFT JOIN {model} t ON t.id = s.id
 CROSS JOIN LATERAL (
       SELECT t.id IS NULL AND (s.mark_delete
                                OR NOT $4::boolean AND left(s.id, 1) <> 'C'{each required:
                                OR s.{name} IS NULL})
              OR s.mark_delete AND $4::boolean AS fault) f
 WHERE t.id IS NULL OR s.mark_delete{each stored:
    OR s.{name} <> t.{name}};

-- name: stage_twins
-- The new items that say the same as an item which the file leaves as it is, or as an earlier new
-- item: the first $1 of them, with the columns of stage_warnings up to how many there are. For
-- models that have words. Only the first of rows alike is looked for in the library, by a hash of
-- all words, so that many rows like many items are not compared each with each (of a condition for
-- each field the planner would think that hardly any row meets all).
-- $1 how many at most, $2 whether those with an id of their own are looked at, or only those without
WITH fresh AS MATERIALIZED (
     SELECT entry, row, line, words, min(entry) OVER alike AS first, min(row) OVER alike AS first_row,
            entry = min(entry) OVER alike AS is_first
       FROM (SELECT entry, row, line,
                    hash_record_extended(
                        ROW(true{each words:, coalesce({name}{if optional:, {default}})}), 0) AS words
               FROM stage_{model} s
              WHERE NOT mark_delete AND NOT bad_id
                AND (fresh IS NOT NULL
                     OR $2::boolean AND NOT EXISTS (SELECT FROM {model} t WHERE t.id = s.id))) s
     WINDOW alike AS (PARTITION BY words)),
     there AS (
     SELECT DISTINCT ON (f.entry) f.entry, t.id
       FROM fresh f
       JOIN {model} t ON hash_record_extended(ROW(true{each words:, t.{name}}), 0) = f.words
       LEFT JOIN stage_{model} other ON other.id = t.id
      WHERE f.is_first
        AND (other.id IS NULL OR NOT other.mark_delete{each words:
             AND coalesce(other.{name}, t.{name}) = t.{name}})
      ORDER BY f.entry, t.position)
SELECT entry, row, line, NULL::text, NULL::text,
       concat(coalesce('The item ' || id || ' of the library', 'The new item in row ' || first_row),
              ' has the same ', concat_ws(' and '{each words:, '{name}'}),
              ', so there would be two alike. It was taken as a new item. If it is not one, remove this ',
              'row', CASE WHEN id IS NOT NULL THEN ', or write the id of the item into it' END, '.'),
       'twin'::text, total
  FROM (SELECT f.*, there.id, count(*) OVER () AS total
          FROM fresh f
          LEFT JOIN there ON there.entry = f.first
         WHERE there.id IS NOT NULL OR f.entry > f.first
         ORDER BY f.entry
         LIMIT $1::bigint) twins
 ORDER BY entry;

-- name: stage_warnings_make
-- Warnings about rows of the file, until it is known which of them are about a change.
CREATE TEMP TABLE IF NOT EXISTS stage_warning (
    kind    text,
    entry   bigint,
    row     bigint,
    line    bigint,
    field   text,
    value   text,
    details text
) ON COMMIT DELETE ROWS;

-- name: stage_warnings_analyze
-- All that the planner needs for the join is how many there are.
ANALYZE stage_warning (entry);

-- name: stage_warnings
-- The warnings about rows that change something, and about values that are not the stored ones. One
-- about a cut value stays: what was cut off may be what was to change. Columns as in
-- stage_duplicates, then the kind, how many there are of it, and which of them it is.
-- The first $1 of each, the first of all kinds before the second ones.
SELECT entry, row, line, field, value, details, kind, total, place
  FROM (SELECT w.*,
               count(*) OVER (PARTITION BY w.kind) AS total,
               row_number() OVER (PARTITION BY w.kind ORDER BY w.entry) AS place
          FROM stage_warning w
          LEFT JOIN stage_{model} s ON s.entry = w.entry
          LEFT JOIN {model} t ON t.id = s.id
         WHERE t.id IS NULL OR s.mark_delete OR w.kind = 'comment'
            OR CASE w.field{each stored:
               WHEN '{name}' THEN s.{name} IS NULL OR s.{name} <> t.{name}}
               ELSE false{each stored: OR s.{name} <> t.{name}} END) warning
 WHERE place <= $1::bigint
 ORDER BY place, kind;

-- name: stage_warnings_end
-- The next file has its own.
DELETE FROM stage_warning;

-- name: stage_counts
-- How many rows of a new diff update, delete, and are at fault. The rest of what was inserted adds;
-- it is not read, as it is mostly the larger part.
-- $1 job, $2 attempt, $3 week
SELECT count(*) FILTER (WHERE op = 'u'),
       count(*) FILTER (WHERE op = 'd'),
       count(*) FILTER (WHERE entry < 0)
  FROM {model}_diff
 WHERE job_id = $1::bigint AND attempt = $2::integer AND week = $3::integer
   AND op > 'a';

-- name: stage_summary
-- Stores these counts.
-- $1 job, $2 attempt, $3 records of the file, $4 adds, $5 updates, $6 deletes
INSERT INTO import_summary (job_id, attempt, content_model, model_version, records, adds, updates, deletes)
VALUES ($1, $2, '{model}', {version}, $3, $4, $5, $6);
