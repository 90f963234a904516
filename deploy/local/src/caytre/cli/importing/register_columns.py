"""Columns that registers of every kind share."""

from __future__ import annotations

from caytre.cli.importing.columns import Column

NUMBER = Column(
    "number",
    "Số đăng ký ngoài",
    (
        "Số đăng ký",
        "Số hiệu",
        "Mã ngoài",
        "Mã số",
        "Số vào sổ",
        "External number",
        "External ref",
        "External reference",
        "Register number",
        "Register no",
    ),
    required=True,
)
#: The system or book a row comes from, where the file names it; else the name given for the whole file.
SOURCE = Column("source", "Nguồn", ("Hệ thống nguồn", "Nguồn dữ liệu", "Source", "System"))
PROVENANCE = Column("provenance", "Xuất xứ", ("Provenance", "Loại nguồn"))
SENSITIVITY = Column("sensitivity", "Mức độ", ("Độ mật", "Mức độ công khai", "Sensitivity", "Access"))
NOTE = Column("note", "Ghi chú", ("Chú thích", "Note", "Notes", "Remarks"), taken=False)
FIELDS = Column("fields", "Lĩnh vực", ("Lĩnh vực hợp tác", "Fields", "Field"), longest=2000)
#: The columns with which every list ends.
LAST = (SENSITIVITY, NOTE, PROVENANCE)

PARTNER = Column(
    "partner",
    "Đối tác",
    ("Bên nước ngoài", "Đối tác nước ngoài", "Tên đối tác", "Partner", "Foreign party", "Foreign partner"),
    required=True,
    longest=500,
)
PARTNER_TYPE = Column("partner_type", "Loại đối tác", ("Loại hình đối tác", "Partner type"))
COUNTRY = Column("country", "Nước", ("Quốc gia", "Nước/Vùng lãnh thổ", "Tên nước", "Country"), required=True)
