"""How long an agreement lasts: taking effect, the notices before its end, expiry unless its text renews itself."""

from __future__ import annotations

from datetime import date, timedelta

from caytre.agreements.model.clocks import deadline, notice, on_the_day, settled
from caytre.agreements.model.deciding import Deciding
from caytre.contracts.agreements import AgreementEnteredIntoForce, AgreementExpired, DeadlineCode, Ending, StatedDate
from caytre.contracts.message import Deadline, Settlement
from caytre.core.refusals import Invalid, Refusal, Words
from caytre.reference.procedures import Procedure, all_procedures


class NotYetInForce(Refusal):
    en = "The agreement takes effect on {effective_from}, after {day}."
    vi = "Thỏa thuận có hiệu lực từ {effective_from}, sau ngày {day}."


#: What still takes effect or ends.
ALIVE = ("SIGNED", "IN_FORCE", "SUSPENDED")


class Lasting(Deciding):
    """Beginning and end, and their clocks."""

    def life(self, since: date, procedure: Procedure | None = None) -> tuple[Deadline, ...]:
        """The clocks of taking effect and ending; `since` is when they can begin to matter."""
        begins = self.effective_from.exact if self.effective_from else None
        ends = self.expires_on.exact if self.expires_on else None
        who = self.responsible_locality
        clocks: list[Deadline] = []
        if begins and self.status == "SIGNED":
            clocks.append(on_the_day(DeadlineCode.AGR_IN_FORCE, anchor=begins, answerable=who))
        if ends:
            notices = (procedure or self.pinned()).deadlines_of(DeadlineCode.AGR_EXPIRY_NOTICE)
            given = [deadline(rule, anchor=ends, answerable=who) for rule in notices]
            own = self._notice()
            if own and own not in {clock.n for clock in given}:
                given.append(notice(own, anchor=ends, answerable=who))
            clocks += [clock for clock in given if ends - timedelta(days=clock.n) >= since]
        if ends and not self._renews_itself():
            clocks.append(on_the_day(DeadlineCode.AGR_EXPIRY, anchor=ends + timedelta(days=1), answerable=who))
        return tuple(clocks)

    def _notice(self) -> int | None:
        # The days of notice that the text itself gives.
        return self.renewal.notice_days if self.renewal else None

    def _renews_itself(self) -> bool:
        return self.renewal is not None and self.renewal.kind == "automatic"

    def enter_into_force(self, *, on: date, today: date) -> AgreementEnteredIntoForce:
        """The agreement takes effect. Raises NotInThisStatus, NotYetInForce."""
        self.ensure("SIGNED")
        begins = self.effective_from
        if on > today or (begins and on < begins.earliest):
            raise NotYetInForce(pointer="/on", effective_from=begins.text if begins else on, day=min(on, today))
        if self.signing and on < self.signing.signed_on.earliest:
            raise Invalid(
                pointer="/on",
                reason=Words(
                    "thỏa thuận không thể có hiệu lực trước ngày ký", "an agreement takes no effect before it is signed"
                ),
            )
        if begins is None or begins.exact is None:
            self.effective_from = StatedDate.on_day(on)
        self.status = "IN_FORCE"
        return AgreementEnteredIntoForce(effective_from=on, settles=(settled(DeadlineCode.AGR_IN_FORCE),))

    def effect_began(self, today: date) -> AgreementEnteredIntoForce | None:
        """What the deadline AGR_IN_FORCE brings about; None when it has happened or no longer can."""
        begins = self.effective_from.exact if self.effective_from else None
        if self.status != "SIGNED" or begins is None or begins > today:
            return None
        return self.enter_into_force(on=begins, today=today)

    def ran_out(self, today: date) -> AgreementExpired | None:
        """What the deadline AGR_EXPIRY brings about; None when the end was moved, came otherwise or renews the text."""
        ends = self.expires_on.exact if self.expires_on else None
        if self.status not in ALIVE or ends is None or ends >= today or self._renews_itself():
            return None
        settles = self.ending_clocks()
        self.status = "EXPIRED"
        self.ending = Ending(reason="expires_on", on=StatedDate.on_day(ends))
        return AgreementExpired(expired_on=ends, settles=settles)

    def ending_clocks(self) -> tuple[Settlement, ...]:
        """The clocks of taking effect and ending that may run, also those of a record that came from a register."""
        if self.status not in ALIVE:
            return ()
        clocks = []
        if self.status == "SIGNED" and self.effective_from and self.effective_from.exact:
            clocks.append(settled(DeadlineCode.AGR_IN_FORCE))
        if self.expires_on and self.expires_on.exact:
            own = self._notice()
            clocks.append(settled(DeadlineCode.AGR_EXPIRY))
            # A record from a register has no procedure: the one of the day it came gave its notices.
            known = (self.pinned(),) if self.procedure else all_procedures()
            notices = (rule for each in known for rule in each.deadlines_of(DeadlineCode.AGR_EXPIRY_NOTICE))
            days = dict.fromkeys((*(rule.discriminator for rule in notices), *([str(own)] if own else ())))
            clocks += [settled(DeadlineCode.AGR_EXPIRY_NOTICE, of) for of in days]
        return tuple(clocks)
