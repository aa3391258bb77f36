"""What the chart shows of a plan: the rows of a window, and the links that touch or pass it.

Neither question grows with the plan: rows are found by their numbers, links by the tasks at their ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from config.web import formats
from projects.calendars.services import day_number
from tasks.allocation.overallocation import overallocated_by_task, worst
from tasks.gantt.geometry.rows import ChartLink, ChartRow, End, Kind
from tasks.models import Assignment, Mode, Task
from tasks.plan.lateness import DaysLate
from tasks.reasons.negative_slack import COLUMNS as TIGHT
from tasks.reasons.negative_slack import NegativeSlack, negative_slack_words
from tasks.sheet.text import duration_text

if TYPE_CHECKING:
    from datetime import date

    from projects.models import Project
    from tasks.allocation.overallocation import Overallocated
    from tasks.gantt.geometry.rows import LinkType
    from tasks.sheet.visible import VisibleRows

#: An arrow between two rows outside of the window is drawn when one of them is this near. Beyond that, a
#: line that only passes is left out: finding all of them would mean to read every link of the plan.
NEAR: Final = 72

_COLUMNS: Final = (
    "id", "row_number", "outline_level", "wbs_code", "name", "is_summary", "is_milestone", "start_minute",
    "finish_minute", "duration_minutes", "progress_percentage", "is_critical", "mode", "is_active",
    "late_finish_minute", "total_slack_minutes", "deadline_minute", "is_elapsed",
)  # fmt: skip


class _Task(NamedTuple):
    """A task at the end of a link, as its row holds it."""

    row_number: int
    start_minute: int | None
    finish_minute: int | None
    is_summary: bool
    is_milestone: bool
    is_critical: bool
    progress_percentage: int


_TASK: Final = _Task._fields


@dataclass(frozen=True, slots=True)
class ChartWindow:
    """Consecutive shown rows from `first` (counted from 0), and the links to draw between them."""

    first: int
    rows: list[ChartRow]
    links: list[ChartLink]


def load_window(project: Project, visible: VisibleRows, *, first: int, count: int, on: date) -> ChartWindow:
    """Six queries at most, whatever the size of the plan."""
    stretches = visible.ranges(first + 1, first + count)
    if not stretches:
        return ChartWindow(first, [], [])
    found = list(
        Task.objects.filter(_within(stretches), project=project, deleted_at__isnull=True)
        .order_by("row_number")
        .annotate(days_late=DaysLate(on))
        .values_list(*_COLUMNS, "days_late", *TIGHT)
    )
    ids = [row[0] for row in found]
    people = _people(ids)
    over = overallocated_by_task(project.pk, ids)
    rows = [
        _row(values, place, people.get(values[0], ""), worst(over.get(values[0], ())), project, visible)
        for place, values in enumerate(found, first)
    ]
    return ChartWindow(first, rows, _links(project, visible, stretches))


def _within(stretches: list[tuple[int, int]]) -> Q:
    rows = Q()
    for stretch in stretches:
        rows |= Q(row_number__range=stretch)
    return rows


def _people(task_ids: list[int]) -> dict[int, str]:
    """Who works on each task, as the label at its bar says it."""
    names: dict[int, list[str]] = {}
    rows = Assignment.objects.filter(task__in=task_ids).order_by("pk")
    for task_id, name in rows.values_list("task_id", "resource__name"):
        names.setdefault(task_id, []).append(name)
    return {task_id: _joined(found) for task_id, found in names.items()}


def _joined(names: list[str]) -> str:
    if len(names) > 3:
        return _("%(names)sほか%(count)d人") % {"names": _("、").join(names[:2]), "count": len(names) - 2}
    return _("、").join(names)


@cache
def _kind(is_summary: bool, is_milestone: bool) -> Kind:
    return "summary" if is_summary else "milestone" if is_milestone else "task"


def _row(
    values: tuple[Any, ...],
    place: int,
    who: str,
    over: Overallocated | None,
    project: Project,
    visible: VisibleRows,
) -> ChartRow:
    (
        task_id, _number, level, code, name, is_summary, is_milestone, start, finish, duration, progress,
        is_critical, mode, is_active, late_finish, slack, deadline, is_elapsed, late_days, *tight,
    ) = values  # fmt: skip
    begins = project.start_minute if start is None else start
    over = over if progress < 100 else None  # nobody can do less of what is done
    return ChartRow(
        task_id=task_id,
        row=place,
        level=level,
        code=code,
        name=name,
        kind=_kind(is_summary, is_milestone),
        start=begins,
        finish=begins if finish is None else finish,
        duration=formats.NONE
        if is_milestone and not is_summary
        else duration_text(duration, is_elapsed=is_elapsed, minutes_per_day=project.minutes_per_day),
        progress=progress,
        is_critical=is_critical,
        is_manual=mode == Mode.MANUAL,
        is_active=is_active,
        is_expanded=task_id not in visible.collapsed if is_summary else None,
        late_days=late_days,
        who=who,
        slack_until=late_finish if slack and slack > 0 else None,
        deadline=deadline,
        over=over.text if over else "",
        over_words=over.sentence if over else "",
        tight=negative_slack_words(NegativeSlack(*tight), project),
    )


def _links(project: Project, visible: VisibleRows, stretches: list[tuple[int, int]]) -> list[ChartLink]:
    """Links of the near rows that touch or pass the window: three look-ups by index.

    One query that joins both ends reads the whole table instead, as soon as the planner feels like it.
    """
    tasks = _tasks(project, _within(_widened(stretches)))
    found = _links_at(list(tasks))
    far = {task_id for _type, *pair in found for task_id in pair} - set(tasks)
    if far:
        tasks |= _tasks(project, Q(pk__in=far))
    first, last = stretches[0][0], stretches[-1][1]
    ends: dict[int, End | None] = {}
    links: list[ChartLink] = []
    for kind, before_id, after_id in found:
        before, after = tasks.get(before_id), tasks.get(after_id)
        if before is None or after is None or _is_apart(before, after, first, last):
            continue
        for task_id, task in ((before_id, before), (after_id, after)):
            if task_id not in ends:
                ends[task_id] = _end(task, visible, project)
        start, finish = ends[before_id], ends[after_id]
        # What leads into a closed branch is hidden with it.
        if start is not None and finish is not None:
            links.append(
                ChartLink(start, finish, kind, _is_open_critical(before) and _is_open_critical(after))
            )
    return links


def _links_at(task_ids: list[int]) -> list[tuple[LinkType, int, int]]:
    """As SQL, since hundreds of ids in two lists cost the query compiler more than the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT link_type, predecessor_id, successor_id FROM task_links
            WHERE predecessor_id = ANY(%(ids)s::bigint[]) OR successor_id = ANY(%(ids)s::bigint[])
            ORDER BY id
            """,
            {"ids": task_ids},
        )
        return cast("list[tuple[LinkType, int, int]]", cursor.fetchall())


def _is_apart(one: _Task, other: _Task, first: int, last: int) -> bool:
    """Whether both ends lie on the same side of the window."""
    return max(one.row_number, other.row_number) < first or min(one.row_number, other.row_number) > last


def _widened(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same stretches with some rows more above and below."""
    first, last = stretches[0][0] - NEAR, stretches[-1][1] + NEAR
    if len(stretches) == 1:
        return [(first, last)]
    return [(first, stretches[0][1]), *stretches[1:-1], (stretches[-1][0], last)]


def _tasks(project: Project, which: Q) -> dict[int, _Task]:
    rows = Task.objects.filter(which, project=project, deleted_at__isnull=True).values_list("id", *_TASK)
    return {task_id: _Task(*values) for task_id, *values in rows}


def _is_open_critical(task: _Task) -> bool:
    return task.is_critical and task.progress_percentage < 100


def _end(task: _Task, visible: VisibleRows, project: Project) -> End | None:
    if any(first <= task.row_number <= last for first, last in visible.hidden):
        return None
    begins = project.start_minute if task.start_minute is None else task.start_minute
    finishes = begins if task.finish_minute is None else task.finish_minute
    kind = _kind(task.is_summary, task.is_milestone)
    return End(visible.position_of(task.row_number) - 1, begins, finishes, kind)


def first_unfinished(project: Project, visible: VisibleRows) -> int:
    """Where a chart opens: the place of the first row that is not done yet."""
    number = (
        Task.objects.filter(
            project=project, deleted_at__isnull=True, is_summary=False, progress_percentage__lt=100
        )
        .order_by("row_number")
        .values_list("row_number", flat=True)
        .first()
    )
    return visible.position_of(number) - 1 if number else 0


def place_of(project: Project, visible: VisibleRows, task_id: int) -> int | None:
    """Where a task stands among the shown rows; a hidden one at the summary above it."""
    number = (
        Task.objects.filter(project=project, pk=task_id, deleted_at__isnull=True)
        .values_list("row_number", flat=True)
        .first()
    )
    return visible.position_of(number) - 1 if number else None


def plan_days(project: Project) -> tuple[int, int]:
    """First and last day to show: the whole plan, and the project's own dates around it."""
    first, last = day_number(project.start_date), day_number(project.end_date)
    if project.planned_start_minute is not None:
        first = min(first, project.planned_start_minute // 1440)
    if project.planned_finish_minute is not None:
        last = max(last, project.planned_finish_minute // 1440)
    return first, last
