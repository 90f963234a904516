"""What carries out an item of an annual plan: a delegation from its submission on, a visit from its approval on."""

from __future__ import annotations

from typing import ClassVar

from caytre.contracts.delegations import SERVICE, PlanPlace
from caytre.contracts.lineage import Ref
from caytre.contracts.message import is_restricted
from caytre.delegations.model.life import Living


class Carrier(Living):
    """A delegation or visit as the annual plan sees it."""

    #: In these states it carries nothing: it was not handed in, was given back, or refused.
    CARRIES_NOTHING: ClassVar[frozenset[str]]

    title: str
    plan: PlanPlace | None = None

    def holds(self, place: PlanPlace) -> bool:
        """Whether the item it once took is still its own."""
        return self.plan == place and self.status not in self.CARRIES_NOTHING


def carrier_ref(carrier: Carrier) -> Ref:
    """How the plan names it; a restricted one by its id alone."""
    label = None if is_restricted(carrier.sensitivity) else carrier.title
    return Ref(service=SERVICE, kind=carrier.KIND, id=carrier.id, label=label)
