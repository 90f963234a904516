"""Natural persons as partners: their names are read by an operation of their own, whatever the sensitivity."""

from __future__ import annotations

import pytest

from tests.builders.agreements_office import AUDITOR, LEAD, MINISTRY, OFFICER, Office

_PERSON = {
    "type": "individual",
    "names": {"en": "Jane Example"},
    "country": "KR",
    "contacts": [{"name": "Her Office", "email": "office@example.org"}],
    "localities": ["VN-P-2025-33"],
}
_RESTRICTED = {"sensitivity": "restricted", "confirm_published_history_stays": True}


@pytest.mark.parametrize("restricted", [False, True])
async def test_a_persons_name_is_not_in_the_ordinary_answer(office: Office, restricted: bool) -> None:
    person = (await office.post("/partners", _PERSON)).json()
    if restricted:
        await office.post(f"/partners/{person['id']}/classification", _RESTRICTED, by=LEAD, version=1)
    for reader in (OFFICER, MINISTRY, AUDITOR):
        answer = await office.get(f"/partners/{person['id']}", by=reader)
        assert answer.status_code == 200
        assert "Jane" not in answer.text
        assert "Her Office" not in answer.text
        whole = await office.get(f"/partners/{person['id']}/confidential", by=reader)
        assert whole.json()["names"]["en"] == "Jane Example"
