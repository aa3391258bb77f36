"""All columns, in one place and in an order. A column that is added to its group is found by every face of the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tasks.sheet.columns import (
    baselines,
    custom_columns,
    dates,
    deliverables,
    efforts,
    links,
    names,
    records,
    schedule,
    settings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from projects.permissions import Right
    from tasks.sheet.columns.column import Column
    from tasks.sheet.columns.kinds import Face


class Registry:
    """Columns by name, in the order in which they were declared; behind them those of the project in hand (`custom_columns.py`)."""

    def __init__(
        self, columns: Iterable[Column] = (), more: Callable[[], Mapping[str, Column]] = dict
    ) -> None:
        self._columns: dict[str, Column] = {}
        self._more = more
        self._faces: dict[Face, tuple[Column, ...]] = {}
        for column in columns:
            self.add(column)

    def add(self, column: Column) -> None:
        """One column more; a name is taken once, or ValueError."""
        if column.name in self._columns:
            raise ValueError(f"there is a column {column.name!r} already")
        self._columns[column.name] = column
        self._faces.clear()

    def remove(self, name: str) -> None:
        """Without this column; KeyError where there is none."""
        del self._columns[name]
        self._faces.clear()

    def __contains__(self, name: str) -> bool:
        return name in self._columns or name in self._more()

    def __getitem__(self, name: str) -> Column:
        column = self._columns.get(name)
        return self._more()[name] if column is None else column

    def __iter__(self) -> Iterator[Column]:
        yield from self._columns.values()
        yield from self._more().values()

    def ours(self) -> Iterator[Column]:
        """Those that every plan has."""
        return iter(self._columns.values())

    def shown(self, face: Face, rights: Collection[Right]) -> tuple[Column, ...]:
        """What a face shows to a user with these rights, in its order."""
        if face not in self._faces:
            there = [column for column in self._columns.values() if face in column.places]
            self._faces[face] = tuple(sorted(there, key=lambda column: column.places[face]))
        held = {None, *rights}
        more = (column for column in self._more().values() if face in column.places)
        return tuple(column for column in (*self._faces[face], *more) if column.right in held)

    def editable(self) -> list[Column]:
        """Those whose cells can be typed into."""
        return [column for column in self if column.edit is not None]


registry: Final = Registry(
    [
        *names.COLUMNS,
        *dates.COLUMNS,
        *schedule.COLUMNS,
        *settings.COLUMNS,
        *efforts.COLUMNS,
        *links.COLUMNS,
        *deliverables.COLUMNS,
        *records.COLUMNS,
        *baselines.COLUMNS,
    ],
    custom_columns.columns_in_use,
)
