"""The progress line (イナズマ線): straight down at the status date, pulled to where each task really is."""

from collections.abc import Iterable
from typing import Final

from projects.worktime.moments import first_day_of
from tasks.gantt.geometry.bars import MIDDLE, box_of, top_of
from tasks.gantt.geometry.markup import number
from tasks.gantt.geometry.rows import Canvas, ChartRow
from tasks.gantt.geometry.scale import ROW_HEIGHT

#: How lines of before look, the latest first.
PAST: Final = tuple(f"gantt-progress-line--{place}" for place in (1, 2, 3))
_LEAST_PULL: Final = 3  # px; less than this is drawing noise


def draw_progress_line(rows: Iterable[ChartRow], sheet: Canvas, first_row: int, count: int) -> str:
    """The line of now, and below it those of before: by how far tasks were then, on the bars of now."""
    if sheet.status_day is None or not sheet.shown.progress_line:
        return ""
    rows = list(rows)
    drawn = [
        _line([row._replace(progress=row.was[place]) for row in rows if row.was], sheet, day, first_row, count, PAST[place])
        for place, day in enumerate(sheet.past_days)
    ]  # fmt: skip
    return "".join(drawn[::-1]) + _line(rows, sheet, sheet.status_day, first_row, count, "")


def _line(rows: Iterable[ChartRow], sheet: Canvas, day: int, first_row: int, count: int, css: str) -> str:
    status = sheet.scale.x(day + 1)
    straight = number(status)
    line = [f"M{straight} 0"]
    dots: list[str] = []
    for row in rows:
        pull = _pull(row, sheet, day, status)
        if pull is None:
            continue
        top = top_of(row.row, first_row)
        x, y = number(pull), number(top + MIDDLE)
        line.append(f"V{top}L{x} {y} {straight} {top + ROW_HEIGHT}")
        dots.append(f"M{x} {y}h0")
    line.append(f"V{count * ROW_HEIGHT}")
    # A stroke without length and with round ends is a dot; two of them are a dot with an edge.
    drawn = "".join(dots)
    if css:
        return f'<path class="gantt-progress-line {css}" d="{"".join(line)}"/>'
    edges = f'<path class="gantt-progress-line__edge" d="{drawn}"/>' if dots else ""
    cores = f'<path class="gantt-progress-line__dot" d="{drawn}"/>' if dots else ""
    return f'<path class="gantt-progress-line" d="{"".join(line)}"/>{edges}{cores}'


def _pull(row: ChartRow, sheet: Canvas, status_day: int, status: float) -> float | None:
    """Where the task has got to, if that is not where the line runs anyway."""
    if row.kind != "task" or not sheet.scale.zoom.shows_tasks:
        return None
    has_begun = first_day_of(row.start) <= status_day
    is_ahead = row.progress > 0 and not has_begun
    if not is_ahead and (row.is_done or not has_begun):
        return None
    box = box_of(sheet.scale, row.start, row.finish, row.kind)
    point = box.left + box.width * min(row.progress, 100) / 100
    return point if abs(point - status) >= _LEAST_PULL else None
