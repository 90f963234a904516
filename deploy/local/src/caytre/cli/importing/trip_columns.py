"""Columns that lists of delegations share: plans of a year, and delegations that were or are abroad."""

from __future__ import annotations

from dataclasses import replace

from caytre.cli.importing import register_columns as register
from caytre.cli.importing.columns import Column

#: A list of one's own may have running numbers only; they are told apart by province and year.
NUMBER = replace(
    register.NUMBER,
    required=False,
    synonyms=(
        *register.NUMBER.synonyms,
        "Mã đoàn",
        "Số quyết định",
        "Quyết định số",
        "Số QĐ",
        "Số văn bản",
        "Decision number",
    ),
)
RUNNING = Column("running", "STT", ("TT", "Số TT", "Số thứ tự", "No"))
LOCALITY = Column(
    "locality",
    "Địa phương",
    ("Tỉnh/Thành phố", "Tỉnh, thành phố", "Tỉnh", "Tên địa phương", "Locality", "Province"),
    longest=2000,
)
TITLE = Column(
    "title",
    "Tên đoàn",
    ("Đoàn", "Tên đoàn công tác", "Đoàn công tác", "Tên chuyến đi", "Tên, nội dung đoàn", "Delegation", "Title"),
    longest=500,
)
PURPOSE = Column(
    "purpose",
    "Mục đích",
    (
        "Nội dung",
        "Mục đích, nội dung",
        "Mục đích và nội dung",
        "Mục đích chuyến đi",
        "Nội dung làm việc",
        "Mục tiêu",
        "Purpose",
    ),
    longest=2000,
)
LEADER = Column(
    "leader",
    "Trưởng đoàn",
    ("Họ tên trưởng đoàn", "Họ và tên trưởng đoàn", "Lãnh đạo dẫn đoàn", "Người dẫn đầu", "Head", "Leader"),
    longest=500,
)
RANK = Column(
    "rank",
    "Chức vụ trưởng đoàn",
    ("Cấp trưởng đoàn", "Cấp đoàn", "Chức vụ", "Cấp dẫn đoàn", "Chức danh", "Rank", "Rank of the head"),
    longest=500,
)
SIZE = Column(
    "size",
    "Số người",
    ("Số lượng", "Số thành viên", "Số lượng thành viên", "Số lượng người", "Tổng số người", "Size", "Members in all"),
)
COUNTRIES = Column(
    "countries",
    "Nước đến",
    (
        "Nước",
        "Quốc gia",
        "Nước/Vùng lãnh thổ",
        "Nước đi",
        "Đến nước",
        "Nơi đến",
        "Địa điểm",
        "Nước công tác",
        "Countries",
        "Country",
    ),
    required=True,
    longest=2000,
)
TIME = Column(
    "time",
    "Thời gian",
    (
        "Thời gian dự kiến",
        "Dự kiến thời gian",
        "Thời gian thực hiện",
        "Thời gian đi",
        "Thời điểm",
        "Tháng",
        "Quý",
        "Time",
        "When",
    ),
)
DAYS = Column("days", "Số ngày", ("Thời lượng", "Số ngày công tác", "Số ngày ở nước ngoài", "Days"))
BUDGET = Column(
    "budget",
    "Kinh phí",
    ("Dự toán", "Kinh phí dự kiến", "Dự kiến kinh phí", "Dự toán kinh phí", "Tổng kinh phí", "Budget"),
)
BUDGET_SOURCE = Column(
    "budget_source", "Nguồn kinh phí", ("Nguồn ngân sách", "Nguồn chi", "Chi phí do", "Budget source")
)
HOST = Column(
    "host",
    "Cơ quan mời",
    ("Đơn vị mời", "Bên mời", "Cơ quan đón tiếp", "Cơ quan tiếp đón", "Đối tác", "Đối tác làm việc", "Host"),
    longest=2000,
)
ORGANISATION = Column(
    "organisation",
    "Cơ quan chủ trì",
    ("Đơn vị chủ trì", "Cơ quan tổ chức", "Cơ quan cử đoàn", "Đơn vị cử đoàn", "Cơ quan, đơn vị", "Organisation"),
)
REASON = Column("reason", "Lý do", ("Lý do hủy", "Lý do hoãn", "Lý do điều chỉnh", "Reason"), longest=2000)
PAPER = Column(
    "paper", "Văn bản phê duyệt", ("Văn bản", "Quyết định phê duyệt", "Văn bản cử đoàn", "Approved by"), taken=False
)
