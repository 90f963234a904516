"""Words for the codes that services share, in Vietnamese and English: records, answers and refusals say the same."""

from __future__ import annotations

WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "status": {
        "DRAFT": ("Dự thảo", "Draft"),
        "CONSULTING": ("Đang lấy ý kiến", "Under consultation"),
        "CLEARED": ("Đã lấy đủ ý kiến", "Cleared"),
        "ESCALATED": ("Đang trình Thủ tướng Chính phủ", "With the Prime Minister"),
        "REFUSED": ("Không được chấp thuận", "Refused"),
        "APPROVED": ("Đã được chấp thuận ký", "Approved for signature"),
        "SIGNED": ("Đã ký", "Signed"),
        "IN_FORCE": ("Đang có hiệu lực", "In force"),
        "SUSPENDED": ("Tạm đình chỉ", "Suspended"),
        "EXPIRED": ("Hết hiệu lực", "Expired"),
        "TERMINATED": ("Đã chấm dứt", "Terminated"),
        "WITHDRAWN": ("Đã rút khỏi", "Withdrawn from"),
        "REPLACED": ("Đã được thay thế", "Replaced"),
        "CANCELLED": ("Đã hủy đề xuất", "Cancelled"),
    },
    "verification": {
        "REQUESTED": ("Đã đề nghị xác minh", "Verification requested"),
        "IN_PROGRESS": ("Đang xác minh", "Being verified"),
        "VERIFIED": ("Đã xác minh", "Verified"),
        "REJECTED": ("Không xác minh được", "Not vouched for"),
        "EXPIRED": ("Xác minh hết hạn", "Verification expired"),
        "REVOKED": ("Kết quả xác minh bị thu hồi", "Verification revoked"),
        "": ("Chưa xác minh", "Not verified"),
    },
    "signatory_type": {
        "PROVINCE_PC": ("Ủy ban nhân dân cấp tỉnh", "Provincial People's Committee"),
        "PROVINCE_PCOUNCIL": ("Hội đồng nhân dân cấp tỉnh", "Provincial People's Council"),
        "DEPARTMENT": ("Cơ quan chuyên môn thuộc UBND cấp tỉnh", "Provincial department"),
        "BORDER_COMMUNE": ("UBND cấp xã ở khu vực biên giới", "People's Committee of a border commune"),
        "ORG_PROVINCIAL": ("Cơ quan cấp tỉnh của tổ chức", "Provincial body of an organisation"),
    },
    "answer": {
        "agree": ("Đồng ý", "Agrees"),
        "agree_with_comments": ("Đồng ý, có góp ý", "Agrees with comments"),
        "disagree": ("Không đồng ý", "Disagrees"),
    },
    "report": {
        "PM_REPORT": ("Báo cáo Thủ tướng Chính phủ", "Report to the Prime Minister"),
        "MOFA_COPY": ("Bản sao gửi Bộ Ngoại giao", "Copy to the Ministry of Foreign Affairs"),
        "ANNUAL_REPORT": ("Báo cáo hằng năm", "Annual report"),
    },
    "nature": {
        "agreement": ("thỏa thuận quốc tế", "an international agreement"),
        "treaty": ("điều ước quốc tế", "a treaty"),
        "ngo_aid": ("viện trợ của tổ chức phi chính phủ nước ngoài", "aid of a foreign non-governmental organisation"),
        "enterprise_mou": ("bản ghi nhớ giữa các doanh nghiệp", "a memorandum between enterprises"),
        "contract": ("hợp đồng", "a contract"),
        "oda_loan": ("khoản vay ODA hoặc vay ưu đãi", "an ODA or concessional loan"),
    },
    "day": {
        "signed_on": ("ngày ký", "day of signing"),
        "effective_from": ("ngày có hiệu lực", "day of taking effect"),
        "expires_on": ("ngày hết hiệu lực", "last day"),
        "ended_on": ("ngày chấm dứt", "day of ending"),
    },
}
