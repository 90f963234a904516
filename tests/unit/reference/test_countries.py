import unicodedata

import pytest

from caytre.reference import countries
from caytre.reference.countries import UnknownCountry


def test_the_list_is_that_of_iso_3166_1() -> None:
    assert len(countries.all_countries()) == 249
    assert countries.get("VN").name_vi == "Việt Nam"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hàn Quốc", "KR"),
        ("han quoc", "KR"),
        ("Nhật Bản", "JP"),
        ("NHAT BAN", "JP"),
        ("Campuchia", "KH"),
        ("Căm-pu-chia", "KH"),
        ("Lào", "LA"),
        ("Mỹ", "US"),
        ("Hoa Kỳ", "US"),
        ("South Korea", "KR"),
        ("Republic of Korea", "KR"),
        ("Japan", "JP"),
        ("Cote d'Ivoire", "CI"),
        ("Viet Nam", "VN"),
        ("Vietnam", "VN"),
        ("Đức", "DE"),
        ("kr", "KR"),
        (" JP ", "JP"),
    ],
)
def test_a_country_is_found_by_code_or_by_name_in_either_language_without_accents(text: str, code: str) -> None:
    assert countries.find(text).code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("LB Nga", "RU"),
        ("LIÊN BANG NGA.", "RU"),
        ("CHDCND Lào", "LA"),
        ("Nước CHDCND Lào", "LA"),
        ("Hàn quốc", "KR"),
        ("Nhật", "JP"),
        ("CHND Trung Hoa", "CN"),
        ("Hoa Kỳ/Mỹ", "US"),
        ("Hoa Kỳ (Mỹ)", "US"),
        ("Hồng Kông (Trung Quốc)", "HK"),
        ("CHLB Đức", "DE"),
        ("CH Séc", "CZ"),
        ("Cộng hòa Hồi giáo Iran", "IR"),
        ("Vương quốc Bỉ", "BE"),
        ("Xinh-ga-po", "SG"),
        ("Hung-ga-ri", "HU"),
        ("Thụy Sỹ", "CH"),
        ("Hàn\N{NO-BREAK SPACE}Quốc", "KR"),
        (unicodedata.normalize("NFD", "Cộng hòa Áo"), "AT"),
        ("KR.", "KR"),
        ("Cộng hòa Dominica", "DO"),
    ],
)
def test_a_country_is_found_as_registers_of_provinces_write_it(text: str, code: str) -> None:
    assert countries.find(text).code == code


@pytest.mark.parametrize(
    "text", ["Lào/Campuchia", "Cộng hòa Triều Tiên", "Cộng hòa Trung Quốc", "Hàn Quốc (Seoul)", "/"]
)
def test_two_countries_or_another_state_of_the_name_are_no_country(text: str) -> None:
    with pytest.raises(UnknownCountry):
        countries.find(text)


def test_a_name_is_found_only_in_the_language_asked_for() -> None:
    assert countries.find("Nhật Bản", "vi").code == "JP"
    with pytest.raises(UnknownCountry):
        countries.find("Nhật Bản", "en")


def test_every_country_is_found_by_its_own_names() -> None:
    for country in countries.all_countries():
        assert countries.find(country.name_vi, "vi") == country
        assert countries.find(country.name_en, "en") == country
        for alias in country.aliases:
            assert countries.find(alias) == country


@pytest.mark.parametrize("text", ["EU", "UN", "XK", "ZZ", "Kosovo", "Liên Minh Châu Âu", "Korea", "", "Nước Ngoài"])
def test_what_is_no_assigned_country_or_could_be_two_is_unknown(text: str) -> None:
    with pytest.raises(UnknownCountry) as refused:
        countries.find(text)
    assert refused.value.text.strip().upper() == text.upper()


def test_names_set_by_hand_are_unverified() -> None:
    assert not countries.get("PS").verified
    assert countries.get("TW").name_vi == "Đài Loan (Trung Quốc)"
    assert countries.get("KR").verified
