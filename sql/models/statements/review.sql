-- What reviewers do with a diff, for the functions of 014_review and 015_decision.

-- name: review_hold
-- Holds the changes that fit back, or releases them.
-- $1 to $4 and $6 to $13 see diff_filter, $5 how many at most (NULL: all), $14 op (NULL: any), $15 the
-- caller's key, $16 version (NULL: any), $17 whether they are held, $18 note
SELECT h.code, h.refusal, h.review, h.held, h.changed
  FROM review_hold($15::bytea, $1::bigint, $2::integer, $16::text, '{model}',
                   coalesce((SELECT range_agg(int8range(fit.entry, fit.entry, '[]'))
                               FROM (SELECT d.entry
                                       FROM {model}_diff d
                                      WHERE {part diff_filter}
                                        AND ($14::"char" IS NULL OR d.op = $14::"char")
                                      LIMIT $5::bigint) fit), int8multirange()),
                   $17::boolean, $18::text) h;

-- name: review_look
-- Marks the changes that fit as looked at, or takes the marks away.
-- $1 to $14 see review_hold, $15 the caller's key, $16 whether they are marked
WITH fit AS (
     SELECT coalesce(range_agg(int8range(one.entry, one.entry, '[]')), int8multirange()) AS entries
       FROM (SELECT d.entry
               FROM {model}_diff d
              WHERE {part diff_filter}
                AND ($14::"char" IS NULL OR d.op = $14::"char")
              LIMIT $5::bigint) one)
SELECT entries_json(l.entries)::text, l.changes
  FROM fit
 CROSS JOIN review_look($15::bytea, $1::bigint, $2::integer, '{model}',
                        CASE WHEN $16::boolean THEN fit.entries ELSE int8multirange() END,
                        CASE WHEN $16::boolean THEN int8multirange() ELSE fit.entries END) l;

-- part: review_same
n.op = o.op AND (n.op = 'a' OR n.id = o.id){each stored:
AND (n.old_{name} IS NOT DISTINCT FROM n.new_{name} AND o.old_{name} IS NOT DISTINCT FROM o.new_{name}
     OR ROW (n.old_{name}, n.new_{name}) IS NOT DISTINCT FROM ROW (o.old_{name}, o.new_{name}))}

-- name: review_carry
-- Takes over from the attempt before, if it had a diff, what still fits. The file is the same, so an
-- entry is the same row of it in both. A change is the same if it does the same to the same item: in
-- fields that it leaves alone, the item may have changed.
-- $1 job, $2 attempt, $3 week
WITH past AS (
     SELECT max(s.attempt) AS attempt
       FROM import_summary s
      WHERE s.job_id = $1::bigint AND s.attempt < $2::integer AND s.content_model = '{model}'),
     pair AS (
     SELECT coalesce(n.entry, o.entry) AS entry, n.entry IS NOT NULL AS here, n.id, o.id AS id_before,
            coalesce({part review_same}, false) AS same,
            ROW (n.op, n.id{each stored:, n.old_{name}, n.new_{name}})
            IS NOT DISTINCT FROM ROW (o.op, o.id{each stored:, o.old_{name}, o.new_{name}}) AS equal
       FROM (SELECT * FROM {model}_diff
              WHERE job_id = $1::bigint AND attempt = $2::integer AND week = $3::integer) n
       FULL JOIN (SELECT * FROM {model}_diff
                   WHERE job_id = $1::bigint AND attempt = (SELECT attempt FROM past)
                     AND week = $3::integer) o USING (entry)),
     found AS (
     SELECT coalesce(range_agg(int8range(entry, entry, '[]')) FILTER (WHERE here AND NOT same), int8multirange()) AS changed,
            coalesce(range_agg(int8range(entry, entry, '[]')) FILTER (WHERE NOT here), int8multirange()) AS gone,
            coalesce(bool_and(equal), true) AS equal,
            coalesce(json_object_agg(id_before, id) FILTER (WHERE same AND id <> id_before), json_build_object()) AS renamed
       FROM pair)
SELECT review_carry($1::bigint, '{model}', past.attempt, found.changed, found.gone, found.equal, found.renamed)
  FROM past
 CROSS JOIN found
 WHERE past.attempt IS NOT NULL;
