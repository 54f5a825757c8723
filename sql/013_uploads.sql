ALTER TABLE import_job ADD COLUMN uploaded_by bigint REFERENCES account, ADD COLUMN name text,
    ADD COLUMN note text, ADD COLUMN decision_note text;
