import pytest

from caytre.reference import fields
from caytre.reference.fields import UnknownField


def test_every_field_names_the_statement_it_comes_from() -> None:
    assert len(fields.all_fields()) == 21
    assert all("statement" in field.source for field in fields.all_fields())


def test_a_field_is_found_by_its_code_and_by_its_names_without_accents() -> None:
    for field in fields.all_fields():
        assert fields.get(field.code) == fields.find(field.name_vi) == fields.find(field.name_en.upper()) == field
    assert fields.find("van hoa").code == "CULTURE"


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(UnknownField, match="Vũ trụ"):
        fields.find("Vũ trụ")
    with pytest.raises(UnknownField):
        fields.get("SPACE")
