"""How far a plan has come by a day: what is done, what is under way, and what is behind."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.utils import timezone

from projects.worktime.moments import MINUTES_PER_DAY, day_of, first_day_of, last_day_of, minute_of
from tasks.models import Task, TaskProgress, TaskStatus

if TYPE_CHECKING:
    from random import Random

#: A task that is behind has been due for no longer than this.
BEHIND_DAYS = 12
#: How far such tasks have come.
BEHIND_PERCENT = (85, 55, 70, 40, 90, 60)
FIELDS = (
    "progress_percentage", "status", "actual_start_minute", "actual_finish_minute", "actual_duration_minutes",
    "remaining_minutes", "actual_work_minutes",
)  # fmt: skip
TYPES = ("bigint", "smallint", "text", "bigint", "bigint", "bigint", "bigint", "bigint")


class Span(NamedTuple):
    """When a task runs, in plan minutes, and how much it may slip."""

    start: int
    finish: int
    slack: int = 0


class Reporter(NamedTuple):
    """Who reports on a task, by task id; and the leader, for tasks without people."""

    by_task: Mapping[int, int | None]
    leader_id: int


def advance(
    tasks: Sequence[Task], dates: Mapping[int, Span], waits: Mapping[int, Collection[int]], *, today: date, late: int, chance: Random
) -> list[Task]:  # fmt: skip
    """Set progress as of the morning of a day; returns the tasks that have any.

    `waits` names what must be finished before a task can begin. `late` tasks that are due stay behind, and what
    waits for them stays untouched.
    """
    now = minute_of(today, 9 * 60)
    behind = set(_choose_behind(tasks, dates, now, late))
    percents: dict[int, int] = {}
    order = {pk: number for number, pk in enumerate(behind)}
    for task in sorted(tasks, key=lambda task: (dates[task.pk].start, dates[task.pk].finish, task.pk)):
        if task.is_summary:
            continue
        if any(percents.get(pk, 100) < 100 for pk in waits.get(task.pk, ())):
            percents[task.pk] = 0
        elif task.pk in behind:
            percents[task.pk] = BEHIND_PERCENT[order[task.pk] % len(BEHIND_PERCENT)]
        else:
            percents[task.pk] = _percent(dates[task.pk].start, dates[task.pk].finish, now, chance)
    moved = [task for task in tasks if percents.get(task.pk)]
    for task in moved:
        _set(task, dates[task.pk], percents[task.pk], chance)
    return moved


def _choose_behind(tasks: Sequence[Task], dates: Mapping[int, Span], now: int, late: int) -> list[int]:
    """Critical ones first, then those that are due for the longest."""
    due = [
        task
        for task in tasks
        if not task.is_summary
        and not task.is_milestone
        and now - BEHIND_DAYS * MINUTES_PER_DAY < dates[task.pk].finish < now - MINUTES_PER_DAY
    ]
    due.sort(key=lambda task: (dates[task.pk].slack > 0, dates[task.pk].finish, task.pk))
    return [task.pk for task in due[:late]]


def _percent(start: int, finish: int, now: int, chance: Random) -> int:
    if finish <= now:
        return 100
    if start >= now:
        return 0
    part = (now - start) / (finish - start)
    return max(5, min(95, round((part * 100 + chance.uniform(-8, 6)) / 5) * 5))


def _set(task: Task, dates: Span, percent: int, chance: Random) -> None:
    done = task.duration_minutes * percent // 100
    task.progress_percentage = percent
    task.status = TaskStatus.COMPLETED if percent == 100 else TaskStatus.IN_PROGRESS
    task.actual_start_minute = dates.start
    task.actual_finish_minute = dates.finish if percent == 100 else None
    task.actual_duration_minutes = done
    task.remaining_minutes = task.duration_minutes - done
    spent = task.work_minutes * percent / 100 * chance.uniform(0.85, 1.2)
    task.actual_work_minutes = round(spent / 30) * 30


def store_progress(tasks: Sequence[Task]) -> None:
    """One statement: `bulk_update` would write a CASE of every column and task."""
    columns = [[getattr(task, name) for task in tasks] for name in ("id", *FIELDS)]
    arrays = ", ".join(f"%s::{kind}[]" for kind in TYPES)
    sets = ", ".join(f"{name} = new.{name}" for name in FIELDS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE tasks SET {sets} FROM unnest({arrays}) AS new(id, {', '.join(FIELDS)})"  # nosec B608  # names of columns are ours
            " WHERE tasks.id = new.id",
            columns,
        )


def history_of(
    tasks: Sequence[Task], dates: Mapping[int, Span], reporter: Reporter, *, today: date
) -> list[TaskProgress]:
    """A report every Friday from a task's start, and one on the day it was done."""
    first = date(today.year - 1, 1, 1)
    rows = []
    for task in tasks:
        start, finish = (
            day_of(first_day_of(dates[task.pk].start)),
            day_of(last_day_of(dates[task.pk].finish)),
        )
        for day, share in _fridays(start, min(finish, today - timedelta(days=1)), task.progress_percentage):
            if day >= first:
                rows.append(_report(task, day, share, reporter))
    return rows


def _fridays(start: date, last: date, percent: int) -> list[tuple[date, int]]:
    span = max(1, (last - start).days)
    friday = start + timedelta(days=(4 - start.weekday()) % 7)
    found = []
    while friday < last:
        share = percent * max(1, (friday - start).days) // span // 5 * 5
        if 0 < share < percent:
            found.append((friday, share))
        friday += timedelta(days=7)
    return [*found, (max(last, start), percent)]


def _report(task: Task, day: date, percent: int, reporter: Reporter) -> TaskProgress:
    return TaskProgress(
        organization_id=task.organization_id,
        project_id=task.project_id,
        task_id=task.pk,
        recorded_on=day,
        recorded_at=timezone.make_aware(datetime.combine(day, time(17, 30))),
        recorded_by_id=reporter.by_task.get(task.pk) or reporter.leader_id,
        progress_percentage=percent,
        actual_work_minutes=task.actual_work_minutes * percent // task.progress_percentage,
        remaining_minutes=task.duration_minutes * (100 - percent) // 100,
    )


def waits_of(links: Sequence[tuple[Any, ...]]) -> dict[int, list[int]]:
    """What each task needs finished before it begins, from (predecessor, successor, type, lag minutes).

    A lead lets it begin earlier, and the other link types do not hold the beginning.
    """
    waits: dict[int, list[int]] = {}
    for predecessor, successor, link_type, lag in links:
        if link_type == "FS" and lag >= 0:
            waits.setdefault(successor, []).append(predecessor)
    return waits
