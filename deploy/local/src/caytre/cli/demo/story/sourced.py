"""What the publications report, as entries: dates in their words, nothing added. See `examples/sources`."""

from __future__ import annotations

from typing import Any

from caytre.cli.demo.story.people import COUNTRY, entry, link, sourced

GUEST = "Cựu Tổng thống Hàn Quốc"
_NAME = "Lee Myung Bak"


def trip() -> dict[str, Any]:
    """The working trip of early 2023; month, members and places are not stated."""
    return {
        "source": entry("t-thai-binh-korea-2023", sourced("7")),
        "localities": ["Thái Bình"],
        "status": "RETURNED",
        "title": "Chuyến công tác Hàn Quốc của lãnh đạo Thái Bình",
        "departs": "đầu năm 2023",
        "stops": [{"country": COUNTRY}],
    }


def invitation(trip_id: str) -> dict[str, Any]:
    """The invitation spoken on it, and the diplomatic channel that followed; no day is stated."""
    return {
        "source": entry("t-invitation-lee", sourced("7; 8")),
        "locality": "Thái Bình",
        "status": "CHANNELLED",
        "invitee": GUEST,
        "invitee_name": _NAME,
        "country": COUNTRY,
        "purpose": "Thăm tỉnh Thái Bình",
        "form": "oral",
        "extended": "đầu năm 2023",
        "delegation_id": trip_id,
        "channel": {"via": "MOFA", "on": "năm 2023"},
        "links": [link("delegations", "delegation", trip_id, "extended_invitation", sourced("7"))],
    }


def visit(invitation_id: str) -> dict[str, Any]:
    """The visit; of its programme the places are stated, not the days."""
    return {
        "source": entry("t-lee-visit-2023", sourced("7; 8; 9; 11; 12")),
        "locality": "Thái Bình",
        "status": "DEPARTED",
        "title": "Chuyến thăm Thái Bình của cựu Tổng thống Hàn Quốc",
        "country": COUNTRY,
        "guest_name": GUEST,
        "guests": [_NAME],
        "head_rank": GUEST,
        "arrives": "đầu tháng 12/2023",
        "invitation_id": invitation_id,
        "programme": [
            {"number": 1, "kind": "talk", "title": "Nói chuyện tại Trường đại học Y Thái Bình"},
            {"number": 2, "kind": "visit", "title": "Thăm Bệnh viện Nhi Thái Bình"},
            {"number": 3, "kind": "visit", "title": "Thăm cơ sở y tế"},
            {"number": 4, "kind": "visit", "title": "Thăm khu công nghiệp"},
        ],
        "links": [link("delegations", "invitation", invitation_id, "resulted_in_visit", sourced("7; 8"))],
    }


def event(visit_id: str, invitation_id: str) -> dict[str, Any]:
    """The event of 1 December 2023 with festival, exhibition and booths; their days are not stated."""
    return {
        "source": entry("e-thai-binh-2023-12-01", sourced("7; 9; 10; 12")),
        "localities": ["Thái Bình"],
        "status": "HELD",
        "kind": "other",
        "title_vi": "Sự kiện tại Thái Bình có cựu Tổng thống Hàn Quốc tham dự",
        "title_en": "Event in Thái Bình with the former President of Korea",
        "starts_on": "01/12/2023",
        "countries": [COUNTRY],
        "guests": {"former_rank": "HEAD_OF_STATE"},
        "guest_names": [_NAME, "Trương Tấn Sang"],
        "sessions": [
            {"code": "LE-HOI", "title": "Lễ hội văn hóa", "kind": "festival"},
            {"code": "TRIEN-LAM", "title": "Triển lãm", "kind": "exhibition"},
            {"code": "GIAN-HANG", "title": "Gian hàng", "kind": "booth"},
        ],
        "links": [
            link("delegations", "visit", visit_id, "occasioned_event", sourced("9; 10")),
            link("delegations", "invitation", invitation_id, "occasioned_event", sourced("7")),
        ],
    }


def meet_korea() -> dict[str, Any]:
    """Meet Korea of 14 May 2025, with its three organisers; at which level it was held is not stated."""
    return {
        "source": entry("e-meet-korea-2025", sourced("31", "S2")),
        "localities": ["Hưng Yên"],
        "status": "HELD",
        "kind": "conference",
        "title_vi": "Gặp gỡ Hàn Quốc 2025",
        "title_en": "Meet Korea 2025",
        "series": "Meet Korea",
        "starts_on": "14/05/2025",
        "countries": [COUNTRY],
        "venue": {"name": "Ecopark"},
        "co_organisers": [
            {"kind": "ministry", "name": "Bộ Ngoại giao"},
            {"kind": "embassy", "name": "Đại sứ quán Hàn Quốc tại Việt Nam", "country": COUNTRY},
        ],
    }


def memorandum(event_id: str) -> dict[str, Any]:
    """The memorandum signed there by enterprises; parties, number and subject are not stated."""
    return {
        "source": entry("e-meet-korea-2025-mou", sourced("32", "S2")),
        "locality": "Hưng Yên",
        "status": "CLAIMED",
        "kind": "MOU_ENTERPRISE",
        "title": "Bản ghi nhớ giữa doanh nghiệp Hàn Quốc và Việt Nam tại Meet Korea 2025",
        "realised_on": "14/05/2025",
        "countries": [COUNTRY],
        "evidence": [{"summary": "Báo Quốc Tế, 24/08/2025: lễ ký; không nêu tên doanh nghiệp, số lượng, nội dung."}],
        "links": [link("events", "event", event_id, "signed_during", sourced("32", "S2"))],
    }
