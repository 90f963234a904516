"""Words of lists of delegations."""

from __future__ import annotations

from caytre.cli.importing.vocabulary import keyed

DIRECTIONS = keyed(
    {
        "OUT": ("Đoàn ra", "Ra", "Đi", "Đoàn đi", "Đoàn đi nước ngoài", "Outgoing"),
        "IN": ("Đoàn vào", "Vào", "Đến", "Đoàn đến", "Đón đoàn", "Incoming"),
    }
)
CHANNELS = keyed(
    {
        "party": ("Đảng", "Đối ngoại Đảng", "Kênh Đảng", "Party"),
        "state": ("Nhà nước", "Ngoại giao Nhà nước", "Đối ngoại Nhà nước", "Chính quyền", "Kênh Nhà nước", "State"),
        "people": ("Nhân dân", "Đối ngoại nhân dân", "Ngoại giao nhân dân", "Kênh nhân dân", "People"),
    }
)
#: What became of an item of a plan.
ITEM_STATUSES = keyed(
    {
        "PLANNED": (
            "Trong kế hoạch",
            "Theo kế hoạch",
            "Dự kiến",
            "Chưa thực hiện",
            "Đã duyệt",
            "Đã được duyệt",
            "Đang chuẩn bị",
            "Planned",
        ),
        "REALISED": ("Đã thực hiện", "Thực hiện", "Hoàn thành", "Đã hoàn thành", "Đã đi", "Đã đón", "Realised", "Done"),
        "POSTPONED": ("Hoãn", "Tạm hoãn", "Đã hoãn", "Lùi", "Lùi thời gian", "Postponed"),
        "DROPPED": (
            "Không thực hiện",
            "Hủy",
            "Đã hủy",
            "Bỏ",
            "Đưa ra khỏi kế hoạch",
            "Rút khỏi kế hoạch",
            "Dropped",
            "Cancelled",
        ),
        "LAPSED": ("Hết năm chưa thực hiện", "Hết hạn", "Quá hạn", "Lapsed"),
    }
)
#: What became of a delegation.
TRIP_STATUSES = keyed(
    {
        "DEPARTED": ("Đang đi", "Đang công tác", "Đang ở nước ngoài", "Đã đi", "Đang thực hiện", "Under way", "Away"),
        "RETURNED": ("Đã về", "Đã về nước", "Đã thực hiện", "Hoàn thành", "Đã hoàn thành", "Returned", "Done"),
        "REPORTED": ("Đã báo cáo", "Đã có báo cáo", "Đã nộp báo cáo", "Reported"),
        "CLOSED": ("Đã kết thúc", "Kết thúc", "Đã đóng hồ sơ", "Closed"),
        "CANCELLED": ("Hủy", "Đã hủy", "Không thực hiện", "Không đi", "Cancelled"),
        "REJECTED": ("Không được duyệt", "Không duyệt", "Không chấp thuận", "Từ chối", "Rejected"),
    }
)
#: What is still ahead comes in by a plan, or is entered here.
AHEAD = keyed(
    {"AHEAD": ("Chưa đi", "Dự kiến", "Trong kế hoạch", "Chưa thực hiện", "Đã duyệt", "Hoãn", "Tạm hoãn", "Planned")}
)
