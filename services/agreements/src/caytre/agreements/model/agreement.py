"""The agreement: its rules stand beside this file, one thing each, in the order of its life.

`proposing` the draft and its dossier, `superseding` later versions of its procedure, `vouching` whether its partners
may still sign, `consulting` the agencies, `answering` their opinions, `silence` those that do not reply, `deciding` the
Prime Minister and the competent authority, `lasting` its effect and end, `yearly` the report on each year in force,
`signing` the signature and the reports after it, `recording` what comes from registers, `implementing` what follows:
its plan, what served it (`activity`), `stalling` whether it has come to a standstill.
"""

from __future__ import annotations

from caytre.agreements.model.implementing import Implementing
from caytre.contracts.message import is_restricted


class Agreement(Implementing):
    """An international agreement of a Vietnamese locality (Law 70/2020/QH14)."""

    def reference(self) -> str | None:
        """The register number; that of a restricted agreement is part of its content and stays out of traces."""
        return None if is_restricted(self.sensitivity) else self.register_no
