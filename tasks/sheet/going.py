"""Where a row stands that is asked for by its number, its WBS code, or a day on which it is worked on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.models import Task
from tasks.sheet.day_text import read_day
from tasks.sheet.parsing import UnreadableError, plain

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from projects.models import Project
    from tasks.sheet.visible import VisibleRows

#: More digits than a row number has.
_LONGEST_NUMBER = 7


@dataclass(frozen=True)
class Place:
    """A row to go to: its number and name, and its place among those that are shown, counted from 0."""

    row: int
    name: str
    place: int
    #: It stands under a summary that this user has closed, whose `place` this is; or is hidden by a filter.
    is_hidden: bool
    is_filtered: bool = False


def place_of(project: Project, visible: VisibleRows, text: str, *, on: date) -> Place | None:
    """The row that a text names; None where it names none. Three queries at most.

    A number is a row, or the last one where there are fewer; 1.2 is a WBS code where there is one; all else is a day, and
    the first row that is worked on then, or that begins next.
    """
    tasks = Task.objects.filter(project=project, deleted_at__isnull=True).order_by("row_number")
    found = _called(tasks, plain(text)) or _worked_on(tasks, text, on)
    if found is None:
        return None
    row, name = found
    place = visible.position_of(row)
    is_hidden = visible.is_hidden(row)
    return Place(row, name, place - 1, is_hidden, is_hidden and visible.filtered is not None)


def _called(tasks: QuerySet[Task], text: str) -> tuple[int, str] | None:
    if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER:
        return _first(tasks.filter(row_number__lte=max(int(text), 1)).reverse())
    return _first(tasks.filter(wbs_code=text)) if text else None


def _worked_on(tasks: QuerySet[Task], text: str, on: date) -> tuple[int, str] | None:
    try:
        day = read_day(text, on, on)
    except UnreadableError:
        return None
    own = tasks.filter(is_summary=False)
    then = _first(own.filter(start_date__lte=day, end_date__gte=day))
    return then or _first(own.filter(start_date__gte=day).order_by("start_date", "row_number"))


def _first(tasks: QuerySet[Task]) -> tuple[int, str] | None:
    found = tasks.values_list("row_number", "name").first()
    return (found[0] or 0, found[1]) if found else None
