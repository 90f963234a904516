"""What the invented register says, row by row, from one seed."""

import random
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from caytre.reference import countries, fields, localities
from caytre.reference.dates import parse_date
from caytre.reference.localities import AmbiguousLocality
from caytre.reference.text import search_key

SEED = 2025
ROWS = 500
# The register is told as of this day: states of agreements follow from it.
AS_OF = date(2026, 1, 1)
MARK = "minh họa"

Row = list[str | date]

HEADERS = [
    "Nguồn",
    "Số đăng ký ngoài",
    "Tên thỏa thuận",
    "Tên tiếng nước ngoài",
    "Hình thức",
    "Nhân danh",
    "Địa phương ký",
    "Mã địa phương",
    "Đối tác",
    "Loại đối tác",
    "Nước",
    "Lĩnh vực",
    "Ngày ký",
    "Ngày hiệu lực",
    "Ngày hết hạn",
    "Người ký",
    "Ngôn ngữ",
    "Trạng thái",
    "Mức độ",
    "Ghi chú",
    "Xuất xứ",
]

# Vietnamese and English name of a form, and how often it occurs.
FORMS = {
    "Bản ghi nhớ": ("Memorandum of Understanding", 45),
    "Thỏa thuận hợp tác": ("Cooperation Agreement", 25),
    "Thỏa thuận kết nghĩa": ("Sister-City Agreement", 10),
    "Ý định thư": ("Letter of Intent", 10),
    "Biên bản hợp tác": ("Minutes of Cooperation", 7),
    "Kế hoạch hành động": ("Action Plan", 3),
}
# Vietnamese and English pattern of a partner's name by its type, and how often the type occurs. Plants name the
# partners, so that no name can be one that exists.
PARTNER_TYPES = {
    "Địa phương nước ngoài": ("Thành phố Minh Họa {vi}", "Illustration City of {en}", 50),
    "Cơ quan nhà nước nước ngoài": ("Sở Minh Họa {vi}", "Illustration Bureau of {en}", 8),
    "Hiệp hội doanh nghiệp": ("Hiệp hội Doanh nghiệp Minh Họa {vi}", "Illustration Business Association {en}", 12),
    "Doanh nghiệp": ("Công ty TNHH Minh Họa {vi}", "Illustration {en} Co., Ltd.", 8),
    "Trường đại học": ("Đại học Minh Họa {vi}", "Illustration University of {en}", 14),
    "Tổ chức phi chính phủ": ("Quỹ Minh Họa {vi}", "Illustration Foundation {en}", 6),
    "Tổ chức quốc tế": ("Tổ chức Minh Họa {vi}", "Illustration Organisation {en}", 2),
}
PLANTS = {
    "Hướng Dương": "Sunflower",
    "Bạch Quả": "Ginkgo",
    "Thạch Thảo": "Aster",
    "Phong Lan": "Orchid",
    "Tuyết Tùng": "Cedar",
    "Oải Hương": "Lavender",
    "Sồi Xanh": "Green Oak",
    "Hoa Mận": "Plum Blossom",
    "Diên Vĩ": "Iris",
    "Mộc Lan": "Magnolia",
    "Thông Đỏ": "Yew",
    "Bồ Công Anh": "Dandelion",
    "Mẫu Đơn": "Peony",
    "Việt Quất": "Bilberry",
    "Cỏ Ba Lá": "Clover",
    "Ô Liu": "Olive",
}
# Country, its language as the register writes it, and how often it occurs.
COUNTRIES = {
    "KR": ("Tiếng Hàn", 26),
    "JP": ("Tiếng Nhật", 20),
    "CN": ("Tiếng Trung", 14),
    "LA": ("Tiếng Lào", 10),
    "KH": ("Tiếng Khmer", 6),
    "FR": ("Tiếng Pháp", 6),
    "DE": ("Tiếng Đức", 4),
    "RU": ("Tiếng Nga", 4),
    "US": ("Tiếng Anh", 4),
    "AU": ("Tiếng Anh", 3),
    "IT": ("Tiếng Ý", 2),
    "NL": ("Tiếng Hà Lan", 1),
}
LEVELS = {"công khai": 80, "nội bộ": 15, "hạn chế": 5}
# Titles only: a register for examples names no person.
COMMITTEE_SIGNERS = ["Chủ tịch Ủy ban nhân dân", "Chủ tịch Ủy ban nhân dân", "Phó Chủ tịch Ủy ban nhân dân"]
# Not fields of such agreements: Article 1(2) of Law 70/2020/QH14 excludes foreign non-governmental aid.
LEFT_OUT_FIELDS = {"HUMANITARIAN_AID", "OVERSEAS_VIETNAMESE"}


@dataclass(frozen=True)
class Partner:
    """An invented foreign party."""

    name_vi: str
    name_en: str
    type: str
    country: str


def rows(seed: int) -> list[Row]:
    """The register in the order of signing; the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - examples, not secrets
    partners = _partners(dice)
    days = sorted(_signing_day(dice) for _ in range(ROWS))
    return [_row(dice, number, day, dice.choice(partners)) for number, day in enumerate(days, start=1)]


def faulty_rows(register: list[Row]) -> list[Row]:
    """Ten rows an import must report, each with one fault named in its note."""
    faults: dict[str, dict[str, str | date]] = {
        "Ngày ký không đọc được": {"Ngày ký": "khoảng mùa xuân"},
        "Ngày không tồn tại": {"Ngày ký": "31/02/2019"},
        "Địa phương không có": {"Địa phương ký": "Tỉnh Minh Họa Không Có", "Mã địa phương": ""},
        "Địa phương đã kết thúc khi ký": {
            "Địa phương ký": "Tỉnh Minh Họa Trúc",
            "Mã địa phương": "",
            "Ngày ký": date(2025, 9, 2),
        },
        "Ngày ký không đủ rõ để biết đơn vị cũ hay mới": {
            "Địa phương ký": "Tỉnh Minh Họa Tre",
            "Mã địa phương": "",
            "Ngày ký": "năm 2025",
        },
        "Nước không có": {"Nước": "Nước Minh Họa"},
        "Lĩnh vực không có": {"Lĩnh vực": "Văn hóa; Du hành vũ trụ"},
        "Hết hạn trước khi ký": {"Ngày ký": date(2019, 5, 6), "Ngày hết hạn": date(2018, 5, 6)},
        "Thiếu đối tác": {"Đối tác": ""},
        "Trùng số đăng ký với dòng đầu": {"Số đăng ký ngoài": "MH-LOI-01"},
    }
    faulty: list[Row] = []
    for number, (note, cells) in enumerate(faults.items(), start=1):
        row = list(register[number * 11])
        sound: dict[str, str | date] = {
            "Số đăng ký ngoài": f"MH-LOI-{number:02}",
            "Ngày hiệu lực": "",
            "Ngày hết hạn": "",
        }
        for header, cell in {**sound, **cells, "Ghi chú": f"Dòng lỗi cố ý: {note}"}.items():
            row[HEADERS.index(header)] = cell
        faulty.append(row)
    return faulty


def _partners(dice: random.Random) -> list[Partner]:
    made: dict[tuple[str, str, str], Partner] = {}
    while len(made) < 160:
        plant = dice.choice(list(PLANTS))
        type_ = _weighted(dice, {name: weight for name, (_, _, weight) in PARTNER_TYPES.items()})
        country = _weighted(dice, {code: weight for code, (_, weight) in COUNTRIES.items()})
        vietnamese, english, _ = PARTNER_TYPES[type_]
        made[type_, plant, country] = Partner(
            vietnamese.format(vi=plant), english.format(en=PLANTS[plant]), type_, country
        )
    return list(made.values())


def _signing_day(dice: random.Random) -> date:
    # More agreements in later years, as in any growing register.
    first, last = date(2006, 1, 1), date(2025, 12, 15)
    return first + timedelta(days=int((last - first).days * dice.random() ** 0.6))


def _row(dice: random.Random, number: int, signed: date, partner: Partner) -> Row:
    form = _weighted(dice, {name: weight for name, (_, weight) in FORMS.items()})
    if form == "Thỏa thuận kết nghĩa" and partner.type != "Địa phương nước ngoài":
        form = "Thỏa thuận hợp tác"
    unit = dice.choice([one for one in localities.all_localities(signed, illustration=True) if one.illustration])
    possible = [field for field in fields.all_fields() if field.code not in LEFT_OUT_FIELDS]
    chosen = dice.sample(possible, dice.choice([1, 1, 2, 2, 3]))
    council = dice.random() < 0.06
    years = dice.choice([0, 2, 3, 5, 5, 5, 10])
    in_force = signed if dice.random() < 0.8 else signed + timedelta(days=dice.choice([15, 30, 45]))
    expires = date(in_force.year + years, in_force.month, min(in_force.day, 28)) if years else None
    signed_as_written = _as_written(dice, signed, unit.name_vi)
    exact = isinstance(signed_as_written, date)
    language, _ = COUNTRIES[partner.country]
    country = countries.get(partner.country)
    subject = ", ".join(field.name_vi[0].lower() + field.name_vi[1:] for field in chosen)
    row: Row = [
        "Sổ đăng ký minh họa",
        f"MH-{signed.year}-{number:04}",
        f"{form} giữa {unit.name_vi} và {partner.name_vi} ({country.name_vi}) về {subject}",
        f"{FORMS[form][0]} between {unit.name_en} and {partner.name_en} ({country.name_en})",
        form,
        "Hội đồng nhân dân" if council else "Ủy ban nhân dân",
        dice.choice([unit.name_vi] * 8 + [unit.short_name_vi, search_key(unit.short_name_vi)]),
        unit.code if dice.random() < 0.5 else "",
        _partner_as_written(dice, partner),
        partner.type,
        country.name_vi,
        "; ".join(field.name_vi for field in chosen),
        signed_as_written,
        in_force if exact else "",
        expires if exact and expires else "",
        "Chủ tịch Hội đồng nhân dân" if council else dice.choice(COMMITTEE_SIGNERS),
        "; ".join(dict.fromkeys(["Tiếng Việt", language, *(["Tiếng Anh"] if dice.random() < 0.5 else [])])),
        _state(dice, in_force, expires) if exact else dice.choice(["Đang hiệu lực", "Hết hiệu lực"]),
        _weighted(dice, LEVELS),
        "" if exact else "Sổ gốc không ghi ngày cụ thể",
        MARK,
    ]
    if dice.random() < 0.02:  # some programs write letters and marks apart
        return [unicodedata.normalize("NFD", cell) if isinstance(cell, str) else cell for cell in row]
    return row


def _as_written(dice: random.Random, day: date, unit: str) -> str | date:
    if dice.random() >= 0.12:
        return day
    part = ["đầu", "giữa", "cuối"][(day.month - 1) // 4]
    quarter = ["I", "II", "III", "IV"][(day.month - 1) // 3]
    written = dice.choice(
        [f"{part} năm {day.year}", f"tháng {day.month}/{day.year}", f"quý {quarter}/{day.year}", f"năm {day.year}"]
    )
    try:
        localities.resolve(unit, parse_date(written))
    except AmbiguousLocality:
        return day
    return written


def _partner_as_written(dice: random.Random, partner: Partner) -> str:
    return dice.choice([partner.name_vi] * 8 + [partner.name_en, partner.name_vi.upper()])


def _state(dice: random.Random, in_force: date, expires: date | None) -> str:
    if expires is not None and expires < AS_OF:
        return "Hết hiệu lực" if dice.random() < 0.9 else "Bị thay thế"
    if in_force > AS_OF:
        return "Đã ký"
    return _weighted(dice, {"Đang hiệu lực": 92, "Tạm đình chỉ": 4, "Chấm dứt": 4})


def _weighted(dice: random.Random, weights: dict[str, int]) -> str:
    return dice.choices(list(weights), weights=list(weights.values()))[0]
