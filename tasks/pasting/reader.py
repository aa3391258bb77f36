"""What pasted texts mean: people as it was decided for those who are not known, rows by the numbers of the pasted table."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from projects.errors import RuleBrokenError
from tasks.sheet.parsing import folded, read_people
from tasks.sheet.reading import Reader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from projects.models import Project
    from tasks.models import Task
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


class _Team(NamedTuple):
    """What a text of people says, and who of them is not known."""

    shares: dict[int, Decimal | None]
    unknown: list[UnknownPersonError]


class PastedReader(Reader):
    """Reads the texts of one paste."""

    def __init__(
        self, project: Project, rows: Rows, *, people: Mapping[str, int | None], numbers: Mapping[int, int],
        codes: Mapping[str, int], new: Sequence[Task] = (),
    ) -> None:  # fmt: skip
        super().__init__(project, rows)
        self._new = new
        #: By folded name the resource that is meant, or None: the name is left out.
        self._decided = people
        self._numbers, self._codes = numbers, codes
        self._known: dict[str, int | UnknownPersonError] = {}
        #: Teams by their texts: a column of people says the same few again and again.
        self._teams: dict[str, _Team] = {}
        #: Names that mean no one, and in how many cells.
        self.unknown: dict[str, int] = {}

    def people(self, text: str) -> dict[int, Decimal | None]:
        """Resource ids and shares. Raises UnreadableError and UnknownPersonError."""
        team = self._teams.get(text)
        if team is None:
            team = self._teams[text] = self._team(text)
        for error in team.unknown:
            self.unknown[error.name] = self.unknown.get(error.name, 0) + 1
        if team.unknown:
            raise team.unknown[0]
        return team.shares

    def _team(self, text: str) -> _Team:
        team = _Team({}, [])
        for share in read_people(text):
            try:
                pk = self._who(share.name)
            except UnknownPersonError as error:
                team.unknown.append(error)
            else:
                if pk is not None:
                    team.shares[pk] = share.percent
        return team

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

    @cached_property
    def _lines(self) -> list[tuple[int, str, str]]:
        """With the rows that come, which are not stored yet."""
        come = [(task.row_number or 0, task.wbs_code, task.name) for task in self._new]
        return sorted([*super()._lines, *come]) if come else super()._lines

    def _row_called(self, text: str) -> int | None:
        """Less than 0: a row of the plan as it will be, which has no other number."""
        own = self._codes.get(text.strip().casefold())
        row = own if own is not None else super()._row_called(text)
        return None if row is None else -row
