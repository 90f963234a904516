"""What the core is compared with: the least that could be written by hand, and what the textbooks show.

Both take the payload of a proposal, check no token, trace nothing, remember no key; both write the record and an
outbox row in one transaction, durably. BASELINE_DATABASE_URL names their database.
"""

#: Their tables, made by the benchmark.
TABLES = """
CREATE TABLE agreement (
    id uuid PRIMARY KEY, version integer NOT NULL, status text NOT NULL, locality text NOT NULL, document jsonb NOT NULL
);
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, message_id uuid NOT NULL, type text NOT NULL,
    record_id uuid NOT NULL, version integer NOT NULL, data jsonb NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
"""
