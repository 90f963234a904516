"""The words of pages that are no codes."""

from __future__ import annotations

from caytre.core.web.languages import Language

_TEXTS: dict[str, tuple[str, str]] = {
    "actor": ("Người thực hiện (bí danh)", "Actor (pseudonym)"),
    "access": ("Mức độ tiếp cận", "Access"),
    "act": ("Nghiệp vụ", "Act"),
    "agreement": ("Thỏa thuận quốc tế", "International agreement"),
    "agreements": ("Thỏa thuận", "Agreements"),
    "anchor": ("Mốc tính", "Counted from"),
    "answerable": ("Trách nhiệm", "Answerable"),
    "article": ("Điều", "Art."),
    "as_of": ("đến", "as of"),
    "batch": ("{n} thông điệp cùng đợt", "batch of {n}"),
    "cause": ("Do thông điệp", "Caused by"),
    "content_away": (
        "Hồ sơ hạn chế tiếp cận; nội dung tạm thời không đọc được.",
        "The record is restricted; its content cannot be read now.",
    ),
    "content_owner": (
        "Hồ sơ hạn chế tiếp cận; nội dung đọc từ dịch vụ quản lý theo quyền của bạn.",
        "The record is restricted; its content was read from its owner under your rights.",
    ),
    "country": ("Nước", "Country"),
    "decides": ("Thẩm quyền quyết định", "Decided by"),
    "due": ("Nghĩa vụ và thời hạn", "Obligations"),
    "elapsed": ("Sau", "After"),
    "expires_on": ("Hết hạn", "Expires"),
    "fields": ("Lĩnh vực", "Fields"),
    "former": ("tên khi đó", "its name then"),
    "hop": ("Chặng", "Hop"),
    "in_force_law": ("Căn cứ", "Legal basis"),
    "journey": ("Hành trình", "Journey"),
    "journey_of": ("Hành trình của", "Journey of"),
    "message": ("Thông điệp", "Message"),
    "met": ("đã hoàn thành", "met"),
    "no_due_dates": (
        "Ngày đến hạn do dịch vụ thông báo tính; ở đây chỉ có mốc và số ngày.",
        "Due dates are computed by the notifications service; here are anchor and length.",
    ),
    "nothing": ("Không có.", "None."),
    "open": ("chưa hoàn thành", "open"),
    "parties": ("Các bên", "Parties"),
    "partner": ("Đối tác nước ngoài", "Foreign partner"),
    "place": ("Vị trí", "Position"),
    "procedure": ("Trình tự, thủ tục", "Procedure"),
    "provenance": ("Nguồn gốc dữ liệu", "Provenance"),
    "responsible": ("Địa phương chịu trách nhiệm", "Responsible locality"),
    "service": ("Dịch vụ", "Service"),
    "signed_on": ("Ngày ký", "Signed"),
    "skip": ("Đến nội dung", "Skip to the content"),
    "stale": ("chưa cập nhật đủ", "stale"),
    "ok": ("dữ liệu mới nhất", "up to date"),
    "status": ("Tình trạng", "Status"),
    "timeline": ("Diễn biến", "Timeline"),
    "title": ("Tên", "Title"),
    "traces": ("Dấu vết kỹ thuật", "Traces"),
    "type": ("Loại", "Type"),
    "unavailable": ("không trả lời", "not available"),
    "vouched": ("Kết quả xác minh có hiệu lực đến", "Verified until"),
    "vouched_by": ("bên xác minh: {name}", "verified by {name}"),
    "vouched_until": ("{label}, có hiệu lực đến {day}", "{label}, valid until {day}"),
    "version": ("Phiên bản", "Version"),
    "weakest": ("Mức tin cậy thấp nhất", "Weakest link"),
    "when": ("Thời điểm (giờ Việt Nam)", "Time (Viet Nam)"),
    "illustration": ("Minh họa: không phải hồ sơ thật", "Illustration: not a real record"),
    "at_place": ("epoch {epoch}, vị trí {position}", "epoch {epoch}, position {position}"),
    "part_agreements": ("dịch vụ thỏa thuận", "agreements service"),
    "part_content": ("nội dung hồ sơ", "content of the record"),
    "part_gateway": ("dữ liệu tổng hợp", "the gateway's views"),
    "register_no": ("Số đăng ký", "Register number"),
    "reduced": ("Căn cứ rút gọn", "Ground for the reduced procedure"),
    "dossier": ("Thành phần hồ sơ", "Dossier"),
    "received": ("đã nhận", "received"),
    "missing": ("chưa có", "missing"),
    "optional": ("không bắt buộc", "not required"),
    "opinions": ("Ý kiến bằng văn bản", "Written opinions"),
    "agency": ("Cơ quan", "Agency"),
    "asked_on": ("Ngày hỏi", "Asked"),
    "clock_from": ("Nhận đủ hồ sơ", "Dossier complete"),
    "answer": ("Trả lời", "Answer"),
    "comments": ("Góp ý và tiếp thu, giải trình", "Comments and how they were answered"),
    "returned": ("trả lại hồ sơ", "dossier returned"),
    "no_reply": ("Không trả lời", "No reply"),
    "no_reply_yet": ("chưa trả lời", "no answer yet"),
    "resolution_open": ("chưa giải trình", "not answered yet"),
    "overdue": ("quá hạn", "overdue"),
    "decisions": ("Quyết định và ký kết", "Decisions and signature"),
    "submitted": ("trình", "submitted"),
    "dated": ("ngày", "of"),
    "decision": ("Quyết định", "Decision"),
    "authorisation": ("Ủy quyền ký", "Authorised to sign"),
    "signers": ("Người ký (chức vụ)", "Signed by (offices)"),
    "texts": ("Văn bản đã ký", "Signed texts"),
    "translation": ("bản dịch", "translation"),
    "reports": ("Báo cáo sau khi ký", "Reports after signature"),
    "hop_command": ("Lệnh được chấp nhận", "Command accepted"),
    "hop_journal": ("Ghi sổ nhật ký", "Journal"),
    "hop_relay": ("Lên Kafka", "On Kafka"),
    "hop_consumer": ("Tiếp nhận bởi {name}", "Taken by {name}"),
    "hop_gateway": ("Vào dữ liệu tổng hợp", "In the gateway's views"),
}


def text(key: str, language: Language, **facts: object) -> str:
    """The words for a key. Raises KeyError for one that nobody wrote."""
    vietnamese, english = _TEXTS[key]
    return (vietnamese if language == "vi" else english).format(**facts)


def hop(code: str, language: Language) -> str:
    """The word for a hop; a consumer without one goes by its name."""
    return text(f"hop_{code}", language) if f"hop_{code}" in _TEXTS else text("hop_consumer", language, name=code)


def part(name: str, language: Language) -> str:
    """What a part of a page is called; one without words goes by its name."""
    return text(f"part_{name}", language) if f"part_{name}" in _TEXTS else name
