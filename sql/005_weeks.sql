-- What imports bring with them is not kept for ever. The weekly tables are the partitioned ones:
-- upload_chunk, import_error, import_failed_row, and the diff of each content model. Partitions are
-- named after their week (upload_chunk_202648); the worker makes them ahead of time, and drops them
-- when no job of the week needs them any more. Rows of a week without a partition go to the default
-- partition (upload_chunk_other), so that nothing fails for want of one.
--
-- Partitions and these functions belong to the owner of the tables; the worker may only call the
-- functions. Each waits briefly for locks and then gives up, to be tried again later.

CREATE FUNCTION weekly_tables() RETURNS SETOF regclass LANGUAGE sql STABLE AS $$
    SELECT p.partrelid::regclass
      FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
     WHERE c.relnamespace = 'public'::regnamespace
     ORDER BY c.relname
$$;

-- A table's partition for a week, or for all other weeks if `week` is NULL. NULL if there is none.
CREATE FUNCTION week_partition(parent regclass, week integer) RETURNS regclass LANGUAGE sql STABLE AS $$
    SELECT to_regclass(format('public.%I', concat(relname, '_', coalesce(week::text, 'other'))))
      FROM pg_class WHERE oid = parent
$$;

DO $$
DECLARE
    parent regclass;
BEGIN
    FOR parent IN SELECT weekly_tables() LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF %s DEFAULT', concat(parent, '_other'), parent);
    END LOOP;
END
$$;

-- Makes the missing partitions of this week and the next `ahead`; returns how many. A week that
-- already has rows in _other stays there. New partitions are attached, which blocks no upload or
-- diff.
CREATE FUNCTION weeks_make(ahead integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '200ms' AS $$
DECLARE
    parent regclass;
    week   integer;
    made   integer := 0;
BEGIN
    FOR parent, week IN
        SELECT t, week_of(now() + n * interval '7 days')
          FROM weekly_tables() t CROSS JOIN generate_series(0, ahead) n
         WHERE week_partition(t, week_of(now() + n * interval '7 days')) IS NULL
    LOOP
        BEGIN
            EXECUTE format('CREATE TABLE %I (LIKE %s INCLUDING ALL EXCLUDING IDENTITY)',
                           concat(parent, '_', week), parent);
            EXECUTE format('ALTER TABLE %s ATTACH PARTITION %I FOR VALUES IN (%s)',
                           parent, concat(parent, '_', week), week);
            made := made + 1;
        EXCEPTION
            WHEN check_violation THEN NULL;  -- rows in _other
            WHEN duplicate_table THEN NULL;  -- another worker was faster
        END;
    END LOOP;
    RETURN made;
END
$$;

SELECT weeks_make(4);

-- Whether all jobs of a week ended longer ago than `keep`, and no more can be added.
CREATE FUNCTION week_is_over(old integer, keep interval) RETURNS boolean
    LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
    SELECT old < week_of(now() - interval '7 days')
       AND NOT EXISTS (SELECT FROM import_job
                        WHERE week = old
                          AND NOT coalesce(completed < clock_timestamp() - keep, false))
$$;

-- The weeks that can be purged, and have something to purge.
CREATE FUNCTION weeks_over(keep interval) RETURNS SETOF integer
    LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
    SELECT week
      FROM (SELECT week FROM import_job WHERE purged IS NULL
            UNION
            SELECT right(tree.relid::text, 6)::integer
              FROM weekly_tables() t CROSS JOIN pg_partition_tree(t) tree
             WHERE tree.relid::text ~ '_[0-9]{6}$') known
     WHERE week < week_of(now() - keep) AND week_is_over(week, keep)
     ORDER BY week
$$;

-- Drops what is stored for the jobs of a week; returns false if it is still needed. The jobs
-- themselves stay, but can no longer be retried.
CREATE FUNCTION week_purge(old integer, keep interval) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '200ms' AS $$
DECLARE
    parent regclass;
    rest   boolean;
BEGIN
    keep := greatest(keep, interval '1 day');
    IF NOT week_is_over(old, keep) THEN
        RETURN false;
    END IF;
    -- Wait for whoever writes to the week, then check again: it may have a job by now. Same lock
    -- order as a phase, which takes the job's row last.
    FOR parent IN SELECT weekly_tables() LOOP
        IF week_partition(parent, old) IS NOT NULL THEN
            EXECUTE format('LOCK TABLE %s', week_partition(parent, old));
        END IF;
    END LOOP;
    -- A retry takes the same lock first, and then looks whether the job was purged.
    PERFORM FROM import_job WHERE week = old ORDER BY id FOR NO KEY UPDATE;
    IF NOT week_is_over(old, keep) THEN
        RETURN false;
    END IF;
    UPDATE import_job SET purged = clock_timestamp() WHERE week = old AND purged IS NULL;
    FOR parent IN SELECT weekly_tables() LOOP
        IF week_partition(parent, old) IS NOT NULL THEN
            EXECUTE format('DROP TABLE %s', week_partition(parent, old));
            CONTINUE;
        END IF;
        -- Rows of the week, if any, are in _other, which is emptied once no job needs anything
        -- there.
        EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE week = %s)',
                       week_partition(parent, NULL), old) INTO rest;
        IF rest THEN
            EXECUTE format('LOCK TABLE %s', week_partition(parent, NULL));
            EXECUTE format('SELECT EXISTS (SELECT FROM (SELECT DISTINCT week FROM %s) w'
                           ' JOIN import_job j USING (week) WHERE j.purged IS NULL)',
                           week_partition(parent, NULL)) INTO rest;
            IF NOT rest THEN
                EXECUTE format('TRUNCATE %s', week_partition(parent, NULL));
            END IF;
        END IF;
    END LOOP;
    RETURN true;
END
$$;

-- Cancels the job if it has been waiting for review for longer than `patience`; returns its id.
CREATE FUNCTION job_expire(patience interval) RETURNS SETOF bigint
    LANGUAGE sql SET search_path = public, pg_temp AS $$
    UPDATE import_job j SET status = 'cancel', completed = clock_timestamp()
     WHERE active AND (SELECT turn FROM job_status WHERE name = j.status) = 'people'
       AND (SELECT max(at) FROM job_event e WHERE e.job_id = j.id) < clock_timestamp() - patience
    RETURNING id
$$;
