"""Procedures as effective-dated data: steps, consultees, dossiers, deadlines, who decides, and the law that says so.

A case pins the code and version under which it began. ``verified`` means that the value was read in a published
account of the law; the others are shown as unverified (:func:`caytre.reference.verification.label`) until a lawyer
has checked them. A value of basis "policy" is a default of the platform's operator, not law.
"""

from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, PositiveInt, model_validator

from caytre.reference import packaged
from caytre.reference.citing import cite


class NoProcedure(LookupError):
    """No version of a procedure fits: none in force on the day, no such version, or none for this signatory."""


class SignatoryType(StrEnum):
    """In whose name an agreement is signed (Law 70/2020/QH14, Article 2; Decree 64/2021/NĐ-CP)."""

    PROVINCE_PC = "PROVINCE_PC"
    PROVINCE_PCOUNCIL = "PROVINCE_PCOUNCIL"
    DEPARTMENT = "DEPARTMENT"
    BORDER_COMMUNE = "BORDER_COMMUNE"
    ORG_PROVINCIAL = "ORG_PROVINCIAL"


class Unit(StrEnum):
    """How a deadline counts: working days or calendar days after its anchor, or calendar days before it."""

    WORKING = "WORKING"
    CALENDAR = "CALENDAR"
    LEAD = "LEAD"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Citation(_Entry):
    """The place in the law, with what it says in our words; not the wording of the law."""

    law: str
    article: str | None
    text_vi: str
    text_en: str
    verified: bool

    @property
    def vi(self) -> str:
        """The place as Vietnamese lawyers cite it, with the act: "khoản 5 Điều 19 Luật 70/2020/QH14"."""
        return cite(self.law, self.article, "vi")

    @property
    def en(self) -> str:
        """The same in English: "Law 70/2020/QH14, Art. 19(5)"."""
        return cite(self.law, self.article, "en")


class _Named(_Entry):
    code: str
    name_vi: str
    name_en: str


class _Cited(_Named):
    citation: Citation | None
    verified: bool


class Step(_Cited):
    """One step and who takes it."""

    actor: Literal["PROVINCE", "CONSULTEE", "PRIME_MINISTER", "DECIDING_AUTHORITY", "VERIFIER"]


class Consultee(_Cited):
    """Whose opinion must be asked: always, or every agency to which the content directly relates."""

    rule: Literal["always", "directly_related"]
    signatory_types: tuple[SignatoryType, ...]


class Ground(_Cited):
    """A condition under which the reduced procedure may be taken."""


class ChecklistItem(_Named):
    """A document of a dossier."""

    required: bool
    verified: bool


class Dossier(_Named):
    """What must be handed in; complete when the recipient says so, which starts the clock."""

    citation: Citation
    items: tuple[ChecklistItem, ...]


class Grounded(_Entry):
    """A rule of the law, with its place there, or one of policy."""

    code: str
    basis: Literal["law", "policy"]
    citation: Citation | None
    verified: bool

    @model_validator(mode="after")
    def _law_is_cited(self) -> Self:
        if (self.basis == "law") != (self.citation is not None):
            raise ValueError(f"{self.code}: a time limit of law has a citation, one of policy has none")
        return self


class _Rule(Grounded):
    answers: Literal["CONSULTEE", "PRIME_MINISTER", "PROVINCE", "VERIFIER"]


class DeadlineRule(_Rule):
    """A time limit: ``n`` units from (or, for LEAD, before) the day of ``anchor``, answered for by ``answers``."""

    discriminator: str = ""
    n: PositiveInt
    unit: Unit
    anchor: Literal[
        "dossier_complete",
        "pm_dossier_complete",
        "signed",
        "expires_on",
        "requested",
        "valid_until",
        "submitted",
        "accepted",
        "referred",
        "decided",
        "returned",
        "found",
        "superseded",
        "extended",
        "locality_end",
    ]


class YearlyDate(_Rule):
    """The last day of something that each year has: a date of that year, or of the one ``years_before`` it."""

    month: PositiveInt
    day: PositiveInt
    years_before: Literal[0, 1]

    @model_validator(mode="after")
    def _is_in_every_year(self) -> Self:
        date(2001, self.month, self.day)
        return self

    def of(self, year: int) -> date:
        """The day for the year."""
        return date(year - self.years_before, self.month, self.day)


class DecidingAuthority(_Cited):
    """Who decides on signing for one type of signatory."""

    signatory_type: SignatoryType


class Escalation(_Cited):
    """The authority to which the matter goes under a condition, and whether signing needs its written consent."""

    when_vi: str
    when_en: str
    written_consent_required: bool


class Annotation(_Entry):
    """What readers should know from a day on without the procedure itself having changed."""

    valid_from: date
    text_vi: str
    text_en: str
    citation: Citation


class Procedure(_Named):
    """One version of a procedure, in force from ``valid_from`` to ``valid_to`` (both included; empty: open)."""

    version: PositiveInt
    valid_from: date
    valid_to: date | None
    valid_from_verified: bool
    signatory_types: tuple[SignatoryType, ...]
    reduced: bool
    silence_is_consent: Literal[False]
    validity_months: PositiveInt | None = None
    citations: tuple[Citation, ...]
    grounds: tuple[Ground, ...] = ()
    steps: tuple[Step, ...]
    consultees: tuple[Consultee, ...] = ()
    dossiers: tuple[Dossier, ...] = ()
    deadlines: tuple[DeadlineRule, ...]
    dates: tuple[YearlyDate, ...] = ()
    deciding: tuple[DecidingAuthority, ...] = ()
    escalation: Escalation | None = None
    annotations: tuple[Annotation, ...] = ()

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.reduced != bool(self.grounds):
            raise ValueError(f"{self.code}: a reduced procedure, and no other, names its grounds")
        if sorted(self.signatory_types) != sorted(authority.signatory_type for authority in self.deciding):
            raise ValueError(f"{self.code}: every type of signatory has one deciding authority")
        keys = [(rule.code, rule.discriminator) for rule in self.deadlines] + [(each.code, "") for each in self.dates]
        if len(set(keys)) != len(keys):
            raise ValueError(f"{self.code}: two time limits share code and discriminator")
        return self

    def in_force(self, on: date) -> bool:
        """Whether this version is the one that new cases of the day begin under."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def deadline(self, code: str, discriminator: str = "") -> DeadlineRule:
        """The time limit of this code and discriminator. Raises :class:`NoProcedure`."""
        for rule in self.deadlines:
            if (rule.code, rule.discriminator) == (code, discriminator):
                return rule
        raise NoProcedure(f"{self.code} version {self.version} sets no time limit {code} {discriminator}".rstrip())

    def deadlines_of(self, code: str) -> tuple[DeadlineRule, ...]:
        """All time limits of this code, such as the several notices before an expiry."""
        return tuple(rule for rule in self.deadlines if rule.code == code)

    def yearly(self, code: str) -> YearlyDate:
        """The date of this code. Raises :class:`NoProcedure`."""
        for each in self.dates:
            if each.code == code:
                return each
        raise NoProcedure(f"{self.code} version {self.version} names no date {code}")

    def dossier(self, code: str) -> Dossier:
        """The dossier of this code. Raises :class:`NoProcedure`."""
        for dossier in self.dossiers:
            if dossier.code == code:
                return dossier
        raise NoProcedure(f"{self.code} version {self.version} knows no dossier {code}")

    def consultees_for(self, signatory_type: SignatoryType) -> tuple[Consultee, ...]:
        """Whose opinions an agreement of this type of signatory needs."""
        return tuple(consultee for consultee in self.consultees if signatory_type in consultee.signatory_types)

    def authority_for(self, signatory_type: SignatoryType) -> DecidingAuthority:
        """Who decides for this type of signatory. Raises :class:`NoProcedure`."""
        for authority in self.deciding:
            if authority.signatory_type is signatory_type:
                return authority
        raise NoProcedure(f"{self.code} version {self.version} is not for {signatory_type.value}")

    def annotations_on(self, day: date) -> tuple[Annotation, ...]:
        """What readers should know on the day."""
        return tuple(annotation for annotation in self.annotations if annotation.valid_from <= day)


def procedure(code: str, on: date) -> Procedure:
    """The version of a procedure in force on the day. Raises :class:`NoProcedure`."""
    for version in all_procedures():
        if version.code == code and version.in_force(on):
            return version
    raise NoProcedure(f"no version of {code} was in force on {on.isoformat()}")


def by_version(code: str, version: int) -> Procedure:
    """The version under which a case began. Raises :class:`NoProcedure`."""
    for candidate in all_procedures():
        if (candidate.code, candidate.version) == (code, version):
            return candidate
    raise NoProcedure(f"there is no version {version} of {code}")


def successor(pinned: Procedure, on: date) -> Procedure | None:
    """The later version of the same procedure that is in force on the day, if there is one."""
    for version in all_procedures():
        if version.code == pinned.code and version.version > pinned.version and version.in_force(on):
            return version
    return None


def next_version(after: date) -> date | None:
    """The next day on which a later version of some procedure comes into force."""
    return min(
        (each.valid_from for each in all_procedures() if each.version > 1 and each.valid_from > after), default=None
    )


@lru_cache(maxsize=1000)
def applicable(signatory_type: SignatoryType, reduced: bool, on: date) -> Procedure:
    """The procedure for agreements of this type of signatory on the day. Raises :class:`NoProcedure`."""
    for version in all_procedures():
        if signatory_type in version.signatory_types and version.reduced is reduced and version.in_force(on):
            return version
    kind = "reduced" if reduced else "ordinary"
    raise NoProcedure(f"no {kind} procedure for {signatory_type.value} was in force on {on.isoformat()}")


@lru_cache(maxsize=1)
def all_procedures() -> tuple[Procedure, ...]:
    """Every version of every procedure, in the order of code and version."""
    read = (Procedure.model_validate(yaml.safe_load(text)) for text in packaged.yaml_texts("procedures").values())
    return tuple(sorted(read, key=lambda version: (version.code, version.version)))
