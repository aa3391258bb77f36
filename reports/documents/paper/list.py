"""A long table on paper: as many rows as a page holds, its head on each, no row in two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from config.web.inks import inks
from reports.documents.contents import Is, Mark, ReportColumn, ReportTable, TableRow, Value
from reports.documents.paper.fonts import BOLD, width_of
from reports.documents.paper.sheets import A3, POINT, Paper, TextPiece, length_of, set_line
from reports.documents.wording import FIGURES, heat, write

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping, Sequence

#: Type on a page, largest first, in pt: as much as its paper bears, and as little as can be read.
SIZES: Final = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5)
LARGEST: Final = {A3.name: 9.0}
USUAL: Final = 7.5
#: From here on a name is cut rather than the type made smaller; and so much of the width one may take.
SMALL: Final = 7.0
_MOST_NAME: Final = 0.45
#: Heights of a row and of the head, in mm a point of the type.
_ROW: Final = 0.65
_HEAD: Final = 0.8
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


@dataclass(frozen=True, slots=True)
class _Grid:
    """The type of a table on its paper, and where its columns stand; in mm, but for the type."""

    size: float
    width: float
    places: list[_ColumnPlace]

    @property
    def row(self) -> float:
        """The height of a row."""
        return self.size * _ROW

    @property
    def head(self) -> float:
        """The height of the head."""
        return self.size * _HEAD


def draw_list(
    table: ReportTable, paper: Paper, pictures: MutableMapping[str, bytes], *, below: float = TITLE
) -> str:
    """The pages of a table as HTML; the first begins `below` the top. Its grounds go into the pictures."""
    width, height = paper.room
    grid = _grid(table, width, LARGEST.get(paper.name, USUAL))
    pages: list[str] = []
    start = 0
    while start < len(table.lines) or not pages:
        top = below if not pages else 0.0
        count = int((height - top - grid.head) / grid.row)
        lines = table.lines[start : start + count]
        name = f"{table.name}-{len(pages)}"
        pictures[name] = _ground(table, lines, grid)
        pages.append(_page(table, lines, grid, paper, name, is_first=not pages))
        start += max(count, 1)
    return "".join(pages)


def _page(
    table: ReportTable, lines: Sequence[TableRow], grid: _Grid, paper: Paper, name: str, *, is_first: bool
) -> str:
    first = " list--first" if is_first else ""
    rows = "\n".join(set_line(_pieces(table, line, grid.places), grid.size) for line in lines)
    # A line break right behind <pre> is the parser's own: without it an empty first line would pull up all others.
    return (
        f'<div class="list{first} on-{paper.name}" style="height:{grid.head + len(lines) * grid.row:.2f}mm;'
        f'font-size:{grid.size}pt;line-height:{grid.row:.4f}mm"><img class="list__ground" src="drawn:{name}" alt="">'
        f'<pre class="list__head" style="line-height:{grid.head:.4f}mm">{set_line(_heads(table, grid.places), grid.size)}</pre>'
        f'<pre class="list__rows" style="top:{grid.head:.4f}mm">\n{rows}</pre></div>'
    )


def _grid(table: ReportTable, width: float, largest: float) -> _Grid:
    """The largest type in which nothing is cut, or else the usual one in which all columns fit; what is left is shared among them."""
    growing = [at for at, column in enumerate(table.columns) if column.grows] or [0]
    for size in (size for size in SIZES if size <= largest):
        least = [_letters(column) * size * POINT + 2 * _padding(column.kind) for column in table.columns]
        widths = list(least)
        for at in growing:
            widths[at] = max(least[at], min(_longest(table, at, size), width * _MOST_NAME))
        if sum(widths) <= width or (size <= SMALL and sum(least) <= width):
            break
    for at in growing:
        widths[at] = max(least[at], widths[at] - max(sum(widths) - width, 0))
    # A name far from its dates is read with a ruler: what no name needs is room between all columns. Too many are squeezed.
    share = width / sum(widths)
    places, left = [], 0.0
    for each in widths:
        places.append(_ColumnPlace(left, each * share))
        left += each * share
    return _Grid(size, width, places)


def _longest(table: ReportTable, at: int, size: float) -> float:
    """How wide a column is with its longest text, in mm."""
    column = table.columns[at]
    texts = (
        length_of(write(line.values[at], column.kind), size, BOLD) + _indent(line, column.kind)
        for line in table.lines
    )
    return max(texts, default=0.0) + 2 * _padding(column.kind) + _SLACK


def _indent(line: TableRow, kind: Is) -> float:
    return _INDENT * min(line.level - 1, _DEEPEST) if kind is Is.NAME else 0.0


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
        indent = _indent(line, column.kind)
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


def _ground(table: ReportTable, lines: Sequence[TableRow], grid: _Grid) -> bytes:
    """Shades, bars of progress and hairlines under the text, as one picture a page."""
    colours, width, head, high = inks(), grid.width, grid.head, grid.row
    height = head + len(lines) * high
    shaded = "".join(
        f"M0 {head + at * high:.2f}h{width:.2f}v{high:.2f}h-{width:.2f}z"
        for at, line in enumerate(lines)
        if line.mark in {Mark.SUMMARY, Mark.TOTAL}
    )
    rules = "".join(f"M0 {head + at * high:.2f}h{width:.2f}" for at in range(1, len(lines) + 1))
    cells = "".join(
        f'<path fill="{colours[name]}" d="{path}"/>' for name, path in _cells(table, lines, grid).items()
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.2f}mm" height="{height:.2f}mm"'
        f' viewBox="0 0 {width:.2f} {height:.2f}">'
        f'<path fill="{colours["canvas"]}" d="M0 0h{width:.2f}v{head:.2f}h-{width:.2f}z"/>'
        f'<path fill="{colours["sunken"]}" d="{shaded}"/>{cells}'
        f'<path stroke="{colours["line"]}" stroke-width=".15" d="{rules}"/>'
        f'<path stroke="{colours["ink-2"]}" stroke-width=".25" d="M0 {head:.2f}h{width:.2f}"/></svg>'
    ).encode()


def _cells(table: ReportTable, lines: Sequence[TableRow], grid: _Grid) -> dict[str, str]:
    """Grounds of cells by their colour: the steps of the heat map, and the bar under the first share."""
    paths: dict[str, str] = {}
    kinds = [column.kind for column in table.columns]
    measured = kinds.index(Is.PERCENT) if Is.PERCENT in kinds else None
    for at, column in enumerate(table.columns):
        if column.kind is not Is.LOAD and at != measured:
            continue
        left, width = grid.places[at].left, grid.places[at].width
        for row, line in enumerate(lines):
            value = line.values[at]
            if not isinstance(value, int):
                continue
            top = grid.head + row * grid.row
            if column.kind is Is.LOAD and heat(value):
                name, box = (
                    f"heat-{min(heat(value), 5)}",
                    (left + 0.1, top + 0.15, width - 0.2, grid.row - 0.3),
                )
            elif column.kind is Is.PERCENT and at == measured and value > 0:
                share = (width - 2 * _PADDING) * min(value, 100) / 100
                name, box = "accent-mid", (left + _PADDING, top + grid.row - 1.0, share, 0.5)
            else:
                continue
            x, y, wide, high = box
            paths[name] = paths.get(name, "") + f"M{x:.2f} {y:.2f}h{wide:.2f}v{high:.2f}h-{wide:.2f}z"
    return paths
