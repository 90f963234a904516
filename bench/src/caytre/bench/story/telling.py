"""The steps of the story that need no time to pass, in their order: about sixty acts in three services.

What another service, or the same one, makes of an act (the invitation of a report, the visit of an acceptance, the
event, the lead of a meeting, the outcome of a lead) is waited for and taken up, so that each step is caused by the one
before.
"""

from dataclasses import dataclass, fields
from datetime import date, timedelta

from caytre.bench.story import bodies
from caytre.bench.story.office import Office

_TRIP_PAPERS = ("LETTER", "INVITATION", "TRANSLATION")


@dataclass(slots=True)
class Told:
    """The ids of one story's records, as far as it was told."""

    partner: str = ""
    delegation: str = ""
    invitation: str = ""
    visit: str = ""
    event: str = ""
    meeting: str = ""
    lead: str = ""
    agreement: str = ""
    outcome: str = ""
    plan: str = ""

    @property
    def complete(self) -> bool:
        """True when nothing is missing."""
        return all(getattr(self, each.name) for each in fields(self))

    def before_the_outcome(self) -> set[str]:
        """What the outcome came out of."""
        return {self.delegation, self.invitation, self.visit, self.event, self.meeting, self.lead, self.agreement}


async def tell(office: Office, province: str, mission: str, today: date) -> Told:
    """Tell it. Raises Refused, TimeoutError."""
    told, paper = Told(), bodies.paper(today)
    told.partner = await _partner(office)
    trip = bodies.trip(province, [told.partner], mission, today, today, today)
    told.delegation = await _trip(office, trip, told.partner, today)
    # By its trip, since who is invited on the way has an id that follows from the report.
    told.invitation = await office.first(f"/invitations?delegation_id={told.delegation}")
    invitation = f"/invitations/{told.invitation}"
    await office.act("officer", invitation, "channel", {"via": "MOFA", "on": today.isoformat()})
    await office.act("officer", invitation, "reply", {"answer": "accepted", "on": today.isoformat()})
    scheduled = await office.until(invitation, lambda state: state.get("visit_id") is not None)
    told.visit = str(scheduled["visit_id"])
    told.event = await office.first(f"/events?upstream={told.invitation}")
    await _visit(office, f"/visits/{told.visit}", today)
    told.meeting = await _event(office, told.event, today)
    told.lead = await office.first(f"/leads?event={told.event}")
    told.agreement = await _agreement(office, bodies.proposal(province, told.partner), told.event, today)
    lead = f"/leads/{told.lead}"
    await office.act("officer", lead, "agreements", {"agreement_id": told.agreement})
    await office.act("officer", lead, "status", {"status": "QUALIFIED"})
    await office.act("officer", lead, "win", bodies.investment(today))
    told.outcome = await office.first(f"/outcomes?upstream={told.lead}")
    await office.act("lead", f"/outcomes/{told.outcome}", "confirmation", {"document": paper})
    told.plan = await _plan(office, told.agreement, today)
    return told


async def _partner(office: Office) -> str:
    made = await office.begin("officer", "/partners", bodies.partner())
    path = f"/partners/{made['id']}"
    await office.act("officer", path, "verification", {"verifier": "MOFA"})
    evidence = {"evidence": [{"kind": "registry_extract", "summary": "minh họa"}]}
    await office.act("ministry", path, "verification/confirmation", evidence)
    return str(made["id"])


async def submit(office: Office, trip: bodies.Body, today: date) -> str:
    """Draft a trip, put its dossier together and hand it in; returns its id."""
    made = await office.begin("officer", "/delegations", trip)
    path = f"/delegations/{made['id']}"
    for item in _TRIP_PAPERS:
        await office.act("officer", path, f"dossier/{item}", {"document": bodies.paper(today)})
    await office.act("officer", path, "submission")
    return str(made["id"])


async def _trip(office: Office, trip: bodies.Body, partner_id: str, today: date) -> str:
    id = await submit(office, trip, today)
    path, day = f"/delegations/{id}", {"on": today.isoformat()}
    await office.act("lead", path, "review")
    await office.act("lead", path, "referral", {"recommendation": "Đề nghị phê duyệt"})
    await office.act("chair", path, "approval", {"authority": "PC_CHAIR", "document": bodies.paper(today)})
    await office.act("lead", path, "delivery")
    await office.act("officer", path, "departure", day)
    await office.act("officer", path, "return", day)
    await office.act("officer", path, "report", bodies.trip_report(partner_id))
    await office.act("lead", path, "report/acceptance", {"declined": []})
    return id


async def _visit(office: Office, path: str, today: date) -> None:
    day = today.isoformat()
    await office.act("officer", path, "amendments", {"arrives_on": day, "leaves_on": day})
    await office.act("lead", path, "partner-check", {})
    await office.act("officer", path, "programme", {"items": [{"number": 1, "title": "Làm việc với tỉnh"}]})
    await office.act("chair", path, "approval", {"authority": "PC_CHAIR", "document": bodies.paper(today)})
    await office.act("officer", path, "arrival", {"on": day})


async def _event(office: Office, id: str, today: date) -> str:
    """From the offer to the end; returns the meeting that was held there."""
    path = f"/events/{id}"
    await office.act("officer", path, "amendments", bodies.forum())
    await office.act("officer", path, "schedule", {"starts_on": today.isoformat()})
    await office.act("officer", path, "plan")
    await office.act("officer", path, "opening")
    parties = []
    for country in ("KR", "VN"):
        party = {"event_id": id, "organisation": f"Công ty Minh Họa {country} {id}", "country": country}
        parties.append((await office.begin("officer", "/registrations", party))["id"])
    wish = {"requester": parties[0], "addressee": parties[1], "subject": "Hợp tác (minh họa)"}
    meeting = await office.begin("officer", "/meetings", wish)
    await office.act("officer", f"/meetings/{meeting['id']}", "acceptance", {"slot": 1, "table": 1})
    await office.act("officer", path, "start")
    await office.act("officer", f"/meetings/{meeting['id']}", "end", {"result": "Hai bên quan tâm"})
    await office.act("officer", path, "end", {"attendance": 120})
    return str(meeting["id"])


async def _agreement(office: Office, proposal: bodies.Body, event: str, today: date) -> str:
    made = await office.begin("officer", "/agreements", proposal)
    path, paper = f"/agreements/{made['id']}", bodies.paper(today)
    for item in made["dossier"]:
        if item["dossier"] == "OPINION" and item["required"]:
            await office.act("officer", path, f"dossier/OPINION/{item['code']}", {"document": paper})
    await office.act("officer", path, "consultation", {"related": ["MPS"]})
    for agency, person in (("MOFA", "ministry"), ("MPS", "police")):
        await office.act(person, path, f"opinions/{agency}/dossier")
        await office.act(person, path, f"opinions/{agency}", {"answer": "agree", "document": paper})
    await office.act("officer", path, "consultation/closure")
    await office.act("chair", path, "approval", {"authority": "PC_CHAIR", "document": paper})
    await office.act("officer", path, "signature", bodies.signature(event, today))
    for report in ("PM_REPORT", "MOFA_COPY"):
        await office.act("officer", path, f"reports/{report}", {"filed_on": today.isoformat(), "document": paper})
    return str(made["id"])


async def _plan(office: Office, agreement: str, today: date) -> str:
    # A plan is a record of its own, made under the path of its agreement.
    made = await office.begin("officer", f"/agreements/{agreement}/plan", bodies.plan(today + timedelta(days=90)))
    path, paper = f"/plans/{made['id']}", bodies.paper(today)
    await office.act("lead", path, "approval", {"document": paper})
    await office.act("officer", path, "activation")
    await office.act("officer", path, "milestones/M1/completion", {"done_on": today.isoformat(), "evidence": [paper]})
    return str(made["id"])
