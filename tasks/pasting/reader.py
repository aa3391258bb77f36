"""What pasted texts mean: people as it was decided for those who are not known, rows by the numbers of the pasted table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projects.errors import RuleBrokenError
from tasks.sheet.parsing import folded, read_people
from tasks.sheet.reading import Reader

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from projects.models import Project
    from tasks.plan.link_text import TypedLink
    from tasks.plan.rows import Rows

#: What is decided for a name: left out, made, or the id of a resource.
OUT: Final = "out"
NEW: Final = "new"


class UnknownPersonError(RuleBrokenError):
    """A name that means no one, or several; `name` is as it was pasted."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence, field="assignees")
        self.name = name


class PastedReader(Reader):
    """Reads the texts of one paste."""

    def __init__(
        self, project: Project, rows: Rows, *, people: Mapping[str, int | None], numbers: Mapping[int, int],
        codes: Mapping[str, int],
    ) -> None:  # fmt: skip
        super().__init__(project, rows)
        #: By folded name the resource that is meant, or None: the name is left out.
        self._decided = people
        self._numbers, self._codes = numbers, codes
        self._known: dict[str, int | UnknownPersonError] = {}
        #: Names that mean no one, and in how many cells.
        self.unknown: dict[str, int] = {}

    def people(self, text: str) -> dict[int, Decimal | None]:
        """Resource ids and shares. Raises UnreadableError and UnknownPersonError."""
        found: dict[int, Decimal | None] = {}
        unknown: list[UnknownPersonError] = []
        for share in read_people(text):
            try:
                pk = self._who(share.name)
            except UnknownPersonError as error:
                unknown.append(error)
                self.unknown[error.name] = self.unknown.get(error.name, 0) + 1
            else:
                if pk is not None:
                    found[pk] = share.percent
        if unknown:
            raise unknown[0]
        return found

    def _who(self, name: str) -> int | None:
        key = folded(name)
        if key in self._decided:
            return self._decided[key]
        if key not in self._known:
            try:
                self._known[key] = self._called(name).pk
            except RuleBrokenError as error:
                self._known[key] = UnknownPersonError(name, str(error))
        known = self._known[key]
        if isinstance(known, UnknownPersonError):
            raise known
        return known

    def links(self, text: str) -> list[TypedLink]:
        """Rows are called as the pasted table calls its own, else as the plan did before. Raises RuleBrokenError."""
        return [
            link._replace(row=-link.row if link.row < 0 else self._numbers.get(link.row, link.row))
            for link in super().links(text)
        ]

    def _row_called(self, text: str) -> int | None:
        """Less than 0: a row of the plan as it will be, which has no other number."""
        own = self._codes.get(text.strip().casefold())
        row = own if own is not None else super()._row_called(text)
        return None if row is None else -row
