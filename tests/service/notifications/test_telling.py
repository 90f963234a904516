"""Who is told what because of which message, and that it is told once."""

from __future__ import annotations

from typing import Any

from caytre.core.ids import new_id
from tests.builders.agreements_office import CHAIR, EMBASSY, LEAD, MINISTRY, NEIGHBOUR, OFFICER, POLICE
from tests.builders.deadlines import CAO_BANG, HUNG_YEN, THAI_BINH
from tests.builders.notice_desk import TRACE, NoticeDesk

STALLED = "caytre.agreement.stalled.v1"


def audience(each: dict[str, Any]) -> tuple[str | None, ...]:
    meant = each["audience"]
    return meant["role"], meant["organisation"], meant["locality"], meant["country"]


async def test_one_row_per_cause_recipient_and_template_whatever_is_redelivered(desk: NoticeDesk) -> None:
    first, second = await desk.desk(), await desk.desk(role="locality_approver", language="en")
    message = desk.says(type=STALLED, level="warn", reasons=[{"code": "S1_NO_PLAN"}])
    await desk.hear(message)
    await desk.database.worker.execute("DELETE FROM reacted")
    await desk.database.worker.execute("DELETE FROM checkpoint")
    await desk.hear(message)
    told = await desk.notifications()
    assert {each["recipient_id"] for each in told} == {first["id"], second["id"]}
    assert len(told) == 2
    assert {each["cause"]["message_id"] for each in told} == {message.message_id}
    assert {each["cause"]["trace_id"] for each in told} == {TRACE[3:35]}
    assert (await desk.said()).count("notification.queued.v1") == 2
    assert await desk.database.worker.fetchval("SELECT count(*) FROM mail_queue") == 2


async def test_a_critical_stall_is_told_to_the_chair_and_the_ministry_too(desk: NoticeDesk) -> None:
    await desk.hear(desk.says(type=STALLED, level="warn"))
    warned = {audience(each)[0] for each in await desk.notifications()}
    assert warned == {"locality_officer", "locality_approver"}
    await desk.hear(desk.says(type=STALLED, level="critical"))
    assert {"locality_chair", "ministry_officer"} <= {audience(each)[0] for each in await desk.notifications()}


async def test_the_words_are_there_in_both_languages_with_the_records_name(desk: NoticeDesk) -> None:
    await desk.hear(desk.says(type=STALLED, level="warn", reasons=[{"code": "S1_NO_PLAN"}]))
    told = (await desk.notifications())[0]
    assert told["subject"] == {"vi": "Chậm triển khai: Thỏa thuận minh họa", "en": "Stalled: Thỏa thuận minh họa"}
    assert "S1_NO_PLAN" in told["text"]["vi"]
    assert told["text"]["en"].startswith("The agreement “Thỏa thuận minh họa” is stalled (level warn)")


async def test_what_is_done_for_an_invented_province_is_an_illustration(desk: NoticeDesk) -> None:
    await desk.hear(desk.says(type="caytre.agreement.approved.v1", localities=("VN-X-2025-X02",)))
    [told] = await desk.notifications()
    assert told["provenance"]["origin"] == "illustration"


async def test_a_name_is_data_and_never_a_template_or_a_header(desk: NoticeDesk) -> None:
    nasty = "{{ 7 * 7 }}\r\nBcc: all@caytre.example {% for x in y %}"
    await desk.hear(desk.says(type=STALLED, level="warn", state={"title_vi": nasty}))
    told = (await desk.notifications())[0]
    assert "{{ 7 * 7 }}" in told["subject"]["vi"]
    assert "49" not in told["subject"]["vi"]
    assert "\n" not in told["subject"]["vi"]


async def test_a_conflict_is_told_to_both_localities_and_the_mission(desk: NoticeDesk) -> None:
    state = {"countries": ["KR"], "first_day": "2026-12-01", "last_day": "2026-12-05", "title_vi": None}
    message = desk.says(
        type="caytre.finding.conflict_found.v1",
        localities=[HUNG_YEN, CAO_BANG],
        state=state,
        log=desk.delegations,
        conflict="SAME_HOST_SAME_DAYS",
        severity="COORDINATE",
    )
    await desk.hear(message)
    told = {audience(each) for each in await desk.notifications()}
    assert told == {
        ("locality_officer", None, HUNG_YEN, None),
        ("locality_officer", None, CAO_BANG, None),
        ("locality_approver", None, HUNG_YEN, None),
        ("locality_approver", None, CAO_BANG, None),
        ("mission_officer", None, None, "KR"),
    }


async def test_of_a_locality_that_was_merged_the_responsible_one_is_told_also_at_its_old_desk(desk: NoticeDesk) -> None:
    old = await desk.desk(by=MINISTRY, locality=THAI_BINH)
    await desk.hear(desk.says(type="caytre.agreement.unstalled.v1", localities=[THAI_BINH, HUNG_YEN]))
    told = [each for each in await desk.notifications() if each["audience"]["role"] == "locality_officer"]
    assert [(audience(each)[2], each["recipient_id"]) for each in told] == [(HUNG_YEN, old["id"])]


async def test_who_has_no_address_and_who_is_not_in_the_directory_is_a_failure_that_is_shown(desk: NoticeDesk) -> None:
    await desk.desk(address=None)
    await desk.hear(desk.says(type=STALLED, level="warn"))
    failures = {(audience(each)[0], each["status"], each["failure"]["code"]) for each in await desk.notifications()}
    assert failures == {
        ("locality_officer", "FAILED", "NO_ADDRESS"),
        ("locality_approver", "FAILED", "NO_RECIPIENT"),
    }
    assert (await desk.said()).count("notification.failed.v1") == 2
    assert await desk.database.worker.fetchval("SELECT count(*) FROM mail_queue") == 0
    listed = (await desk.get("/notifications?status=FAILED")).json()["items"]
    assert [each["failure"]["code"] for each in listed] == ["NO_ADDRESS"]


async def test_muted_categories_stay_in_the_inbox_and_mandatory_ones_are_mailed(desk: NoticeDesk) -> None:
    await desk.desk(muted=["IMPLEMENTATION", "VERIFICATION"])
    await desk.hear(desk.says(type="caytre.agreement.unstalled.v1"))
    await desk.hear(desk.says(type="caytre.partner.revoked.v1", state={"names": {"vi": "Đối tác minh họa"}}))
    officer = [each for each in await desk.notifications() if audience(each)[0] == "locality_officer"]
    assert {each["template"]: each["status"] for each in officer} == {
        "agreement_unstalled": "INBOX",
        "partner_revoked": "QUEUED",
    }


async def test_an_agency_that_is_asked_is_told(desk: NoticeDesk) -> None:
    state = {"opinions": [{"agency": "MPS"}, {"agency": "MOFA"}]}
    await desk.hear(desk.says(type="caytre.agreement.consultation_opened.v1", state=state))
    assert {audience(each)[1] for each in await desk.notifications()} == {"MPS", "MOFA"}
    assert len((await desk.get("/notifications", POLICE)).json()["items"]) == 1
    assert len((await desk.get("/notifications", MINISTRY)).json()["items"]) == 1
    assert (await desk.get("/notifications", OFFICER)).json()["items"] == []


async def test_the_inbox_is_ones_own_and_note_is_taken_once(desk: NoticeDesk) -> None:
    await desk.hear(desk.says(type=STALLED, level="warn"))
    [mine] = (await desk.get("/notifications", OFFICER)).json()["items"]
    assert (await desk.get("/notifications", NEIGHBOUR)).json()["items"] == []
    assert (await desk.get(f"/notifications/{mine['id']}", NEIGHBOUR)).status_code == 404
    path = f"/notifications/{mine['id']}/acknowledgement"
    wrong = await desk.post(path, None, by=LEAD, version=mine["version"])
    assert (wrong.status_code, wrong.json()["type"].rsplit("/", 1)[1]) == (403, "not-your-notification")
    done = await desk.post(path, None, by=OFFICER, version=mine["version"])
    assert done.status_code == 200, done.text
    assert done.json()["acknowledged_at"] is not None
    again = await desk.post(path, None, by=OFFICER, version=done.json()["version"])
    assert again.json()["type"].endswith("/already-acknowledged")
    assert (await desk.get("/notifications?acknowledged=false", OFFICER)).json()["items"] == []
    assert len((await desk.get("/notifications?mine=false", CHAIR)).json()["items"]) == 2


async def test_the_mission_of_the_country_has_its_own_in_its_inbox(desk: NoticeDesk) -> None:
    await desk.hear(desk.says(type="caytre.agreement.signed.v1", record=new_id()))
    assert [each["template"] for each in (await desk.get("/notifications", EMBASSY)).json()["items"]] == [
        "agreement_signed"
    ]


async def test_an_illustrated_answer_to_a_sourced_invitation_is_told_as_an_illustration(desk: NoticeDesk) -> None:
    sourced = {"origin": "sourced", "publication": "S1", "statement": "8"}
    state = {"provenance": sourced, "reply": {"answer": "accepted", "provenance": {"origin": "illustration"}}}
    type = "caytre.invitation.accepted.v1"
    await desk.hear(desk.says(type=type, state=state, log=desk.delegations, origin="illustration"))
    told = await desk.notifications()
    assert {(audience(each)[0], each["provenance"]["origin"]) for each in told} == {
        ("locality_officer", "illustration"),
        ("locality_approver", "illustration"),
    }


async def test_what_a_body_named_in_words_has_to_answer_is_told_to_officers_and_approver_of_the_locality(
    desk: NoticeDesk,
) -> None:
    officer, lead = await desk.desk(), await desk.desk(role="locality_approver")
    for type, said in (
        ("caytre.follow_up.created.v1", {"owner": "Sở Ngoại vụ", "origin": "act"}),
        ("caytre.deadline.overdue.v1", {"code": "DEL_REPORT", "to": ["ANSWERABLE", "HEAD"], "caught_up": False}),
    ):
        before = {each["id"] for each in await desk.notifications()}
        await desk.hear(desk.says(type=type, state={"answerable": "Sở Ngoại vụ"}, log=desk.delegations, **said))
        told = [each for each in await desk.notifications() if each["id"] not in before]
        assert sorted(each["recipient_id"] for each in told) == sorted([officer["id"], lead["id"]]), type
        assert {each["status"] for each in told} == {"QUEUED"}


async def test_what_history_brings_is_told_to_nobody(desk: NoticeDesk) -> None:
    await desk.desk()
    for type in ("invitation.extended", "follow_up.created", "outcome.recorded"):
        history = desk.says(type=f"caytre.{type}.v1", log=desk.delegations, origin="imported", owner=HUNG_YEN)
        await desk.hear(history)
    assert await desk.notifications() == []
