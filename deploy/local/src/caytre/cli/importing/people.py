"""Who leads and who travels, as lists write it: "Ông Nguyễn Văn A, Phó Chủ tịch UBND tỉnh".

Offices are public and names are not, so what is not certainly an office is kept as a name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from caytre.cli.importing.cells import Cells
from caytre.reference import localities
from caytre.reference.text import normalise, search_key

_HONORIFIC = re.compile(r"^(?:(?:ông|bà|đ/c|đồng chí|mr|mrs|ms|gs|pgs|ts|ths)(?=[\s.:])[\s.:]*)+", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*(?:[,;:\n\N{EN DASH}\N{EM DASH}]| - )\s*")
#: How offices begin, as keys of search_key.
_OFFICE = re.compile(
    r"(?:(?:pho|quyen) )*(?:chu tich|chu nhiem|bi thu|giam doc|tong giam doc|tong bien tap|hieu truong|vien truong|"
    r"vu truong|cuc truong|doi truong|truong (?:ban|phong|doan|khoa|ty)|chanh|uy vien|thuong truc|thuong vu|lanh dao|"
    r"chuyen vien|can bo|cong chuc|vien chuc|dai dien|thu ky|phien dich|bien dich|thu truong|bo truong|dai bieu|"
    r"tham tan|bac si|ky su|nghien cuu vien|giang vien|nhan vien|phong vien|lai xe|thanh vien|doanh nhan)\b"
)
#: Words that begin no name only with their accents.
_OFFICE_ACCENTED = re.compile(r"(?:nguyên|sở|ubnd|hđnd|tỉnh ủy|thành ủy|tỉnh đoàn)\s", re.IGNORECASE)
#: Family names (of about nine Vietnamese in ten) with their accents, which tell them from other words.
_FAMILY = frozenset(
    re.findall(
        r"\w+",
        "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh đoàn mai lưu tô tạ hà lương "
        "trương thái châu quách chu đào vương lâm phùng nông hứa giàng vàng thào sùng tống kiều doãn bế cao tăng mạc "
        "lò quàng cầm tòng hầu giáp nghiêm khổng triệu thạch kim sơn bàn ma",
    )
)
#: After these a name is that of a place or an institution; provinces are known by their names.
_OF_A_PLACE = frozenset(("huyện", "quận", "xã", "phường", "trường", "học", "viện", "ty", "đường", "số", "đoàn", "khu"))
_LONGEST_NAME = 5
_SIZE = re.compile(
    r"(?:khoang |du kien |toi da )?(?:(\d{1,4})\s*[-\N{EN DASH}]\s*)?0*([1-9]\d{0,3})(?: ?nguoi| thanh vien)?"
)


@dataclass(frozen=True)
class Person:
    """A person by office (`rank`), and the name if one is given."""

    name: str | None = None
    rank: str | None = None


def person_of(text: str) -> Person:
    """The person that a text names by name, by office or by both, in either order."""
    parts = [_HONORIFIC.sub("", part) for part in _SEPARATOR.split(normalise(text)) if part]
    ranks: list[str] = []
    names: list[str] = []
    for part in parts:
        if _is_office(part) or (ranks and not _may_be_name(part)):
            rank, name = _parted(part)
            ranks += [rank] if rank else []
            names += [name] if name else []
        else:
            names.append(part)
    return Person(", ".join(names)[:200] or None, ", ".join(ranks)[:200] or None)


def size_of(cells: Cells) -> int | None:
    """How many people; of "8-10 người" the most. What is no number of people is a problem of the cell."""
    text = cells.text("size")
    match = _SIZE.fullmatch(search_key(text)) if text else None
    if text and not match:
        cells.problem("size", vi="không phải là số người, như 9", en="is no number of people, such as 9")
    if match is None:
        return None
    if match[1]:
        cells.note("size", vi=f"lấy số lớn nhất là {match[2]}", en=f"the most, {match[2]}, is taken over")
    return int(match[2])


def keep_names_apart(cells: Cells, people: Sequence[Person], columns: Sequence[str]) -> None:
    """Refuse columns that everybody reads who may see the record, where they name one of these people."""
    names = [search_key(person.name) for person in people if person.name]
    for column in columns:
        text = search_key(cells.text(column) or "")
        if any(name in text for name in names):
            cells.problem(
                column,
                vi="nêu họ tên người trong đoàn, chỉ được giữ ở phần mật; hãy bỏ họ tên khỏi ô này",
                en="names a person of the delegation, which only the confidential part keeps; take the name out here",
            )


def post_of(rank: str | None) -> str:
    """The post of a leader of a province, as conflicts between trips of leaders know it; `other` for everybody else."""
    key = search_key(rank or "").replace("uy ban nhan dan", "ubnd").replace("hoi dong nhan dan", "hdnd")
    for post, pattern in _POSTS:
        if pattern.search(key):
            return post
    return "other"


_LEVEL = r"(?: (?:tinh|thanh pho|tp))?(?=[ ,.]|$)(?! (?:huyen|quan|xa|phuong|thi xa|thi tran))"
_POSTS = tuple(
    (post, re.compile(rf"(?:^|, |quyen ){pattern}"))
    for post, pattern in (
        ("party_secretary", r"bi thu (?:tinh uy|thanh uy)"),
        ("pc_chair", rf"chu tich ubnd{_LEVEL}"),
        ("council_president", rf"chu tich hdnd{_LEVEL}"),
        ("pc_vice_chair", rf"pho chu tich(?: thuong truc)? ubnd{_LEVEL}"),
        ("deputy_secretary", r"pho bi thu(?: thuong truc)? (?:tinh uy|thanh uy)"),
        ("director", r"giam doc so\b"),
    )
)


def _is_office(text: str) -> bool:
    return bool(_OFFICE_ACCENTED.match(text) or _OFFICE.match(search_key(text)))


def _may_be_name(text: str) -> bool:
    words = text.split()
    initials = any(len(word) > 2 and word.isupper() for word in words) and not text.isupper()
    capital = all(word[:1].isupper() for word in words) and not initials
    return 2 <= len(words) <= _LONGEST_NAME and capital and not _is_place(text)


def _parted(text: str) -> tuple[str, str | None]:
    """An office and the name that follows it without a comma."""
    words = text.split()
    for count in range(min(_LONGEST_NAME, len(words) - 2), 1, -1):
        before, name = words[:-count], " ".join(words[-count:])
        of_family = words[-count].casefold() in _FAMILY
        if of_family and _may_be_name(name) and before[-1].casefold() not in _OF_A_PLACE:
            return " ".join(before), name
    return text, None


def _is_place(name: str) -> bool:
    if search_key(name) == "ho chi minh":
        return True
    try:
        localities.resolve(name)
    except localities.AmbiguousLocality:
        return True
    except LookupError:
        return False
    return True
