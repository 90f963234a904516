"""A state of each kind of the agreements service with what it must have; what may be left out is left out."""

from __future__ import annotations

from typing import Any

_ID = "01980000-0000-7000-8000-000000000003"

STATE_EXAMPLES: dict[str, dict[str, Any]] = {
    "partner": {"id": _ID, "version": 1, "type": "foreign_locality", "names": {"en": "Example City"}, "country": "KR"},
    "agreement": {
        "id": _ID,
        "version": 3,
        "status": "DRAFT",
        "title_vi": "Thỏa thuận minh họa",
        "signatory_type": "PROVINCE_PC",
        "vietnamese_parties": [{"locality": "VN-P-2025-33", "name_at_signing": "Tỉnh Hưng Yên"}],
        "responsible_locality": "VN-P-2025-33",
        "foreign_parties": [{"partner_id": "01980000-0000-7000-8000-000000000001", "country": "KR"}],
    },
    "plan": {
        "id": _ID,
        "version": 1,
        "status": "DRAFT",
        "agreement_id": _ID,
        "title": "Kế hoạch minh họa",
        "responsible_locality": "VN-P-2025-33",
        "changed_on": "2026-03-02",
    },
    "succession": {
        "id": _ID,
        "version": 1,
        "status": "IDENTIFIED",
        "agreement_id": _ID,
        "title": "Thỏa thuận minh họa",
        "locality": "VN-P-2008-34",
        "locality_name": "Tỉnh Thái Bình",
        "effective": "2025-07-01",
        "responsible_locality": "VN-P-2025-33",
    },
}
