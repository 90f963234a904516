"""Agencies: ministries by their code, provincial offices by kind and unit, missions by kind and country."""

from __future__ import annotations

from datetime import date

import pytest

from caytre.reference import agencies
from caytre.reference.agencies import AgencyNotValid, UnknownAgency

TODAY = date(2026, 3, 2)


def test_a_ministry_is_known_by_its_code_and_said_in_both_languages() -> None:
    ministry = agencies.get("MPS")
    assert (ministry.vi, ministry.en) == ("Bộ Công an", "Ministry of Public Security")


def test_a_provincial_office_is_named_with_its_unit() -> None:
    police = agencies.get("POLICE-VN-P-2025-33")
    assert (police.name_vi, police.name_en) == ("Công an tỉnh Hưng Yên", "Public Security of Hung Yen Province")


def test_a_mission_is_named_with_its_country() -> None:
    assert agencies.get("EMBASSY-KR").name_vi == "Đại sứ quán Việt Nam tại Hàn Quốc"


@pytest.mark.parametrize("code", ["", "XYZ", "POLICE", "POLICE-33", "EMBASSY-ZZ", "MPS-KR", "-", "mps"])
def test_a_code_that_means_no_agency_is_refused(code: str) -> None:
    with pytest.raises(UnknownAgency):
        agencies.get(code)


def test_a_merged_ministry_is_known_by_name_but_exists_only_in_its_time() -> None:
    assert agencies.existing("MPI", date(2025, 2, 28)).name_en == "Ministry of Planning and Investment"
    with pytest.raises(AgencyNotValid) as refused:
        agencies.existing("MPI", TODAY)
    assert "Bộ Tài chính" in refused.value.vi
    assert "Ministry of Finance" in refused.value.en


def test_an_office_of_a_merged_province_passed_its_functions_on() -> None:
    with pytest.raises(AgencyNotValid) as refused:
        agencies.existing("POLICE-VN-P-2008-34", TODAY)
    assert "Công an tỉnh Hưng Yên" in refused.value.vi


def test_every_successor_is_an_agency() -> None:
    heirs = [heir for agency in agencies.all_agencies() for heir in agency.successors]
    assert {agencies.existing(heir, TODAY).code for heir in heirs} == set(heirs)
