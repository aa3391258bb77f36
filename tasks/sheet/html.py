"""The rows of a sheet as plain strings: a template would cost more than the query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tasks.gantt.geometry.markup import escape
from tasks.sheet.columns.column import Column
from tasks.sheet.columns.custom import is_custom
from tasks.sheet.columns.kinds import ValueKind
from tasks.sheet.sources import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tasks.sheet.columns.column import Row
    from tasks.sheet.look import Look

#: Rows of the first answer and of a section: more than a laptop shows, and far below 60 kB.
SECTION: Final = 40
#: What a row is drawn by beside its cells, whatever columns are shown: whose it is.
MARKS: Final = Column(name="marks", header="", sources=(PEOPLE,))
#: The place of a head of a group, and its row.
Head = tuple[int, str]
Cell = tuple[str, "Callable[[Row, Look], str]", str]


def cells_of(columns: Iterable[Column]) -> list[Cell]:
    """How each column opens, fills and closes its cell; the name is the head of its row."""
    return [_cell_of(column) for column in columns]


def _cell_of(column: Column) -> Cell:
    # A column that draws its cells is known to the style sheet; ten bytes more a cell would show in the first answer.
    tag = 'th scope="row"' if column.kind is ValueKind.NAME else "td"
    is_bare = column.cell is None or is_custom(column.name)
    side = ' class="num"' if column.is_figure and is_bare else ""
    return f'<{tag} data-column="{column.name}"{side}>', column.cell or column.cell_of, f"</{tag[:2]}>"


def draw_sections(
    rows: Sequence[Row],
    cells: Sequence[Cell],
    look: Look,
    *,
    first: int,
    count: int,
    heads: Sequence[Head] = (),
) -> str:
    """Stretches of rows that the page draws and forgets as one, with the heads that stand between them."""
    pieces = []
    for begin in range(first, first + count, SECTION):
        inside = [row for row in rows if begin <= row.place < begin + SECTION]
        drawn = _drawn(inside, cells, look)
        own = [head for head in heads if begin <= head[0] < begin + SECTION]
        if own:
            placed = [*zip([row.place for row in inside], drawn, strict=True), *own]
            drawn = [html for _place, html in sorted(placed)]
        pieces.append(f'<tbody data-from="{begin}">{"".join(drawn)}</tbody>')
    return "".join(pieces)


def draw_rows(rows: Sequence[Row], cells: Sequence[Cell], look: Look) -> str:
    """Rows alone; scripts and styles know a cell by the name of its column.

    Column by column: a loop that calls one function takes two thirds of the time of one that calls ten in turn.
    """
    return "".join(_drawn(rows, cells, look))


def _drawn(rows: Sequence[Row], cells: Sequence[Cell], look: Look) -> list[str]:
    drawn = [[f"{opens}{fill(row, look)}{closes}" for row in rows] for opens, fill, closes in cells]
    level = look.flat_level
    return [
        f'<tr id="row-{row.id}" aria-level="{level or row.outline_level}" aria-rowindex="{row.place + 2}"{_state(row, look)}>'
        f"{''.join(of_row)}</tr>"
        for row, of_row in zip(rows, zip(*drawn, strict=True), strict=True)
    ]


def _state(row: Row, look: Look) -> str:
    found = ""
    if row.is_summary:
        found = f' aria-expanded="{str(row.id not in look.collapsed).lower()}"'
    css = _css(row)
    if row.id in look.context:
        found += f' aria-description="{escape(look.beside)}"'
        css = f"{css} row--context".strip()
    if css:
        found += f' class="{css}"'
    if row.is_milestone and not row.is_summary:
        found += " data-point"
    return f"{found} data-mine" if look.marks_own and _is_of(row, look.marks_own) else found


def _css(row: Row) -> str:
    if not row.is_active:
        return "row--inactive"
    if row.is_summary:
        return "row--summary"
    return "row--done" if row.progress_percentage == 100 else ""


def _is_of(row: Row, user_id: int) -> bool:
    return any(share.user_id == user_id for share in row.people)
