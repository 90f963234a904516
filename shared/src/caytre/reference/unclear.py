"""The failure of a look-up, said in both languages because people read it in refusals and reports."""


class Unclear(LookupError):
    """Nothing fits what was asked, or several things do; `vi` and `en` say which."""

    def __init__(self, *, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi = vi
        self.en = en
