"""The mark that a value taken over from a law or a list has not been checked by a person."""

from typing import Literal


def label(verified: bool, language: Literal["vi", "en"]) -> str:
    """What a view shows beside the value: nothing when it was checked against its source."""
    if verified:
        return ""
    return "chưa kiểm chứng" if language == "vi" else "unverified"
