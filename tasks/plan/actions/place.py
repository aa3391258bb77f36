"""Where a task lies: moved to another start, or given another end."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from projects.worktime.moments import MINUTES_PER_DAY, day_of
from tasks.models import Constraint, Mode, Task
from tasks.plan.actions.people import LONGEST_TASK_MINUTES, rebalance
from tasks.plan.actions.team import team_of
from tasks.plan.clocks import added, between, next_working

if TYPE_CHECKING:
    from datetime import date

    from projects.models import AuditEntry
    from projects.worktime.calendar import WorkingTime
    from tasks.plan.rescheduling import Rescheduled
    from tasks.plan.unit import PlanUnit


def refuse_summary(task: Task) -> None:
    """The dates of a summary are those of its children; raises RuleBrokenError."""
    if task.is_summary:
        raise RuleBrokenError(
            _("サマリータスクの日付は子タスクから決まります。子タスクを動かしてください。"), field="start"
        )


def set_start(plan: PlanUnit, task: Task, minute: int) -> None:
    """Let a task start no earlier than this moment; a manual task starts exactly then.

    As in Microsoft Project, moving an automatic task sets "start no earlier than". Where a predecessor holds it later,
    the whole unit of work is refused with what holds it. Raises RuleBrokenError.
    """
    refuse_summary(task)
    if task.actual_start_minute is not None:
        raise RuleBrokenError(
            _(
                "「%(task)s」はすでに着手しているため、開始日を動かせません。実績を直すか、残りの期間を変更してください。"
            )
            % {"task": task.name},
            field="start",
        )
    start = next_working(plan.rows.clock_of(task), minute)
    if task.start_minute == start and _is_held_from(task, start):
        return  # it lies there, and stays there
    lay(plan, task, start)
    plan.check(task, partial(_refuse_if_held, task, start))


def lay(plan: PlanUnit, task: Task, start: int) -> None:
    """Let a task that has not begun start no earlier than a working minute, wherever links hold it then."""
    clock = plan.rows.clock_of(task)
    before = {name: getattr(task, name) for name in ("start_minute", "constraint_type", "constraint_minute")}
    fields = _place_manually(task, clock, start) if task.mode == Mode.MANUAL else _hold_from(task, start)
    plan.rows.save(task, fields)
    after = {name: getattr(task, name) for name in before} | {"start_minute": start}
    plan.record("task.moved", target=task, before=before, after=after)
    plan.touch(task)


def _is_held_from(task: Task, start: int) -> bool:
    """Whether nothing is to be written for a task that is to begin at this moment."""
    holds = (Constraint.SNET, start)
    return task.mode == Mode.MANUAL or (task.constraint_type, task.constraint_minute) == holds


def _hold_from(task: Task, start: int) -> list[str]:
    task.constraint_type, task.constraint_minute = Constraint.SNET, start
    return ["constraint_type", "constraint_minute"]


def _place_manually(task: Task, clock: WorkingTime, start: int) -> list[str]:
    task.start_minute = start
    task.finish_minute = (
        start + task.duration_minutes
        if task.is_elapsed
        else added(clock, start, task.duration_minutes, field="start")
    )
    return ["start_minute", "finish_minute"]


def _refuse_if_held(task: Task, start: int, result: Rescheduled) -> bool:
    begins, driver = result.start_of(task.pk)
    # A person's calendar may begin later on the same day; another day means that something else decides.
    if task.mode == Mode.MANUAL or begins // MINUTES_PER_DAY <= start // MINUTES_PER_DAY:
        return False
    holder = result.title_of(driver.task_id) if driver.task_id else None
    day = day_of(begins // MINUTES_PER_DAY)
    if holder is not None:
        raise RuleBrokenError(
            _(
                "「%(task)s」は%(day)sより前に始められません。先行タスク「%(holder)s」を待っています。依存関係を変えるか、先行タスクを早めてください。"
            )
            % {"task": task.name, "day": day_words(day), "holder": holder},
            field="start",
        )
    raise RuleBrokenError(
        _("「%(task)s」は%(day)sより前に始められません。担当者の休みや制約を確認してください。")
        % {"task": task.name, "day": day_words(day)},
        field="start",
    )


def day_words(day: date) -> str:
    """2026/04/06."""
    return f"{day:%Y/%m/%d}"


def set_finish(plan: PlanUnit, task: Task, minute: int, *, start: int | None = None) -> None:
    """Let a task last until this moment: its duration becomes the working time from its start. Raises RuleBrokenError.

    `start` is where it will begin, if an action of the same unit of work has said so; where the new dates begin it
    elsewhere, the duration is counted once more from there.
    """
    refuse_summary(task)
    if task.is_milestone:
        raise RuleBrokenError(_("マイルストーンに期間はありません。日付を動かしてください。"), field="finish")
    begins = start if start is not None else task.start_minute
    taken = begins if begins is not None else task.project.start_minute
    entry = _last_until(plan, task, minute, taken)
    if task.mode != Mode.MANUAL and task.actual_start_minute is None:
        plan.check(task, partial(_last_from_where_it_begins, plan, task, minute, taken, entry))


def _last_from_where_it_begins(
    plan: PlanUnit, task: Task, minute: int, taken: int, entry: AuditEntry | None, result: Rescheduled
) -> bool:
    """Whether the task begins elsewhere than was taken for granted, so that it has another duration now."""
    begins, _driver = result.start_of(task.pk)
    before = task.duration_minutes
    if begins == taken:
        return False
    plan.rows.refresh(task)
    again = _last_until(plan, task, minute, begins)
    if entry is not None and again is not None:
        # It is the last one: looking for it among thousands would take as many comparisons.
        plan.record.entries.pop()
        entry.after = again.after
    return task.duration_minutes != before


def _last_until(plan: PlanUnit, task: Task, minute: int, start: int) -> AuditEntry | None:
    """The line of the record; none where the task lasts so long already."""
    clock = plan.rows.clock_of(task)
    duration = minute - start if task.is_elapsed else between(clock, start, minute, field="finish")
    if duration <= 0:
        raise RuleBrokenError(_("終了日は開始日より後の日にしてください。"), field="finish")
    if duration > LONGEST_TASK_MINUTES:
        raise RuleBrokenError(_("期間は0日以上、10年以内で入力してください。"), field="finish")
    # A bar that is let go at the end of a day ends with that day's work, not at midnight.
    finish = (
        minute
        if task.is_elapsed or task.mode != Mode.MANUAL
        else added(clock, start, duration, field="finish")
    )
    if duration == task.duration_minutes and (task.mode != Mode.MANUAL or finish == task.finish_minute):
        return None
    before = {"duration_minutes": task.duration_minutes, "finish_minute": task.finish_minute}
    team = team_of(task, plan.rows.assignments(task))
    task.duration_minutes = duration
    fields = ["duration_minutes"]
    if task.mode == Mode.MANUAL:
        task.finish_minute = finish
        fields.append("finish_minute")
    if task.actual_start_minute is not None:
        task.actual_duration_minutes = duration * task.progress_percentage // 100
        task.remaining_minutes = duration - task.actual_duration_minutes
        fields += ["actual_duration_minutes", "remaining_minutes"]
    followed = rebalance(plan, task, team)
    plan.rows.save(task, [*fields, *followed.columns])
    after = {"duration_minutes": duration} | followed.after
    entry = plan.record("task.resized", target=task, before=followed.before | before, after=after)
    plan.touch(task)
    return entry
