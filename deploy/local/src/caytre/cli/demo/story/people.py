"""Who acts in the story and where. Every acting province, company and counterpart is invented, and called so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

#: Records of this system are illustrations wherever they are shown; what sources report goes by another one.
INVENTED: Final = "caytre-demo"
SOURCES: Final = "caytre-sources"

THAI_BINH, OLD_HUNG_YEN, NEW_HUNG_YEN = "VN-P-2008-34", "VN-P-2008-33", "VN-P-2025-33"
BAMBOO_THEN, BAMBOO_NOW = "VN-X-2008-X01", "VN-X-2025-X02"
BAMBOO = "Tỉnh Minh Họa Tre"
CITY = "Thành phố Minh Họa Hoa Mộc"
BUYER, SELLER = "Công ty Minh Họa Hải Âu (Hàn Quốc)", "Công ty Minh Họa Lúa Vàng (Việt Nam)"
COUNTRY = "KR"
REGISTER_NO = "MH-DEMO-0001"


@dataclass(frozen=True)
class Actor:
    """Who acts: shown as `name`, with a token of this role and scope."""

    name: str
    subject: str
    role: str
    localities: tuple[str, ...] = ()


_BAMBOO = (BAMBOO_THEN, BAMBOO_NOW)
READER = Actor("Whoever reads for the account", "reader@demo.example", "ministry_officer")
CLERK = Actor("Whoever enters what sources report", "sources@demo.example", "ministry_officer")
RECORDER = Actor(
    "Whoever enters illustrations beside it", "beside@demo.example", "locality_officer", (THAI_BINH, NEW_HUNG_YEN)
)
OFFICER = Actor(f"An officer of {BAMBOO}", "officer@demo.example", "locality_officer", _BAMBOO)
LEAD = Actor(f"The foreign-affairs lead of {BAMBOO}", "lead@demo.example", "locality_approver", _BAMBOO)
CHAIR = Actor(f"The chair of {BAMBOO}", "chair@demo.example", "locality_chair", _BAMBOO)

#: Desks that are told, with the language they read. Their addresses end on this machine.
DESKS: tuple[dict[str, Any], ...] = (
    {"role": "locality_officer", "locality": BAMBOO_THEN, "language": "vi", "address": "can-bo@minh-hoa-tre.example"},
    {"role": "locality_approver", "locality": BAMBOO_THEN, "language": "en", "address": "lead@minh-hoa-tre.example"},
    {"role": "locality_chair", "locality": BAMBOO_THEN, "language": "vi", "address": "chu-tich@minh-hoa-tre.example"},
    {"role": "locality_officer", "locality": THAI_BINH, "language": "vi", "address": "can-bo@tinh.example"},
    {"role": "locality_approver", "locality": THAI_BINH, "language": "vi", "address": "phu-trach@tinh.example"},
    {"role": "ministry_officer", "language": "en", "address": "desk@ministry.example"},
)


def paper(number: str, on: date, issuer: str = BAMBOO) -> dict[str, Any]:
    """An invented paper."""
    return {"number": f"{number}/MINH-HOA", "issued_on": on.isoformat(), "issuer": f"{issuer} (minh họa)"}


def illustration() -> dict[str, str]:
    """The origin of what is in no source."""
    return {"origin": "illustration"}


def sourced(statement: str, publication: str = "S1") -> dict[str, str]:
    """The origin of what a publication states; the numbers are those of `examples/sources`."""
    return {"origin": "sourced", "publication": publication, "statement": statement}


def entry(number: str, origin: dict[str, str]) -> dict[str, str]:
    """Where a recorded fact stands: by its id in `examples/sources`, or in the story."""
    return {"system": SOURCES if origin["origin"] == "sourced" else INVENTED, "number": number, **origin}


def link(service: str, kind: str, id: str, relation: str, origin: dict[str, str], **more: Any) -> dict[str, Any]:
    """What a record came out of."""
    confidence = "confirmed" if origin["origin"] == "sourced" else "declared"
    upstream = {"service": service, "kind": kind, "id": id}
    return {"upstream": upstream, "relation": relation, "confidence": confidence, "source": origin, **more}
