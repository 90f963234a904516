"""What else a paper can be, and where it belongs, so that nothing else is taken for an agreement."""

from __future__ import annotations

from caytre.core.naming import word
from caytre.core.refusals import Refusal, Words


class NotAnAgreement(Refusal):
    en = "This is {nature}, not an international agreement under Law 70/2020/QH14: {guidance}"
    vi = "Đây là {nature}, không phải thỏa thuận quốc tế theo Luật 70/2020/QH14: {guidance}"


#: What else a paper can be, and where it belongs (Law 70/2020/QH14, Art. 1 and Art. 3).
OTHER_NATURES: dict[str, Words] = {
    "treaty": Words("điều ước quốc tế thực hiện theo Luật 108/2016/QH13", "treaties are made under Law 108/2016/QH13"),
    "ngo_aid": Words(
        "viện trợ của tổ chức phi chính phủ nước ngoài thực hiện theo Nghị định 313/2025/NĐ-CP",
        "aid of foreign non-governmental organisations goes by Decree 313/2025/NĐ-CP and is an aid project",
    ),
    "enterprise_mou": Words(
        "bản ghi nhớ giữa các doanh nghiệp là kết quả của sự kiện",
        "a memorandum between enterprises is an outcome of an event",
    ),
    "contract": Words(
        "hợp đồng dân sự, hợp đồng đối tác công tư thực hiện theo luật riêng",
        "civil-law and public-private-partnership contracts go by their own laws",
    ),
    "oda_loan": Words(
        "vay ODA, vay ưu đãi thực hiện theo luật riêng", "ODA and concessional loans go by their own law"
    ),
}
_NOT_CLASSIFIED = Words("chưa được phân loại", "it is not classified")


def ensure_agreement(nature: str) -> None:
    """Raises NotAnAgreement for anything but an agreement."""
    if nature != "agreement":
        guidance = OTHER_NATURES.get(nature, _NOT_CLASSIFIED)
        raise NotAnAgreement(pointer="/nature", nature=word("nature", nature), guidance=guidance)
