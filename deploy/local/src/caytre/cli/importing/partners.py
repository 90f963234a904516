"""Foreign partners: one row, one partner, as a list of one's own or a publication names it."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from caytre.cli.importing import register_columns as register
from caytre.cli.importing.columns import Column
from caytre.cli.importing.foreign_parties import foreign_parties, shared_of
from caytre.cli.importing.kind import Kind
from caytre.cli.importing.rows import Entry, Row, given

COLUMNS = (
    register.NUMBER,
    replace(register.PARTNER, synonyms=(*register.PARTNER.synonyms, "Tên", "Tên tiếng Việt", "Name")),
    Column(
        "name_en",
        "Tên tiếng nước ngoài",
        ("Tên nước ngoài", "Tên tiếng Anh", "Foreign name", "Name (en)", "English name"),
        longest=500,
    ),
    register.PARTNER_TYPE,
    register.COUNTRY,
    # Of what was published the publication; of a list of one's own the system or book, as in every register.
    Column("publication", register.SOURCE.header, register.SOURCE.synonyms),
    Column("statement", "Số phát biểu", ("Statement", "Statements")),
    Column("published_on", "Ngày công bố", ("Published on", "Publication date")),
    *register.LAST,
)
_HELP = """Take over a list of foreign partners.

Needed are number, name and country, which only of an international
organisation may be empty. Rows with a source that was published
(Xuất xứ: nguồn công khai) keep which publication and statement names the
partner. In other rows “Nguồn” is the system or book the row comes from.
A partner is verified only here, never by an import.
"""
_EXAMPLES = """
\b
  caytre import partners examples/sources/partners.csv --source publications
  caytre import partners doi-tac.xlsx --dry-run --report ket-qua.csv
"""


def in_other_script(name: str) -> bool:
    """Whether the name is written in no Latin letters, so that it is no Vietnamese or English name."""
    letters = [letter for letter in name if letter.isalpha()]
    return bool(letters) and not any(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)


def read(row: Row) -> Entry | None:
    """What a row of a list of partners says."""
    cells = row.cells
    parties = foreign_parties(cells)
    if len(parties) > 1:
        cells.problem(
            "partner",
            vi=f"nêu {len(parties)} đối tác; trong danh sách đối tác mỗi dòng là một đối tác",
            en=f"names {len(parties)} partners; in a list of partners each has a row of its own",
        )
    origin = row.origin()
    publication, published = cells.text("publication"), cells.day("published_on")
    if origin != "sourced" and publication:
        row.source, publication = publication, None
    if not parties:
        return None
    party = parties[0]
    said = {
        "publication": publication,
        "statement": cells.text("statement"),
        "date": published.text if published else None,
    }
    body = {
        "source": row.reference(origin) | given(said),
        "type": party["type"],
        "country": party.get("country"),
        # What a publication names is public; a list of one's own is not.
        "sensitivity": row.sensitivity("public" if origin == "sourced" else "internal"),
    }
    names = {"native" if in_other_script(party["name"]) else "vi": party["name"], "en": cells.text("name_en")}
    return Entry(given(body) | {"names": given(names)}, shared_of(parties))


PARTNERS = Kind(
    name="partners",
    path="/partners/recordings",
    columns=COLUMNS,
    read=read,
    help=_HELP,
    examples=_EXAMPLES,
    members={"names": "partner", "type": "partner_type", "source": "number"},
)
