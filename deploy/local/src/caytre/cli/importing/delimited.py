"""Comma-separated registers as offices export them: found out by their bytes, never guessed without saying so."""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from collections.abc import Callable, Iterator

from caytre.cli.importing.sheet import Sheet, UnreadableFile, Value, plain
from caytre.core.refusals import Words

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DELIMITERS = ",;\t"
_LOOKED_AT = 40
_VOWELS = frozenset("aăâeêioôơuưyAĂÂEÊIOÔƠUƯY")
_TYPOGRAPHY = frozenset("\N{NO-BREAK SPACE}“”‘’–—…•°€§«»")
#: The part of letters among the characters beyond ASCII that a text in Windows-1258 has at least.
_LETTERS_AT_LEAST = 0.95
_ADVICE = Words(
    "Hãy mở bằng chương trình bảng tính và lưu dưới dạng “CSV UTF-8”.",
    "Open it in a spreadsheet program and save it as “CSV UTF-8”.",
)

_KEPT = Words("trông như công thức, được giữ nguyên là văn bản", "looks like a formula and was kept as text")


def decode(content: bytes) -> tuple[str, list[Words]]:
    """The text of a file and what is to be said about its encoding: UTF-8, UTF-16 or Windows-1258.

    Raises UnreadableFile for any other encoding: a wrong guess would put wrong names into the register.
    """
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _strictly(content[len(bom) :], encoding), []
    if unmarked := _unmarked_utf16(content):
        name = unmarked.upper()
        said = Words(f"Tệp theo mã {name}, không có dấu BOM.", f"The file is in {name} without a byte order mark.")
        return _strictly(content, unmarked), [said]
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError:
        text = _windows_1258(content)
    return text, [
        Words(
            f"Tệp theo mã Windows-1258, không phải UTF-8. Hãy kiểm tra dấu tiếng Việt trong báo cáo. {_ADVICE.vi}",
            f"The file is in Windows-1258, not in UTF-8. Look at the accents in the report. {_ADVICE.en}",
        )
    ]


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.upper()
        raise UnreadableFile(
            vi=f"Tệp ghi là theo mã {name} nhưng byte {error.start} không phải. {_ADVICE.vi}",
            en=f"The file says it is in {name} but byte {error.start} is not. {_ADVICE.en}",
        ) from error


def _unmarked_utf16(content: bytes) -> str | None:
    start = content[:4096]
    zeros = start[0::2].count(0), start[1::2].count(0)
    if max(zeros) * 4 < len(start):
        return None
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _windows_1258(content: bytes) -> str:
    try:
        text = content.decode("cp1258")
    except UnicodeDecodeError as error:
        vi, en = f"byte {error.start} không có nghĩa trong", f"byte {error.start} has no meaning in"
        raise _unknown(f"{vi} Windows-1258", f"{en} Windows-1258") from error
    if not _reads_as_vietnamese(text):
        raise _unknown(
            "đọc theo Windows-1258 không thành chữ tiếng Việt", "read as Windows-1258 it makes no Vietnamese words"
        )
    return unicodedata.normalize("NFC", text)


def _reads_as_vietnamese(text: str) -> bool:
    # In this encoding a tone is a character of its own after its vowel, which no other encoding's bytes imitate.
    beyond = [at for at, letter in enumerate(text) if letter > "\x7f" and letter not in _TYPOGRAPHY]
    tones = [at for at in beyond if unicodedata.combining(text[at])]
    if any(at == 0 or text[at - 1] not in _VOWELS for at in tones):
        return False
    words = sum(unicodedata.category(text[at])[0] in "LM" for at in beyond)
    return bool(tones) and words >= _LETTERS_AT_LEAST * len(beyond)


def _unknown(vi: str, en: str) -> UnreadableFile:
    return UnreadableFile(
        vi=f"Tệp không theo mã UTF-8, UTF-16 hay Windows-1258 ({vi}); có thể được gõ bằng phông cũ như TCVN3 hoặc VNI. "
        f"{_ADVICE.vi}",
        en=f"The file is in none of UTF-8, UTF-16 and Windows-1258 ({en}); "
        f"perhaps it was typed with an old font encoding such as TCVN3 or VNI. {_ADVICE.en}",
    )


def read_delimited(content: bytes, recognised: Callable[[list[list[Value]]], int]) -> Sheet:
    """The rows of a file. `recognised` counts the known columns of a few rows, which tells the separator.

    Every cell is text, also one that looks like a formula. Raises UnreadableFile.
    """
    text, remarks = decode(content)
    if "\0" in text:
        raise UnreadableFile(
            vi=f"Tệp có ký tự NUL nên không phải văn bản. {_ADVICE.vi}",
            en=f"The file contains NUL characters, so it is no text. {_ADVICE.en}",
        )
    named = re.match(r"sep=(.)\r?\n", text)
    if named:
        delimiter = named[1]
        text = "\n" + text[named.end() :]
    else:
        delimiter = max(_DELIMITERS, key=lambda candidate: recognised(_first_rows(text, candidate)))
    rows = list(_rows(text, delimiter))
    sheet = Sheet("", rows, remarks=remarks)
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str) and value[0] in "=＝" and len(value) > 1:
                sheet.notes[at, column] = _KEPT
    return sheet


def _first_rows(text: str, delimiter: str) -> list[list[Value]]:
    found = []
    try:
        for row in _rows(text, delimiter):
            found.append(row)
            if len(found) == _LOOKED_AT:
                break
    except UnreadableFile:
        pass
    return found


def _rows(text: str, delimiter: str) -> Iterator[list[Value]]:
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            yield [plain(cell) for cell in row]
    except csv.Error as error:
        raise UnreadableFile(
            vi=f"Dòng {reader.line_num} của tệp viết sai ({error}): hãy tìm dấu nháy kép thừa hoặc thiếu.",
            en=f"Line {reader.line_num} is not well-formed ({error}): look for a quotation mark too many or too few.",
        ) from error


def _lines(text: str) -> Iterator[str]:
    # Not str.splitlines: it also breaks lines at characters that may stand inside a cell.
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start : end + 1]
        start = end + 1
    if start < len(text):
        yield text[start:]
