"""What a request may say, and that what the documentation shows as an example is such a request."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from caytre.agreements.api.decisions import SignAgreement
from caytre.agreements.main import service
from caytre.contracts.agreements import SignedText, Signer
from caytre.core.days import Day
from caytre.core.web.bodies import Body
from tests.builders.agreements import Life, days

DAY: TypeAdapter[date] = TypeAdapter(Day)


def test_a_day_is_written_with_hyphens() -> None:
    assert DAY.validate_python("2026-03-02") == date(2026, 3, 2)


@pytest.mark.parametrize("value", ["1754092800", "2026/03/02", "2026-03-2 ", 1754092800, "٢٠٢٦-03-02"])
def test_a_number_or_another_form_is_no_day(value: object) -> None:
    with pytest.raises(ValidationError):
        DAY.validate_python(value)


def _bodies() -> list[type[Body]]:
    found, waiting = [], [Body]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        found.append(kind)
    return [kind for kind in found if kind.model_config.get("json_schema_extra")]


def test_every_example_of_a_body_is_such_a_body() -> None:
    assert service.routers
    examples = [(kind, vars(kind)["model_config"]["json_schema_extra"]["examples"][0]) for kind in _bodies()]
    assert len(examples) > 5
    assert [
        kind.__name__ for kind, example in examples if kind.model_validate(example).given().keys() != set(example)
    ] == []


def test_the_example_of_a_signature_is_a_signature_that_is_accepted() -> None:
    life = Life()
    agreement = life.approved()
    (example,) = vars(SignAgreement)["model_config"]["json_schema_extra"]["examples"]
    body = SignAgreement.model_validate(example)
    agreement.sign(
        signed_on=body.signed_on,
        by_authorised=body.by_authorised,
        foreign_signers=[Signer(side="foreign", **signer.model_dump()) for signer in body.foreign_signers],
        texts=[text.to(SignedText) for text in body.texts],
        expires_on=body.expires_on,
        partners=life.partners,
        at=days(30),
    )
    assert agreement.status == "SIGNED"
