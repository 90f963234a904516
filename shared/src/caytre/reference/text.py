"""Vietnamese text: one normal form for storing, one key for finding, one key for telling duplicates.

Unicode Standard Annex 15 defines the normal forms used here.
"""

import re
import unicodedata

# Letters whose mark is part of the letter, so that no decomposition separates it. Eth and African d
# appear where Vietnamese text was typed or scanned with the wrong capital D with stroke.
_LETTERS = str.maketrans(
    {
        "đ": "d",
        "ð": "d",
        "ɖ": "d",
        "ø": "o",
        "ł": "l",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        **dict.fromkeys("‐‑‒–—−", "-"),
        **dict.fromkeys("‘’ʼ", "'"),
        **dict.fromkeys("“”„", '"'),
    }
)


class _Kept(dict[int, int | None]):
    """What stays of a decomposed text without Latin marks and format characters; a letter is looked up once."""

    def __missing__(self, code: int) -> int | None:
        kept = None if 0x300 <= code <= 0x36F or unicodedata.category(chr(code)) == "Cf" else code
        # Texts of foreign scripts must not fill the memory.
        return self.setdefault(code, kept) if code < 0x2000 else kept


_KEPT = _Kept()

# Forms of incorporation say nothing about which organisation it is; longest first, as keys of search_key.
_LEGAL_FORMS = (
    "cong ty trach nhiem huu han mot thanh vien",
    "cong ty trach nhiem huu han",
    "cong ty tnhh mtv",
    "cong ty co phan",
    "cong ty tnhh",
    "cong ty cp",
    "joint stock company",
    "limited liability company",
    "incorporated",
    "corporation",
    "company",
    "cong ty",
    "limited",
    "gmbh",
    "corp",
    "plc",
    "jsc",
    "llc",
    "ltd",
    "inc",
    "pte",
    "pty",
    "co",
    "ag",
    "bv",
    "kk",
    "nv",
    "sa",
    "sas",
    "srl",
)
# A form of incorporation stands at an end of the name: "Co" inside one may be a word.
_LEGAL_START = re.compile(rf"^(?:{'|'.join(f for f in _LEGAL_FORMS if f.startswith('cong ty'))})\b\s*")
_LEGAL_END = re.compile(rf"\s*\b(?:{'|'.join(_LEGAL_FORMS)})$")


def normalise(text: str) -> str:
    """The text in Normalization Form C, in which Caytre stores and compares every text."""
    return unicodedata.normalize("NFC", text)


def search_key(text: str) -> str:
    """The key under which a text is found without accents, upper case or exact spacing.

    ``"Hội nghị  ĐẦU tư"`` gives ``"hoi nghi dau tu"``. Full-width letters fold to plain ones. Marks of scripts
    that are not Latin stay (Japanese voicing marks, Thai vowels): without them they are other words.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    bare = unicodedata.normalize("NFD", folded).translate(_KEPT)
    return " ".join(unicodedata.normalize("NFC", bare).translate(_LETTERS).split())


def duplicate_key(name: str) -> str:
    """The key two names of one organisation share: :func:`search_key` without punctuation and legal form.

    ``"Công ty TNHH Tre Xanh"`` and ``"Tre Xanh Co., Ltd."`` both give ``"tre xanh"``. A name that is nothing but
    a legal form keeps it. Equal keys are a hint for a person, never a proof.
    """
    words = " ".join(re.sub(r"[^\w]+", " ", re.sub(r"['.]", "", search_key(name))).split())
    key = _LEGAL_START.sub("", words)
    while (shorter := _LEGAL_END.sub("", key)) != key:
        key = shorter
    return key or words
