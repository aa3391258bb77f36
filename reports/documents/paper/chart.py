"""The Gantt chart on paper: drawn anew at a scale at which the whole plan is as wide as an A3 sheet."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from projects.worktime.moments import first_day_of, last_day_of
from reports.documents.paper.chart_text import AXIS_SIZE, SIZE, axis_lines, labels
from reports.documents.paper.fonts import BOLD
from reports.documents.paper.picture import (
    LEGEND_HEIGHT,
    LEGEND_TYPE,
    draw_legend,
    draw_picture,
    legend_size,
    legend_words,
)
from reports.documents.paper.sheets import A3, TextPiece, length_of, set_line
from tasks.gantt.geometry.rows import Canvas, ChartRow, Shown
from tasks.gantt.geometry.scale import (
    AXIS_HEIGHT,
    ROW_HEIGHT,
    Scale,
    Shading,
    Zoom,
    ZoomName,
)
from tasks.gantt.geometry.words import weekday_of

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

    from reports.documents.contents import ChartPlan
    from tasks.gantt.geometry.rows import ChartLink

ROW: Final = 6.4  # mm
PIXEL: Final = ROW / ROW_HEIGHT  # mm: the picture's own unit, of which a row has 32
AXIS: Final = AXIS_HEIGHT * PIXEL
#: Columns of the table beside the chart, in mm; names take what they need within these bounds.
NAMES: Final = (50.0, 110.0)
DAY: Final = 20.0
SHARE: Final = 16.0
#: Room behind the last day for labels, in pixels; and the widest a day becomes.
_LABELS: Final = 150
_WIDEST_DAY: Final = 30.0
#: From how many pixels a day on the axis speaks in which steps, and what it shades.
_STEPS: Final[tuple[tuple[float, ZoomName, Shading], ...]] = (
    (26, "day", "days"), (5.2, "week", "days"), (3, "month", "days"), (1.1, "month", "long"), (0.5, "quarter", "none"),
    (0, "year", "none"),
)  # fmt: skip
_INDENT: Final = 1.8  # mm
_DEEPEST: Final = 10


@dataclass(frozen=True, slots=True)
class TablePlace:
    """The table beside the chart; in mm."""

    names: float

    @property
    def width(self) -> float:
        """Of all its columns."""
        return self.names + 2 * DAY + SHARE + 1


def draw_chart(plan: ChartPlan, pictures: MutableMapping[str, bytes]) -> str:
    """Pages of a plan as HTML; their pictures go into `pictures`."""
    width, height = A3.room
    count = int((height - AXIS - LEGEND_HEIGHT) / ROW)
    table = TablePlace(names_width(plan.rows))
    beside = table.width
    sheet = paper_sheet(plan, (width - beside) / PIXEL)
    pictures["legend"] = draw_legend()
    by_page = links_by_page(plan.links, count)
    pages = []
    for number, first in enumerate(range(0, len(plan.rows), count)):
        rows = plan.rows[first : first + count]
        name = f"chart-{number}"
        words = [labels(row, sheet, beside, width, PIXEL) for row in rows]
        quiet = "".join(_ground_of(pieces, at, beside) for at, pieces in enumerate(words) if pieces)
        pictures[name] = draw_picture(rows, by_page.get(number, []), sheet, first, beside / PIXEL, quiet)
        pages.append(_page(rows, words, sheet, name, table))
    return "".join(pages)


def names_width(rows: Sequence[ChartRow]) -> float:
    """As wide as the longest code and name, within bounds: what names leave makes the bars longer."""
    least, most = NAMES
    wanted = (_indent(row) + length_of(_called(row), SIZE, BOLD) + 2 for row in rows)
    return min(max(max(wanted, default=least), least), most)


def _indent(row: ChartRow) -> float:
    return 1 + _INDENT * min(row.level - 1, _DEEPEST)


def _called(row: ChartRow) -> str:
    return f"{row.code}  {row.name}"


def paper_sheet(plan: ChartPlan, pixels: float) -> Canvas:
    """A scale on which the plan is as wide as the paper, and what it draws."""
    first = plan.first_day - weekday_of(plan.first_day)
    days = plan.last_day + 1 - first
    # Today is shown behind the end too, but a plan long past is not squeezed for its sake.
    if plan.last_day <= plan.status_day <= plan.last_day + days // 2:
        days = plan.status_day + 2 - first
    # Whole days, and as wide as the paper: a picture that is narrower than its place is moved away from the words on it.
    shown = ceil(pixels / min((pixels - _LABELS) / days, _WIDEST_DAY))
    per_day = pixels / shown
    _least, name, shading = next(step for step in _STEPS if per_day >= step[0])
    zoom = Zoom(name, per_day, shown, 0, shading, True, True)
    return Canvas(
        scale=Scale(zoom, first, shown),
        words=plan.words,
        today=plan.today,
        task_url=("", ""),
        icons="",
        status_day=plan.status_day,
        days_off=plan.days_off,
        shown=Shown(),
    )


def links_by_page(links: Sequence[ChartLink], count: int) -> dict[int, list[ChartLink]]:
    """The links that touch or pass each page."""
    found: dict[int, list[ChartLink]] = {}
    for link in links:
        upper, lower = sorted((link.before.row, link.after.row))
        for page in range(upper // count, lower // count + 1):
            found.setdefault(page, []).append(link)
    return found


def _ground_of(pieces: Sequence[TextPiece], row: int, beside: float) -> str:
    """The box of a label in the picture: what runs under the words is faint there."""
    first, last = pieces[0], pieces[-1]
    left = (first.left - beside) / PIXEL - 2
    right = (last.left - beside + min(length_of(last.text, SIZE), last.width)) / PIXEL + 2
    return f"M{left:.0f} {row * ROW_HEIGHT + 8}H{right:.0f}v16H{left:.0f}z"


def _page(
    rows: Sequence[ChartRow],
    words: Sequence[Sequence[TextPiece]],
    sheet: Canvas,
    name: str,
    table: TablePlace,
) -> str:
    width, _height = A3.room
    tall = AXIS + len(rows) * ROW
    upper, lower = axis_lines(sheet, table.width, width, PIXEL)
    lines = "\n".join(
        set_line((*_cells(row, sheet, table.names), *pieces), SIZE)
        for row, pieces in zip(rows, words, strict=True)
    )
    tier = f"line-height:{AXIS / 2:.2f}mm;font-size:{AXIS_SIZE}pt"
    # A line break right behind <pre> is the parser's own.
    return (
        f'<div class="chart on-a3" style="height:{tall + LEGEND_HEIGHT:.2f}mm;font-size:{SIZE}pt;line-height:{ROW}mm">'
        f'<img class="chart__picture" src="drawn:{name}" alt="" style="width:{width:.2f}mm;height:{tall:.2f}mm">'
        f'<pre class="chart__axis chart__axis--upper" style="{tier}">{upper}</pre>'
        f'<pre class="chart__axis" style="top:{AXIS / 2:.2f}mm;{tier}">{lower}</pre>'
        f'<pre class="chart__head" style="top:{AXIS / 2:.2f}mm;line-height:{AXIS / 2:.2f}mm">{set_line(_heads(table.names), SIZE)}</pre>'
        f'<pre style="top:{AXIS:.2f}mm">\n{lines}</pre>'
        f'<img class="chart__legend" src="drawn:legend" alt="" style="top:{tall:.2f}mm;{legend_size()}">'
        f'<pre class="chart__legend-words" style="top:{tall:.2f}mm;{LEGEND_TYPE}">{legend_words()}</pre></div>'
    )


def _heads(name: float) -> list[TextPiece]:
    return [
        TextPiece(1, name - 2, _("タスク"), tag="b"),
        TextPiece(name + 1, DAY - 2, _("開始"), is_figure=True, tag="b"),
        TextPiece(name + DAY + 1, DAY - 2, _("終了"), is_figure=True, tag="b"),
        TextPiece(name + 2 * DAY + 1, SHARE - 2, _("進捗"), is_figure=True, tag="b"),
    ]


def _cells(row: ChartRow, sheet: Canvas, name: float) -> list[TextPiece]:
    spell, day = sheet.words.spell, "{year}/{month:02}/{day:02}"
    indent = _indent(row)
    finish = last_day_of(max(row.finish, row.start + 1))
    return [
        TextPiece(indent, name - indent - 1, _called(row), tag="b" if row.kind == "summary" else ""),
        TextPiece(name + 1, DAY - 2, spell(day, first_day_of(row.start)), is_figure=True),
        TextPiece(name + DAY + 1, DAY - 2, spell(day, finish), is_figure=True),
        TextPiece(name + 2 * DAY + 1, SHARE - 2, f"{row.progress}%", is_figure=True),
    ]
