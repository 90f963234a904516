"""A state of each kind of the delegations service with what it must have; what may be left out is left out."""

from __future__ import annotations

from typing import Any

_ID = "01980000-0000-7000-8000-000000000003"
_TRIP, _OTHER = "01980000-0000-7000-8000-000000000031", "01980000-0000-7000-8000-000000000032"
_SIDE = {"locality": "VN-P-2025-33", "first_day": "2026-05-04", "last_day": "2026-05-10"}

STATE_EXAMPLES: dict[str, dict[str, Any]] = {
    "annual_plan": {
        "id": _ID,
        "version": 1,
        "status": "APPROVED",
        "locality": "VN-P-2025-33",
        "year": 2026,
        "direction": "OUT",
        "items": [{"id": _OTHER, "purpose": "Xúc tiến đầu tư"}],
        "adjust_until": "2026-10-01",
    },
    "delegation": {
        "id": _TRIP,
        "version": 1,
        "status": "DRAFT",
        "locality": "VN-P-2025-33",
        "title": "Đoàn minh họa",
    },
    "finding": {
        "id": _ID,
        "version": 1,
        "status": "OPEN",
        "conflict": "SAME_HOST_SAME_DAYS",
        "severity": "COORDINATE",
        "sides": [{**_SIDE, "delegation_id": _TRIP}, {**_SIDE, "delegation_id": _OTHER}],
        "first_day": "2026-05-04",
        "last_day": "2026-05-10",
        "found_at": "2026-03-02T02:00:00Z",
    },
    "invitation": {
        "id": _ID,
        "version": 1,
        "status": "EXTENDED",
        "locality": "VN-P-2025-33",
        "invitee": "Chủ tịch hiệp hội minh họa",
        "country": "KR",
        "purpose": "Thăm tỉnh",
    },
    "follow_up": {
        "id": _ID,
        "version": 1,
        "status": "OPEN",
        "text": "Gửi tài liệu",
        "owner": "VN-P-2025-33",
        "source": {"service": "delegations", "kind": "delegation", "id": _TRIP},
    },
    "visit": {
        "id": _ID,
        "version": 1,
        "status": "REQUESTED",
        "locality": "VN-P-2025-33",
        "title": "Đoàn khách minh họa",
        "country": "KR",
    },
}
