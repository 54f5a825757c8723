-- The diff of a job as it is reviewed.

-- name: diff_changes
-- The changes with both sides, in the order of the file: op, entry, id, the old fields, the new ones.
-- The primary key gives each of the three kinds in that order.
-- $1 job, $2 attempt, $3 week, $4 only this op (a, u, d), $5 entries above this, $6 at most so many
-- $7 words in either side, in any case
-- $8 updates in which this field differs; of these
-- $9 from this value (of a set: that lose this member), $10 to this one (that get this member)
-- $11 in which nothing but white space differs
-- NULL: no such filter.
SELECT d.op, d.entry, d.id{each stored:, d.old_{name}}{each stored:, d.new_{name}}
  FROM (SELECT * FROM {model}_diff
         WHERE job_id = $1::bigint AND attempt = $2::integer AND week = $3::integer AND op = 'a'
        UNION ALL
        SELECT * FROM {model}_diff
         WHERE job_id = $1::bigint AND attempt = $2::integer AND week = $3::integer AND op = 'u'
        UNION ALL
        SELECT * FROM {model}_diff
         WHERE job_id = $1::bigint AND attempt = $2::integer AND week = $3::integer AND op = 'd') d
 WHERE ($4::"char" IS NULL OR d.op = $4::"char")
   AND d.entry > $5::bigint
   AND ($7::text IS NULL
        OR strpos(lower(concat_ws(chr(10), d.id{each stored:, d.old_{name}}{each stored:, d.new_{name}}) COLLATE "default"),
                  lower($7::text)) > 0)
   AND ($8::text IS NULL OR d.op = 'u' AND CASE $8::text{each words:
        WHEN '{name}' THEN d.old_{name} IS DISTINCT FROM d.new_{name}
             AND ($9::text IS NULL OR d.old_{name} = $9::text)
             AND ($10::text IS NULL OR d.new_{name} = $10::text)
             AND ($11::boolean IS NOT TRUE OR
                  replace(replace(replace(replace(d.old_{name}, ' ', ''), E'\n', ''), E'\t', ''), U&'\00A0', '')
                  = replace(replace(replace(replace(d.new_{name}, ' ', ''), E'\n', ''), E'\t', ''), U&'\00A0', ''))}{each value:
        WHEN '{name}' THEN d.old_{name} IS DISTINCT FROM d.new_{name}
             AND ($9::text IS NULL OR d.old_{name}::text = $9::text)
             AND ($10::text IS NULL OR d.new_{name}::text = $10::text)
             AND $11::boolean IS NOT TRUE}{each set:
        WHEN '{name}' THEN d.old_{name} IS DISTINCT FROM d.new_{name}
             AND CASE $9::text WHEN '' THEN d.old_{name} = '' ELSE $9::text IS NULL
                 OR $9::text = ANY (string_to_array(d.old_{name}, ';'))
                    AND $9::text <> ALL (string_to_array(d.new_{name}, ';')) END
             AND CASE $10::text WHEN '' THEN d.new_{name} = '' ELSE $10::text IS NULL
                 OR $10::text = ANY (string_to_array(d.new_{name}, ';'))
                    AND $10::text <> ALL (string_to_array(d.old_{name}, ';')) END
             AND $11::boolean IS NOT TRUE}
        ELSE false END)
 ORDER BY d.entry
 LIMIT $6::bigint;
