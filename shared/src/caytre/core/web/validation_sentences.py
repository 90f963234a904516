"""What Pydantic's validation errors say to people, in Vietnamese; English is Pydantic's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caytre.core.web.languages import Language

_ANY = "Giá trị không hợp lệ."
# Keys are Pydantic's error types (https://docs.pydantic.dev/latest/errors/validation_errors/).
_VIETNAMESE = {
    "missing": "Thiếu giá trị bắt buộc.",
    "extra_forbidden": "Không có trường này.",
    "string_type": "Phải là văn bản.",
    "string_too_short": "Phải có ít nhất {min_length} ký tự.",
    "string_too_long": "Tối đa {max_length} ký tự.",
    "string_pattern_mismatch": "Không đúng dạng quy định.",
    "control_character": "Không được có ký tự điều khiển hoặc xuống dòng ở đây.",
    "int_type": "Phải là số nguyên.",
    "int_parsing": "Phải là số nguyên.",
    "int_from_float": "Phải là số nguyên.",
    "float_type": "Phải là số.",
    "float_parsing": "Phải là số.",
    "finite_number": "Phải là số hữu hạn.",
    "decimal_type": "Phải là số thập phân.",
    "decimal_parsing": "Phải là số thập phân.",
    "decimal_max_digits": "Có quá nhiều chữ số.",
    "decimal_max_places": "Có quá nhiều chữ số thập phân.",
    "bool_type": "Phải là đúng hoặc sai.",
    "bool_parsing": "Phải là đúng hoặc sai.",
    "greater_than": "Phải lớn hơn {gt}.",
    "greater_than_equal": "Phải từ {ge} trở lên.",
    "less_than": "Phải nhỏ hơn {lt}.",
    "less_than_equal": "Không được quá {le}.",
    "date_type": "Phải là ngày dạng NNNN-TT-NN.",
    "date_parsing": "Phải là ngày dạng NNNN-TT-NN.",
    "date_from_datetime_parsing": "Phải là ngày dạng NNNN-TT-NN.",
    "date_from_datetime_inexact": "Phải là ngày, không kèm giờ.",
    "datetime_type": "Phải là thời điểm theo RFC 3339.",
    "datetime_parsing": "Phải là thời điểm theo RFC 3339.",
    "datetime_from_date_parsing": "Phải là thời điểm theo RFC 3339.",
    "timezone_aware": "Thời điểm phải kèm múi giờ.",
    "time_parsing": "Phải là giờ hợp lệ.",
    "uuid_type": "Phải là UUID.",
    "uuid_parsing": "Phải là UUID.",
    "enum": "Phải là một trong các giá trị cho phép.",
    "literal_error": "Phải là một trong các giá trị cho phép.",
    "list_type": "Phải là danh sách.",
    "tuple_type": "Phải là danh sách.",
    "set_type": "Phải là danh sách.",
    "too_short": "Phải có ít nhất {min_length} mục.",
    "too_long": "Tối đa {max_length} mục.",
    "dict_type": "Phải là đối tượng JSON.",
    "model_type": "Phải là đối tượng JSON.",
    "model_attributes_type": "Phải là đối tượng JSON.",
    "union_tag_invalid": "Loại không được biết.",
    "union_tag_not_found": "Thiếu loại.",
    "unknown_parameter": "Không có tham số này; có thể dùng: {allowed}.",
    "no_parameters": "Ở đây không có tham số truy vấn nào.",
    "repeated_parameter": "Tham số này chỉ được nêu một lần.",
    "not_meant": "Không xác định được: {vi}.",
    "url_parsing": "Phải là địa chỉ URL.",
    "url_scheme": "Loại địa chỉ URL không được chấp nhận.",
}


class _Facts(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return "…"


def sentence(error: Mapping[str, Any], language: Language) -> str:
    """What is wrong with one member. A custom validator's own ValueError text is given as it is."""
    if language == "en":
        return str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    return _VIETNAMESE.get(error["type"], _ANY).format_map(_Facts(error.get("ctx") or {}))
