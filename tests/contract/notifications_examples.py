"""A state of each kind of record of the notifications service, with what it must have."""

from __future__ import annotations

from typing import Any

_ID = "01980000-0000-7000-8000-000000000051"
_CAUSE = {
    "message_id": "01980000-0000-7000-8000-000000000009",
    "type": "caytre.agreement.signed.v1",
    "correlation": "01980000-0000-7000-8000-00000000000a",
}
_WORDS = {"vi": "Đã ký", "en": "Signed"}

STATE_EXAMPLES: dict[str, dict[str, Any]] = {
    "deadline": {
        "id": _ID,
        "version": 1,
        "owner": "agreement/01980000-0000-7000-8000-000000000003",
        "code": "AGR_PM_REPORT",
        "status": "SCHEDULED",
        "anchor": "2023-12-01",
        "n": 15,
        "unit": "CALENDAR",
        "answerable": "VN-P-2025-33",
        "due_on": "2023-12-18",
        "ladder": {"code": "DEFAULT", "version": 1},
        "opened_at": "2023-12-01T02:00:00Z",
        "cause": _CAUSE,
    },
    "notification": {
        "id": _ID,
        "version": 1,
        "cause": _CAUSE,
        "about": {"kind": "agreement", "id": "01980000-0000-7000-8000-000000000003"},
        "audience": {"role": "locality_officer", "locality": "VN-P-2025-33"},
        "template": "agreement_signed",
        "template_version": 1,
        "category": "IMPLEMENTATION",
        "subject": _WORDS,
        "text": _WORDS,
        "status": "QUEUED",
        "queued_at": "2023-12-01T02:00:00Z",
        "mail_id": f"<{_ID}@notifications.caytre>",
    },
    "recipient": {"id": _ID, "version": 1, "role": "locality_officer", "locality": "VN-P-2025-33"},
    "calendar": {"id": _ID, "version": 1, "first_year": 2021, "last_year": 2027, "seed": "2026-11"},
    "day": {"id": _ID, "version": 1, "day": "2026-11-23", "working_day": True, "calendar_version": 1},
}
