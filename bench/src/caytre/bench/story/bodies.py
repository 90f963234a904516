"""What the acts of a story say. Everybody and everything in it is invented."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from caytre.core.ids import new_id

Body = dict[str, Any]


def paper(today: date) -> Body:
    """A written act of today."""
    return {"number": "12/MINH-HOA", "issued_on": today.isoformat(), "issuer": "UBND tỉnh (minh họa)"}


def partner() -> Body:
    """A foreign locality under a name of its own."""
    return {"type": "foreign_locality", "names": {"vi": f"Thành phố Minh Họa {new_id()}"}, "country": "KR"}


def trip(province: str, hosts: Sequence[str], mission: str, first: date, last: date, today: date) -> Body:
    """A delegation of two to hosts in Korea, outside the plan of the year."""
    days = {"arrives": first.isoformat(), "leaves": last.isoformat()}
    return {
        "locality": province,
        "title": "Đoàn xúc tiến đầu tư (minh họa)",
        "contact": "Sở Ngoại vụ",
        "objectives": [{"text": "Gặp doanh nghiệp"}],
        "departs_on": first.isoformat(),
        "returns_on": last.isoformat(),
        "stops": [{"country": "KR", "mission": mission, **days, "hosts": [{"partner_id": host} for host in hosts]}],
        "members": [_member(1), _member(2)],
        "budget_source": "Ngân sách tỉnh",
        "out_of_plan": {"reason": "theo lời mời", "directed_by": "Thường trực Tỉnh ủy", "document": paper(today)},
    }


def _member(number: int) -> Body:
    person = new_id()
    return {
        "number": number,
        "role": "head" if number == 1 else "member",
        "name": f"Người Minh Họa {person}",
        "identity_number": f"{person.int % 10**12:012d}",
    }


def trip_report(partner_id: str) -> Body:
    """What the trip brought: an invitation."""
    return {
        "results": [{"objective": 1, "achieved": "yes", "text": "Đã gặp"}],
        "contacts": 3,
        "invitations": [
            {
                "number": 1,
                "invitee": "Thị trưởng (minh họa)",
                "country": "KR",
                "partner_id": partner_id,
                "form": "oral",
                "purpose": "Thăm tỉnh (minh họa)",
            }
        ],
    }


def forum() -> Body:
    """What becomes of the event that was offered; without a foreign element it needs no permission."""
    return {
        "title_vi": "Diễn đàn kết nối doanh nghiệp (minh họa)",
        "kind": "forum",
        "foreign_element": False,
        "meeting_grid": {"slots": 4, "tables": 3},
    }


def proposal(province: str, partner_id: str) -> Body:
    """An agreement with the partner."""
    return {
        "title_vi": "Thỏa thuận hợp tác hữu nghị (minh họa)",
        "locality": province,
        "signatory_type": "PROVINCE_PC",
        "foreign_parties": [{"partner_id": partner_id}],
        "fields": ["EDUCATION"],
        "languages": ["vi", "ko"],
    }


def signature(event: str, today: date) -> Body:
    """The signature during the event."""
    text = {"sha256": "ab" * 32, "size": 48_211, "media_type": "application/pdf", "language": "vi"}
    return {
        "signed_on": today.isoformat(),
        "foreign_signers": [{"office": "Thị trưởng (minh họa)"}],
        "texts": [text],
        "occasion": {"service": "events", "kind": "event", "id": event},
    }


def investment(today: date) -> Body:
    """What came of the lead."""
    return {
        "kind": "FDI",
        "title": "Nhà máy (minh họa)",
        "money": {"amount": "25000000.00", "currency": "USD", "amount_type": "registered"},
        "realised_on": today.isoformat(),
        "evidence": "Giấy chứng nhận (minh họa)",
    }


def plan(due: date) -> Body:
    """The implementation plan with one milestone."""
    return {
        "title": "Kế hoạch thực hiện (minh họa)",
        "key_issues": ["học bổng"],
        "lead_agency": {"name": "Sở Ngoại vụ"},
        "milestones": [{"title": "Ký chương trình trao đổi", "owner": "Sở Y tế", "due_on": due.isoformat()}],
    }
