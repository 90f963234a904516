"""Words that registers of every kind use."""

from __future__ import annotations

from caytre.cli.importing.vocabulary import keyed
from caytre.reference import fields

SENSITIVITIES = keyed(
    {
        "public": ("công khai", "public"),
        "internal": ("nội bộ", "lưu hành nội bộ", "internal"),
        "restricted": ("hạn chế", "restricted"),
    }
)
#: Where a row says that it comes from.
ORIGINS = keyed(
    {
        "imported": ("nhập từ hệ thống khác", "imported"),
        "sourced": ("nguồn công khai", "nguồn công bố", "sourced"),
        "illustration": ("minh họa", "illustration"),
    }
)
PARTNER_TYPES = keyed(
    {
        "foreign_locality": (
            "Địa phương nước ngoài",
            "Chính quyền địa phương nước ngoài",
            "Chính quyền địa phương",
            "Địa phương",
            "Tỉnh",
            "Thành phố",
            "Bang",
            "Foreign locality",
        ),
        "government_body": (
            "Cơ quan nhà nước nước ngoài",
            "Cơ quan nhà nước",
            "Cơ quan đại diện nước ngoài",
            "Đại sứ quán",
            "Tổng lãnh sự quán",
            "Government body",
            "Government agency",
            "Foreign mission",
        ),
        "parliament": ("Nghị viện", "Quốc hội nước ngoài", "Parliament"),
        "international_organisation": ("Tổ chức quốc tế", "International organisation", "International organization"),
        "business_association": ("Hiệp hội doanh nghiệp", "Phòng thương mại", "Business association"),
        "company": ("Doanh nghiệp", "Công ty", "Tập đoàn", "Company"),
        "university": ("Trường đại học", "Đại học", "Học viện", "Cơ sở giáo dục đại học", "University"),
        "ngo": (
            "Tổ chức phi chính phủ",
            "Tổ chức phi chính phủ nước ngoài",
            "Tổ chức PCPNN",
            "NGO",
            "INGO",
            "Non-governmental organisation",
        ),
        "individual": ("Cá nhân", "Individual"),
        "other": ("Khác", "Loại khác", "Other"),
    }
)


def field_code(text: str) -> str | None:
    """The code of a field of co-operation, None when it is not known."""
    try:
        return fields.find(text.strip(" .,")).code
    except fields.UnknownField:
        return None
