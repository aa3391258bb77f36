"""A plan, or some of its rows, as a whole: the finest scale at which their days are seen at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import Max, Min

from config.web.query import positive
from projects.worktime.moments import first_day_of, last_day_of
from tasks.gantt.geometry.scale import ZOOMS
from tasks.gantt.window import plan_days
from tasks.models import Task
from tasks.sheet.forms import SelectionForm
from tasks.sheet.selected import rows_chosen

if TYPE_CHECKING:
    from django.http import QueryDict

    from projects.models import Project
    from tasks.gantt.canvas import View
    from tasks.sheet.selected import Selected
    from tasks.sheet.visible import VisibleRows

#: Pixels left of the first day and right of the last one.
MARGIN: Final = 24
#: What the names in the address begin with that say which rows are selected.
PREFIX: Final = "fit"
#: The width of the chart where its page has not said it.
_ROOM: Final = 560
_WIDEST: Final = 100_000


class Span(NamedTuple):
    """The first and the last day of what is to be seen."""

    first: int
    last: int


def fit_asked(project: Project, visible: VisibleRows, query: QueryDict) -> Span | None:
    """The days of what an address asks for: `fit=plan`, or `fit=rows` with a selection. None: nothing, or rows without dates."""
    asked = query.get("fit")
    if asked == "plan":
        return plan_span(project)
    form = SelectionForm(query, prefix=PREFIX)
    if asked != "rows" or not form.is_valid():
        return None
    return rows_span(project, visible, form.chosen)


def plan_span(project: Project) -> Span:
    """The days of the tasks; of a plan without any, those of the project."""
    first, last = project.planned_start_minute, project.planned_finish_minute
    if first is None or last is None:
        return Span(*plan_days(project))
    return _days(first, last)


def rows_span(project: Project, visible: VisibleRows, chosen: Selected) -> Span | None:
    """From the earliest start to the latest finish of the selected rows; at most two queries."""
    tasks = Task.objects.filter(
        rows_chosen(project, visible, chosen), project=project, deleted_at__isnull=True
    )
    found = tasks.aggregate(first=Min("start_minute"), last=Max("finish_minute"))
    if found["first"] is None or found["last"] is None:
        return None
    return _days(found["first"], found["last"])


def _days(start: int, finish: int) -> Span:
    first = first_day_of(start)
    return Span(first, max(last_day_of(finish), first))


def fitting(view: View, span: Span, query: QueryDict) -> View:
    """The same view at the finest scale at which these days fit into the pixels that the address names, or at the coarsest."""
    room = positive(query.get("room"), _ROOM, _WIDEST) - 2 * MARGIN
    days = span.last - span.first + 1
    fits = [zoom.name for zoom in ZOOMS.values() if days * zoom.pixels_per_day <= room]
    return replace(view, zoom=fits[0] if fits else list(ZOOMS)[-1], day=span.first)
