"""What would follow from a change, for a page that shows it before it is made (`templates/tasks/preview/moves.html`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from config.web import formats
from projects.worktime.moments import ends_on
from tasks.editing.answer import warnings_of
from tasks.models import Task

if TYPE_CHECKING:
    from tasks.plan.outcome import PlanChange

#: So many of the tasks that would lie elsewhere are listed.
MOST_LISTED: Final = 30


def words_of(change: PlanChange, *, most: int = MOST_LISTED) -> dict[str, Any]:
    """The end of the plan, and the tasks that would lie elsewhere: how many, and the first of them; two queries for their names."""
    moves = {move.task_id: move for move in change.moves}
    named = Task.objects.filter(pk__in=moves, is_summary=False).order_by("row_number")
    lines = [
        {
            "row": row, "name": name,
            "before": _days(moves[pk].start_before, moves[pk].finish_before),
            "after": _days(moves[pk].start, moves[pk].finish),
        }
        for pk, row, name in named.values_list("pk", "row_number", "name")[:most]
    ]  # fmt: skip
    count = named.count() if len(lines) == most else len(lines)
    return {
        "lines": lines,
        "count": count,
        "more": max(count - most, 0),
        "finish": [_last_day(change.finish_before), _last_day(change.finish_after)],
        "warnings": warnings_of(change),
    }


def first_day(minute: int | None) -> str:
    """The day that a start lies on."""
    return formats.day_plain(minute) if minute is not None else formats.NONE


def _last_day(minute: int | None) -> str:
    return formats.day_plain(ends_on(minute)) if minute is not None else formats.NONE


def _days(start: int | None, finish: int | None) -> str:
    if start is None or finish is None:
        return formats.NONE
    return f"{formats.day_plain(start)}–{formats.day_plain(ends_on(max(finish, start + 1)))}"
