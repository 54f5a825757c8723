-- What `accession model change` does to the tables of a content model, field by field: each
-- statement is written out for a model of this one field. None rewrites a table or reads one
-- through while others wait.

-- name: change_lock
-- In the order of an apply. What applies and loads waits, and goes on with the new fields.
LOCK TABLE model_number IN EXCLUSIVE MODE;

-- name: change_add_library
-- Items that are there get the value that new items get.
ALTER TABLE {model}{each stored:
    ADD COLUMN {name} {type} NOT NULL DEFAULT {default}{check}};

-- name: change_add_diff
-- A default fills all rows at once, and no row is written. So it fills both sides, also that which
-- an addition or a deletion does not have and nobody reads. It stays, for a diff that is being made
-- now, by the fields of before.
ALTER TABLE {model}_diff{each stored:
    ADD COLUMN old_{name} {type} DEFAULT {default},
    ADD COLUMN new_{name} {type} DEFAULT {default}};

-- name: change_add_history
ALTER TABLE {model}_history{each stored:
    ADD COLUMN old_{name} {type} DEFAULT {default},
    ADD COLUMN new_{name} {type} DEFAULT {default}};

-- name: change_end_library
-- Later rows say themselves what they have.
ALTER TABLE {model}{each stored:
    ALTER COLUMN {name} DROP DEFAULT};

-- name: change_end_history
ALTER TABLE {model}_history{each stored:
    ALTER COLUMN old_{name} DROP DEFAULT,
    ALTER COLUMN new_{name} DROP DEFAULT};

-- name: change_uncheck
SELECT {each stored:model_uncheck_field('{model}', '{name}')};

-- name: change_check
-- Not valid: what is there was looked at already, by change_misfits.
ALTER TABLE {model}{each stored:
    ADD{check} NOT VALID};

-- name: change_misfits
-- The first items that the field as declared could not have, with their values, and how many there
-- are.
SELECT t.id, {each stored:t.{name}::text}, count(*) OVER ()
  FROM {model} t
 WHERE NOT ({each stored:{holds}})
 ORDER BY t.position
 LIMIT 3;
