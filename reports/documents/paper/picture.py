"""The shapes of the chart on paper, without a word in them: a text in a picture costs three times one on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from config.web.inks import inked
from reports.documents.paper.sheets import TextPiece, set_line
from tasks.gantt.geometry.arrows import draw_arrows
from tasks.gantt.geometry.axis import draw_ground_tile, lower_labels, upper_labels
from tasks.gantt.geometry.bars import draw_baselines, draw_shape, top_of
from tasks.gantt.geometry.markup import number
from tasks.gantt.geometry.progress import draw_progress_line
from tasks.gantt.geometry.scale import AXIS_HEIGHT, ROW_HEIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.gantt.geometry.rows import Canvas, ChartLink, ChartRow

LEGEND_HEIGHT: Final = 8.0  # mm
_SIZE: Final = 7.5
LEGEND_TYPE: Final = f"line-height:{LEGEND_HEIGHT}mm;font-size:{_SIZE}pt"
#: The looks of `static/css/gantt.css` for paper: no states, no pointer.
STYLE: Final = """
.gantt-off{fill:var(--gantt-off)}.gantt-holiday{fill:var(--gantt-holiday)}
.gantt-grid{stroke:var(--gantt-grid)}.gantt-grid--month{stroke:var(--line-strong)}
.gantt-bar__track{fill:var(--accent-mid);stroke:var(--accent);stroke-width:1}
.gantt-bar__done{fill:var(--accent)}
.gantt-bar--summary .gantt-bar__track{fill:var(--gantt-summary);stroke:none}
.gantt-bar--milestone .gantt-bar__track{fill:var(--ink);stroke:var(--sheet);stroke-width:1}
.gantt-bar--open .gantt-bar__track{fill:var(--sheet);stroke:var(--ink);stroke-width:1.75}
.gantt-bar--critical .gantt-bar__track{fill:url(#hatch);stroke:var(--late);stroke-width:2}
.gantt-bar--critical .gantt-bar__done{fill:var(--late)}
.gantt-bar--critical.gantt-bar--milestone .gantt-bar__track{fill:var(--sheet);stroke:var(--late);stroke-width:2.5}
.gantt-hatch{stroke:var(--late);stroke-width:1;opacity:.55}.gantt-hatch__ground{fill:var(--late-soft)}
.gantt-bar--inactive .gantt-bar__track{fill:none;stroke:var(--idle);stroke-dasharray:2 2}
.gantt-bar--manual .gantt-bar__track{stroke-dasharray:4 2}
.gantt-bar--done .gantt-bar__track{fill:var(--accent);opacity:.62;stroke:none}
.gantt-baseline{fill:var(--gantt-baseline)}
.gantt-float{stroke:var(--ink-3);stroke-width:1.5;stroke-dasharray:1 3}
.gantt-float__end{stroke:var(--ink-3);stroke-width:1.5}
.gantt-deadline{fill:none;stroke:var(--ink);stroke-width:1.75}.gantt-deadline--missed{stroke:var(--late)}
.gantt-link{fill:none;stroke:var(--gantt-link);stroke-width:1.25}
.gantt-link--critical{stroke:var(--late);stroke-width:2}
.gantt-link__head{fill:var(--gantt-link)}.gantt-link__head--critical{fill:var(--late)}
.gantt-progress-line{fill:none;stroke:var(--line-now);stroke-width:2}
.gantt-progress-line__edge{stroke:var(--line-now);stroke-width:7.5;stroke-linecap:round}
.gantt-progress-line__dot{stroke:var(--sheet);stroke-width:4.5;stroke-linecap:round}
.gantt-today{stroke:var(--accent);stroke-width:1.5}
.rows{stroke:var(--line);stroke-width:.7}.edge{stroke:var(--ink-2);stroke-width:1}.axis{fill:var(--canvas)}.quiet{fill:var(--sheet);opacity:.82}
"""
_HATCH: Final = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect class="gantt-hatch__ground" width="6" height="6"/><path class="gantt-hatch" d="M0 6L6 0"/></pattern></defs>'
)


def _svg(width: float, height: float, content: str, left: float = 0) -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{number(left + width)}" height="{number(height)}"'
        f' viewBox="{number(-left)} 0 {number(left + width)} {number(height)}"><style>{inked(STYLE)}</style>{content}</svg>'
    ).encode("utf-8", "replace")


def draw_picture(
    rows: Sequence[ChartRow], links: Sequence[ChartLink], sheet: Canvas, first: int, beside: float, quiet: str
) -> bytes:
    """Axis and rows of one page, layer by layer as on the screen.

    `beside` is how wide the table is, whose lines are drawn too; `quiet` is a path of the places of labels, where arrows
    step back.
    """
    width, height = sheet.scale.width, len(rows) * ROW_HEIGHT
    left, whole = number(-beside), height + AXIS_HEIGHT
    ground = draw_ground_tile(sheet, 0).replace("9e6", number(whole))
    lines = "".join(f"M{left} {at * ROW_HEIGHT}H{width}" for at in range(1, len(rows) + 1))
    today = number(sheet.scale.x(sheet.today) + sheet.scale.zoom.pixels_per_day / 2)
    bars = "".join(draw_shape(row, sheet, top_of(row.row, first)) for row in rows)
    arrows = draw_arrows(links, sheet, first, len(rows))
    # The head comes last: arrows from the page before would run through it.
    head = (
        f'<path class="axis" d="M{left} 0H{width}V{AXIS_HEIGHT}H{left}z"/><path class="rows" d="{_tiers(sheet)}"/>'
        f'<path class="edge" d="M{left} {AXIS_HEIGHT}H{width}M0 0V{whole}"/>'
        f'<path class="gantt-today" d="M{today} {AXIS_HEIGHT // 2}V{AXIS_HEIGHT}"/>'
    )
    return _svg(
        width,
        whole,
        # Links from another page end at the edge of this one.
        f'{_HATCH}<clipPath id="page"><path d="M{left} 0H{width}V{whole}H{left}z"/></clipPath>'
        f'<g clip-path="url(#page)"><g transform="translate(0 {AXIS_HEIGHT})">{ground}<path class="rows" d="{lines}"/>'
        f'<path class="gantt-today" d="M{today} 0V{height}"/>{draw_baselines(rows, sheet, first)}{arrows}{bars}<path class="quiet" d="{quiet}"/>'
        f"{draw_progress_line(rows, sheet, first, len(rows))}</g></g>{head}",
        beside,
    )


def _tiers(sheet: Canvas) -> str:
    """Where the steps of the axis begin."""
    days = sheet.scale.tile_days(0)
    upper = "".join(
        f"M{number(sheet.scale.x(day))} 0V{AXIS_HEIGHT}"
        for day, _text, edge in upper_labels(sheet, days)
        if edge
    )
    lower = (
        f"M{number(sheet.scale.x(day))} {AXIS_HEIGHT // 2}V{AXIS_HEIGHT}"
        for day, _text in lower_labels(sheet, days)
    )
    return upper + "".join(lower)


def _samples() -> list[tuple[str, str]]:
    """What each sign looks like, and what it means."""
    box = '<rect class="gantt-bar__track" x="1" y="6" width="34" height="12"{}/>{}'
    done = '<rect class="gantt-bar__done" x="1" y="6" width="16" height="12"{}/>'
    return [
        (box.format(' rx="3"', done.format(' rx="3"')), _("タスクと進捗")),
        (f'<g class="gantt-bar--critical">{box.format("", "")}</g>', _("クリティカルパス")),
        ('<g class="gantt-bar--summary"><path class="gantt-bar__track" d="M1 8h34v11l-6 -5h-22l-6 5z"/></g>', _("サマリー")),
        ('<g class="gantt-bar--milestone gantt-bar--open"><path class="gantt-bar__track" d="M18 4l8 8l-8 8l-8 -8z"/></g>', _("マイルストーン")),
        (box.format(' rx="3"', '<path class="gantt-baseline" d="M5 20.5h30v3h-30z"/>'), _("ベースライン")),
        ('<path class="gantt-progress-line" d="M14 2V7L26 12L14 17V22"/>', _("イナズマ線")),
        ('<path class="gantt-today" d="M18 2V22"/>', _("今日")),
        ('<rect class="gantt-off" width="18" height="24"/><rect class="gantt-holiday" x="18" width="18" height="24"/>', _("休日、祝日")),
    ]  # fmt: skip


_STEP: Final = 42.0  # mm from one sign to the next
_SIGN: Final = 7.0  # mm: a sign is as wide


def draw_legend() -> bytes:
    """All signs in a row."""
    pixel = _SIGN / 36
    signs = "".join(
        f'<g transform="translate({number(at * _STEP / pixel)} {number((LEGEND_HEIGHT / pixel - 24) / 2)})">{sign}</g>'
        for at, (sign, _word) in enumerate(_samples())
    )
    return _svg(len(_samples()) * _STEP / pixel, LEGEND_HEIGHT / pixel, f"{_HATCH}{signs}")


def legend_size() -> str:
    """How large the picture of the signs is, for its style."""
    return f"width:{len(_samples()) * _STEP:.2f}mm;height:{LEGEND_HEIGHT:.2f}mm"


def legend_words() -> str:
    """The words behind the signs, on one line."""
    words = [word for _sign, word in _samples()]
    return set_line(
        (TextPiece(at * _STEP + _SIGN + 1.2, _STEP - _SIGN - 2, word) for at, word in enumerate(words)), _SIZE
    )
