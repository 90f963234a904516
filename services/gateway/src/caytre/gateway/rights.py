"""What the gateway's database has beside its tables: policies, and the one function that finds candidates for lists.

Under a row-level policy PostgreSQL uses no index for a condition that is not leak-proof, such as LIKE. So lists take
their ids from a function that runs as the owner with the visibility predicate inside, and read the rows under the
policy of the reader.
"""

from __future__ import annotations

from collections.abc import Iterator

from caytre.core.storing import rights

SERVICE = "gateway"
RECORDS = ("agreement_view", "partner_view")
#: What hangs on a record, and the column that names it.
PARTS = {"act": "record_id", "obligation": "owner_id"}
#: Everything that `statements` creates, for the way back.
FUNCTIONS = (
    "agreement_candidates",
    "may_know",
    "may_read",
    "record_reading",
    "chain",
    "chain_step",
    "journal_entry",
    "lp",
)

#: A text body is bound when it runs: a rebuilt view under the same name is found.
_MAY_KNOW = """
CREATE FUNCTION may_know(record uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM agreement_view WHERE id = $1) OR EXISTS (SELECT FROM partner_view WHERE id = $1)
$$
"""

#: Newest first. Only fixed text is put together; every value is a parameter of EXECUTE.
_CANDIDATES = """
CREATE FUNCTION agreement_candidates(
    words text[], statuses text[], places text[], in_fields text[], partners uuid[], sensitivities text[],
    signed_from date, signed_to date, expires_to date, origin text, before uuid, most integer
) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    condition text := 'may_read(sensitivity, localities, countries, consultees)';
BEGIN
    FOR n IN 1 .. coalesce(array_length(words, 1), 0) LOOP
        condition := condition || format(' AND search LIKE ($1)[%s]', n);
    END LOOP;
    IF statuses IS NOT NULL THEN condition := condition || ' AND status = ANY ($2)'; END IF;
    IF places IS NOT NULL THEN
        condition := condition || CASE array_length(places, 1)
            WHEN 1 THEN ' AND responsible_locality = ($3)[1]' ELSE ' AND responsible_locality = ANY ($3)' END;
    END IF;
    IF in_fields IS NOT NULL THEN condition := condition || ' AND fields && $4'; END IF;
    IF partners IS NOT NULL THEN condition := condition || ' AND partner_ids && $5'; END IF;
    IF sensitivities IS NOT NULL THEN condition := condition || ' AND sensitivity = ANY ($6)'; END IF;
    IF signed_from IS NOT NULL THEN condition := condition || ' AND signed_on >= $7'; END IF;
    IF signed_to IS NOT NULL THEN condition := condition || ' AND signed_on <= $8'; END IF;
    IF expires_to IS NOT NULL THEN condition := condition || ' AND expires_on <= $9'; END IF;
    IF origin IS NOT NULL THEN condition := condition || ' AND document #>> ''{provenance,origin}'' = $10'; END IF;
    IF before IS NOT NULL THEN condition := condition || ' AND id < $11'; END IF;
    RETURN QUERY EXECUTE 'SELECT id FROM agreement_view WHERE ' || condition || ' ORDER BY id DESC LIMIT $12'
        USING words, statuses, places, in_fields, partners, sensitivities, signed_from, signed_to, expires_to, origin,
              before, most;
END
$$
"""


def statements() -> Iterator[str]:
    """For the migration that creates the tables; run after they exist."""
    command, worker, query = (f"caytre_{SERVICE}_{role}" for role in ("command", "worker", "query"))
    yield from rights.kernel(SERVICE)
    yield from rights.records(SERVICE, RECORDS)
    # The gateway's journal stays empty. A policy that looks at the views would bind it to their identity, and a
    # rebuilt view is another table.
    yield "DROP POLICY readable ON journal"
    yield f"CREATE POLICY readable ON journal FOR SELECT TO {query} USING (false)"
    yield _MAY_KNOW
    for table, column in PARTS.items():
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
        yield (
            f"CREATE POLICY everything ON {table} TO {command}, {worker}, caytre_{SERVICE} "
            "USING (true) WITH CHECK (true)"
        )
        yield f"CREATE POLICY readable ON {table} FOR SELECT TO {query} USING (may_know({column}))"
        yield f"GRANT SELECT ON {table} TO {query}"
    yield _CANDIDATES
    # Under a forced policy, even one that is always true, the planner ignores statistics for LIKE and && and sorts
    # every match (125 ms instead of 0.2 ms for a common word in 100,000 rows). The owner sees every row either way.
    yield "ALTER TABLE agreement_view NO FORCE ROW LEVEL SECURITY"
    yield "REVOKE ALL ON FUNCTION agreement_candidates FROM PUBLIC"
    yield f"GRANT EXECUTE ON FUNCTION agreement_candidates TO {query}"
    # Answers say how current they are; nothing in these columns tells of a record.
    yield f"GRANT SELECT ON checkpoint, halted TO {query}"
