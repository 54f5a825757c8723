-- The diff of a job, as reviewers see it.

-- part: diff_columns
d.op, d.entry, d.id{each stored:, d.old_{name}}{each stored:, d.new_{name}},
CASE WHEN $14::boolean
     THEN (SELECT row_to_json(x)
             FROM (SELECT h.note, account_doc(h.account_id) AS by
                     FROM import_hold h
                    WHERE h.job_id = d.job_id AND h.attempt = d.attempt AND h.week = d.week
                      AND h.content_model = '{model}' AND h.entry = d.entry) x) END AS held

-- part: diff_only_space
replace(replace(replace(replace(d.old_{name}, ' ', ''), E'\n', ''), E'\t', ''), U&'\00A0', '')
= replace(replace(replace(replace(d.new_{name}, ' ', ''), E'\n', ''), E'\t', ''), U&'\00A0', '')

-- part: diff_held
EXISTS (SELECT FROM import_hold h
         WHERE h.job_id = d.job_id AND h.attempt = d.attempt AND h.week = d.week
           AND h.content_model = '{model}' AND h.entry = d.entry)

-- part: diff_rewritten
-- Have both sides of the text less than half of their words in common? (As pages compare them, see
-- review/word_diff.js.)
d.old_{name} <> '' AND d.new_{name} <> ''
AND (SELECT 4 * (SELECT count(*) FROM (SELECT unnest(w.old) INTERSECT ALL SELECT unnest(w.new)) common)
            < cardinality(w.old) + cardinality(w.new)
       FROM (SELECT array_remove(string_to_array(replace(replace(replace(
                      d.old_{name}, E'\n', ' '), E'\t', ' '), U&'\00A0', ' '), ' '), '') AS old,
                    array_remove(string_to_array(replace(replace(replace(
                      d.new_{name}, E'\n', ' '), E'\t', ' '), U&'\00A0', ' '), ' '), '') AS new
             OFFSET 0) w)

-- part: diff_filter
-- $1 job, $2 attempt, $3 week, $4 entries above this
-- $6 text in either side, ignoring case
-- $7 updates that change this field; of these
-- $8 from this value (sets: that lose this member), $9 to this one (sets: that gain this member)
-- $10 that change nothing but white space ('whitespace'); of a text, that have less than half of
-- their words in common ('rewritten')
-- $11 that a warning of this kind is about
-- $12 whether they are held back
-- $13 id of the item
-- NULL: no such filter.
d.job_id = $1::bigint AND d.attempt = $2::integer AND d.week = $3::integer
  AND d.entry > $4::bigint
  AND ($6::text IS NULL
       OR strpos(lower(concat_ws(chr(10), d.id{each shown:, d.old_{name}}{each shown:, d.new_{name}}) COLLATE "default"),
                 lower($6::text)) > 0)
  AND ($7::text IS NULL OR CASE $7::text{each words:
       WHEN '{name}' THEN d.op = 'u' AND d.old_{name} IS DISTINCT FROM d.new_{name}
            AND ($8::text IS NULL OR d.old_{name} = $8::text)
            AND ($9::text IS NULL OR d.new_{name} = $9::text)
            AND CASE $10::text
                WHEN 'whitespace' THEN {part diff_only_space}
                WHEN 'rewritten' THEN {if line:false}{if text:{part diff_rewritten}}
                ELSE true END}{each value:
       WHEN '{name}' THEN d.op = 'u' AND d.old_{name} IS DISTINCT FROM d.new_{name}
            AND ($8::text IS NULL OR d.old_{name}::text = $8::text)
            AND ($9::text IS NULL OR d.new_{name}::text = $9::text)
            AND $10::text IS NULL}{each set:
       WHEN '{name}' THEN d.op = 'u' AND d.old_{name} IS DISTINCT FROM d.new_{name}
            AND CASE $8::text WHEN '' THEN d.old_{name} = '' ELSE $8::text IS NULL
                OR $8::text = ANY (string_to_array(d.old_{name}, ';'))
                   AND $8::text <> ALL (string_to_array(d.new_{name}, ';')) END
            AND CASE $9::text WHEN '' THEN d.new_{name} = '' ELSE $9::text IS NULL
                OR $9::text = ANY (string_to_array(d.new_{name}, ';'))
                   AND $9::text <> ALL (string_to_array(d.old_{name}, ';')) END
            AND $10::text IS NULL}
       ELSE false END)
  AND ($11::text IS NULL
       OR d.entry IN (SELECT e.entry
                        FROM import_error e
                       WHERE e.job_id = $1::bigint AND e.attempt = $2::integer AND e.week = $3::integer
                         AND e.warning AND e.kind = $11::text
                         AND e.file = (SELECT filename
                                         FROM import_file
                                        WHERE job_id = $1::bigint AND content_model = '{model}')))
  AND ($13::text IS NULL OR d.id = $13::text)
  AND CASE $12::boolean WHEN true THEN {part diff_held} WHEN false THEN NOT {part diff_held} ELSE true END

-- name: diff_changes
-- The changes of one kind with both sides, in the order of the file: op, entry, id, the old fields,
-- the new fields, and who holds it back and why (NULL: it is not held, or that is not asked). The
-- primary key returns them in that order.
-- $1 to $4 and $6 to $13 see diff_filter, $5 limit (NULL: all), $14 whether that is asked, $15 op: a,
-- u or d
SELECT {part diff_columns}
  FROM {model}_diff d
 WHERE {part diff_filter}
   AND d.op = $15::"char"
 ORDER BY d.entry
 LIMIT $5::bigint;

-- name: diff_whole
-- The changes of all kinds, as in diff_changes. Each kind comes in order, so that nothing is sorted
-- and a page reads little.
-- $1 to $14 see diff_changes
SELECT *
  FROM ((SELECT {part diff_columns}
           FROM {model}_diff d
          WHERE {part diff_filter}
            AND d.op = 'a'
          ORDER BY d.entry
          LIMIT $5::bigint)
        UNION ALL
        (SELECT {part diff_columns}
           FROM {model}_diff d
          WHERE {part diff_filter}
            AND d.op = 'u'
          ORDER BY d.entry
          LIMIT $5::bigint)
        UNION ALL
        (SELECT {part diff_columns}
           FROM {model}_diff d
          WHERE {part diff_filter}
            AND d.op = 'd'
          ORDER BY d.entry
          LIMIT $5::bigint)) d
 ORDER BY entry
 LIMIT $5::bigint;

-- name: diff_held_rows
-- The changes that are held back, in the order of the file: op, entry, id (NULL if the file gave none:
-- it has one of the numbers from which on such items get theirs), note, and the new fields. Each hold
-- finds its change, in that order, so that no texts are sorted.
-- $1 job, $2 attempt, $3 week
SELECT d.op, h.entry,
       CASE WHEN d.op = 'a' AND item_position('{prefix}', d.id) > {custom} + s.fresh_above THEN NULL ELSE d.id END,
       h.note{each stored:, d.new_{name}}
  FROM import_summary s
 CROSS JOIN (SELECT op, entry, note
               FROM import_hold
              WHERE {part stage_of_job} AND content_model = '{model}'
              ORDER BY entry) h
 CROSS JOIN LATERAL (
       SELECT *
         FROM {model}_diff
        WHERE {part stage_of_job} AND op = h.op AND entry = h.entry
        LIMIT 1) d
 WHERE s.job_id = $1::bigint AND s.attempt = $2::integer AND s.content_model = '{model}'
 ORDER BY h.entry;
