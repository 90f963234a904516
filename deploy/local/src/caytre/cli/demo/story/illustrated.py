"""What is in no source and was invented: papers, a fair, companies, a meeting, an agreement and what came of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from caytre.cli.demo.story.people import (
    BAMBOO,
    BAMBOO_THEN,
    BUYER,
    CITY,
    COUNTRY,
    INVENTED,
    REGISTER_NO,
    SELLER,
    entry,
    illustration,
    link,
    paper,
)

SIDE_EVENT = "side-event"
MEETING = "Dây chuyền sấy nông sản minh họa"
SIGNED = date(2023, 12, 1)


def trip_report() -> dict[str, Any]:
    """A report on the trip."""
    document = paper("01/BC", date(2023, 5, 2), "Báo cáo")
    return {"results": [], "document": document, "source": illustration()}


def acceptance() -> dict[str, Any]:
    """A written acceptance; what sources report is that he came."""
    return {"answer": "accepted", "on": "2023-08-15", "through": "Thư trả lời minh họa", "source": illustration()}


def side_event() -> dict[str, Any]:
    """A fair beside the event of 1 December 2023, with a former head of state expected: the law is open twice."""
    return {
        "locality": BAMBOO_THEN,
        "kind": "fair",
        "title_vi": "Hội chợ kết nối doanh nghiệp bên lề (minh họa)",
        "title_en": "Business fair on the side (illustration)",
        "schedule": {"starts_on": "2023-12-01"},
        "countries": [COUNTRY],
        "guests": {"expected": 120, "former_rank": "HEAD_OF_STATE"},
        "quotas": {"onsite": 120},
        "meeting_grid": {"slots": 8, "tables": 4},
        "sensitivity": "public",
        "external_refs": [{"system": INVENTED, "id": SIDE_EVENT}],
    }


def competence() -> dict[str, Any]:
    """Which reading the invented province takes."""
    return {
        "authority": "PC_CHAIR",
        "reason": "Minh họa: khách đã thôi giữ chức vụ nên coi là thẩm quyền của Chủ tịch UBND tỉnh.",
        "document": paper("02", date(2023, 10, 17)),
    }


def registration(event_id: str, organisation: str, country: str, kind: str) -> dict[str, Any]:
    """An invented company takes part."""
    return {"event_id": event_id, "organisation": organisation, "country": country, "kind": kind, "party_size": 2}


def lead() -> dict[str, Any]:
    """What the meeting may lead to."""
    return {
        "title": "Nhà máy sấy nông sản (minh họa)",
        "kind": "FDI",
        "partner_name": BUYER,
        "countries": [COUNTRY],
        "fields": ["INVESTMENT"],
        "expected": money(),
    }


def money() -> dict[str, str]:
    """An invented amount."""
    return {"amount": "12000000.00", "currency": "USD", "amount_type": "registered"}


def memorandum(number: str, title: str, on: str, **more: Any) -> dict[str, Any]:
    """A memorandum of two invented companies."""
    return {
        "source": entry(number, illustration()),
        "locality": BAMBOO_THEN,
        "status": "CLAIMED",
        "kind": "MOU_ENTERPRISE",
        "title": f"{title}: {BUYER} và {SELLER} (minh họa)",
        "realised_on": on,
        "partner_name": BUYER,
        "countries": [COUNTRY],
        **more,
    }


def agreement(visit_id: str) -> dict[str, Any]:
    """The agreement of an invented province with an invented city, signed during the visit."""
    return {
        "source": entry("agreement", illustration()),
        "localities": [BAMBOO_THEN],
        "status": "SIGNED",
        "title_vi": f"Thỏa thuận hợp tác (minh họa) giữa {BAMBOO} và {CITY}",
        "title_foreign": "Cooperation Agreement (illustration)",
        "register_no": REGISTER_NO,
        "foreign_parties": [{"name": CITY, "country": "Hàn Quốc", "type": "foreign_locality"}],
        "fields": ["INVESTMENT", "TRAINING"],
        "languages": ["vi", "ko"],
        "rationale": "Minh họa của Caytre: địa phương, đối tác và văn bản đều do Caytre đặt ra.",
        "signed_on": SIGNED.strftime("%d/%m/%Y"),
        "effective_from": SIGNED.strftime("%d/%m/%Y"),
        "occasion": {"service": "delegations", "kind": "visit", "id": visit_id},
        "sensitivity": "public",
    }


def plan() -> dict[str, Any]:
    """How the agreement is to be carried out."""
    return {
        "title": "Kế hoạch thực hiện thỏa thuận (minh họa)",
        "key_issues": ["Mặt bằng cho nhà máy minh họa"],
        "lead_agency": {"name": "Sở Ngoại vụ Minh Họa", "locality": BAMBOO_THEN},
        "milestones": [
            {"title": "Đoàn khảo sát (minh họa)", "owner": "Sở Minh Họa", "due_on": "2024-04-26"},
            {"title": "Cấp giấy chứng nhận đầu tư (minh họa)", "owner": "Sở Minh Họa", "due_on": "2024-06-14"},
        ],
    }


def done(milestone: str, on: date) -> dict[str, Any]:
    """A milestone is done."""
    return {"done_on": on.isoformat(), "evidence": [paper(milestone, on)]}


def winning() -> dict[str, Any]:
    """What the lead has come to."""
    return {
        "kind": "FDI",
        "title": "Dự án FDI: nhà máy sấy nông sản (minh họa)",
        "money": money(),
        "realised_on": "2024-05-20",
        "evidence": "Giấy chứng nhận đầu tư minh họa",
    }


def credit(service: str, kind: str, id: str, relation: str, share: str) -> dict[str, Any]:
    """How much of an outcome a record is credited with, in percent."""
    return link(service, kind, id, relation, illustration(), share=share)
