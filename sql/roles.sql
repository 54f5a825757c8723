-- The database roles. Run once per PostgreSQL server, by a superuser:
--
--     psql -d postgres -f roles.sql
--     createdb --owner=accession_owner -E UTF8 -T template0 --locale=C.UTF-8 accession
--     PGUSER=accession_owner PGDATABASE=accession accession migrate
--
-- They are created without a password: set one, or let pg_hba.conf map system users to them.
--
--   accession_owner   owns the tables; for migrations and the operator's command
--   accession_api     the request handlers: reads everything, writes jobs and uploads, and has no
--                     right to change the library
--   accession_sign_in the handlers that check passwords: nobody else can read a hash or make sessions
--   accession_worker  the worker: makes diffs and applies them

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['accession_owner', 'accession_api', 'accession_sign_in', 'accession_worker'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', name);
        END IF;
    END LOOP;
END
$$;

-- Lets the operator inspect the backends of handlers and workers, and end stuck ones.
GRANT pg_read_all_stats, pg_signal_backend TO accession_owner;
