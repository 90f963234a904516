"""Words of registers and what they stand for in Caytre; looked up without accents, case and spacing."""

from __future__ import annotations

from collections.abc import Mapping

from caytre.reference.text import search_key


def _table(words: Mapping[str, str]) -> Mapping[str, str]:
    table = {search_key(word): value for word, value in words.items()}
    return table | {search_key(value): value for value in words.values()}


FORMS = _table(
    {
        "Bản ghi nhớ": "mou",
        "Biên bản ghi nhớ": "mou",
        "Memorandum of Understanding": "mou",
        "Thỏa thuận hợp tác": "agreement",
        "Thỏa thuận kết nghĩa": "agreement",
        "Thỏa thuận": "agreement",
        "Thỏa thuận quốc tế": "agreement",
        "Ý định thư": "letter_of_intent",
        "Thư ngỏ ý": "letter_of_intent",
        "Letter of Intent": "letter_of_intent",
        "Biên bản hợp tác": "minutes",
        "Biên bản": "minutes",
        "Minutes": "minutes",
        "Tuyên bố chung": "joint_statement",
        "Joint statement": "joint_statement",
        "Kế hoạch hành động": "other",
        "Khác": "other",
    }
)
SIGNATORIES = _table(
    {
        "Ủy ban nhân dân": "PROVINCE_PC",
        "Ủy ban nhân dân tỉnh": "PROVINCE_PC",
        "Ủy ban nhân dân thành phố": "PROVINCE_PC",
        "UBND": "PROVINCE_PC",
        "UBND tỉnh": "PROVINCE_PC",
        "Hội đồng nhân dân": "PROVINCE_PCOUNCIL",
        "Hội đồng nhân dân tỉnh": "PROVINCE_PCOUNCIL",
        "HĐND": "PROVINCE_PCOUNCIL",
        "HĐND tỉnh": "PROVINCE_PCOUNCIL",
        "Sở": "DEPARTMENT",
        "Sở, ban, ngành": "DEPARTMENT",
        "Ủy ban nhân dân xã biên giới": "BORDER_COMMUNE",
        "Cơ quan cấp tỉnh của tổ chức": "ORG_PROVINCIAL",
    }
)
STATUSES = _table(
    {
        "Đã ký": "SIGNED",
        "Đang hiệu lực": "IN_FORCE",
        "Còn hiệu lực": "IN_FORCE",
        "Có hiệu lực": "IN_FORCE",
        "In force": "IN_FORCE",
        "Tạm đình chỉ": "SUSPENDED",
        "Tạm dừng": "SUSPENDED",
        "Hết hiệu lực": "EXPIRED",
        "Hết hạn": "EXPIRED",
        "Chấm dứt": "TERMINATED",
        "Đã chấm dứt": "TERMINATED",
        "Rút khỏi": "WITHDRAWN",
        "Bị thay thế": "REPLACED",
        "Được thay thế": "REPLACED",
    }
)
SENSITIVITIES = _table(
    {
        "Công khai": "public",
        "Nội bộ": "internal",
        "Hạn chế": "restricted",
    }
)
PARTNER_TYPES = _table(
    {
        "Địa phương nước ngoài": "foreign_locality",
        "Cơ quan nhà nước nước ngoài": "government_body",
        "Cơ quan đại diện nước ngoài": "government_body",
        "Nghị viện": "parliament",
        "Hiệp hội doanh nghiệp": "business_association",
        "Doanh nghiệp": "company",
        "Trường đại học": "university",
        "Tổ chức phi chính phủ": "ngo",
        "Tổ chức quốc tế": "international_organisation",
        "Cá nhân": "individual",
        "Khác": "other",
    }
)
ORIGINS = _table(
    {
        "Minh họa": "illustration",
        "Nguồn công khai": "sourced",
        "Nhập từ hệ thống khác": "imported",
    }
)
LANGUAGES = _table(
    {
        "Việt": "vi",
        "Anh": "en",
        "Hàn": "ko",
        "Hàn Quốc": "ko",
        "Nhật": "ja",
        "Nhật Bản": "ja",
        "Trung": "zh",
        "Trung Quốc": "zh",
        "Hoa": "zh",
        "Lào": "lo",
        "Khmer": "km",
        "Campuchia": "km",
        "Pháp": "fr",
        "Đức": "de",
        "Nga": "ru",
        "Ý": "it",
        "Hà Lan": "nl",
        "Tây Ban Nha": "es",
        "Thái": "th",
        "Ba Lan": "pl",
        "Séc": "cs",
        "Hungary": "hu",
        "Vietnamese": "vi",
        "English": "en",
    }
)


def language_code(text: str) -> str | None:
    """The code (ISO 639-1) of a language such as "Tiếng Hàn", None when it is not known."""
    key = search_key(text)
    return LANGUAGES.get(key.removeprefix("tieng ").strip())
