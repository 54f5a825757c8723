-- Comments on the changes that a filter selects: on a group of them.

-- Names and values are those that the diff takes as parameters, as {"op": "update", "field": "priority"}.
ALTER TABLE review_comment
    ADD COLUMN changes json,
    ADD CHECK (changes IS NULL OR content_model IS NOT NULL AND item IS NULL AND json_typeof(changes) = 'object');

-- comment_add of 014_review, where `changes` says what the comment is about: changes of the content model
-- that the filter selects, be there any or none by now.
CREATE FUNCTION comment_add(key bytea, job_id bigint, model text, item text, field text, text text,
                            reply_to bigint, changes json)
    RETURNS TABLE (code text, refusal text, id bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    SELECT c.code, c.refusal, c.id INTO code, refusal, id
      FROM comment_add(key, job_id, model, item, field, text, reply_to) c;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF changes IS NOT NULL THEN
        UPDATE review_comment c SET changes = changes WHERE c.id = id;
    END IF;
    RETURN NEXT;
END
$$;

REVOKE EXECUTE ON FUNCTION comment_add(bytea, bigint, text, text, text, text, bigint, json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION comment_add(bytea, bigint, text, text, text, text, bigint, json) TO accession_api;
