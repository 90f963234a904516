"""What every record of this service refuses in the same words."""

from __future__ import annotations

from typing import Protocol

from caytre.contracts.message import is_restricted
from caytre.core.record import Record
from caytre.core.refusals import Refusal, Words

_RECORDS = {
    "event": Words("Sự kiện", "The event"),
    "registration": Words("Đăng ký tham dự", "The registration"),
    "meeting": Words("Cuộc gặp", "The meeting"),
    "lead": Words("Cơ hội hợp tác", "The lead"),
    "outcome": Words("Kết quả", "The outcome"),
}


class NotPossibleInStatus(Refusal):
    en = "{record} is {status}; this act is possible only in {allowed}."
    vi = "{record} đang ở trạng thái {status}; thao tác này chỉ thực hiện được khi ở {allowed}."


class AlreadyAsAsked(Refusal):
    en = "{record} is already as asked; nothing was changed."
    vi = "{record} đã đúng như yêu cầu; không có gì thay đổi."


class EntryNumberTaken(Refusal):
    en = "Another record of this service already carries one of these external references."
    vi = "Một hồ sơ khác của dịch vụ này đã mang một trong các mã tham chiếu ngoài này."


class PublicationMissing(Refusal):
    status = 422
    en = "What comes from a publication names it, with its statement or its date."
    vi = "Dữ liệu lấy từ nguồn công bố phải nêu nguồn, kèm nội dung hoặc ngày công bố."


class PublishedStays(Refusal):
    en = "What was published of this record stays with its readers. Confirm (confirm_published_history_stays) to go on."
    vi = "Nội dung hồ sơ đã công bố vẫn ở chỗ người đã nhận. Hãy xác nhận (confirm_published_history_stays)."


class _WithStatus(Protocol):
    status: str


def words(kind: str) -> Words:
    """What a record of this kind is called at the head of a sentence."""
    return _RECORDS[kind]


def ensure(kind: str, record: _WithStatus, *allowed: str) -> None:
    """Raises NotPossibleInStatus."""
    if record.status not in allowed:
        raise NotPossibleInStatus(record=words(kind), status=record.status, allowed=", ".join(allowed))


def changed_fields(record: Record, changes: dict[str, object]) -> tuple[str, ...]:
    """The names of what really changes. Raises AlreadyAsAsked."""
    changed = tuple(name for name in sorted(changes) if getattr(record, name) != changes[name])
    if not changed:
        raise AlreadyAsAsked(record=words(record.KIND))
    return changed


def reclassify(record: Record, sensitivity: str, *, confirmed: bool) -> bool:
    """Set the sensitivity; whether it was raised to restricted. Raises AlreadyAsAsked, PublishedStays."""
    if sensitivity == record.sensitivity:
        raise AlreadyAsAsked(record=words(record.KIND))
    if is_restricted(sensitivity) and not confirmed:
        raise PublishedStays(pointer="/confirm_published_history_stays")
    record.sensitivity = sensitivity
    return is_restricted(sensitivity)
