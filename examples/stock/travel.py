"""What the invented plan and the invented list of delegations say, row by row, from one seed."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from invention import AS_OF, COUNTRIES, MARK, PLANTS, Row

from caytre.reference import countries, localities

YEAR = AS_OF.year
# The list of delegations is told as of this day.
TOLD_ON = date(2025, 1, 1)
PLAN_HEADERS = [
    "Mã đoàn",
    "Địa phương",
    "Tên đoàn",
    "Mục đích",
    "Nước đến",
    "Thời gian",
    "Trưởng đoàn",
    "Số ngày",
    "Số người",
    "Kinh phí (triệu đồng)",
    "Nguồn kinh phí",
    "Cơ quan mời",
    "Trạng thái",
    "Ghi chú",
    "Xuất xứ",
]
TRIP_HEADERS = [
    "Nguồn",
    "Mã đoàn",
    "Địa phương",
    "Tên đoàn",
    "Trưởng đoàn",
    "Thành viên",
    "Số người",
    "Nước đến",
    "Từ ngày",
    "Đến ngày",
    "Số ngày",
    "Mục đích",
    "Lĩnh vực",
    "Kênh đối ngoại",
    "Kinh phí",
    "Nguồn kinh phí",
    "Cơ quan mời",
    "Doanh nghiệp tham gia",
    "Trạng thái",
    "Lý do",
    "Ghi chú",
    "Xuất xứ",
]
_OUT = {
    "Đoàn xúc tiến đầu tư": "Giới thiệu môi trường đầu tư; gặp hiệp hội doanh nghiệp",
    "Đoàn hợp tác giáo dục": "Trao đổi sinh viên; đào tạo nghề",
    "Đoàn xúc tiến du lịch": "Giới thiệu điểm đến; tham dự hội chợ",
    "Đoàn hợp tác nông nghiệp": "Trao đổi về nông nghiệp công nghệ cao",
    "Đoàn giao lưu văn hóa": "Biểu diễn và triển lãm",
}
_IN = {
    "Đoàn khách kết nghĩa": "Chào xã giao lãnh đạo tỉnh; dự lễ hội",
    "Đoàn doanh nghiệp khảo sát": "Khảo sát khu công nghiệp",
    "Đoàn trường đại học": "Trao đổi về đào tạo",
}
_TIMES = ["Tháng {m}", "Tháng {m}-{n}", "Quý {q}", "tháng {m}/{y}", "6 tháng đầu năm", "cuối năm {y}"]
_RANKS = ["Chủ tịch UBND tỉnh", "Phó Chủ tịch UBND tỉnh", "Phó Bí thư Tỉnh ủy", "Giám đốc Sở Ngoại vụ"]
_MEMBERS = ["Giám đốc Sở Kế hoạch và Đầu tư", "Chánh Văn phòng UBND tỉnh", "Trưởng phòng Sở Ngoại vụ", "Phiên dịch"]
_FIELDS = ["Văn hóa", "Du lịch", "Giáo dục và đào tạo nghề", "Nông nghiệp công nghệ cao"]


@dataclass(frozen=True)
class Planned:
    """A row of the plan: which way, and its cells."""

    direction: str
    cells: Row


def planned(seed: int) -> list[Planned]:
    """A year of the six invented provinces, with amounts and hosts that are invented as they are."""
    dice = random.Random(seed + 1)  # noqa: S311 - examples, not secrets
    units = [one for one in localities.all_localities(AS_OF, illustration=True) if one.illustration]
    return [_item(dice, unit.name_vi, unit.code, way, number, invented=True)
            for way, most in (("OUT", 7), ("IN", 4)) for unit in units for number in range(1, most + 1)]  # fmt: skip


def planned_by_all(seed: int) -> list[Planned]:
    """A year of all 34 provinces: as long as such a list is, and without any amount, person, host or real occasion."""
    dice = random.Random(seed + 2)  # noqa: S311 - examples, not secrets
    return [_item(dice, unit.name_vi, unit.code, way, number, invented=False)
            for way, most in (("OUT", 3), ("IN", 2)) for unit in localities.all_localities(AS_OF)
            for number in range(1, most + 1)]  # fmt: skip


def travelled(seed: int) -> list[Row]:
    """Delegations of three years, of provinces that later merged; one of them is under way."""
    dice = random.Random(seed + 3)  # noqa: S311 - examples, not secrets
    days = sorted(date(2022, 1, 10) + timedelta(days=dice.randrange(1070)) for _ in range(79))
    return [_trip(dice, number, day) for number, day in enumerate([*days, date(2024, 12, 30)], start=1)]


def faulty_plan(rows: list[Planned]) -> list[Row]:
    """Eight rows an import must report, each with one fault named in its note."""
    faults: dict[str, dict[str, str | date]] = {
        "Thời gian không đọc được": {"Thời gian": "khi thuận tiện"},
        "Thời gian ngoài năm kế hoạch": {"Thời gian": "tháng 5/2024"},
        "Nước không có": {"Nước đến": "Nước Minh Họa"},
        "Địa phương không còn": {"Địa phương": "Tỉnh Minh Họa Trúc"},
        "Kinh phí không rõ đơn vị": {"Kinh phí (triệu đồng)": "300 lượng"},
        "Thiếu tên đoàn và mục đích": {"Tên đoàn": "", "Mục đích": ""},
        "Trạng thái không có": {"Trạng thái": "Minh họa"},
        "Trùng mã với dòng đầu": {"Mã đoàn": "MH-LOI-01"},
    }
    return [_spoilt(PLAN_HEADERS, rows[number].cells, number, note, cells)
            for number, (note, cells) in enumerate(faults.items(), start=1)]  # fmt: skip


def faulty_trips(rows: list[Row]) -> list[Row]:
    """Eight rows an import must report, each with one fault named in its note."""
    faults: dict[str, dict[str, str | date]] = {
        "Ngày không tồn tại": {"Từ ngày": "31/02/2024"},
        "Về trước khi đi": {"Từ ngày": date(2024, 5, 10), "Đến ngày": date(2024, 5, 4), "Số ngày": ""},
        "Đoàn chưa đi": {"Trạng thái": "Dự kiến"},
        "Nước không có": {"Nước đến": "Nước Minh Họa"},
        "Họ tên nằm trong tên đoàn": {
            "Tên đoàn": "Đoàn do Nguyễn Văn Minh Họa dẫn đầu",
            "Trưởng đoàn": "Nguyễn Văn Minh Họa, Phó Chủ tịch UBND tỉnh",
        },
        "Số người ít hơn số được nêu": {"Số người": "1"},
        "Thiếu tên đoàn": {"Tên đoàn": ""},
        "Trùng mã với dòng đầu": {"Mã đoàn": "MH-LOI-01"},
    }
    return [_spoilt(TRIP_HEADERS, rows[number * 9], number, note, cells)
            for number, (note, cells) in enumerate(faults.items(), start=1)]  # fmt: skip


def _spoilt(headers: list[str], row: Row, number: int, note: str, cells: dict[str, str | date]) -> Row:
    spoilt = list(row)
    told: dict[str, str | date] = {"Mã đoàn": f"MH-LOI-{number:02}", **cells, "Ghi chú": f"Dòng lỗi cố ý: {note}"}
    for header, cell in told.items():
        spoilt[headers.index(header)] = cell
    return spoilt


def _item(dice: random.Random, unit: str, code: str, way: str, number: int, *, invented: bool) -> Planned:
    title, purpose = dice.choice(list((_OUT if way == "OUT" else _IN).items()))
    month = dice.randint(1, 11)
    when = dice.choice(_TIMES).format(m=month, n=month + 1, q=["I", "II", "III", "IV"][(month - 1) // 3], y=YEAR)
    days = dice.randint(4, 8)
    plant = dice.choice(list(PLANTS))
    cells: Row = [
        f"MH-{YEAR}-{'R' if way == 'OUT' else 'V'}-{code}-{number:02}",
        unit,
        f"{title} (minh họa)",
        purpose if invented else "",
        _country(dice),
        when,
        dice.choice(_RANKS) if invented else "",
        str(days) if invented else "",
        str(dice.randint(4, 14)) if invented else "",
        str(dice.randrange(150, 900, 25)) if invented and way == "OUT" else "",
        dice.choice(["Ngân sách tỉnh", "Phía mời đài thọ"]) if invented else "",
        f"Hiệp hội Doanh nghiệp Minh Họa {plant}" if invented else "",
        "Trong kế hoạch",
        "",
        MARK,
    ]
    return Planned(way, cells)


def _trip(dice: random.Random, number: int, day: date) -> Row:
    unit = dice.choice([one for one in localities.all_localities(day, illustration=True) if one.illustration])
    days = dice.randint(4, 8)
    returns = day + timedelta(days=days - 1)
    title, purpose = dice.choice(list(_OUT.items()))
    first, *others = dice.sample(list(PLANTS), 4)
    names = [f"Nguyễn Văn Minh Họa {first}", *(f"Trần Thị Minh Họa {plant}" for plant in others)]
    listed = dice.sample(_MEMBERS, dice.randint(1, 3))
    exact = dice.random() > 0.2 or returns >= TOLD_ON
    gone = dice.random() > 0.06 or returns >= TOLD_ON
    status = dice.choice(["Đã về", "Đã báo cáo", "Đã báo cáo", "Đã kết thúc"]) if gone else "Hủy"
    if returns >= TOLD_ON:
        status = "Đang đi"
    return [
        "Danh sách đoàn ra minh họa",
        f"MH-DR-{day.year}-{number:03}",
        unit.name_vi,
        f"{title} (minh họa)",
        f"{names[0]}, {dice.choice(_RANKS)}",
        "; ".join(f"{name}, {rank}" for name, rank in zip(names[1:], listed, strict=False)),
        str(len(listed) + dice.randint(1, 5)),
        _country(dice),
        day if exact else dice.choice([f"tháng {day.month}/{day.year}", f"{_part(day)} năm {day.year}"]),
        returns if exact else "",
        str(days) if exact else "",
        purpose,
        dice.choice(_FIELDS),
        dice.choice(["Nhà nước", "Nhà nước", "Nhà nước", "Đảng", "Nhân dân"]),
        dice.choice(["{} triệu đồng", "{}.000.000", "{}.000.000 đồng"]).format(dice.randrange(150, 900, 25)),
        dice.choice(["Ngân sách tỉnh", "Phía mời đài thọ"]),
        f"Hiệp hội Doanh nghiệp Minh Họa {dice.choice(list(PLANTS))}",
        "; ".join(f"Công ty TNHH Minh Họa {plant}" for plant in dice.sample(list(PLANTS), dice.choice([0, 0, 1, 2]))),
        status,
        "" if gone else "Phía mời hoãn tiếp đoàn (minh họa)",
        "" if exact else "Danh sách gốc không ghi ngày cụ thể",
        MARK,
    ]


def _part(day: date) -> str:
    return ["đầu", "giữa", "cuối"][(day.month - 1) // 4]


def _country(dice: random.Random) -> str:
    chosen = dice.sample(list(COUNTRIES), dice.choice([1, 1, 1, 2]))
    return ", ".join(countries.get(code).name_vi for code in chosen)
