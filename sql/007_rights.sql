-- Checks that everybody may do what they have to, and nothing else. Migrations grant rights on
-- tables and functions; schema_right records what they granted, so that anything granted or revoked
-- by hand shows. Rights on the database itself are in no dump: every `accession migrate` sets them
-- again.

CREATE TABLE schema_right (
    subject   text,  -- "table feature", "column account.email", "sequence …", "function f(bigint)"
    grantee   text,
    privilege text,
    PRIMARY KEY (subject, grantee, privilege)
);

-- What roles other than the owner may do with any object. Left out: objects of extensions, which
-- see to their own, and SELECT on partitions, which come and go, and show no more than their table.
CREATE VIEW right_given AS
    SELECT subject, coalesce(rolname, 'PUBLIC')::text AS grantee,
           concat((a).privilege_type, CASE WHEN (a).is_grantable THEN ' WITH GRANT OPTION' END)
           AS privilege
      FROM (SELECT subject, owner, part, aclexplode(acl) AS a
              FROM (SELECT 'pg_class'::regclass AS class, oid,
                           concat(CASE relkind WHEN 'S' THEN 'sequence ' ELSE 'table ' END, relname)
                           AS subject,
                           relowner AS owner, relispartition AS part, relacl AS acl
                      FROM pg_class
                     WHERE relnamespace = 'public'::regnamespace
                    UNION ALL
                    SELECT 'pg_class'::regclass, c.oid, concat('column ', relname, '.', attname),
                           relowner, relispartition, attacl
                      FROM pg_class c
                      JOIN pg_attribute ON attrelid = c.oid
                     WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped
                    UNION ALL
                    SELECT 'pg_proc'::regclass, oid,
                           concat('function ', proname, '(', pg_get_function_identity_arguments(oid),
                                  ')'),
                           proowner, false, coalesce(proacl, acldefault('f', proowner))
                      FROM pg_proc
                     WHERE pronamespace = 'public'::regnamespace) object
             WHERE NOT EXISTS (SELECT FROM pg_depend d
                                WHERE d.classid = object.class AND d.objid = object.oid
                                  AND d.deptype = 'e')) given
      LEFT JOIN pg_roles ON pg_roles.oid = (a).grantee
     WHERE (a).grantee <> owner
       AND NOT (part AND (a).privilege_type = 'SELECT');

-- Where that differs from what migrations granted. Whether other roles may read, say for reports,
-- is up to the operator.
CREATE VIEW right_wrong AS
    SELECT coalesce(h.grantee, g.grantee) AS subject,
           CASE WHEN g.subject IS NULL
                THEN concat('has ', h.privilege, ' on ', h.subject, ', which no migration gave')
                ELSE concat('has not ', g.privilege, ' on ', g.subject, ', which a migration gave')
           END AS problem
      FROM right_given h
      FULL JOIN schema_right g USING (subject, grantee, privilege)
     WHERE h.subject IS NULL
        OR g.subject IS NULL AND (h.privilege <> 'SELECT' OR h.grantee = 'PUBLIC'
                                  OR starts_with(h.grantee, 'accession_'));

-- Who must have, or must not have, which right on the database and the schema public. Only the
-- worker makes temporary tables, for staging: in the handlers they could stand in for real ones.
-- What is not listed here is up to the operator.
CREATE VIEW database_right (kind, privilege, grantee, given) AS VALUES
    ('database', 'CONNECT',   'PUBLIC',           false),
    ('database', 'TEMPORARY', 'PUBLIC',           false),
    ('database', 'CREATE',    'PUBLIC',           false),
    ('schema',   'CREATE',    'PUBLIC',           false),
    ('database', 'CONNECT',   'accession_api',    true),
    ('database', 'TEMPORARY', 'accession_api',    false),
    ('database', 'CREATE',    'accession_api',    false),
    ('schema',   'USAGE',     'accession_api',    true),
    ('schema',   'CREATE',    'accession_api',    false),
    ('database', 'CONNECT',   'accession_worker', true),
    ('database', 'TEMPORARY', 'accession_worker', true),
    ('database', 'CREATE',    'accession_worker', false),
    ('schema',   'USAGE',     'accession_worker', true),
    ('schema',   'CREATE',    'accession_worker', false);

-- Where that is not so, and the statement that fixes it. No ACL means the server's default.
CREATE VIEW database_right_wrong AS
    SELECT grantee AS subject,
           concat(CASE WHEN given THEN 'has not ' ELSE 'has ' END, privilege, ' on the ', kind)
           AS problem,
           concat(CASE WHEN given THEN 'GRANT ' ELSE 'REVOKE ' END, privilege, ' ON ', upper(kind),
                  ' ', quote_ident(name), CASE WHEN given THEN ' TO ' ELSE ' FROM ' END, grantee)
           AS cure
      FROM database_right wanted
      JOIN (VALUES ('database', current_database()::text), ('schema', 'public')) place (kind, name)
           USING (kind)
     WHERE given <> EXISTS (
           SELECT FROM (SELECT 'database' AS kind, datname::text AS name, (a).privilege_type AS privilege,
                               (a).grantee AS role
                          FROM (SELECT datname, aclexplode(coalesce(datacl, acldefault('d', datdba))) AS a
                                  FROM pg_database) d
                        UNION ALL
                        SELECT 'schema', nspname::text, (a).privilege_type, (a).grantee
                          FROM (SELECT nspname, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) AS a
                                  FROM pg_namespace) n) has
             LEFT JOIN pg_roles r ON r.oid = has.role
            WHERE has.kind = wanted.kind AND has.name = place.name
              AND has.privilege = wanted.privilege
              AND coalesce(r.rolname, 'PUBLIC') = wanted.grantee);
