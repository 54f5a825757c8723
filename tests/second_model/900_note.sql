-- The content model "note", as 004_standard has it for "standard".

CREATE TABLE note (
    id                text COLLATE "C" PRIMARY KEY CHECK (left(id, 1) = 'N' OR left(id, 2) = 'CN'),
    name              text NOT NULL CHECK (name <> ''),
    rank              smallint NOT NULL,
    done              boolean NOT NULL,
    labels            text NOT NULL,
    modified          boolean NOT NULL DEFAULT false,
    created_date      timestamptz NOT NULL DEFAULT now(),
    created_by        bigint,
    last_updated_date timestamptz NOT NULL DEFAULT now(),
    last_updated_by   bigint,
    position          bigint NOT NULL GENERATED ALWAYS AS (item_position('N', id)) STORED
);
CREATE UNIQUE INDEX note_position ON note (position);

CREATE TABLE note_diff (
    job_id     bigint NOT NULL,
    attempt    integer NOT NULL,
    week       integer NOT NULL,
    op         "char" NOT NULL CHECK (op IN ('a', 'u', 'd')),
    entry      bigint NOT NULL,
    id         text COLLATE "C" NOT NULL,
    old_name   text,
    old_rank   smallint,
    old_done   boolean,
    old_labels text,
    new_name   text,
    new_rank   smallint,
    new_done   boolean,
    new_labels text,
    PRIMARY KEY (job_id, attempt, week, op, entry)
) PARTITION BY LIST (week);
CREATE TABLE note_diff_other PARTITION OF note_diff DEFAULT;

CREATE TABLE note_history (
    id         text COLLATE "C" NOT NULL,
    seq        bigint GENERATED ALWAYS AS IDENTITY,
    at         timestamptz NOT NULL DEFAULT now(),
    job_id     bigint,
    attempt    integer,
    account_id bigint,
    op         "char" NOT NULL CHECK (op IN ('a', 'u', 'd')),
    entry      bigint NOT NULL,
    old_name   text,
    old_rank   smallint,
    old_done   boolean,
    old_labels text,
    new_name   text,
    new_rank   smallint,
    new_done   boolean,
    new_labels text,
    PRIMARY KEY (id, seq)
);

INSERT INTO model_number (content_model) VALUES ('note');

GRANT SELECT ON note, note_diff, note_history TO accession_api, accession_worker;
GRANT INSERT, UPDATE, DELETE ON note TO accession_worker;
GRANT INSERT ON note_diff, note_history TO accession_worker;
