"""What is special in LIKE means itself when somebody looks for it."""

from caytre.core.storing.patterns import containing


def test_a_pattern_finds_the_word_as_it_is_written() -> None:
    assert containing(["hop", "100%", "a_b", "c\\d", "hop"]) == ["%hop%", r"%100\%%", r"%a\_b%", r"%c\\d%"]
    assert containing([]) == []
