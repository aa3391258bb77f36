"""Where a chart opens: at rows on which there is something to do, and at days in which their bars are seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from projects.worktime.moments import MINUTES_PER_DAY, first_day_of
from tasks.models import Task
from tasks.sheet.rows import within

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from projects.models import Project
    from tasks.gantt.canvas import View
    from tasks.gantt.geometry.rows import Canvas
    from tasks.sheet.visible import VisibleRows

#: Rows of context above the one that the chart opens at.
ABOVE: Final = 3
#: The day that the address names lies this far from the left edge of the chart.
THIRD: Final = 0.34
#: So many rows stand on a small screen, and so many pixels of the chart beside the table.
_ROWS: Final = 17
_WIDTH: Final = 560
#: A screen with so many bars says what is going on; it is looked for in so many rows.
_BARS: Final = 8
_LOOKED_THROUGH: Final = 240


def opening_row(project: Project, visible: VisibleRows, sheet: Canvas) -> int:
    """The place, from 0, of the first unfinished task with a bar in sight of today, among bars of others where there are any.

    Where no unfinished task is in sight: the first of them, or the first row of all. Two queries, whatever the plan.
    """
    if visible.order is not None:
        return 0  # rows are sorted for what then comes first
    since, until = _seen_around(_ordinary_day(project, sheet), sheet)
    tasks = Task.objects.filter(
        project=project, deleted_at__isnull=True, is_summary=False, progress_percentage__lt=100
    )
    in_sight = tasks.filter(start_minute__lt=until, finish_minute__gte=since)
    number = _first(in_sight) or _first(tasks)
    if number is None:
        return 0
    place = visible.position_of(number) - 1
    begin = max(place - ABOVE, 0)
    rows = _rows(project, visible.ranges(begin + 1, begin + _LOOKED_THROUGH))
    crosses = [_crosses(row, since, until) for row in rows]
    begins = [at for at, row in enumerate(rows) if row.is_open and crosses[at] and begin + at >= place]
    return begin + _best_screen(begins, crosses) if begins else place


def _best_screen(begins: list[int], crosses: list[bool]) -> int:
    """Of the places at which a screen may begin, the first one with enough bars, or with the most."""
    bars = {at: sum(crosses[max(at - ABOVE, 0) : max(at - ABOVE, 0) + _ROWS]) for at in begins}
    return max(begins, key=lambda at: min(bars[at], _BARS))


def _first(tasks: QuerySet[Task]) -> int | None:
    return tasks.order_by("row_number").values_list("row_number", flat=True).first()


def opening_day(project: Project, visible: VisibleRows, sheet: Canvas, view: View, *, place: int) -> int:
    """The day asked for; else today, if a row from `place` on has a bar in sight of it; else where the first of them begins."""
    if view.day is not None and _is_on(sheet, view.day):
        return view.day
    day = _ordinary_day(project, sheet)
    since, until = _seen_around(day, sheet)
    # The last rows stand together on their screen, wherever below its upper edge the place is.
    uppermost = min(place, max(visible.count - _ROWS, 0))
    found = _rows(project, visible.ranges(uppermost + 1, uppermost + _ROWS))
    rows = [row for row in found if row.start is not None]
    if not rows or any(_crosses(row, since, until) for row in rows):
        return day
    return first_day_of(rows[0].start or 0)


class _Row(NamedTuple):
    """Where a bar lies, in minutes, and whether there is something to do."""

    start: int | None
    finish: int | None
    is_open: bool


def _rows(project: Project, stretches: list[tuple[int, int]]) -> list[_Row]:
    if not stretches:
        return []
    tasks = Task.objects.filter(within(stretches), project=project, deleted_at__isnull=True)
    found = tasks.order_by("row_number").values_list(
        "start_minute", "finish_minute", "is_summary", "progress_percentage"
    )
    return [_Row(start, finish, not is_summary and done < 100) for start, finish, is_summary, done in found]


def _crosses(row: _Row, since: int, until: int) -> bool:
    return row.start is not None and row.finish is not None and row.start < until and row.finish >= since


def _ordinary_day(project: Project, sheet: Canvas) -> int:
    """Today where the plan has begun and not long ended, else its first day."""
    if _is_on(sheet, sheet.today):
        return sheet.today
    if project.planned_start_minute is None:
        return sheet.scale.first_day
    return project.planned_start_minute // MINUTES_PER_DAY


def _is_on(sheet: Canvas, day: int) -> bool:
    return sheet.scale.first_day <= day < sheet.scale.first_day + sheet.scale.days


def _seen_around(day: int, sheet: Canvas) -> tuple[int, int]:
    """From which minute on, and until which, a small chart shows bars when it opens at a day."""
    days = _WIDTH / sheet.scale.zoom.pixels_per_day
    left = day - days * THIRD
    return int(left * MINUTES_PER_DAY), int((left + days) * MINUTES_PER_DAY)
