"""From a message to who is told what: audiences by rule, words by template.

Templates are the project's own data; what a message holds is data to them and is never taken for a template. They run
in Jinja's sandbox all the same, and what goes into HTML is escaped there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from jinja2 import ChainableUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

from caytre.contracts.message import Provenance, is_restricted
from caytre.contracts.notifications import Audience, Said, Subject
from caytre.contracts.origins import ILLUSTRATION, provenances_in, weaker
from caytre.core.caller import ROLES
from caytre.notifications.model.places import is_invented, is_locality, responsible
from caytre.reference import ladders
from caytre.reference.agencies import is_code
from caytre.reference.notices import BY_CODE, Notice, Telling, notices_of

#: Longer subjects are cut: mail clients show no more, and headers have a limit (RFC 5322 section 2.1.1).
LONGEST_SUBJECT = 200
_SPACE = re.compile(r"\s+")
_BLANK_LINES = re.compile(r"\n\s*\n+")

_KINDS = {
    "agreement": ("thỏa thuận", "the agreement"),
    "partner": ("đối tác", "the partner"),
    "plan": ("kế hoạch thực hiện", "the implementation plan"),
    "succession": ("việc kế thừa", "the succession"),
    "annual_plan": ("kế hoạch đoàn năm", "the annual plan"),
    "delegation": ("đoàn ra", "the delegation"),
    "visit": ("đoàn vào", "the visit"),
    "invitation": ("lời mời", "the invitation"),
    "follow_up": ("việc cần theo dõi", "the follow-up"),
    "finding": ("trùng lặp đoàn", "the conflict of delegations"),
    "event": ("sự kiện", "the event"),
    "registration": ("đăng ký tham dự", "the registration"),
    "meeting": ("cuộc gặp", "the meeting"),
    "lead": ("đầu mối hợp tác", "the lead"),
    "outcome": ("kết quả", "the outcome"),
}
#: The members of a state that may name a record, the first that is there.
_LABELS = ("title_vi", "title", "label", "text", "purpose", "name", "register_no", "title_foreign")


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as far as telling needs it: the record it is about, what it says, whom it concerns."""

    type: str
    subject: UUID
    data: Mapping[str, Any]
    sensitivity: str
    localities: tuple[str, ...]
    state: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The aggregate in `caytre.<aggregate>.<past tense>.v1`."""
        return self.type.split(".")[1]

    @property
    def countries(self) -> tuple[str, ...]:
        """The foreign countries that the record names."""
        return tuple(dict.fromkeys(_countries(self.state)))

    @property
    def consultees(self) -> tuple[str, ...]:
        """The organisations that are asked about the record."""
        asked = (*_path(self.state, "consultees.*"), *_path(self.state, "opinions.*.agency"))
        return tuple(dict.fromkeys(each for each in asked if isinstance(each, str)))

    @property
    def provenance(self) -> Provenance:
        """What a notice of it is worth; what is done for a place that was made up is an illustration."""
        if any(map(is_invented, self.localities)):
            return Provenance(origin=ILLUSTRATION)
        return self.stated

    @property
    def stated(self) -> Provenance:
        """The weakest of what the record, its parts and the message itself say of where they come from."""
        own = self.data.get("origin")
        return weaker(*provenances_in(self.state), *([Provenance(origin=own)] if isinstance(own, str) else []))

    @property
    def about(self) -> Subject:
        """The record people know: of a deadline its owner."""
        if self.kind == "deadline" and "/" in (owner := str(self.data.get("owner", ""))):
            kind, _, id = owner.partition("/")
            return Subject(kind=kind, id=UUID(id), label=self.state.get("owner_label"))
        return Subject(kind=self.kind, id=self.subject, label=self.label)

    @property
    def label(self) -> str | None:
        """What the record is called; nothing of a restricted one."""
        if is_restricted(self.sensitivity):
            return None
        names = self.state.get("names")
        found = [*(names.values() if isinstance(names, dict) else ()), *(self.state.get(name) for name in _LABELS)]
        return next((str(each)[:300] for each in found if isinstance(each, str) and each), None)

    @property
    def told(self) -> tuple[Notice, ...]:
        """The rules that this message sets off."""
        return tuple(notice for notice in notices_of(self.type) if notice.applies(dict(self.data)))


def _countries(state: Mapping[str, Any]) -> Iterator[str]:
    for path in ("country", "countries.*", "foreign_parties.*.country", "stops.*.country"):
        yield from (each for each in _path(state, path) if isinstance(each, str))


def _path(value: Any, path: str) -> list[Any]:
    """The values at `a.*.b`; missing members are left out."""
    found = [value]
    for name in path.split("."):
        if name == "*":
            found = [each for one in found if isinstance(one, list | tuple) for each in one]
        else:
            found = [one[name] for one in found if isinstance(one, Mapping) and one.get(name) is not None]
    return found


def audiences(notice: Notice, heard: Heard, today: date) -> tuple[Audience, ...]:
    """Whom the rule means, each once; localities are those that answer today."""
    found = (audience for telling in notice.tell for audience in _meant(telling, heard, today))
    return tuple(dict.fromkeys(found))


def _meant(telling: Telling, heard: Heard, today: date) -> Iterable[Audience]:
    if telling.ladder:
        return [each for name in heard.data.get("to", ()) for each in _of_rung(name, heard, today)]
    if telling.parties is not None:
        whole = {"data": heard.data, "state": heard.state}
        return [each for party in _path(whole, telling.parties) for each in _party(str(party), heard, today)]
    match telling.within:
        case "LOCALITIES":
            return _in_localities(telling.role, heard.localities, today)
        case "MISSIONS":
            return [Audience(role=telling.role, country=country) for country in heard.countries]
    return [Audience(role=telling.role)]


def _of_rung(name: str, heard: Heard, today: date) -> Iterable[Audience]:
    answerable = str(heard.state.get("answerable", ""))
    match name:
        case "ANSWERABLE":
            return _party(answerable, heard, today)
        case "HEAD":
            own = is_locality(answerable)
            return (
                _in_localities("locality_approver", (answerable,), today) if own else _party(answerable, heard, today)
            )
        case "LEAD":
            return _in_localities("locality_approver", heard.localities, today)
        case "CHAIR":
            return _in_localities("locality_chair", heard.localities, today)
        case "MINISTRY":
            return [Audience(role="ministry_officer")]
    return []


def _party(text: str, heard: Heard, today: date) -> Iterable[Audience]:
    if is_locality(text):
        return _in_localities("locality_officer", (text,), today)
    if text in ROLES:
        return _in_localities(text, heard.localities, today) if text.startswith("locality") else [Audience(role=text)]
    if is_code(text):
        return [Audience(organisation=text)]
    # A body that is named in words has no desk of its own: its locality sees to it.
    roles = ("locality_officer", "locality_approver")
    return [each for role in roles for each in _in_localities(role, heard.localities, today)] if text else []


def _in_localities(role: str | None, ids: Iterable[str], today: date) -> Iterable[Audience]:
    return [Audience(role=role, locality=id) for id in dict.fromkeys(responsible(each, today) for each in ids)]


def category_of(notice: Notice, heard: Heard) -> str:
    """The category under which the notice may be muted."""
    return ladders.kind_of(str(heard.data.get("code", ""))).category if notice.category == BY_CODE else notice.category


@dataclass(frozen=True, slots=True)
class Worded:
    """What is said, in both languages."""

    subject: Said
    text: Said


def worded(notice: Notice, heard: Heard) -> Worded:
    """The words of a notice for this message."""
    subject, text = {}, {}
    for language in ("vi", "en"):
        facts = _facts(heard, language)
        subject[language] = _SPACE.sub(" ", _render(getattr(notice.subject, language), facts)).strip()[:LONGEST_SUBJECT]
        said = _BLANK_LINES.sub("\n", _render(getattr(notice.text, language), facts)).strip()
        text[language] = said[:1].upper() + said[1:]
    return Worded(Said(**subject), Said(**text))


def _facts(heard: Heard, language: str) -> dict[str, Any]:
    about = heard.about
    n = 0 if language == "vi" else 1
    kind = _KINDS.get(about.kind, (about.kind, about.kind))[n]
    label = about.label or f"{kind} {str(about.id)[-8:]}"
    named = f"{kind} “{about.label}”" if about.label else label
    code = ladders.kind_of(str(heard.data.get("code", "")))
    return {
        "data": heard.data,
        "state": heard.state,
        "record": {"kind": about.kind, "id": str(about.id), "label": label, "words": named},
        "duty": code.name_vi if language == "vi" else code.name_en,
        "day": _day_in(language),
        "words": _words_in(language),
    }


def _day_in(language: str) -> Any:
    def day(value: Any) -> str:
        try:
            on = date.fromisoformat(str(value)[:10])
        except ValueError:
            return ""
        return f"{on:%d/%m/%Y}" if language == "vi" else f"{on:%Y-%m-%d}"

    return day


def _words_in(language: str) -> Any:
    def words(value: Any) -> str:
        """Of a value in both languages the one that is read; of a code the code."""
        both = value if isinstance(value, Mapping) else {}
        return str(both.get(language) or both.get(f"text_{language}") or both.get("code") or (value or ""))

    return words


# The words are plain text here; whoever puts them into HTML escapes them there.
_ENVIRONMENT = SandboxedEnvironment(autoescape=False, undefined=ChainableUndefined)


@lru_cache(maxsize=1024)
def compiled(text: str) -> Template:
    """A text of a rule as a template. Raises TemplateSyntaxError."""
    return _ENVIRONMENT.from_string(text)


def _render(text: str, facts: Mapping[str, Any]) -> str:
    return compiled(text).render(facts)
