"""What the chart shows of a plan: the rows of a window, and the links that touch or pass it.

Neither question grows with the plan: rows are found by their numbers, links by the tasks at their ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from django.db import connection
from django.db.models import Q

from projects.worktime.moments import MINUTES_PER_DAY, day_number, first_day_of, last_day_of
from tasks.gantt.geometry.rows import ChartLink, ChartRow, End, Kind
from tasks.models import Mode, Task
from tasks.plan.agreed import later_words
from tasks.plan.lateness import DaysLate
from tasks.reasons.negative_slack import COLUMNS as SLACK
from tasks.sheet.columns.column import Column
from tasks.sheet.columns.dates import slack_words
from tasks.sheet.columns.efforts import overallocation_of
from tasks.sheet.look import make_look
from tasks.sheet.rows import rows_within, within
from tasks.sheet.sources import AGREED, OVERALLOCATED, PEOPLE
from tasks.sheet.text import names_text

if TYPE_CHECKING:
    from datetime import date

    from projects.models import Project
    from tasks.gantt.geometry.rows import LinkType
    from tasks.sheet.columns.column import Row
    from tasks.sheet.look import Look
    from tasks.sheet.visible import VisibleRows

#: An arrow between two rows outside of the window is drawn when one of them is this near. Beyond that, a
#: line that only passes is left out: finding all of them would mean to read every link of the plan.
NEAR: Final = 72

#: So many days a chart has at most before and behind its plan for what was agreed on.
MOST_BESIDE: Final = 366

#: What a bar and its label are drawn by.
BAR: Final = Column(
    name="bar", header="",
    fields=(
        "start_minute", "finish_minute", "is_critical", "mode", "late_finish_minute", "deadline_minute", *SLACK,
    ),
    annotations={"days_late": DaysLate},
    sources=(PEOPLE, OVERALLOCATED),
)  # fmt: skip


#: What was agreed on of it, where the plan has a baseline.
AGREED_BAR: Final = Column(name="agreed", header="", sources=(AGREED,))


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


def load_window(
    project: Project, visible: VisibleRows, *, first: int, count: int, on: date,
    columns: tuple[Column, ...] = (), has_baseline: bool = False, past_days: tuple[int, ...] = (),
) -> ChartWindow:  # fmt: skip
    """Six queries at most, whatever the size of the plan, and those of `columns`, which a report reads besides.

    With a baseline one more, and those of the calendars in which its differences are counted; with lines of before one more.
    """
    bars = (BAR, AGREED_BAR) if has_baseline else (BAR,)
    rows = rows_within(project, visible, (*columns, *bars), first=first, count=count, on=on)
    look = make_look(project, collapsed=visible.collapsed)
    stretches = visible.ranges(first + 1, first + count)
    links = _links(project, visible, stretches) if stretches else []
    drawn = [_row(row, look) for row in rows]
    if has_baseline:
        drawn = [_with_baseline(row, project) for row in drawn]
    if past_days:
        was = progress_on(project, [row.task_id for row in drawn], past_days)
        drawn = [row._replace(was=was[row.task_id]) for row in drawn]
    return ChartWindow(first, drawn, links)


@cache
def _kind(is_summary: bool, is_milestone: bool) -> Kind:
    return "summary" if is_summary else "milestone" if is_milestone else "task"


def _row(row: Row, look: Look) -> ChartRow:
    begins = look.project.start_minute if row.start_minute is None else row.start_minute
    slack, over = row.total_slack_minutes, overallocation_of(row)
    return ChartRow(
        task_id=row.id,
        row=row.place,
        level=row.outline_level,
        code=row.wbs_code,
        name=row.name,
        kind=_kind(row.is_summary, row.is_milestone),
        start=begins,
        finish=begins if row.finish_minute is None else row.finish_minute,
        progress=row.progress_percentage,
        is_critical=row.is_critical,
        is_manual=row.mode == Mode.MANUAL,
        is_active=row.is_active,
        late_days=row.days_late,
        who=names_text([share.name for share in row.people]),
        slack_until=row.late_finish_minute if slack and slack > 0 else None,
        deadline=row.deadline_minute,
        over=over.text if over else "",
        over_words=over.sentence if over else "",
        missed_date=slack_words(row, look),
        source=row,
    )


def _with_baseline(row: ChartRow, project: Project) -> ChartRow:
    agreed = row.source.agreed
    if agreed is None:
        return row
    words = later_words(agreed.finish_later, project.minutes_per_day) if agreed.finish_later else ""
    return row._replace(baseline=(agreed.start, agreed.finish), baseline_words=words)


def progress_on(project: Project, task_ids: list[int], days: tuple[int, ...]) -> dict[int, tuple[int, ...]]:
    """How far tasks were at the end of some days, as it was reported until then; 0 where nothing was. One query.

    The last report of a task before a day is one look into the index (task_id, recorded_on).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT task.id, day.place, (
                SELECT progress_percentage FROM task_progress
                WHERE task_id = task.id AND recorded_on <= DATE '1970-01-01' + day.day AND organization_id = %s
                ORDER BY recorded_on DESC, id DESC LIMIT 1
            )
            FROM unnest(%s::bigint[]) AS task(id), unnest(%s::int[]) WITH ORDINALITY AS day(day, place)
            ORDER BY task.id, day.place
            """,
            [project.organization_id, task_ids, list(days)],
        )
        found: dict[int, tuple[int, ...]] = {}
        for task_id, _place, percentage in cursor.fetchall():
            found[task_id] = (*found.get(task_id, ()), percentage or 0)
    return found


def _links(project: Project, visible: VisibleRows, stretches: list[tuple[int, int]]) -> list[ChartLink]:
    """Links of the near rows that touch or pass the window: three look-ups by index.

    One query that joins both ends reads the whole table instead, as soon as the planner feels like it.
    """
    tasks = _tasks(project, within(_widened(visible, stretches)))
    found = _links_at(list(tasks))
    far = {task_id for _type, *pair in found for task_id in pair} - set(tasks)
    if far:
        tasks |= _tasks(project, Q(pk__in=far))
    first, last = visible.position_of(stretches[0][0]), visible.position_of(stretches[-1][1])
    ends: dict[int, End | None] = {}
    links: list[ChartLink] = []
    for kind, before_id, after_id in found:
        before, after = tasks.get(before_id), tasks.get(after_id)
        if before is None or after is None or _is_apart(before, after, visible, first, last):
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


def _is_apart(one: _Task, other: _Task, visible: VisibleRows, first: int, last: int) -> bool:
    """Whether both ends lie on the same side of the positions of a window."""
    ends = visible.position_of(one.row_number), visible.position_of(other.row_number)
    return max(ends) < first or min(ends) > last


def _widened(visible: VisibleRows, stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same stretches with some rows more above and below, of those that are shown."""
    first, last = visible.position_of(stretches[0][0]), visible.position_of(stretches[-1][1])
    return visible.ranges(first - NEAR, last + NEAR)


def _tasks(project: Project, which: Q) -> dict[int, _Task]:
    rows = Task.objects.filter(which, project=project, deleted_at__isnull=True).values_list("id", *_TASK)
    return {task_id: _Task(*values) for task_id, *values in rows}


def _is_open_critical(task: _Task) -> bool:
    return task.is_critical and task.progress_percentage < 100


def _end(task: _Task, visible: VisibleRows, project: Project) -> End | None:
    if visible.is_hidden(task.row_number):
        return None
    begins = project.start_minute if task.start_minute is None else task.start_minute
    finishes = begins if task.finish_minute is None else task.finish_minute
    kind = _kind(task.is_summary, task.is_milestone)
    return End(visible.position_of(task.row_number) - 1, begins, finishes, kind)


def with_agreed(days: tuple[int, int], agreed: tuple[int, int] | None) -> tuple[int, int]:
    """First and last day to show with those that were agreed on (minutes), a year before and behind the plan at most.

    A baseline of a file may have any dates, for which a plan is not squeezed.
    """
    first, last = days
    if agreed is None:
        return days
    start, finish = first_day_of(agreed[0]), last_day_of(agreed[1])
    return max(min(first, start), first - MOST_BESIDE), min(max(last, finish), last + MOST_BESIDE)


def plan_days(project: Project) -> tuple[int, int]:
    """First and last day to show: the whole plan, and the project's own dates around it."""
    first, last = day_number(project.start_date), day_number(project.end_date)
    if project.planned_start_minute is not None:
        first = min(first, project.planned_start_minute // MINUTES_PER_DAY)
    if project.planned_finish_minute is not None:
        last = max(last, project.planned_finish_minute // MINUTES_PER_DAY)
    return first, last
