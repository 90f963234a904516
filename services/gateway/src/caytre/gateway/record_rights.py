"""Who may see which row of the general views, and the functions that find candidates for their lists.

`standing`, `tally` and `edge` say nothing of who may read: readers see them through the gateway alone, which asks for
each record.
"""

from __future__ import annotations

from collections.abc import Iterator

SERVICE = "gateway"

#: Bound when it runs, as everything that names a view.
MAY_KNOW = """
CREATE OR REPLACE FUNCTION may_know(record uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM record_view WHERE id = $1) OR EXISTS (SELECT FROM deadline_view WHERE id = $1)
        OR EXISTS (SELECT FROM agreement_view WHERE id = $1) OR EXISTS (SELECT FROM partner_view WHERE id = $1)
$$
"""
MAY_KNOW_BEFORE = """
CREATE OR REPLACE FUNCTION may_know(record uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM agreement_view WHERE id = $1) OR EXISTS (SELECT FROM partner_view WHERE id = $1)
$$
"""

#: Newest first. With `all_there` along the place's own index: true lists all of it, for who may know of every record
#: there; false what everybody may know of, so that nothing walks over rows that it may not show. Null looks at each.
CANDIDATES = """
CREATE FUNCTION record_candidates(
    words text[], kinds text[], statuses text[], at_place text, all_there boolean, flagged boolean, before uuid,
    most integer
) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
DECLARE
    condition text := 'may_read(r.judged, r.localities, r.countries, r.consultees)';
BEGIN
    IF all_there IS NOT NULL AND words IS NULL AND statuses IS NULL AND NOT flagged THEN
        RETURN QUERY SELECT r.id FROM unnest(kinds) k (kind)
            CROSS JOIN unnest(CASE WHEN all_there THEN ARRAY[true, false] ELSE ARRAY[true] END) o (open)
            CROSS JOIN LATERAL (
                SELECT s.id FROM standing s
                WHERE s.place = at_place AND s.kind = k.kind AND s.open = o.open
                    AND s.id < coalesce(before, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
                ORDER BY s.id DESC LIMIT most
            ) s
            JOIN record_view r ON r.id = s.id
            WHERE may_read(r.judged, r.localities, r.countries, r.consultees) ORDER BY r.id DESC LIMIT most;
        RETURN;
    END IF;
    FOR n IN 1 .. coalesce(array_length(words, 1), 0) LOOP
        condition := condition || format(' AND r.search LIKE ($1)[%s]', n);
    END LOOP;
    IF kinds IS NOT NULL THEN
        condition := condition || CASE array_length(kinds, 1)
            WHEN 1 THEN ' AND r.kind = ($2)[1]' ELSE ' AND r.kind = ANY ($2)' END;
    END IF;
    IF statuses IS NOT NULL THEN
        condition := condition || CASE array_length(statuses, 1)
            WHEN 1 THEN ' AND r.status = ($3)[1]' ELSE ' AND r.status = ANY ($3)' END;
    END IF;
    IF at_place IS NOT NULL THEN condition := condition || ' AND $4 = ANY (r.localities || r.countries)'; END IF;
    IF flagged THEN condition := condition || ' AND r.flag IS NOT NULL'; END IF;
    IF before IS NOT NULL THEN condition := condition || ' AND r.id < $5'; END IF;
    RETURN QUERY EXECUTE 'SELECT r.id FROM record_view r WHERE ' || condition || ' ORDER BY r.id DESC LIMIT $6'
        USING words, kinds, statuses, at_place, before, most;
END
$$
"""
#: Per desk a walk along the index to so many that the reader may know of. Before the first statistics of a full table
#: the planner would sort all that lie on a desk.
DUE = """
CREATE FUNCTION deadline_candidates(desks text[], after_day date, after_id uuid, until date, most integer)
RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER ROWS 50
SET search_path = public, pg_temp SET enable_bitmapscan = off SET enable_sort = off AS $$
    SELECT d.id FROM unnest(desks) k (desk) CROSS JOIN LATERAL (
        SELECT v.id, v.due_order FROM deadline_view v
        WHERE v.desk = k.desk AND v.open AND (v.due_order, v.id) > (after_day, after_id)
            AND (until IS NULL OR v.due_order < until)
            AND may_read('restricted', v.localities, v.countries, v.consultees)
        ORDER BY v.due_order, v.id LIMIT most
    ) d ORDER BY d.due_order, d.id LIMIT most
$$
"""
DUE_ARGUMENTS = "text[], date, uuid, date, integer"
CANDIDATES_ARGUMENTS = "text[], text[], text[], text, boolean, boolean, uuid, integer"


def statements() -> Iterator[str]:
    """For the migration that creates the tables; run after they exist."""
    command, worker, query = (f"caytre_{SERVICE}_{role}" for role in ("command", "worker", "query"))
    owner = f"caytre_{SERVICE}"
    yield (
        "GRANT SELECT, INSERT, UPDATE, DELETE ON record_view, standing, tally, edge, deadline_view "
        f"TO {command}, {worker}"
    )
    for table, judged in (("record_view", "judged"), ("deadline_view", "'restricted'")):
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"CREATE POLICY everything ON {table} TO {command}, {worker}, {owner} USING (true) WITH CHECK (true)"
        yield (
            f"CREATE POLICY readable ON {table} FOR SELECT TO {query} "
            f"USING (may_read({judged}, localities, countries, consultees))"
        )
        yield f"GRANT SELECT ON {table} TO {query}"
    yield MAY_KNOW
    yield CANDIDATES
    yield DUE
    for function in (f"record_candidates({CANDIDATES_ARGUMENTS})", f"deadline_candidates({DUE_ARGUMENTS})"):
        yield f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC"
        yield f"GRANT EXECUTE ON FUNCTION {function} TO {query}"
    # A page of a list: from a thousand on the planner would read the whole table beside it.
    yield "ALTER FUNCTION agreement_candidates ROWS 50"
