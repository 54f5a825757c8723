-- Indexes beside others: the second cannot be while two people have one name.
-- migrate: no-transaction

CREATE INDEX CONCURRENTLY IF NOT EXISTS account_last_name ON account (last_name);

CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS account_name
    ON account (first_name, last_name) WHERE first_name <> '';

ALTER TABLE account ADD COLUMN IF NOT EXISTS remark text;
REVOKE INSERT (remark) ON remark FROM accession_worker;
