"""The agreements service in this process, and the people who use it over HTTP."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2

from caytre.agreements.main import service
from caytre.core.clock import day_of
from caytre.core.ids import new_id
from caytre.core.service import Role
from caytre.core.storing.database import Database
from tests.builders.agreements import CAO_BANG, HUNG_YEN
from tests.builders.desk import Issuer, settings_for
from tests.builders.wording import codes_in

Person = Mapping[str, Any]

OFFICER: Person = {"sub": "officer", "roles": ["locality_officer"], "localities": [HUNG_YEN]}
LEAD: Person = {"sub": "lead", "roles": ["locality_approver"], "localities": [HUNG_YEN]}
CHAIR: Person = {"sub": "chair", "roles": ["locality_chair"], "localities": [HUNG_YEN]}
NEIGHBOUR: Person = {"sub": "neighbour", "roles": ["locality_officer", "locality_approver"], "localities": [CAO_BANG]}
MINISTRY: Person = {"sub": "desk", "roles": ["ministry_officer"], "localities": [], "organisation": "MOFA"}
APPROVER: Person = {"sub": "head", "roles": ["ministry_approver"], "localities": [], "organisation": "MOFA"}
POLICE: Person = {"sub": "police", "roles": ["consultee"], "localities": [], "organisation": "MPS"}
ARMY: Person = {"sub": "army", "roles": ["consultee"], "localities": [], "organisation": "MOD"}
EMBASSY: Person = {
    "sub": "embassy",
    "roles": ["mission_officer"],
    "localities": [],
    "organisation": "EMBASSY-KR",
    "countries": ["KR"],
}
AUDITOR: Person = {"sub": "auditor", "roles": ["auditor"], "localities": []}
SYSTEM: Person = {"sub": "system", "roles": ["integration"], "localities": [HUNG_YEN]}
OPERATOR: Person = {"sub": "operator", "roles": ["operator"], "localities": []}
PEOPLE = {
    "officer": OFFICER,
    "lead": LEAD,
    "chair": CHAIR,
    "neighbour": NEIGHBOUR,
    "ministry": MINISTRY,
    "approver": APPROVER,
    "police": POLICE,
    "army": ARMY,
    "embassy": EMBASSY,
    "auditor": AUDITOR,
    "system": SYSTEM,
    "operator": OPERATOR,
}

#: No act is older than the one it answers, so every paper is of the day of the test.
TODAY = day_of(datetime.now(UTC)).isoformat()
PAPER = {"number": "12/UBND-NgV", "issued_on": TODAY, "issuer": "UBND tỉnh"}
SIGNATURE: dict[str, Any] = {"signed_on": TODAY, "foreign_signers": [{"office": "Thị trưởng"}]}
TEXT = {"sha256": "ab" * 32, "size": 48211, "media_type": "application/pdf", "language": "vi"}

#: An entry of a register.
ENTRY: dict[str, Any] = {
    "source": {"system": "so-ngoai-vu", "number": "TB-2019-07", "file": "so-dang-ky.csv", "row": 7},
    "localities": ["Thái Bình"],
    "status": "IN_FORCE",
    "title_vi": "Bản ghi nhớ hợp tác",
    "foreign_parties": [{"name": "Thành phố Minh Họa", "country": "Hàn Quốc", "type": "foreign_locality"}],
    "fields": ["EDUCATION"],
    "signed_on": "đầu năm 2019",
}


@dataclass
class Office:
    """A client that speaks for anybody."""

    http: httpx2.AsyncClient
    issuer: Issuer
    database: Database
    keys: Any = field(default_factory=lambda: itertools.count(1))

    def headers(self, by: Person) -> dict[str, str]:
        """The token of a person."""
        return {"authorization": f"Bearer {self.issuer.token(**by)}"}

    async def post(
        self, path: str, body: Any = None, *, by: Person = OFFICER, version: int | None = None, key: str | None = None
    ) -> httpx2.Response:
        """One act under a key of its own."""
        headers = self.headers(by) | {"idempotency-key": key or f"key-{next(self.keys)}"}
        if version is not None:
            headers["if-match"] = f'"{version}"'
        answer = await self.http.post(path, json=body, headers=headers)
        assert answer.status_code < 400 or codes_in(answer.json()["detail"]) == [], answer.text
        return answer

    async def get(self, path: str, by: Person = OFFICER) -> httpx2.Response:
        """A question."""
        return await self.http.get(path, headers=self.headers(by))

    async def act(self, record: dict[str, Any], path: str, body: Any = None, by: Person = OFFICER) -> dict[str, Any]:
        """An act that succeeds on a record; the record after it."""
        kind = "partners" if "names" in record else "agreements"
        answer = await self.post(f"/{kind}/{record['id']}/{path}", body, by=by, version=record["version"])
        assert answer.status_code == 200, answer.text
        after: dict[str, Any] = answer.json()
        return after

    async def partner(self, *, verified: bool = True, by: Person = OFFICER, **particulars: Any) -> dict[str, Any]:
        """A foreign partner under a name of its own."""
        body = {"type": "foreign_locality", "names": {"vi": f"Thành phố {new_id()}"}, "country": "KR"} | particulars
        answer = await self.post("/partners", body, by=by)
        assert answer.status_code == 201, answer.text
        partner: dict[str, Any] = answer.json()
        if verified:
            partner = await self.act(partner, "verification", {"verifier": "MOFA"})
            evidence = {"evidence": [{"kind": "registry_extract", "summary": "seen"}]}
            partner = await self.act(partner, "verification/confirmation", evidence, MINISTRY)
        return partner

    def proposal(self, partner: Mapping[str, Any], **particulars: Any) -> dict[str, Any]:
        """The body of a proposal."""
        return {
            "title_vi": "Thỏa thuận hợp tác hữu nghị",
            "locality": HUNG_YEN,
            "signatory_type": "PROVINCE_PC",
            "foreign_parties": [{"partner_id": partner["id"]}],
            "fields": ["EDUCATION"],
            "languages": ["vi", "ko"],
            **particulars,
        }

    async def draft(self, partner: Mapping[str, Any] | None = None, **particulars: Any) -> dict[str, Any]:
        """A proposal of Hưng Yên."""
        answer = await self.post("/agreements", self.proposal(partner or await self.partner(), **particulars))
        assert answer.status_code == 201, answer.text
        draft: dict[str, Any] = answer.json()
        return draft

    async def papers(self, agreement: dict[str, Any], dossier: str) -> dict[str, Any]:
        """All required papers of a dossier."""
        for item in agreement["dossier"]:
            if item["dossier"] == dossier and item["required"]:
                agreement = await self.act(agreement, f"dossier/{dossier}/{item['code']}", {"document": PAPER})
        return agreement

    async def consulting(self, partner: Mapping[str, Any] | None = None, **particulars: Any) -> dict[str, Any]:
        """Sent to the ministry and the police."""
        agreement = await self.papers(await self.draft(partner, **particulars), "OPINION")
        return await self.act(agreement, "consultation", {"related": ["MPS"]})

    async def answered(self, partner: Mapping[str, Any] | None = None, police: str = "agree") -> dict[str, Any]:
        """Both have answered."""
        agreement = await self.consulting(partner)
        for agency, by, answer in (("MOFA", MINISTRY, "agree"), ("MPS", POLICE, police)):
            agreement = await self.act(agreement, f"opinions/{agency}/dossier", by=by)
            opinion = {"answer": answer, "text": "reasons", "document": PAPER}
            agreement = await self.act(agreement, f"opinions/{agency}", opinion, by)
        return agreement

    async def approved(self, partner: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The chair has approved."""
        agreement = await self.act(await self.answered(partner), "consultation/closure")
        return await self.act(agreement, "approval", {"authority": "PC_CHAIR", "document": PAPER}, CHAIR)

    async def signed(self, partner: Mapping[str, Any] | None = None, **signature: Any) -> dict[str, Any]:
        """Signed by the chair."""
        body = {**SIGNATURE, "texts": [TEXT], **signature}
        return await self.act(await self.approved(partner), "signature", body)


@asynccontextmanager
async def an_office(
    folder: Path, issuer: Issuer, url: str, *, kafka: str = "nowhere:9092", role: Role = "api"
) -> AsyncIterator[Office]:
    """The service over the database at `url`, started and stopped as a server would."""
    ring = folder / "keys.json"
    ring.write_text(json.dumps({"primary": "k1", "keys": {"k1": base64.b64encode(b"k" * 32).decode()}}))
    settings = settings_for(folder, issuer, database_url=url, kafka_bootstrap_servers=kafka, data_keys=ring)
    app = service.app(settings, role)
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://agreements") as http,
    ):
        yield Office(http, issuer, app.state.database)
