"""The item of an annual plan, taken by turns: one of two gets it, also before the plan has heard of either."""

from __future__ import annotations

from typing import TypeVar

from caytre.core.storing.database import Connection
from caytre.core.storing.decision import Claim
from caytre.core.storing.store import Store
from caytre.delegations.model import AnnualPlan, Delegation, Visit
from caytre.delegations.model.plan import ensure_free
from caytre.delegations.tables import item_turn

C = TypeVar("C", Delegation, Visit)

_LAST = "SELECT turn, record_id FROM item_turn WHERE plan_id = $1 AND item_id = $2 ORDER BY turn DESC LIMIT 1"


async def place_claim(
    store: Store[C], connection: Connection, carrier: C, plan: AnnualPlan | None
) -> tuple[Claim, ...]:
    """The claim on the next turn of the item that the carrier names. Raises ItemCarried while the last one holds it."""
    place = carrier.plan
    if place is None or plan is None:
        return ()
    last = await connection.fetchrow(_LAST, place.plan_id, place.item_id)
    if last is not None and last["record_id"] != carrier.id:
        ensure_free(place, plan, await store.load(connection, last["record_id"]))
    columns: dict[str, list[object]] = {
        "plan_id": [place.plan_id],
        "item_id": [place.item_id],
        "turn": [last["turn"] + 1 if last is not None else 1],
    }
    return (Claim(item_turn, columns),)
