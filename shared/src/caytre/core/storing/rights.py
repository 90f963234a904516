"""Rights and row-level security of one service's database, as statements for its migrations.

Three roles that log nobody in: `command` and `worker` see every row (`USING (true)`), `query` owns nothing, only
selects, and sees what the reader's scope allows. A policy raises when no scope is set, so that a query outside
`Database.reading` fails instead of showing nothing or everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from caytre.core.relaying import journal

#: What of the kernel a reader's query may see: how far the relay is, who carried what, and of the journal what the
#: feed and journeys show. Who acted stands in the clear beside the pseudonym and is the auditor's alone.
_SHOWN = {
    "relay": "service, epoch, position",
    "passage": 'consumer, topic, "partition", epoch, from_position, to_position, messages, at',
    "journal": "position, epoch, message_id, type, record_id, version, ordinal, data, sensitivity, localities, "
    "occurred_at, recorded_at, pseudonym, traceparent, correlation_id, causation_id",
}

#: `''::boolean` raises, so a missing or forgotten scope is an error (a setting that was once set locally is '' later).
_SCOPE_OF_READER = """
CREATE FUNCTION may_read(sensitivity text, localities text[], countries text[], consultees text[]) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN current_setting('caytre.sees_all')::boolean OR sensitivity IN ('public', 'internal')
    OR localities && string_to_array(current_setting('caytre.localities'), ',')
    OR countries && string_to_array(current_setting('caytre.countries'), ',')
    OR nullif(current_setting('caytre.organisation'), '') = ANY (consultees)
"""

#: Reading the confidential part of a record: one row in a chain of its own, behind the row lock of its head.
_READING = """
CREATE FUNCTION record_reading(record_id uuid, version integer, reader text, traceparent text) RETURNS bigint
LANGUAGE sql VOLATILE AS $$
    WITH head AS (SELECT h.position, h.hash FROM reading_head h FOR UPDATE),
    entry AS (
        SELECT head.position + 1 AS position, clock_timestamp() AS at, head.hash FROM head
    ),
    kept AS (
        INSERT INTO reading (position, record_id, version, reader, traceparent, read_at, hash)
        SELECT e.position, $1, $2, $3, $4, e.at,
               sha256(e.hash || int8send(e.position) || uuid_send($1) || int4send($2) || lp(convert_to($3, 'UTF8'))
                      || lp(convert_to($4, 'UTF8')) || timestamptz_send(e.at))
        FROM entry e RETURNING position, hash
    )
    UPDATE reading_head h SET position = kept.position, hash = kept.hash FROM kept RETURNING h.position
$$
"""


def kernel(service: str) -> Iterator[str]:
    """The functions of the kernel, its single rows, and the grants; run after the tables exist.

    What `query` may read beside the records (`records`) and what is listed here, a service grants by name.
    """
    yield from journal.FUNCTIONS
    yield _SCOPE_OF_READER
    yield _READING
    yield f"INSERT INTO relay (service) VALUES ('{service}')"
    yield "INSERT INTO reading_head (position, hash) VALUES (0, '')"
    command, worker, query = (f"caytre_{service}_{role}" for role in ("command", "worker", "query"))
    yield f"GRANT USAGE ON SCHEMA public TO {command}, {worker}, {query}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {command}, {worker}"
    for table, columns in _SHOWN.items():
        yield f"GRANT SELECT ({columns}) ON {table} TO {query}"
    # The journal and the chain of readings are written once: nobody but the owner may change or delete a row.
    yield f"REVOKE UPDATE, DELETE, TRUNCATE ON journal, reading FROM {command}, {worker}"


def records(service: str, tables: Sequence[str], private: Sequence[str] = ()) -> Iterator[str]:
    """Row-level security on the tables of records, and on the journal by the record's present row.

    Of the tables that are `private` a reader sees what concerns it and nothing else, whatever the sensitivity.
    """
    command, worker, query = (f"caytre_{service}_{role}" for role in ("command", "worker", "query"))
    owner = f"caytre_{service}"
    for table in (*tables, "journal"):
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
        yield f"CREATE POLICY everything ON {table} TO {command}, {worker}, {owner} USING (true) WITH CHECK (true)"
    for table in tables:
        judged = "'restricted'" if table in private else "sensitivity"
        yield (
            f"CREATE POLICY readable ON {table} FOR SELECT TO {query} "
            f"USING (may_read({judged}, localities, countries, consultees))"
        )
        yield f"GRANT SELECT ON {table} TO {query}"
    present = " OR ".join(f"EXISTS (SELECT FROM {table} r WHERE r.id = record_id)" for table in tables)
    yield f"CREATE POLICY readable ON journal FOR SELECT TO {query} USING ({present})"
