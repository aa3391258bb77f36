"""Where a task lies: moved to another start, or given another end, as a bar is with a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext as _

from projects.calendars.services import day_of, rules_of
from projects.changes import changing
from projects.errors import Refusal, RuleBrokenError
from projects.worktime.calendars import Calendars
from projects.worktime.errors import WorktimeError
from tasks.models import Constraint, Mode, Task
from tasks.plan.actions.people import LONGEST_TASK_MINUTES, rebalance
from tasks.plan.actions.team import team_of
from tasks.plan.rescheduling import Rescheduled, reschedule

if TYPE_CHECKING:
    from datetime import date

    from projects.models import User
    from projects.permissions import System
    from projects.worktime.calendar import WorkingTime


def clock_of(task: Task) -> WorkingTime:
    """The working time that a task's duration is measured in: its own calendar's, else the project's."""
    calendar_id = task.calendar_id or task.project.calendar_id
    return Calendars(rules_of([calendar_id])).calendar(calendar_id)


def _refuse_summary(task: Task) -> None:
    if task.is_summary:
        raise RuleBrokenError(
            _("サマリータスクの日付は子タスクから決まります。子タスクを動かしてください。"), field="start"
        )


class BarMovedError(Refusal):
    """The bar no longer lies where it was taken hold of: somebody else moved it, or what it waits for."""

    status: ClassVar[int] = 409

    def __init__(self, task: Task) -> None:
        super().__init__(
            _(
                "「%(task)s」は、ほかの人の変更で%(start)sから%(finish)sまでになっています。図を更新しました。位置を確かめて、もう一度動かしてください。"
            )
            % {
                "task": task.name,
                "start": _day(task.start_date or task.project.start_date),
                "finish": _day(task.end_date or task.project.start_date),
            },
            field="start",
        )


def _look_again(task: Task, seen: tuple[int, int] | None) -> None:
    """Under the lock: nobody moves the bar between this look and the writing."""
    task.refresh_from_db()
    if seen is not None and task.start_minute is not None and seen != (task.start_minute, task.finish_minute):
        raise BarMovedError(task)


def move_task(
    *, task: Task, start_minute: int, actor: User | System, seen: tuple[int, int] | None = None
) -> Rescheduled:
    """Let a task start no earlier than this moment; a manual task starts exactly then.

    As in Microsoft Project, dragging an automatic task sets "start no earlier than". Where a predecessor
    holds it later, the move is refused with what holds it, and nothing is changed.

    `seen` is where the bar lay when somebody took hold of it (start and finish, in minutes); raises BarMovedError if it lies elsewhere now.
    """
    _refuse_summary(task)
    with changing(task.project, actor=actor) as record:
        _look_again(task, seen)
        if task.actual_start_minute is not None:
            raise RuleBrokenError(
                _(
                    "「%(task)s」はすでに着手しているため、開始日を動かせません。実績を直すか、残りの期間を変更してください。"
                )
                % {"task": task.name},
                field="start",
            )
        clock = clock_of(task)
        start = _next_working(clock, start_minute)
        before = {
            name: getattr(task, name) for name in ("start_minute", "constraint_type", "constraint_minute")
        }
        fields = _place_manually(task, clock, start) if task.mode == Mode.MANUAL else _hold_from(task, start)
        task.save(update_fields=fields)
        after = {name: getattr(task, name) for name in before} | {"start_minute": start}
        record("task.moved", target=task, before=before, after=after)
        result = reschedule(task.project, record=record)
        _refuse_if_held(task, start, result)
    task.refresh_from_db()
    return result


def _next_working(clock: WorkingTime, minute: int) -> int:
    try:
        return clock.next_working(minute)
    except WorktimeError as error:
        raise RuleBrokenError(
            _("この日付は計画の範囲の外です。別の日を選んでください。"), field="start"
        ) from error


def _hold_from(task: Task, start: int) -> list[str]:
    task.constraint_type, task.constraint_minute = Constraint.SNET, start
    return ["constraint_type", "constraint_minute"]


def _place_manually(task: Task, clock: WorkingTime, start: int) -> list[str]:
    task.start_minute = start
    task.finish_minute = (
        start + task.duration_minutes if task.is_elapsed else clock.add(start, task.duration_minutes)
    )
    return ["start_minute", "finish_minute"]


def _refuse_if_held(task: Task, start: int, result: Rescheduled) -> None:
    begins, driver = result.start_of(task.pk)
    # A person's calendar may begin later on the same day; another day means that something else decides.
    if task.mode == Mode.MANUAL or begins // 1440 <= start // 1440:
        return
    holder = Task.objects.filter(pk=driver.task_id).first() if driver.task_id else None
    day = day_of(begins // 1440)
    if holder is not None:
        raise RuleBrokenError(
            _(
                "「%(task)s」は%(day)sより前に始められません。先行タスク「%(holder)s」を待っています。依存関係を変えるか、先行タスクを早めてください。"
            )
            % {"task": task.name, "day": _day(day), "holder": f"{holder.wbs_code} {holder.name}"},
            field="start",
        )
    raise RuleBrokenError(
        _("「%(task)s」は%(day)sより前に始められません。担当者の休みや制約を確認してください。")
        % {"task": task.name, "day": _day(day)},
        field="start",
    )


def _day(day: date) -> str:
    return f"{day:%Y/%m/%d}"


def resize_task(
    *, task: Task, finish_minute: int, actor: User | System, seen: tuple[int, int] | None = None
) -> Rescheduled:
    """Let a task last until this moment: its duration becomes the working time from its start. `seen` as in `move_task`."""
    _refuse_summary(task)
    if task.is_milestone:
        raise RuleBrokenError(_("マイルストーンに期間はありません。日付を動かしてください。"), field="finish")
    with changing(task.project, actor=actor) as record:
        _look_again(task, seen)
        start = task.start_minute or task.project.start_minute
        clock = clock_of(task)
        duration = finish_minute - start if task.is_elapsed else clock.between(start, finish_minute)
        if duration <= 0:
            raise RuleBrokenError(_("終了日は開始日より後の日にしてください。"), field="finish")
        if duration > LONGEST_TASK_MINUTES:
            raise RuleBrokenError(_("期間は0日以上、10年以内で入力してください。"), field="finish")
        before = {"duration_minutes": task.duration_minutes, "finish_minute": task.finish_minute}
        team = team_of(task)
        task.duration_minutes = duration
        fields = ["duration_minutes"]
        if task.mode == Mode.MANUAL:
            # A bar that is let go at the end of a day ends with that day's work, not at midnight.
            task.finish_minute = finish_minute if task.is_elapsed else clock.add(start, duration)
            fields.append("finish_minute")
        if task.actual_start_minute is not None:
            task.actual_duration_minutes = duration * task.progress_percentage // 100
            task.remaining_minutes = duration - task.actual_duration_minutes
            fields += ["actual_duration_minutes", "remaining_minutes"]
        followed = rebalance(task, team, record=record)
        task.save(update_fields=[*fields, *followed.columns])
        after = {"duration_minutes": duration} | followed.after
        record("task.resized", target=task, before=followed.before | before, after=after)
        result = reschedule(task.project, record=record)
    task.refresh_from_db()
    return result
