"""What a register or a publication says about a partner that is here already."""

from __future__ import annotations

from collections.abc import Sequence

from caytre.agreements.model.partner import NothingChanges, Partner
from caytre.agreements.model.recording import Difference
from caytre.contracts.agreements import Names, PartnerAmended
from caytre.core.refusals import Refusal


class PartnerNotFromRegister(Refusal):
    en = "This partner was entered here by an officer; a register's entry does not change it."
    vi = "Đối tác này do cán bộ nhập tại đây; dữ liệu từ sổ đăng ký không làm thay đổi."


_LANGUAGES = ("vi", "en", "native")


def _said(partner: Partner) -> dict[str, str | None]:
    names = {f"names.{language}": getattr(partner.names, language) for language in _LANGUAGES}
    return {"type": partner.type, "country": partner.country, "subdivision": partner.subdivision, **names}


def differences(here: Partner, there: Partner) -> tuple[Difference, ...]:
    """Where an entry differs from the partner; what the entry leaves open, and `other` as a type, is no difference."""
    known = _said(here)
    return tuple(
        Difference(field=field, here=known[field], there=said)
        for field, said in _said(there).items()
        if said not in (None, "", known[field]) and (field, said) != ("type", "other")
    )


def follow(here: Partner, there: Partner, found: Sequence[Difference]) -> PartnerAmended:
    """Follow the entry where it differs. The country stays: a partner of another country is another partner.

    Raises PartnerNotFromRegister, PartnerIsMerged, NothingChanges, CountryMissing.
    """
    if here.provenance.origin == "act":
        raise PartnerNotFromRegister
    fields = {difference.field for difference in found}
    changes: dict[str, object] = {field: getattr(there, field) for field in fields & {"type", "subdivision"}}
    names = {field.removeprefix("names.") for field in fields if field.startswith("names.")}
    if names:
        changes["names"] = here.names.model_copy(
            update={language: getattr(there.names, language) for language in names}
        )
    if not changes:
        raise NothingChanges
    return here.amend({name: Names.model_validate(v) if name == "names" else v for name, v in changes.items()})
