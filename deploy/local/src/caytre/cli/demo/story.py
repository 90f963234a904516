"""The played agreement: an invented province, partner and agencies, through every step the law names.

The Ministry of Foreign Affairs and the Prime Minister stand here as offices of the procedure (Law 70/2020/QH14,
Art. 19): what they say in this story is illustration, as every paper of it says, and nothing that they ever did.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from caytre.reference import localities, procedures
from caytre.reference.procedures import Procedure, SignatoryType

SYSTEM: Final = "caytre-demo"
LOCALITY: Final = localities.get("VN-X-2025-X02")
PARTNER_NAME, COUNTRY = "Thành phố Minh Họa Trình Diễn", "KR"
PARTNER_REF, AGREEMENT_REF = "partner-1", "agreement-1"
REGISTER_NO = "MH-TD-0001"
VERIFIER, AGREEING, DISAGREEING = "MINH-HOA-XM", "MINH-HOA-B", "MINH-HOA-A"
MINISTRY = "MOFA"

State = Mapping[str, Any]


@dataclass(frozen=True)
class Actor:
    """Who acts: shown as `name`, with a token of this role and scope."""

    name: str
    role: str
    localities: tuple[str, ...] = ()
    organisation: str | None = None


_PROVINCE = (LOCALITY.id,)
OFFICER = Actor(f"An officer of {LOCALITY.name_vi}", "locality_officer", _PROVINCE)
APPROVER = Actor(f"The head of foreign affairs of {LOCALITY.name_vi}", "locality_approver", _PROVINCE)
CHAIR = Actor(f"The chair of {LOCALITY.name_vi}", "locality_chair", _PROVINCE)
CHECKER = Actor("Cơ quan xác minh minh họa", "ministry_officer", organisation=VERIFIER)
AGENCIES = {
    MINISTRY: Actor("The Ministry of Foreign Affairs (an office of the procedure)", "consultee", (), MINISTRY),
    DISAGREEING: Actor("Cơ quan minh họa A", "consultee", (), DISAGREEING),
    AGREEING: Actor("Cơ quan minh họa B", "consultee", (), AGREEING),
}


@dataclass(frozen=True)
class Act:
    """One act on a record: who does what, and how the record shows that it was done."""

    actor: Actor
    told: str
    path: str
    body: Mapping[str, Any]
    done: Callable[[State], bool]


def _paper(number: str, today: date, issuer: str = f"UBND {LOCALITY.name_vi}") -> dict[str, Any]:
    return {"number": f"{number}/MINH-HOA", "issued_on": today.isoformat(), "issuer": f"{issuer} (minh họa)"}


def partner_body() -> dict[str, Any]:
    """The invented partner."""
    return {
        "type": "foreign_locality",
        "names": {"vi": PARTNER_NAME, "en": "Illustration City of Demonstration"},
        "country": COUNTRY,
        "sensitivity": "public",
        "external_refs": [{"system": SYSTEM, "id": PARTNER_REF}],
    }


def partner_acts(today: date) -> Iterator[Act]:
    """The verification of the partner."""

    def reached(*statuses: str) -> Callable[[State], bool]:
        return lambda state: (state.get("verification") or {}).get("status") in statuses

    evidence = {"kind": "document", "summary": "Căn cứ minh họa: đối tác này không có thật."}
    yield Act(
        OFFICER,
        "asks for a verification of the partner",
        "/verification",
        {"verifier": VERIFIER, "reason": "Chuẩn bị thỏa thuận minh họa"},
        reached("REQUESTED", "IN_PROGRESS", "VERIFIED"),
    )
    yield Act(CHECKER, "takes it up", "/verification/start", {}, reached("IN_PROGRESS", "VERIFIED"))
    yield Act(
        CHECKER,
        "vouches for the partner",
        "/verification/confirmation",
        {"evidence": [evidence], "document": _paper("01", today, "Cơ quan xác minh minh họa")},
        reached("VERIFIED"),
    )


def agreement_body(partner_id: str) -> dict[str, Any]:
    """The proposal."""
    return {
        "title_vi": f"Thỏa thuận hợp tác (minh họa) giữa {LOCALITY.name_vi} và {PARTNER_NAME}",
        "title_foreign": "Cooperation Agreement (illustration)",
        "locality": LOCALITY.id,
        "signatory_type": "PROVINCE_PC",
        "foreign_parties": [{"partner_id": partner_id}],
        "fields": ["TOURISM", "CULTURE"],
        "languages": ["vi", "ko"],
        "rationale": "Hồ sơ minh họa của Caytre: địa phương, đối tác, cơ quan và văn bản đều do Caytre đặt ra.",
        "sensitivity": "public",
        "register_no": REGISTER_NO,
        "external_refs": [{"system": SYSTEM, "id": AGREEMENT_REF}],
    }


def procedure_today(today: date) -> Procedure:
    """The procedure that the played agreement goes by. Raises NoProcedure."""
    return procedures.applicable(SignatoryType.PROVINCE_PC, False, today)


def agreement_acts(today: date) -> Iterator[Act]:
    """From the dossier to the reports, in the order of the law."""
    yield from _dossier("OPINION", "opinions", today)
    yield Act(
        OFFICER,
        "asks the ministry and two directly related agencies for their opinion",
        "/consultation",
        {"related": [DISAGREEING, AGREEING]},
        lambda state: state["status"] != "DRAFT",
    )
    yield from _opinions(today)
    yield from _dossier("PM", "the Prime Minister", today)
    yield from _prime_minister(today)
    yield from _signature(today)


def _dossier(code: str, for_whom: str, today: date) -> Iterator[Act]:
    for item in procedure_today(today).dossier(code).items:
        if item.required:
            yield Act(
                OFFICER,
                f"puts into the dossier for {for_whom}: {item.name_vi}",
                f"/dossier/{code}/{item.code}",
                {"document": _paper(f"{item.code}", today)},
                _received(code, item.code),
            )


def _received(dossier: str, item: str) -> Callable[[State], bool]:
    return lambda state: any(
        (known["dossier"], known["code"]) == (dossier, item) and known["received_at"] for known in state["dossier"]
    )


def opinion_of(state: State, agency: str) -> Mapping[str, Any]:
    """What the record knows of an agency's opinion."""
    return next((known for known in state["opinions"] if known["agency"] == agency), {})


def _opinions(today: date) -> Iterator[Act]:
    answers: dict[str, dict[str, Any]] = {
        MINISTRY: {"answer": "agree"},
        AGREEING: {"answer": "agree_with_comments", "comments": ["Nêu rõ ngôn ngữ làm việc (ý kiến minh họa)."]},
        DISAGREEING: {"answer": "disagree", "text": "Ý kiến minh họa: phạm vi hợp tác chưa rõ."},
    }
    said = {"agree": "agrees", "agree_with_comments": "agrees with a comment", "disagree": "disagrees"}
    for agency, answer in answers.items():
        actor = AGENCIES[agency]
        yield Act(
            actor,
            "declares the dossier complete, which starts its seven working days",
            f"/opinions/{agency}/dossier",
            {},
            lambda state, agency=agency: bool(opinion_of(state, agency).get("dossier_complete_at")),  # type: ignore[misc]
        )
        yield Act(
            actor,
            f"answers in writing: it {said[answer['answer']]}",
            f"/opinions/{agency}",
            {**answer, "document": _paper(f"{agency[-1]}-02", today, actor.name)},
            lambda state, agency=agency: bool(opinion_of(state, agency).get("answer")),  # type: ignore[misc]
        )
    yield Act(
        OFFICER,
        "says how the comment was taken up",
        f"/opinions/{AGREEING}/comments/0",
        {"resolution": "Đã bổ sung điều khoản về ngôn ngữ làm việc (minh họa)."},
        lambda state: all(comment["resolution"] for comment in opinion_of(state, AGREEING).get("comments", ())),
    )


def _prime_minister(today: date) -> Iterator[Act]:
    def has(member: str) -> Callable[[State], bool]:
        return lambda state: bool((state["escalation"] or {}).get(member))

    office = "Văn phòng Chính phủ"
    yield Act(
        APPROVER,
        "submits the disagreement to the Prime Minister with all opinions",
        "/escalation",
        {"document": _paper("03", today)},
        has("submitted_at"),
    )
    yield Act(
        APPROVER,
        "records that the Prime Minister's office has the complete dossier",
        "/escalation/dossier",
        {"document": _paper("04", today, office)},
        has("dossier_complete_at"),
    )
    yield Act(
        APPROVER,
        "records the Prime Minister's written consent (an office of the procedure)",
        "/escalation/opinion",
        {"consent": True, "document": _paper("05", today, office)},
        has("decided_at"),
    )


def _signature(today: date) -> Iterator[Act]:
    procedure = procedure_today(today)
    yield Act(
        CHAIR,
        "approves the signature",
        "/approval",
        {
            "authority": procedure.authority_for(SignatoryType.PROVINCE_PC).code,
            "document": _paper("06", today),
        },
        lambda state: bool(state["decision"]),
    )
    texts = [
        {
            "sha256": hashlib.sha256(f"{REGISTER_NO} {language}".encode()).hexdigest(),
            "size": 48_211,
            "media_type": "application/pdf",
            "language": language,
        }
        for language in ("vi", "ko")
    ]
    yield Act(
        OFFICER,
        "records the signature of the chair, with the digests of the signed texts",
        "/signature",
        {
            "signed_on": today.isoformat(),
            "foreign_signers": [{"office": "Thị trưởng (minh họa)"}],
            "texts": texts,
            "place": "Minh Họa",
            "effective_from": today.isoformat(),
        },
        lambda state: bool(state["signing"]),
    )
    for kind, told in (
        ("PM_REPORT", "files the report to the Prime Minister, due 15 days after signing"),
        ("MOFA_COPY", "files the copy for the Ministry of Foreign Affairs, due 15 days after signing"),
    ):
        yield Act(
            OFFICER,
            told,
            f"/reports/{kind}",
            {"filed_on": today.isoformat(), "document": _paper(f"{kind}", today)},
            lambda state, kind=kind: any(report["kind"] == kind for report in state["reports"]),  # type: ignore[misc]
        )
