"""Refusals of the transport, beside those of the domain in `caytre.core.refusals`: one class per problem type."""

from __future__ import annotations

from typing import ClassVar

from caytre.core.refusals import Refusal


class HttpRefusal(Refusal):
    """A refusal that may bring response headers, e.g. Allow, Retry-After or WWW-Authenticate."""

    def __init__(self, *, pointer: str | None = None, headers: dict[str, str] | None = None, **facts: object) -> None:
        self.headers = headers or {}
        super().__init__(pointer=pointer, **facts)

    def members(self) -> dict[str, str]:
        """Further members of the problem document (RFC 9457 section 3.2), for programs to read."""
        return {}


class MalformedRequest(HttpRefusal):
    """400: path, query or headers cannot be read (encoding, NUL, a header that is not what it must be)."""

    status: ClassVar[int] = 400
    en = "The request cannot be read: {reason}"
    vi = "Không đọc được yêu cầu: {reason}"


class MalformedJson(HttpRefusal):
    """400: the body is not one JSON value as RFC 8259 and I-JSON (RFC 7493) want it."""

    status = 400
    en = "The body is not acceptable JSON: {reason}"
    vi = "Nội dung không phải JSON hợp lệ: {reason}"


class IdempotencyKeyMissing(HttpRefusal):
    """400: every POST names an Idempotency-Key, so that it can be sent again without harm."""

    status = 400
    en = "Send an Idempotency-Key header: 1 to 255 printable ASCII characters, a new one for each new request."
    vi = "Hãy gửi tiêu đề Idempotency-Key: 1 đến 255 ký tự ASCII in được, mỗi yêu cầu mới một khóa mới."


class CursorOfAnotherQuery(HttpRefusal):
    """400: the cursor was made for another list, another filter or by someone else."""

    status = 400
    en = "The cursor belongs to another query. Start again without a cursor."
    vi = "Con trỏ trang thuộc truy vấn khác. Hãy bắt đầu lại không có con trỏ."


class Unauthenticated(HttpRefusal):
    """401: there is no access token, or it is not valid here (RFC 6750 section 3)."""

    status = 401
    en = "Send a valid access token: {reason}"
    vi = "Cần mã truy cập hợp lệ: {reason}"


class NoSuchPage(HttpRefusal):
    """404: nothing is served under this path."""

    status = 404
    en = "Nothing is served under this path."
    vi = "Không có gì ở đường dẫn này."


class MethodNotAllowed(HttpRefusal):
    """405: the path exists, with other methods (header Allow)."""

    status = 405
    en = "This path does not take the method {method}."
    vi = "Đường dẫn này không nhận phương thức {method}."


class PreconditionUnmet(HttpRefusal):
    """412: If-Match names no version this record ever had, or a weak one (RFC 9110 section 13.1.1)."""

    status = 412
    en = 'If-Match must be one strong entity tag as the ETag header gave it, for example "3".'
    vi = 'If-Match phải là một thẻ ETag mạnh như đã nhận, ví dụ "3".'


class ContentTooLarge(HttpRefusal):
    """413: the body has more bytes than this service reads."""

    status = 413
    en = "The body may have at most {limit} bytes."
    vi = "Nội dung tối đa {limit} byte."


class UnsupportedMediaType(HttpRefusal):
    """415: the body is not application/json, or it is compressed."""

    status = 415
    en = "Send the body as application/json in UTF-8, without a Content-Encoding."
    vi = "Hãy gửi nội dung dạng application/json, mã UTF-8, không nén."


class InvalidRequest(HttpRefusal):
    """422: the request can be read, but values are missing or cannot be meant; `errors` says which."""

    status = 422
    en = "Some values are missing or not valid; see errors."
    vi = "Có giá trị thiếu hoặc không hợp lệ; xem errors."


class PreconditionRequired(HttpRefusal):
    """428: changes name the version they were decided on (RFC 6585 section 3)."""

    status = 428
    en = "Send If-Match with the ETag of the version you decided on."
    vi = "Hãy gửi If-Match với ETag của phiên bản mà bạn đã xem."


class TooManyRequests(HttpRefusal):
    """429: more requests than this client may send now; Retry-After says when to come back."""

    status = 429
    en = "Too many requests. Try again in {seconds} s."
    vi = "Quá nhiều yêu cầu. Hãy thử lại sau {seconds} giây."


class InternalError(HttpRefusal):
    """500: a fault of this service; it is logged under the trace_id and nothing about it is told."""

    status = 500
    en = "The service failed. Tell the operators the trace_id."
    vi = "Dịch vụ gặp lỗi. Hãy báo trace_id cho bộ phận vận hành."


class Unavailable(HttpRefusal):
    """503: the database or another part is away; nothing is known to have changed, the same key may be sent again."""

    status = 503
    en = "The service cannot answer now. Send the same request with the same Idempotency-Key in {seconds} s."
    vi = "Dịch vụ tạm thời không trả lời được. Hãy gửi lại yêu cầu với cùng Idempotency-Key sau {seconds} giây."
