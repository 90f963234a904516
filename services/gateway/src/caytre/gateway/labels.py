"""Words for codes, in Vietnamese and English. An answer always has the code too; an unknown code is its own word."""

from __future__ import annotations

from caytre.core.web.languages import Language
from caytre.gateway import act_words, record_words
from caytre.reference import ladders, words

_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    **words.WORDS,
    **record_words.WORDS,
    "partner_status": {"ACTIVE": ("Đang quản lý", "Active"), "MERGED": ("Đã gộp", "Merged")},
    "partner_type": {
        "foreign_locality": ("Địa phương nước ngoài", "Foreign locality"),
        "government_body": ("Cơ quan nhà nước", "Government body"),
        "parliament": ("Cơ quan nghị viện", "Parliament"),
        "international_organisation": ("Tổ chức quốc tế", "International organisation"),
        "business_association": ("Hiệp hội doanh nghiệp", "Business association"),
        "company": ("Doanh nghiệp", "Company"),
        "ngo": ("Tổ chức phi chính phủ", "Non-governmental organisation"),
        "university": ("Trường đại học", "University"),
        "individual": ("Cá nhân", "Natural person"),
        "other": ("Khác", "Other"),
    },
    "form": {
        "agreement": ("Thỏa thuận", "Agreement"),
        "mou": ("Bản ghi nhớ", "Memorandum of understanding"),
        "letter_of_intent": ("Ý định thư", "Letter of intent"),
        "minutes": ("Biên bản", "Minutes"),
        "joint_statement": ("Tuyên bố chung", "Joint statement"),
        "other": ("Khác", "Other"),
    },
    "channel": {
        "party": ("Đối ngoại đảng", "Party"),
        "state": ("Ngoại giao nhà nước", "State"),
        "people": ("Đối ngoại nhân dân", "People to people"),
    },
    "sensitivity": {
        "public": ("Công khai", "Public"),
        "internal": ("Nội bộ", "Internal"),
        "restricted": ("Hạn chế tiếp cận", "Restricted"),
    },
    "origin": {
        "act": ("Nghiệp vụ trên hệ thống", "An officer's act here"),
        "law": ("Theo văn bản pháp luật", "From the law"),
        "sourced": ("Theo nguồn công bố", "From a publication"),
        "imported": ("Nhập từ sổ theo dõi", "Imported from a register"),
        "inferred": ("Suy luận", "Inferred"),
        "illustration": ("Minh họa, không có thật", "Illustration, not real"),
    },
    "deadline": {kind.code: (kind.name_vi, kind.name_en) for kind in ladders.all_kinds()},
    "procedure_decision": {
        "KEPT": ("Giữ phiên bản đang áp dụng", "The version it began under is kept"),
        "ADOPTED": ("Áp dụng phiên bản mới", "The later version is adopted"),
    },
    "outcome": {"approved": ("Chấp thuận ký", "Approved"), "refused": ("Không chấp thuận", "Refused")},
    "side": {"vietnamese": ("Bên Việt Nam", "Vietnamese side"), "foreign": ("Bên nước ngoài", "Foreign side")},
    "basis": {
        "record": ("Theo hồ sơ", "By the record itself"),
        "policy": ("Quy định của đơn vị vận hành, không phải luật", "Set by the platform's operator, not by law"),
    },
    "unit": {
        "WORKING": ("ngày làm việc", "working days"),
        "CALENDAR": ("ngày", "calendar days"),
        "LEAD": ("ngày trước mốc", "days before the anchor"),
    },
    "act": {
        **act_words.ACTS,
        "caytre.agreement.proposed.v1": ("Đề xuất", "Proposed"),
        "caytre.agreement.recorded.v1": ("Ghi nhận từ sổ theo dõi", "Recorded"),
        "caytre.agreement.amended.v1": ("Sửa đổi", "Amended"),
        "caytre.agreement.dossier_item_received.v1": ("Nhận tài liệu hồ sơ", "Paper received"),
        "caytre.agreement.consultation_opened.v1": ("Gửi lấy ý kiến", "Consultation opened"),
        "caytre.agreement.dossier_completed.v1": ("Hồ sơ đầy đủ", "Dossier complete"),
        "caytre.agreement.returned_incomplete.v1": ("Trả lại hồ sơ", "Returned incomplete"),
        "caytre.agreement.opinion_request_withdrawn.v1": ("Rút yêu cầu lấy ý kiến", "Asked no more"),
        "caytre.agreement.opinion_given.v1": ("Cho ý kiến bằng văn bản", "Opinion given"),
        "caytre.agreement.comment_answered.v1": ("Giải trình ý kiến", "Comment answered"),
        "caytre.agreement.partner_flagged.v1": (
            "Đối tác không còn được xác minh",
            "A partner is no longer vouched for",
        ),
        "caytre.agreement.partner_cleared.v1": ("Đối tác được xác minh lại", "The partner is vouched for again"),
        "caytre.agreement.procedure_superseded.v1": (
            "Trình tự, thủ tục có phiên bản mới",
            "A later version of the procedure is in force",
        ),
        "caytre.agreement.procedure_decided.v1": (
            "Quyết định về phiên bản mới của trình tự, thủ tục",
            "Decided on the later version of the procedure",
        ),
        "caytre.agreement.opinion_overdue.v1": ("Quá hạn trả lời ý kiến", "Opinion overdue"),
        "caytre.agreement.no_reply_recorded.v1": ("Ghi nhận không trả lời", "No reply recorded"),
        "caytre.agreement.consultation_closed.v1": ("Kết thúc lấy ý kiến", "Consultation closed"),
        "caytre.agreement.escalated_to_pm.v1": ("Trình Thủ tướng Chính phủ", "Escalated to the Prime Minister"),
        "caytre.agreement.pm_dossier_completed.v1": ("Hồ sơ trình đầy đủ", "Submission complete"),
        "caytre.agreement.pm_decided.v1": ("Thủ tướng Chính phủ trả lời", "The Prime Minister has answered"),
        "caytre.agreement.pm_opinion_overdue.v1": (
            "Quá hạn ý kiến Thủ tướng",
            "The Prime Minister's answer is overdue",
        ),
        "caytre.agreement.approved.v1": ("Chấp thuận ký", "Approved"),
        "caytre.agreement.refused.v1": ("Không chấp thuận", "Refused"),
        "caytre.agreement.cancelled.v1": ("Hủy đề xuất", "Cancelled"),
        "caytre.agreement.signing_authorised.v1": ("Ủy quyền ký", "Signing authorised"),
        "caytre.agreement.signed.v1": ("Ký", "Signed"),
        "caytre.agreement.entered_into_force.v1": ("Có hiệu lực", "Entered into force"),
        "caytre.agreement.annual_report_asked.v1": ("Đến kỳ báo cáo hằng năm", "Annual report asked for"),
        "caytre.agreement.statutory_report_filed.v1": ("Gửi báo cáo", "Statutory report filed"),
        "caytre.agreement.statutory_report_overdue.v1": ("Quá hạn báo cáo", "Statutory report overdue"),
        "caytre.agreement.expired.v1": ("Hết hiệu lực", "Expired"),
        "caytre.agreement.withdrawn.v1": ("Chuyển sang hạn chế tiếp cận", "Made restricted"),
        "caytre.agreement.stalled.v1": ("Chậm triển khai", "Stalled"),
        "caytre.agreement.stall_level_changed.v1": ("Mức chậm triển khai thay đổi", "Stall level changed"),
        "caytre.agreement.stall_reasons_changed.v1": ("Lý do chậm triển khai thay đổi", "Reasons of the stall changed"),
        "caytre.agreement.unstalled.v1": ("Triển khai trở lại", "No longer stalled"),
        "caytre.agreement.followed.v1": ("Cập nhật quá trình thực hiện", "Implementation followed"),
        "caytre.agreement.rehomed.v1": ("Chuyển cho địa phương kế thừa", "Passed to the successor"),
        "caytre.plan.drafted.v1": ("Lập kế hoạch", "Drawn up"),
        "caytre.plan.amended.v1": ("Sửa đổi", "Amended"),
        "caytre.plan.approved.v1": ("Duyệt kế hoạch", "Approved"),
        "caytre.plan.activated.v1": ("Bắt đầu thực hiện", "Work begun"),
        "caytre.plan.milestone_started.v1": ("Bắt đầu mốc", "Milestone begun"),
        "caytre.plan.milestone_completed.v1": ("Hoàn thành mốc", "Milestone done"),
        "caytre.plan.milestone_late.v1": ("Mốc bị chậm", "Milestone late"),
        "caytre.plan.milestone_rescheduled.v1": ("Đổi ngày của mốc", "Milestone rescheduled"),
        "caytre.plan.milestone_dropped.v1": ("Bỏ mốc", "Milestone dropped"),
        "caytre.plan.completed.v1": ("Hoàn thành kế hoạch", "Completed"),
        "caytre.plan.abandoned.v1": ("Dừng kế hoạch", "Abandoned"),
        "caytre.plan.rehomed.v1": ("Chuyển cho địa phương kế thừa", "Passed to the successor"),
        "caytre.plan.restricted.v1": ("Chuyển sang hạn chế tiếp cận", "Made restricted"),
        "caytre.succession.opened.v1": ("Mở việc kế thừa", "Succession opened"),
        "caytre.succession.assigned.v1": ("Giao đơn vị kế thừa", "Successor assigned"),
        "caytre.succession.party_notified.v1": ("Thông báo bên nước ngoài", "Foreign party notified"),
        "caytre.succession.resolved.v1": ("Quyết định việc kế thừa", "Succession resolved"),
        "caytre.succession.overdue.v1": ("Quá hạn xử lý kế thừa", "Succession overdue"),
        "caytre.succession.closed.v1": ("Kết thúc việc kế thừa", "Succession closed"),
        "caytre.succession.amended.v1": ("Sửa đổi", "Amended"),
        "caytre.succession.restricted.v1": ("Chuyển sang hạn chế tiếp cận", "Made restricted"),
        "caytre.partner.registered.v1": ("Đăng ký", "Registered"),
        "caytre.partner.recorded.v1": ("Ghi nhận từ sổ theo dõi", "Recorded"),
        "caytre.partner.amended.v1": ("Sửa đổi", "Amended"),
        "caytre.partner.country_corrected.v1": ("Sửa nước", "Country corrected"),
        "caytre.partner.alias_added.v1": ("Thêm tên gọi", "Name added"),
        "caytre.partner.merged.v1": ("Gộp", "Merged"),
        "caytre.partner.withdrawn.v1": ("Chuyển sang hạn chế tiếp cận", "Made restricted"),
        "caytre.partner.verification_requested.v1": ("Đề nghị xác minh", "Verification requested"),
        "caytre.partner.verification_started.v1": ("Bắt đầu xác minh", "Verification started"),
        "caytre.partner.verified.v1": ("Xác minh", "Verified"),
        "caytre.partner.rejected.v1": ("Không xác minh được", "Not vouched for"),
        "caytre.partner.verification_expired.v1": ("Xác minh hết hạn", "Verification expired"),
        "caytre.partner.revoked.v1": ("Thu hồi kết quả xác minh", "Verification revoked"),
    },
}


def label(kind: str, code: str | None, language: Language) -> str | None:
    """The word for a code of this kind; None where there is no code."""
    if code is None:
        return None
    found = _WORDS[kind].get(code)
    if found is None:
        return code
    return found[0] if language == "vi" else found[1]


def known(kind: str) -> frozenset[str]:
    """The codes that have words."""
    return frozenset(_WORDS[kind])
