"""A long table on paper: as many rows as a page holds, its head on each, no row in two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reports.documents.contents import Is, Mark, ReportColumn, ReportTable, TableRow, Value
from reports.documents.paper.fonts import BOLD, width_of
from reports.documents.paper.inks import inks
from reports.documents.paper.sheets import POINT, Paper, TextPiece, set_line
from reports.documents.wording import FIGURES, heat, write

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping, Sequence

SIZES: Final = (7.0, 6.5, 6.0, 5.5)  # pt
ROW: Final = 4.7  # mm
HEAD: Final = 5.6
#: What a title with its figures takes of the first page.
TITLE: Final = 30.0
#: Half-width letters are about so wide, in sizes of the type.
_LETTER: Final = 0.57
_PADDING: Final = 1.25  # mm, on both sides
_TIGHT: Final = 0.25
_SLACK: Final = 0.05
_INDENT: Final = 1.8  # mm
_DEEPEST: Final = 10


@dataclass(frozen=True, slots=True)
class _ColumnPlace:
    """Where a column stands."""

    left: float
    width: float


def draw_list(
    table: ReportTable, paper: Paper, pictures: MutableMapping[str, bytes], *, below: float = TITLE
) -> str:
    """The pages of a table as HTML; the first begins `below` the top. Its grounds go into the pictures."""
    width, height = paper.room
    size, places = _places(table, width)
    pages: list[str] = []
    start = 0
    while start < len(table.lines) or not pages:
        top = below if not pages else 0.0
        count = int((height - top - HEAD) / ROW)
        lines = table.lines[start : start + count]
        name = f"{table.name}-{len(pages)}"
        pictures[name] = _ground(table, lines, places, width)
        first = "" if pages else " list--first"
        rows = "\n".join(set_line(_pieces(table, line, places), size) for line in lines)
        # A line break right behind <pre> is the parser's own: without it an empty first line would pull up all others.
        pages.append(
            f'<div class="list{first} on-{paper.name}" style="height:{HEAD + len(lines) * ROW:.2f}mm;font-size:{size}pt">'
            f'<img class="list__ground" src="drawn:{name}" alt="">'
            f'<pre class="list__head">{set_line(_heads(table, places), size)}</pre>'
            f'<pre class="list__rows">\n{rows}</pre></div>'
        )
        start += max(count, 1)
    return "".join(pages)


def _places(table: ReportTable, width: float) -> tuple[float, list[_ColumnPlace]]:
    """The largest type in which all columns fit; in the smallest one they are squeezed."""
    for size in SIZES:
        widths = [_letters(column) * size * POINT + 2 * _padding(column.kind) for column in table.columns]
        if sum(widths) <= width or size == SIZES[-1]:
            break
    if sum(widths) > width:
        widths = [each * width / sum(widths) for each in widths]
    growing = [at for at, column in enumerate(table.columns) if column.grows] or [0]
    for at in growing:
        widths[at] += (width - sum(widths)) / len(growing)
    places, left = [], 0.0
    for each in widths:
        places.append(_ColumnPlace(left, each))
        left += each
    return size, places


def _letters(column: ReportColumn) -> float:
    """How wide a column wants to be, in sizes of the type; in another language its title may need more."""
    return max(column.width * _LETTER, width_of(column.title, BOLD) / 1_000 + _SLACK)


def _padding(kind: Is) -> float:
    """Cells of a heat map stand side by side: a year of weeks has to fit."""
    return _TIGHT if kind is Is.LOAD else _PADDING


def _heads(table: ReportTable, places: list[_ColumnPlace]) -> list[TextPiece]:
    return [
        TextPiece(
            place.left + _padding(column.kind),
            place.width - 2 * _padding(column.kind),
            column.title,
            column.kind in FIGURES,
            "b",
        )
        for column, place in zip(table.columns, places, strict=True)
    ]


def _pieces(table: ReportTable, line: TableRow, places: list[_ColumnPlace]) -> Iterator[TextPiece]:
    for at, (value, column, place) in enumerate(zip(line.values, table.columns, places, strict=True)):
        if value is None or value == "":
            continue
        indent = _INDENT * min(line.level - 1, _DEEPEST) if column.kind is Is.NAME else 0
        yield TextPiece(
            place.left + _padding(column.kind) + indent,
            place.width - 2 * _padding(column.kind) - indent,
            write(value, column.kind),
            column.kind in FIGURES,
            _tag(line, value, column.kind, at),
        )


def _tag(line: TableRow, value: Value, kind: Is, at: int) -> str:
    """Bold for what stands above others, red for what is late: the name of it is enough."""
    is_over = kind is Is.LOAD and isinstance(value, int) and value > 100
    if is_over or line.mark is Mark.TOTAL or (line.mark is Mark.SUMMARY and kind is Is.NAME):
        return "b"
    is_late = kind is Is.DELAY or (line.mark is Mark.LATE and kind in {Is.NAME, Is.TEXT} and at < 2)
    return "i" if is_late else ""


def _ground(table: ReportTable, lines: Sequence[TableRow], places: list[_ColumnPlace], width: float) -> bytes:
    """Shades, bars of progress and hairlines under the text, as one picture a page."""
    colours = inks()
    height = HEAD + len(lines) * ROW
    shaded = "".join(
        f"M0 {HEAD + at * ROW:.2f}h{width:.2f}v{ROW}h-{width:.2f}z"
        for at, line in enumerate(lines)
        if line.mark in {Mark.SUMMARY, Mark.TOTAL}
    )
    rules = "".join(f"M0 {HEAD + at * ROW:.2f}h{width:.2f}" for at in range(1, len(lines) + 1))
    cells = "".join(
        f'<path fill="{colours[name]}" d="{path}"/>' for name, path in _cells(table, lines, places).items()
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.2f}mm" height="{height:.2f}mm"'
        f' viewBox="0 0 {width:.2f} {height:.2f}">'
        f'<path fill="{colours["canvas"]}" d="M0 0h{width:.2f}v{HEAD}h-{width:.2f}z"/>'
        f'<path fill="{colours["sunken"]}" d="{shaded}"/>{cells}'
        f'<path stroke="{colours["line"]}" stroke-width=".15" d="{rules}"/>'
        f'<path stroke="{colours["ink-2"]}" stroke-width=".25" d="M0 {HEAD}h{width:.2f}"/></svg>'
    ).encode()


def _cells(table: ReportTable, lines: Sequence[TableRow], places: list[_ColumnPlace]) -> dict[str, str]:
    """Grounds of cells by their colour: the steps of the heat map, and the bar under the first share."""
    paths: dict[str, str] = {}
    kinds = [column.kind for column in table.columns]
    measured = kinds.index(Is.PERCENT) if Is.PERCENT in kinds else None
    for at, column in enumerate(table.columns):
        if column.kind is not Is.LOAD and at != measured:
            continue
        left, width = places[at].left, places[at].width
        for row, line in enumerate(lines):
            value = line.values[at]
            if not isinstance(value, int):
                continue
            top = HEAD + row * ROW
            if column.kind is Is.LOAD and heat(value):
                name, box = f"heat-{min(heat(value), 5)}", (left + 0.1, top + 0.15, width - 0.2, ROW - 0.3)
            elif column.kind is Is.PERCENT and at == measured and value > 0:
                share = (width - 2 * _PADDING) * min(value, 100) / 100
                name, box = "accent-mid", (left + _PADDING, top + ROW - 1.0, share, 0.5)
            else:
                continue
            x, y, wide, high = box
            paths[name] = paths.get(name, "") + f"M{x:.2f} {y:.2f}h{wide:.2f}v{high:.2f}h-{wide:.2f}z"
    return paths
