"""Words of registers of agreements."""

from __future__ import annotations

from caytre.cli.importing.vocabulary import keyed
from caytre.reference.text import search_key

FORMS = keyed(
    {
        "mou": (
            "Bản ghi nhớ",
            "Biên bản ghi nhớ",
            "Bản ghi nhớ hợp tác",
            "Biên bản ghi nhớ hợp tác",
            "Memorandum of Understanding",
        ),
        "agreement": (
            "Thỏa thuận hợp tác",
            "Thỏa thuận kết nghĩa",
            "Thỏa thuận hữu nghị",
            "Thỏa thuận hợp tác hữu nghị",
            "Thỏa thuận thiết lập quan hệ hữu nghị",
            "Thỏa thuận khung",
            "Bản thỏa thuận",
            "Thỏa thuận",
            "Thỏa thuận quốc tế",
        ),
        "letter_of_intent": ("Ý định thư", "Thư ý định", "Thư ngỏ ý", "Letter of Intent", "LOI"),
        "minutes": (
            "Biên bản hợp tác",
            "Biên bản",
            "Biên bản làm việc",
            "Biên bản hội đàm",
            "Biên bản thỏa thuận",
            "Minutes",
        ),
        "joint_statement": ("Tuyên bố chung", "Joint statement"),
        "other": ("Khác", "Kế hoạch hành động", "Kế hoạch hợp tác", "Chương trình hợp tác"),
    }
)
STATUSES = keyed(
    {
        "SIGNED": ("Đã ký", "Đã ký kết", "Mới ký", "Signed"),
        "IN_FORCE": (
            "Đang hiệu lực",
            "Đang có hiệu lực",
            "Còn hiệu lực",
            "Vẫn còn hiệu lực",
            "Đang còn hiệu lực",
            "Có hiệu lực",
            "Hiệu lực",
            "Còn hạn",
            "Còn thời hạn",
            "Đang thực hiện",
            "Đang triển khai",
            "Đang triển khai thực hiện",
            "In force",
            "Active",
            "Effective",
        ),
        "SUSPENDED": (
            "Tạm đình chỉ",
            "Tạm đình chỉ hiệu lực",
            "Tạm đình chỉ thực hiện",
            "Đình chỉ",
            "Đình chỉ thực hiện",
            "Tạm dừng",
            "Tạm dừng thực hiện",
            "Tạm ngừng",
            "Tạm ngừng thực hiện",
            "Tạm ngưng",
            "Suspended",
        ),
        "EXPIRED": (
            "Hết hiệu lực",
            "Đã hết hiệu lực",
            "Không còn hiệu lực",
            "Hết hạn",
            "Đã hết hạn",
            "Hết thời hạn",
            "Đã hết thời hạn",
            "Hết thời hạn hiệu lực",
            "Đã kết thúc",
            "Kết thúc",
            "Expired",
        ),
        "TERMINATED": (
            "Chấm dứt",
            "Đã chấm dứt",
            "Bị chấm dứt",
            "Chấm dứt hiệu lực",
            "Đã chấm dứt hiệu lực",
            "Chấm dứt thực hiện",
            "Hủy bỏ",
            "Đã hủy bỏ",
            "Bị hủy bỏ",
            "Hủy bỏ hiệu lực",
            "Hủy",
            "Đã hủy",
            "Bãi bỏ",
            "Đã bãi bỏ",
            "Thanh lý",
            "Đã thanh lý",
            "Terminated",
            "Cancelled",
        ),
        "WITHDRAWN": ("Rút khỏi", "Đã rút khỏi", "Từ bỏ", "Đã từ bỏ", "Withdrawn"),
        "REPLACED": (
            "Bị thay thế",
            "Được thay thế",
            "Đã thay thế",
            "Đã bị thay thế",
            "Đã được thay thế",
            "Thay thế",
            "Replaced",
            "Superseded",
        ),
    }
)
LANGUAGES = keyed(
    {
        "vi": ("Tiếng Việt", "Việt Nam", "Vietnamese"),
        "en": ("Tiếng Anh", "English"),
        "ko": ("Tiếng Hàn", "Hàn Quốc", "Triều Tiên", "Korean"),
        "ja": ("Tiếng Nhật", "Nhật Bản", "Japanese"),
        "zh": ("Tiếng Trung", "Trung Quốc", "Hoa", "Chinese"),
        "lo": ("Tiếng Lào", "Lao"),
        "km": ("Tiếng Khmer", "Khơ-me", "Campuchia"),
        "fr": ("Tiếng Pháp", "French"),
        "de": ("Tiếng Đức", "German"),
        "ru": ("Tiếng Nga", "Russian"),
        "it": ("Tiếng Ý", "Italia", "Italian"),
        "nl": ("Tiếng Hà Lan", "Dutch"),
        "es": ("Tiếng Tây Ban Nha", "Spanish"),
        "pt": ("Tiếng Bồ Đào Nha", "Portuguese"),
        "th": ("Tiếng Thái", "Thái Lan", "Thai"),
        "pl": ("Tiếng Ba Lan", "Polish"),
        "cs": ("Tiếng Séc", "Czech"),
        "hu": ("Tiếng Hungary", "Hung-ga-ri", "Hungarian"),
    }
)


def language_code(text: str) -> str | None:
    """The code (ISO 639-1) of a language such as "Tiếng Hàn" or "Hàn", None when it is not known."""
    plain = search_key(text).removeprefix("tieng ").strip()
    found = LANGUAGES.find(plain) or LANGUAGES.find(f"tieng {plain}")
    return found.code if found else None
