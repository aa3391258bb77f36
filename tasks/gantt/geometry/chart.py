"""A window of rows as a picture: the pieces that the page holds and that a move sends again."""

from collections.abc import Iterable, Sequence
from typing import Final

from tasks.gantt.geometry.arrows import draw_arrows
from tasks.gantt.geometry.axis import draw_axis_marks, draw_axis_tile, draw_ground_tile
from tasks.gantt.geometry.bars import draw_bar, draw_baselines, draw_label, top_of
from tasks.gantt.geometry.markup import number
from tasks.gantt.geometry.progress import draw_progress_line
from tasks.gantt.geometry.rows import Canvas, ChartLink, ChartRow
from tasks.gantt.geometry.scale import AXIS_HEIGHT, ROW_HEIGHT

_HATCH: Final = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect class="gantt-hatch__ground" width="6" height="6"/>'
    '<line class="gantt-hatch" y2="6"/></pattern></defs>'
)


def draw_chart_section(
    rows: Sequence[ChartRow],
    links: Iterable[ChartLink],
    sheet: Canvas,
    first_row: int,
    count: int | None = None,
) -> str:
    """Layers from the ground up: baselines, arrows, bars, progress line, labels. Of `count` places some may have no row."""
    count = len(rows) if count is None else count
    width, height = sheet.scale.width, count * ROW_HEIGHT
    bars = "".join(draw_bar(row, sheet, top_of(row.row, first_row)) for row in rows)
    labels = "".join(draw_label(row, sheet, top_of(row.row, first_row)) for row in rows)
    return (
        f'<div class="gantt-section" data-from="{first_row}" data-count="{count}">'
        f'<svg width="{width}" height="{height}">'
        f"{draw_baselines(rows, sheet, first_row)}{draw_arrow_layer(links, sheet, first_row, count)}"
        f'<g class="gantt-bars" id="bars-{first_row}">{bars}</g>{draw_progress_layer(rows, sheet, first_row, count)}'
        f'<g class="gantt-labels" aria-hidden="true">{labels}</g></svg></div>'
    )


def draw_arrow_layer(links: Iterable[ChartLink], sheet: Canvas, first_row: int, count: int) -> str:
    return f'<g id="arrows-{first_row}">{draw_arrows(links, sheet, first_row, count)}</g>'


def draw_progress_layer(
    rows: Sequence[ChartRow], sheet: Canvas, first_row: int, count: int | None = None
) -> str:
    height = len(rows) if count is None else count
    return f'<g id="progress-{first_row}">{draw_progress_line(rows, sheet, first_row, height)}</g>'


def draw_axis(sheet: Canvas, tiles: Iterable[int]) -> str:
    drawn = "".join(draw_axis_tile(sheet, tile) for tile in tiles)
    return (
        f'<svg class="gantt__axis" width="{sheet.scale.width}" height="{AXIS_HEIGHT}" aria-hidden="true">'
        f'<g id="gantt-axis-tiles">{drawn}</g>{draw_axis_marks(sheet)}</svg>'
    )


def draw_ground(sheet: Canvas, tiles: Iterable[int]) -> str:
    """Days off, tier lines, the selected row and today; under every section at once."""
    drawn = "".join(draw_ground_tile(sheet, tile) for tile in tiles)
    today = number(sheet.scale.x(sheet.today) + sheet.scale.zoom.pixels_per_day / 2)
    return (
        f'<svg class="gantt__ground" width="{sheet.scale.width}" height="100%" aria-hidden="true">{_HATCH}'
        f'<g id="gantt-ground-tiles">{drawn}</g>'
        f'<rect class="gantt-row--selected" id="gantt-selected" y="-{ROW_HEIGHT}" width="100%" '
        f'height="{ROW_HEIGHT}"/><line class="gantt-today" id="gantt-today" x1="{today}" x2="{today}" y2="100%"/></svg>'
    )


def draw_moved_row(row: ChartRow, sheet: Canvas, first_row: int) -> str:
    """What replaces the bar of a row that changed: bar and label."""
    top = top_of(row.row, first_row)
    return draw_bar(row, sheet, top) + draw_label(row, sheet, top)
