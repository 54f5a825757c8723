-- What the updates of a diff change, field by field.

-- part: fields_updates
found d
WHERE d.op = 'u' AND d.old_{name} IS DISTINCT FROM d.new_{name}

-- part: fields_rewritten
-- Of so many of the updates, taken at random but always the same, that their texts have about 16 MiB.
(SELECT count(*) AS compared, count(*) FILTER (WHERE {part diff_rewritten}) AS rewritten
   FROM {part fields_updates}
    AND $14::boolean
    AND hashint8extended(d.entry, 0)
        % (SELECT sum(octet_length(d.old_{name}) + octet_length(d.new_{name})) / 16777216 + 1
             FROM {part fields_updates}) = 0)

-- part: fields_counts
(SELECT count(*) AS updates,
        count(*) FILTER (WHERE d.new_{name}::text = '') AS cleared,
        count(*) FILTER (WHERE d.old_{name}::text = '') AS filled
   FROM {part fields_updates})

-- part: fields_commonest
concat('[', string_agg((SELECT row_to_json(j)::text
                          FROM (SELECT c.original, c.new, c.updates) j),
                       ',' ORDER BY c.rank) FILTER (WHERE c.rank <= $5::integer), ']')

-- name: diff_fields
-- How many changes fit: adds, updates, deletes. And a row per field: its place in the model; the
-- number of updates that change it, and of these, how many clear it, fill it, or change only white
-- space; how many new values another updated item gave up (a column was sorted or moved without the
-- others); how many new values, including those of new items, are cut off where Excel cuts; how many
-- distinct changes there are, and the commonest as JSON: [{"original":10,"new":7,"updates":67}], for
-- a set the members that come or go; of how many texts the words were compared, and how many of
-- these are rewritten. Without fields there is one row, with NULLs.
-- The changes that fit are looked for only once: a search reads all of both sides.
-- Old and new values are grouped by hash, since for a join the planner would have to guess how many
-- there are. replace() is ten times as fast as translate().
-- The first SELECT has no rows. It tells the types of $5 and $14, which are nowhere else in the
-- statement of a model whose fields are all words, or of which none is a text.
-- $1 to $4 and $6 to $13 see diff_filter, $5 how many of the commonest at most, $14 whether to
-- compare words
WITH found AS MATERIALIZED (
     SELECT d.op, d.entry{each shown:, d.old_{name}, d.new_{name}}
       FROM {model}_diff d
      WHERE {part diff_filter})
SELECT t.adds, t.updates, t.deletes, f.place, f.updates, f.cleared, f.filled, f.whitespace, f.moved,
       f.cut, f.kinds, f.changes, f.compared, f.rewritten
  FROM (SELECT count(*) FILTER (WHERE d.op = 'a') AS adds, count(*) FILTER (WHERE d.op = 'u') AS updates,
               count(*) FILTER (WHERE d.op = 'd') AS deletes
          FROM found d) t
  LEFT JOIN (
       SELECT 0::bigint AS place, 0::bigint AS updates, 0::bigint AS cleared, 0::bigint AS filled,
               0::bigint AS whitespace, 0::bigint AS moved, 0::bigint AS cut, 0::bigint AS kinds,
               ''::text AS changes, 0::bigint AS compared, 0::bigint AS rewritten
         WHERE $5::integer IS NULL AND $14::boolean{each words:

        UNION ALL
        SELECT {place}, t.updates, t.cleared, t.filled, t.whitespace, t.moved, t.cut, 0, '[]',
               {if line:0, 0}{if text:r.compared, r.rewritten}
          FROM (SELECT count(*) AS updates,
                       count(*) FILTER (WHERE d.new_{name} = '') AS cleared,
                       count(*) FILTER (WHERE d.old_{name} = '') AS filled,
                       count(*) FILTER (WHERE {part diff_only_space}) AS whitespace,
                       (SELECT coalesce(sum(v.come), 0)
                          FROM (SELECT sum(v.come) AS come, sum(v.gone) AS gone
                                  FROM (SELECT d.old_{name} AS old, d.new_{name} AS new
                                          FROM {part fields_updates}
                                           AND d.new_{name} <> '') u
                                 CROSS JOIN LATERAL (VALUES (hashtextextended(u.old, 0), 0, 1),
                                                            (hashtextextended(u.new, 0), 1, 0))
                                       v (hash, come, gone)
                                 GROUP BY v.hash) v
                         WHERE v.come > 0 AND v.gone > 0) AS moved,
                       {if line:0}{if text:(SELECT count(*)
                          FROM found d
                         WHERE d.op IN ('a', 'u')
                           AND octet_length(d.new_{name}) >= 32767
                           AND char_length(d.new_{name}) = 32767
                           AND d.old_{name} IS DISTINCT FROM d.new_{name})} AS cut
                  FROM {part fields_updates}) t{if text:
         CROSS JOIN {part fields_rewritten} r}}{each value:

        UNION ALL
        SELECT {place}, t.updates, t.cleared, t.filled, 0, 0, 0, k.kinds, k.changes, 0, 0
          FROM {part fields_counts} t
         CROSS JOIN (
               SELECT count(*) AS kinds,
                      {part fields_commonest} AS changes
                 FROM (SELECT *, row_number() OVER (ORDER BY updates DESC, original, new) AS rank
                         FROM (SELECT d.old_{name} AS original, d.new_{name} AS new,
                                      count(*) AS updates
                                 FROM {part fields_updates}
                                GROUP BY 1, 2) ways) c) k}{each set:

        UNION ALL
        SELECT {place}, t.updates, t.cleared, t.filled, 0, 0, 0, k.kinds, k.changes, 0, 0
          FROM {part fields_counts} t
         CROSS JOIN (
               SELECT count(*) AS kinds,
                      {part fields_commonest} AS changes
                 FROM (SELECT *, row_number() OVER (ORDER BY updates DESC, original, new) AS rank
                         FROM (SELECT way.original, way.new, count(*) AS updates
                                 FROM (SELECT string_to_array(d.old_{name}, ';') AS old,
                                              string_to_array(d.new_{name}, ';') AS new
                                         FROM {part fields_updates}) d
                                CROSS JOIN LATERAL (
                                      SELECT m AS original, NULL AS new
                                        FROM unnest(d.old) m WHERE m <> ALL (d.new)
                                      UNION ALL
                                      SELECT NULL, m
                                        FROM unnest(d.new) m WHERE m <> ALL (d.old)) way
                                GROUP BY 1, 2) ways) c) k}
       ) f ON true
 ORDER BY f.place;
