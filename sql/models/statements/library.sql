-- The library itself and its history. The page is cut out first, so that columns which need a
-- subquery are not computed for the items before it.

-- part: library_filter
-- $1 this item, $2 items after this id, $3 text in the id or a line of text, ignoring case,
-- $4 active, $5 phase, $6 problem, $7 with this tag. NULL: no such filter; a field that the model
-- does not have filters nothing.
($1::text IS NULL OR t.id = $1)
  AND ($2::text IS NULL OR t.position > item_position('{prefix}', $2))
  AND ($3::text IS NULL OR strpos(lower(concat_ws(chr(10), t.id{each line:, t.{name}}) COLLATE "default"), lower($3)) > 0)
  AND ($4::text IS NULL OR true{field active: AND t.{name} = $4::boolean})
  AND ($5::text IS NULL OR true{field phase: AND t.{name} = $5})
  AND ($6::text IS NULL OR true{field problem: AND t.{name} = $6})
  AND ($7::text IS NULL OR true{field tags: AND $7 = ANY (string_to_array(t.{name}, ';'))})

-- name: library_items
-- id, type, created, last updated, by whom as JSON, and the fields.
-- $1 to $7 see library_filter, $8 limit (NULL: all), $9 offset
SELECT t.id,
       CASE WHEN left(t.id, 1) = 'C' THEN 'Custom'
            WHEN t.modified THEN 'Built-in Modified'
            ELSE 'Built-in' END,
       t.created_date, t.last_updated_date,
       (SELECT account_doc(t.last_updated_by)){each stored:, t.{name}}
  FROM (SELECT *
          FROM {model} t
         WHERE {part library_filter}
         ORDER BY {order}
         LIMIT $8::bigint OFFSET $9::bigint) t
 ORDER BY {order};

-- name: library_export
-- id, type, created, by whom, last updated, by whom (emails, from subqueries: a join would sort the
-- whole library), and the fields.
-- $1 to $9 as in library_items
SELECT t.id,
       CASE WHEN left(t.id, 1) = 'C' THEN 'Custom'
            WHEN t.modified THEN 'Built-in Modified'
            ELSE 'Built-in' END,
       t.created_date, (SELECT email FROM account WHERE account.id = t.created_by),
       t.last_updated_date, (SELECT email FROM account WHERE account.id = t.last_updated_by){each stored:, t.{name}}
  FROM (SELECT *
          FROM {model} t
         WHERE {part library_filter}
         ORDER BY {order}
         LIMIT $8::bigint OFFSET $9::bigint) t
 ORDER BY {order};

-- name: library_count
-- How many items there are.
-- $1 to $7 see library_filter
SELECT count(*)
  FROM {model} t
 WHERE {part library_filter};

-- name: library_history
-- What happened to an item, newest first: op, entry, id, when, job, attempt, who accepted it, the
-- old fields, the new fields.
-- $1 its id
SELECT h.op, h.entry, h.id, h.at, h.job_id::text, h.attempt::text,
       (SELECT account_doc(h.account_id)){each stored:, h.old_{name}}{each stored:, h.new_{name}}
  FROM {model}_history h
 WHERE h.id = $1
 ORDER BY h.seq DESC;
