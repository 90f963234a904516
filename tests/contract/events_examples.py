"""A state of each kind of the events service with what it must have; what may be left out is left out."""

from __future__ import annotations

from typing import Any

_ID = "01980000-0000-7000-8000-000000000003"
_EVENT = "01980000-0000-7000-8000-000000000021"
_SIDE = {"registration_id": "01980000-0000-7000-8000-000000000023", "organisation": "Công ty Minh Họa"}
_DAY = {"text": "2026-02-02", "earliest": "2026-02-02", "latest": "2026-02-02"}

STATE_EXAMPLES: dict[str, dict[str, Any]] = {
    "event": {
        "id": _EVENT,
        "version": 1,
        "status": "PLANNED",
        "title_vi": "Diễn đàn minh họa",
        "kind": "forum",
        "responsible_locality": "VN-P-2025-33",
        "lead_organiser": {"kind": "locality", "name": "Tỉnh Hưng Yên", "locality": "VN-P-2025-33"},
        "schedule": {"starts_on": _DAY, "ends_on": _DAY, "vietnam_starts_on": "2026-02-02"},
        "permission": {"status": "to_apply", "authority": "PC_CHAIR", "lead_days": 30, "rules_version": 1},
    },
    "registration": {
        "id": _ID,
        "version": 1,
        "event_id": _EVENT,
        "status": "APPROVED",
        "organisation": "Công ty Minh Họa",
        "party_size": 3,
        "registered_at": "2026-01-05T02:00:00Z",
    },
    "meeting": {
        "id": _ID,
        "version": 2,
        "event_id": _EVENT,
        "status": "ACCEPTED",
        "requester": _SIDE,
        "addressee": {**_SIDE, "registration_id": _ID},
        "subject": "Hợp tác minh họa",
        "slot": 3,
        "table": 7,
        "requested_at": "2026-01-05T02:00:00Z",
    },
    "lead": {
        "id": _ID,
        "version": 1,
        "status": "OPEN",
        "title": "Nhà máy minh họa",
        "kind": "FDI",
        "owner_locality": "VN-P-2025-33",
        "opened_at": "2026-02-03T02:00:00Z",
    },
    "outcome": {
        "id": _ID,
        "version": 1,
        "status": "CLAIMED",
        "kind": "FDI",
        "title": "Nhà máy minh họa",
        "money": {"amount": "25000000.00", "currency": "USD", "amount_type": "registered"},
        "realised_on": _DAY,
        "responsible_locality": "VN-P-2025-33",
    },
}
