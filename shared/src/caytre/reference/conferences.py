"""Who permits an international conference, how long before it the application is due, and what the law leaves open.

Decision 06/2020/QĐ-TTg as effective-dated data. Where published accounts of the law do not answer (former holders of an
office, festivals and fairs) the finding is not certain and names both readings with the citation in question; it is
for an officer to settle, never for this code. Which rules hold is decided by the day of the act.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, PositiveInt

from caytre.reference import packaged
from caytre.reference.procedures import Annotation, Citation, Grounded, Unit

PRIME_MINISTER, PC_CHAIR, NONE = "PRIME_MINISTER", "PC_CHAIR", "NONE"
_AS_CONFERENCE = "SAME_AS_CONFERENCE"


class NoConferenceRules(LookupError):
    """No version of the rules was in force on the day, or there is no such version, rank or time limit."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Competence(_Entry):
    """An authority that permits, how many calendar days before, and whose opinions it must have."""

    code: str
    name_vi: str
    name_en: str
    lead_days: PositiveInt
    asks: tuple[str, ...]
    citation: Citation
    lead_citation: Citation
    verified: bool


class Rank(_Entry):
    """The rank of a guest; `ministerial`: a minister, the equivalent or above."""

    code: str
    name_vi: str
    name_en: str
    ministerial: bool


class Topic(_Entry):
    """A subject that makes the Prime Minister competent."""

    code: str
    name_vi: str
    name_en: str


class Reading(_Entry):
    """One way in which an open point of the law can be read."""

    competence: str
    text_vi: str
    text_en: str


class OpenPoint(_Entry):
    """What published accounts of the law do not say, and both readings."""

    question_vi: str
    question_en: str
    citation: Citation
    readings: tuple[Reading, Reading]


class TimeLimit(Grounded):
    """`n` units from (or, for LEAD, before) the day of `anchor`; `competence` where it depends on who permits."""

    discriminator: str = ""
    competence: str | None = None
    n: PositiveInt
    unit: Unit
    anchor: Literal["starts_on", "ends_on", "request_received", "requested"]


class ConferenceRules(_Entry):
    """One version of the rules, in force from `valid_from` to `valid_to` (both included; empty: open)."""

    code: str
    version: PositiveInt
    name_vi: str
    name_en: str
    valid_from: date
    valid_to: date | None
    valid_from_verified: bool
    citations: tuple[Citation, ...]
    competences: tuple[Competence, ...]
    ranks: tuple[Rank, ...]
    sensitive_topics: tuple[Topic, ...]
    covered_kinds: tuple[str, ...]
    excluded_kinds: tuple[str, ...]
    scope: Citation
    former_officials: OpenPoint
    other_kinds: OpenPoint
    annotations: tuple[Annotation, ...] = ()
    deadlines: tuple[TimeLimit, ...]

    def in_force(self, on: date) -> bool:
        """Whether cases of the day go by this version."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def competence(self, code: str) -> Competence:
        """The authority of this code. Raises NoConferenceRules."""
        for competence in self.competences:
            if competence.code == code:
                return competence
        raise NoConferenceRules(f"{self.code} version {self.version} knows no authority {code}")

    def rank(self, code: str) -> Rank:
        """The rank of this code. Raises NoConferenceRules."""
        for rank in self.ranks:
            if rank.code == code:
                return rank
        raise NoConferenceRules(f"{self.code} version {self.version} knows no rank {code}")

    def time_limit(self, code: str, *, discriminator: str = "", competence: str | None = None) -> TimeLimit:
        """The time limit of this code. Raises NoConferenceRules."""
        for limit in self.deadlines:
            if (limit.code, limit.discriminator) == (code, discriminator) and limit.competence in (None, competence):
                return limit
        raise NoConferenceRules(
            f"{self.code} version {self.version} sets no time limit {code} {discriminator}".rstrip()
        )

    def time_limits(self, code: str) -> tuple[TimeLimit, ...]:
        """Every time limit of this code."""
        return tuple(limit for limit in self.deadlines if limit.code == code)

    def resolve(
        self,
        *,
        kind: str,
        foreign_element: bool,
        in_vietnam: bool,
        rank: str | None,
        former_rank: str | None,
        topics: tuple[str, ...],
        on: date,
    ) -> Finding:
        """Who permits such an event, and why, as readers should know it on the day.

        Raises NoConferenceRules for an unknown rank.
        """
        if not foreign_element:
            return self._outside("không có yếu tố nước ngoài", "there is no foreign element")
        if not in_vietnam:
            return self._outside(
                "không tổ chức trên lãnh thổ Việt Nam và không có đầu cầu tại Việt Nam",
                "it is neither on Vietnamese territory nor online with an end in Viet Nam",
            )
        if kind in self.excluded_kinds:
            return self._outside("họp báo quốc tế không thuộc phạm vi", "press conferences are outside its scope")
        found = self._permitting(rank, former_rank, topics)
        found = found if kind in self.covered_kinds else self._of_another_kind(found)
        told = tuple(
            Reason(text_vi=each.text_vi, text_en=each.text_en, citation=each.citation, verified=each.citation.verified)
            for each in self.annotations
            if each.valid_from <= on and found.competence == PRIME_MINISTER
        )
        return replace(found, reasons=(*found.reasons, *told))

    def _outside(self, vi: str, en: str) -> Finding:
        why = Reason(text_vi=f"Không phải xin phép: {vi}.", text_en=f"No permission: {en}.", citation=self.scope)
        return Finding(NONE, certain=True, reasons=(why,))

    def _permitting(self, rank: str | None, former_rank: str | None, topics: tuple[str, ...]) -> Finding:
        law = self.competence(PRIME_MINISTER).citation
        reasons = []
        if rank is not None and self.rank(rank).ministerial:
            name = self.rank(rank)
            reasons.append(
                Reason(
                    text_vi=f"Khách dự kiến có cấp bậc cao nhất: {name.name_vi} (cấp Bộ trưởng trở lên).",
                    text_en=f"The highest rank expected is {name.name_en}: ministerial level or above.",
                    citation=law,
                )
            )
        for topic in self.sensitive_topics:
            if topic.code in topics:
                reasons.append(
                    Reason(
                        text_vi=f"Nội dung liên quan: {topic.name_vi}.",
                        text_en=f"The subject concerns: {topic.name_en}.",
                        citation=law,
                    )
                )
        if reasons:
            return Finding(PRIME_MINISTER, certain=True, reasons=tuple(reasons))
        if former_rank is not None and self.rank(former_rank).ministerial:
            return self._open(self.former_officials, PRIME_MINISTER)
        why = Reason(
            text_vi="Không có khách cấp Bộ trưởng trở lên và nội dung không thuộc lĩnh vực nhạy cảm.",
            text_en="No guest of ministerial level is expected and no sensitive subject is treated.",
            citation=self.competence(PC_CHAIR).citation,
        )
        return Finding(PC_CHAIR, certain=True, reasons=(why,))

    def _of_another_kind(self, as_conference: Finding) -> Finding:
        found = self._open(self.other_kinds, as_conference.competence)
        return Finding(
            found.competence,
            certain=False,
            reasons=(*found.reasons, *as_conference.reasons),
            readings=tuple(dict.fromkeys((*found.readings, *as_conference.readings))),
        )

    def _open(self, point: OpenPoint, as_conference: str) -> Finding:
        # What is proposed meanwhile is the reading under which nothing is omitted: the longer lead time.
        why = Reason(text_vi=point.question_vi, text_en=point.question_en, citation=point.citation, verified=False)
        readings = tuple(
            Reading(
                competence=as_conference if each.competence == _AS_CONFERENCE else each.competence,
                text_vi=each.text_vi,
                text_en=each.text_en,
            )
            for each in point.readings
        )
        return Finding(readings[0].competence, certain=False, reasons=(why,), readings=readings)


class Reason(_Entry):
    """Why an authority is competent, with the place in the law."""

    text_vi: str
    text_en: str
    citation: Citation
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """Who permits: PRIME_MINISTER, PC_CHAIR or NONE.

    Where it is not `certain` the law is open: `readings` are the ways to read it and `competence` is the cautious one.
    """

    competence: str
    certain: bool
    reasons: tuple[Reason, ...]
    readings: tuple[Reading, ...] = ()


def rules_on(day: date) -> ConferenceRules:
    """The rules in force on the day. Raises NoConferenceRules."""
    for version in all_rules():
        if version.in_force(day):
            return version
    raise NoConferenceRules(f"no rules on international conferences are configured for {day.isoformat()}")


def by_version(version: int) -> ConferenceRules:
    """The version under which a case was judged. Raises NoConferenceRules."""
    for candidate in all_rules():
        if candidate.version == version:
            return candidate
    raise NoConferenceRules(f"there is no version {version} of the rules on international conferences")


@lru_cache(maxsize=1)
def all_rules() -> tuple[ConferenceRules, ...]:
    """Every version, oldest first."""
    read = (
        ConferenceRules.model_validate(yaml.safe_load(text)) for text in packaged.yaml_texts("conferences").values()
    )
    return tuple(sorted(read, key=lambda version: version.version))
