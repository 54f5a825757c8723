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

-- name: stage_base
-- What the diff is made against: the highest number of a custom item, from which on rows without an
-- id get theirs; the library's revision; and the highest number that an item ever had.
-- $1 the highest custom number named in the file
SELECT greatest(n.last_number, $1::bigint, l.number), n.revision, greatest(n.last_number, l.number)
  FROM model_number n
 CROSS JOIN (SELECT max(position) - {custom} AS number FROM {model}) l
 WHERE n.content_model = '{model}';

-- name: stage_diff
-- Fills the diff table from staging.
-- A row is at fault if it cannot be a change: its item does not exist and it cannot add it, or it
-- deletes, in a file of the operator's. It goes into the diff as a deletion with a negative entry,
-- which makes it easy to count; such a diff is not kept.
-- A staged NULL compares as unknown, so the stored value stays.
-- $1 job, $2 attempt, $3 week, $4 by the operator, $5 the highest custom number
INSERT INTO {model}_diff (job_id, attempt, week, op, entry, id{each stored:, old_{name}}{each stored:, new_{name}})
SELECT $1::bigint, $2::integer, $3::integer,
       (CASE WHEN f.fault OR s.mark_delete THEN 'd' WHEN t.id IS NULL THEN 'a' ELSE 'u' END)::"char",
       CASE WHEN f.fault THEN -s.entry ELSE s.entry END,
       coalesce(s.id, 'C{prefix}' || s.fresh + $5::bigint){each stored:,
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

-- part: stage_of_job
job_id = $1::bigint AND attempt = $2::integer AND week = $3::integer

-- part: stage_shape
0{each words:, {if line:hashtext({name})}{if text:octet_length({name})}}

-- part: stage_new_shape
0{each words:, {if line:hashtext(new_{name})}{if text:octet_length(new_{name})}}

-- part: stage_shape_columns
shape{each words:, shape_{name}}

-- part: stage_has_words
(false{each words: OR new_{name} <> ''})

-- name: stage_counts
-- How many rows of a new diff update, delete, and are at fault; and whether there may be new items
-- that say the same as another one. Those have the same shape: the lines, and the lengths of the
-- texts, which are known without reading them. The rest of what was inserted adds; it is not counted,
-- as it is mostly the larger part.
-- Behind IS TRUE an IN is no join, which the planner might make of each with each; and with the LIMIT
-- it knows that the new items have room in a hash table. (A shape begins with a number, not with a
-- boolean: of "true = shape" the planner makes "shape", by which nothing can be hashed.)
-- $1 job, $2 attempt, $3 week, $4 rows of the diff, $5 of how many new items the shape is looked at
WITH added ({part stage_shape_columns}) AS (
     SELECT {part stage_new_shape}
       FROM {model}_diff
      WHERE {part stage_of_job} AND op = 'a'
        AND {part stage_has_words}
      LIMIT $5::bigint)
SELECT updates, deletes, faults,
       CASE $4::bigint - updates - deletes
            WHEN 0 THEN false
            ELSE $4::bigint - updates - deletes > $5::bigint
                 OR EXISTS (SELECT FROM {model}
                             WHERE (({part stage_shape}) IN (SELECT * FROM added)) IS TRUE)
                 OR EXISTS (SELECT FROM {model}_diff
                             WHERE {part stage_of_job} AND op = 'u'
                               AND (({part stage_new_shape}) IN (SELECT * FROM added)) IS TRUE)
                 OR (SELECT count(*) FROM (SELECT DISTINCT * FROM added) one) < (SELECT count(*) FROM added) END
  FROM (SELECT count(*) FILTER (WHERE op = 'u') AS updates,
               count(*) FILTER (WHERE op = 'd') AS deletes,
               count(*) FILTER (WHERE entry < 0) AS faults
          FROM {model}_diff
         WHERE {part stage_of_job}
           AND op > 'a') counted;

-- name: stage_twins_begin
-- No estimate is good enough here for the planner to compare each with each.
SET LOCAL enable_nestloop = off;

-- name: stage_twins
-- The new items that say the same as one that will be in the library beside them, or as an earlier
-- new item: the first $5 of them, with the columns of stage_warnings up to how many there are. For
-- models that have words. What is alike in shape is compared by a hash of all words, so that many
-- rows like many items are not compared each with each.
-- $1 job, $2 attempt, $3 week, $4 whether new items with an id of their own are looked at (and
-- compared with), or only those without, $5 how many at most
WITH added (entry, words, {part stage_shape_columns}) AS MATERIALIZED (
     SELECT entry, hash_record_extended(ROW(true{each words:, new_{name}}), 0), {part stage_new_shape}
       FROM {model}_diff
      WHERE {part stage_of_job} AND op = 'a'
        AND {part stage_has_words}
        AND ($4::boolean OR entry IN (SELECT s.entry FROM stage_{model} s WHERE s.fresh IS NOT NULL))),
     changed AS MATERIALIZED (
     SELECT id, op, hash_record_extended(ROW(true{each words:, new_{name}}), 0) AS words
       FROM {model}_diff
      WHERE {part stage_of_job} AND op IN ('u', 'd')
        AND (op = 'd'{each words: OR new_{name} <> old_{name}})),
     there AS (
     SELECT DISTINCT ON (words) words, id, now
       FROM (SELECT t.id, t.position, true AS now,
                    hash_record_extended(ROW(true{each words:, t.{name}}), 0) AS words
               FROM {model} t
              WHERE ({part stage_shape}) IN (SELECT {part stage_shape_columns} FROM added)
                AND NOT EXISTS (SELECT FROM changed c WHERE c.id = t.id)
              UNION ALL
             SELECT id, NULL, false, words
               FROM changed
              WHERE op = 'u') item
      ORDER BY words, position, id)
SELECT s.entry, s.row, s.line, NULL::text, NULL::text,
       concat(CASE WHEN twins.id IS NULL THEN 'The new item in row ' || first.row || ' has'
                   WHEN twins.now THEN 'The item ' || twins.id || ' of the library has'
                   ELSE 'The item ' || twins.id || ' of the library gets' END,
              ' the same ', concat_ws(' and '{each words:, '{name}'}),
              ', so there would be two alike. It was taken as a new item. If it is not one, remove this ',
              'row', CASE WHEN twins.id IS NOT NULL THEN ', or write the id of the item into it' END, '.'),
       'twin'::text, twins.total
  FROM (SELECT a.*, there.id, there.now, count(*) OVER () AS total
          FROM (SELECT entry, words, min(entry) OVER (PARTITION BY words) AS first
                  FROM added) a
          LEFT JOIN there ON there.words = a.words
         WHERE there.id IS NOT NULL OR a.entry > a.first
         ORDER BY a.entry
         LIMIT $5::bigint) twins
  JOIN stage_{model} s ON s.entry = twins.entry
  JOIN stage_{model} first ON first.entry = twins.first
 ORDER BY s.entry;

-- name: stage_twins_end
-- For what follows.
SET LOCAL enable_nestloop TO DEFAULT;

-- name: stage_emptied
-- How many updates empty each of the fields, in their order; and how many there are.
-- $1 job, $2 attempt, $3 week
SELECT {each stored:count(*) FILTER (WHERE new_{name}::text = '' AND old_{name}::text <> ''),
       }count(*)
  FROM {model}_diff
 WHERE {part stage_of_job} AND op = 'u';

-- name: stage_returning
-- How many new items have the id of one that was deleted.
-- $1 job, $2 attempt, $3 week, $4 the highest number that an item ever had
SELECT count(*)
  FROM {model}_diff d
 WHERE {part stage_of_job} AND op = 'a'
   AND item_position('{prefix}', d.id) <= {custom} + $4::bigint
   AND EXISTS (SELECT FROM {model}_history h WHERE h.id = d.id AND h.op = 'd');

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

-- name: stage_summary
-- Stores these counts, and what the diff was made against.
-- $1 job, $2 attempt, $3 records of the file, $4 adds, $5 updates, $6 deletes, $7 the highest custom
-- number before it, $8 the library's revision, $9 the fields that the file says something about
INSERT INTO import_summary (job_id, attempt, content_model, model_version, records, adds, updates, deletes,
                            fresh_above, revision, fields)
VALUES ($1, $2, '{model}', {version}, $3, $4, $5, $6, $7, $8, $9::text[]);
