"""Vietnamese unless English is liked better (RFC 9110 section 12.5.4)."""

import pytest

from caytre.core.web.languages import negotiate


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "vi"), ("vi", "vi"), ("vi-VN", "vi"), ("en", "en"), ("en-GB,en;q=0.9", "en"), ("en,vi", "vi"),
        ("vi;q=0.5,en;q=0.9", "en"), ("en;q=0.1,*;q=0.5", "vi"), ("*", "vi"), ("ko", "vi"), ("ko,en;q=0.1", "en"),
        ("vi;q=0,en;q=0.1", "en"), ("en;q=0", "vi"), ("en;q=x", "vi"), (";;;,,,", "vi"), ("en;q=nan", "vi"),
    ],
)  # fmt: skip
def test_the_better_liked_language_is_answered(header: str, language: str) -> None:
    assert negotiate(header) == language
