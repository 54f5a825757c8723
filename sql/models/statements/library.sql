-- The library itself and its history. The page is cut out first, so that columns which need a
-- subquery are not computed for the items before it.

-- part: library_match
{if words:t.{name} = ${filter}}{if value:t.{name} = ${filter}{if integer:::bigint}{if boolean:::boolean}}{if set:${filter} = ANY (string_to_array(t.{name}, ';'))}

-- part: library_filter
-- $1 this item, $2 items after this id, $3 text in the id or a line of text, ignoring case
-- $6 one of these items, $7 last updated by this person: the id or the email
-- $8 last updated at this time or later, $9 or before: in microseconds since 1970
-- from $10 on, for each field that has a filter: this value, or a list with this member; then, for
-- each field of text: this text in it, ignoring case. NULL: no such filter.
-- An index finds $1, $2 and $6; all others look at the whole library.
($1::text IS NULL OR t.id = $1)
  AND ($2::text IS NULL OR t.position > item_position('{prefix}', $2))
  AND ($6::text[] IS NULL OR t.id = ANY ($6))
  AND ($7::text IS NULL
       OR t.last_updated_by IN (SELECT id FROM account WHERE id::text = $7 OR lower(email) = lower($7)))
  AND ($8::bigint IS NULL OR t.last_updated_date >= timestamptz 'epoch' + $8 * interval '1 microsecond')
  AND ($9::bigint IS NULL OR t.last_updated_date <= timestamptz 'epoch' + $9 * interval '1 microsecond'){each filtered:
  AND (${filter}::text IS NULL OR {part library_match})}
  AND ($3::text IS NULL OR strpos(lower(concat_ws(chr(10), t.id{each line:, t.{name}}) COLLATE "default"), lower($3)) > 0){each words:
  AND (${contains}::text IS NULL OR strpos(lower(t.{name}), lower(${contains})) > 0)}

-- name: library_items
-- id, type, created, last updated, by whom as JSON, and the fields.
-- $1 to $3 and $6 on see library_filter; $4 limit (NULL: all), $5 offset
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
         LIMIT $4::bigint OFFSET $5::bigint) t
 ORDER BY {order};

-- name: library_export
-- id, type, created, by whom, last updated, by whom (emails, from subqueries: a join would sort the
-- whole library), and the fields.
-- $1 on as in library_items
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
         LIMIT $4::bigint OFFSET $5::bigint) t
 ORDER BY {order};

-- name: library_count
-- How many items there are, on all pages.
-- $1 to $3 and $6 on see library_filter; $4 and $5 are NULL, and here only because they have to be
SELECT count(*)
  FROM {model} t
 WHERE {part library_filter}
   AND $4::bigint IS NULL AND $5::bigint IS NULL;

-- name: library_history
-- What happened to an item, newest first: op, entry, id, when, job, attempt, who accepted it, the
-- old fields, the new fields.
-- $1 its id
SELECT h.op, h.entry, h.id, h.at, h.job_id::text, h.attempt::text,
       (SELECT account_doc(h.account_id)){each stored:, h.old_{name}}{each stored:, h.new_{name}}
  FROM {model}_history h
 WHERE h.id = $1
 ORDER BY h.seq DESC;
