"""Who acts: the officers of each province, the ministry, an agency that is asked, and an auditor who may look."""

from collections.abc import Mapping, Sequence

from caytre.bench.stage import Stage
from caytre.core.clock import business_today
from caytre.reference import localities

#: Role and organisation of each person; the first three are of a province.
_PEOPLE: Mapping[str, tuple[str, str | None]] = {
    "officer": ("locality_officer", None),
    "lead": ("locality_approver", None),
    "chair": ("locality_chair", None),
    "ministry": ("ministry_officer", "MOFA"),
    "police": ("consultee", "MPS"),
    "auditor": ("auditor", None),
}
#: The desks that are told by mail: role and organisation, in each province or once.
_DESKS_OF_A_PROVINCE = ("locality_officer", "locality_approver", "locality_chair")
_DESKS = (("ministry_officer", "MOFA"), ("consultee", "MPS"))


def provinces() -> list[str]:
    """The provinces of today, in the order of their ids."""
    return sorted(each.id for each in localities.all_localities(business_today()))


def tokens(stage: Stage, province: str) -> dict[str, str]:
    """A token for each person of a province, and for those who belong to none."""
    return {
        person: stage.token(role, subject=f"{person}@{province}", locality=province, organisation=organisation)
        for person, (role, organisation) in _PEOPLE.items()
    }


def desks(provinces: Sequence[str]) -> list[dict[str, object]]:
    """The directory: a desk with an address for every role that is told; the English ones are the ministry's."""
    found: list[dict[str, object]] = [
        {"role": role, "locality": province, "language": "vi", "address": f"{role}@{province.lower()}.example"}
        for province in provinces
        for role in _DESKS_OF_A_PROVINCE
    ]
    for role, organisation in _DESKS:
        address = f"{role}@{organisation.lower()}.example"
        found.append({"role": role, "organisation": organisation, "language": "en", "address": address})
    return found
