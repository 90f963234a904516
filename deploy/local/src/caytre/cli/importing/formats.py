"""What kind of file a register is in, told by its content and never by its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from caytre.cli.importing.delimited import read_delimited
from caytre.cli.importing.sheet import LARGEST_FILE, Sheet, UnreadableFile, Value
from caytre.cli.importing.workbook import read_workbook
from caytre.core.refusals import Words

_ZIP = b"PK"
_OLE = b"\xd0\xcf\x11\xe0"
#: The stream in which Office keeps an encrypted workbook (MS-OFFCRYPTO section 2.3.4.4), as OLE names streams.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MARKUP = (b"<!doctype html", b"<html", b"<?xml", b"<table", b"<meta", b"<head")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls")


def read_sheets(path: Path, recognised: Callable[[list[list[Value]]], int]) -> list[Sheet]:
    """The sheets of a file; `recognised` counts the known columns of some rows, which tells the separator of CSV.

    Raises UnreadableFile and OSError.
    """
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise UnreadableFile(
            vi=f"{path.name} có {size >> 20} MiB, quá {LARGEST_FILE >> 20}: hãy chia nhỏ, ví dụ theo năm.",
            en=f"{path.name} has {size >> 20} MiB, more than {LARGEST_FILE >> 20}: split it, by years for example.",
        )
    with path.open("rb") as file:
        start = file.read(512)
    if start.startswith(_ZIP):
        return read_workbook(path)
    content = path.read_bytes()
    _refuse_others(path.name, start, content)
    sheet = read_delimited(content, recognised)
    if path.suffix.lower() in _WORKBOOKS:
        sheet.remarks.append(
            Words(
                f"{path.name} mang đuôi {path.suffix} nhưng là văn bản; đã đọc như CSV.",
                f"{path.name} is named {path.suffix} but holds text; it was read as CSV.",
            )
        )
    return [sheet]


def _refuse_others(name: str, start: bytes, content: bytes) -> None:
    if start.startswith(_OLE):
        if _ENCRYPTED in content:
            raise UnreadableFile(
                vi=f"{name} được bảo vệ bằng mật khẩu. Hãy bỏ mật khẩu rồi lưu lại dưới dạng XLSX.",
                en=f"{name} is protected by a password. Take the password off and save it as XLSX.",
            )
        raise UnreadableFile(
            vi=f"{name} theo định dạng XLS cũ. Hãy mở bằng chương trình bảng tính và lưu dưới dạng XLSX.",
            en=f"{name} is in the old XLS format. Open it in a spreadsheet program and save it as XLSX.",
        )
    if start.startswith(b"%PDF"):
        raise UnreadableFile(
            vi=f"{name} là tệp PDF; cần bảng tính XLSX hoặc CSV.",
            en=f"{name} is a PDF; a spreadsheet as XLSX or CSV is needed.",
        )
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_MARKUP):
        raise UnreadableFile(
            vi=f"{name} là trang web (HTML hoặc XML) do hệ thống khác xuất ra. Hãy mở bằng chương trình bảng tính và "
            "lưu dưới dạng XLSX.",
            en=f"{name} is a web page (HTML or XML) as some systems export it. Open it in a spreadsheet program and "
            "save it as XLSX.",
        )
