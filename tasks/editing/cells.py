"""Typing into a plan: one cell of the WBS, or the form of a task with everything on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.calendars.services import minute_of
from projects.changes import changing
from projects.errors import Refusal, RuleBrokenError
from projects.permissions import Right
from projects.worktime.errors import WorktimeError
from resources.models import Resource
from tasks.editing import fields, moving
from tasks.editing.links import set_predecessors
from tasks.models import Constraint
from tasks.progress.services import report_progress
from tasks.sheet.parsing import (
    TypedShare,
    UnitMinutes,
    UnreadableError,
    folded,
    read_day,
    read_duration,
    read_people,
    read_percent,
    read_work,
)
from tasks.sheet.text import text_of

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from projects.models import Project, User
    from tasks.models import Task
    from tasks.plan.rescheduling import Rescheduled

#: The cells that can be typed into, with the names of their columns.
COLUMNS: Final = {
    "name": gettext_lazy("タスク名"),
    "progress": gettext_lazy("進捗"),
    "start": gettext_lazy("開始"),
    "finish": gettext_lazy("終了"),
    "duration": gettext_lazy("期間"),
    "work": gettext_lazy("工数"),
    "assignees": gettext_lazy("担当"),
    "predecessors": gettext_lazy("先行"),
}
#: How each cell is filled in, said where a text cannot be read.
HINTS: Final = {
    "progress": gettext_lazy("進捗は 0 から 100 の整数で入力してください。"),
    "start": gettext_lazy("日付は 2026/11/24 のように入力してください。"),
    "finish": gettext_lazy("日付は 2026/11/24 のように入力してください。"),
    "duration": gettext_lazy("期間は 5d、5日、3h のように入力してください。"),
    "work": gettext_lazy("工数は 16h、2人日、0.5人月 のように入力してください。"),
    "assignees": gettext_lazy("担当は 氏名、氏名[50%] のように入力してください。"),
}
#: Constraints that hold a finish; their day means its end.
OF_FINISH: Final = frozenset({Constraint.FNET, Constraint.FNLT, Constraint.MFO})


class CellChangedError(Refusal):
    """Somebody else has filled the cell since it was shown; both texts are in the sentence."""

    status: ClassVar[int] = 409

    def __init__(self, *, column: str, current: str, typed: str) -> None:
        super().__init__(
            _(
                "ほかの人が「%(column)s」を「%(current)s」に変えました。あなたの入力は「%(typed)s」です。もう一度確定すると、あなたの入力で上書きします。"
            )
            % {"column": COLUMNS[column], "current": current or "—", "typed": typed or "—"},
            field=column,
        )
        self.current = current


def sizes_of(project: Project) -> UnitMinutes:
    """How long a day, a week and a month of this project are."""
    return UnitMinutes(
        project.minutes_per_day, project.minutes_per_week, project.minutes_per_day * project.days_per_month
    )


def write_cell(*, task: Task, column: str, text: str, actor: User, was: str | None = None) -> frozenset[int]:
    """Put what was typed into a cell; returns the tasks whose rows look different now.

    `was` is what the cell showed when editing began: another text there now is somebody else's change.
    """
    needs = Right.REPORT_PROGRESS if column == "progress" else Right.EDIT_PLAN
    with changing(task.project, actor=actor, needs=needs):
        # The lock is held: nobody fills the cell between this look and the writing.
        task.refresh_from_db()
        current = text_of(task, column)
        if was is not None and was.strip() != current:
            raise CellChangedError(column=column, current=current, typed=text)
        if text.strip() == current:
            return frozenset()
        try:
            result = _WRITERS[column](task, text, actor)
        except UnreadableError as error:
            raise RuleBrokenError(
                _("「%(text)s」は読めません。%(hint)s") % {"text": error.piece, "hint": HINTS[column]},
                field=column,
            ) from error
    return (result.changed_ids if result else frozenset()) | {task.pk}


def _write_name(task: Task, text: str, actor: User) -> Rescheduled | None:
    return fields.edit_task(task=task, changes={"name": text}, actor=actor)


def _write_progress(task: Task, text: str, actor: User) -> Rescheduled | None:
    return report_progress(task=task, percentage=read_percent(text), actor=actor)


def _write_start(task: Task, text: str, actor: User) -> Rescheduled | None:
    return start_on(task, read_day(text, task.start_date or task.project.start_date), actor)


def _write_finish(task: Task, text: str, actor: User) -> Rescheduled | None:
    return finish_on(task, read_day(text, task.end_date or task.project.start_date), actor)


def _write_duration(task: Task, text: str, actor: User) -> Rescheduled | None:
    return last_for(task, *read_duration(text, sizes_of(task.project)), actor)


def _write_work(task: Task, text: str, actor: User) -> Rescheduled | None:
    if task.is_summary:
        raise RuleBrokenError(
            _("サマリータスクの工数は子タスクの合計です。子タスクの工数を変更してください。"), field="work"
        )
    minutes = read_work(text, sizes_of(task.project))
    return fields.edit_task(task=task, changes={"work_minutes": minutes}, actor=actor)


def _write_assignees(task: Task, text: str, actor: User) -> Rescheduled | None:
    return fields.set_assignees(task=task, units=units_of_names(task.project, read_people(text)), actor=actor)


def _write_predecessors(task: Task, text: str, actor: User) -> Rescheduled | None:
    return set_predecessors(task=task, text=text, actor=actor)


_WRITERS: Final = {
    "name": _write_name,
    "progress": _write_progress,
    "start": _write_start,
    "finish": _write_finish,
    "duration": _write_duration,
    "work": _write_work,
    "assignees": _write_assignees,
    "predecessors": _write_predecessors,
}


def start_on(task: Task, day: date, actor: User) -> Rescheduled:
    """Let a task begin on a day, at the first working minute of it."""
    return moving.move_task(task=task, start_minute=minute_of(day), actor=actor)


def finish_on(task: Task, day: date, actor: User) -> Rescheduled:
    """Let a task last through a day; a milestone has no length and moves there."""
    if task.is_milestone and not task.is_summary:
        return start_on(task, day, actor)
    return moving.resize_task(task=task, finish_minute=end_of(task, day), actor=actor)


def end_of(task: Task, day: date) -> int:
    """The last working minute of a day; midnight where the task's time runs on the clock."""
    midnight = minute_of(day) + 1440
    return midnight if task.is_elapsed else _working(moving.clock_of(task).previous_working, midnight)


def _working(find: Callable[[int], int], minute: int) -> int:
    try:
        return find(minute)
    except WorktimeError as error:
        raise RuleBrokenError(_("この日付は計画の範囲の外です。別の日を選んでください。")) from error


def last_for(task: Task, minutes: int, is_elapsed: bool, actor: User) -> Rescheduled | None:
    """Give a task a duration; of one that has begun, what remains becomes longer or shorter."""
    begun = task.actual_start_minute is not None and task.start_minute is not None
    if begun and not task.is_summary and not task.is_milestone and minutes and is_elapsed == task.is_elapsed:
        start = task.start_minute or 0
        finish = start + minutes if is_elapsed else moving.clock_of(task).add(start, minutes)
        return moving.resize_task(task=task, finish_minute=finish, actor=actor)
    changes = {"duration_minutes": minutes, "is_elapsed": is_elapsed}
    return fields.edit_task(task=task, changes=changes, actor=actor)


def units_of_names(project: Project, shares: Sequence[TypedShare]) -> dict[int, Decimal | None]:
    """Resource ids for names; people of the project win over namesakes elsewhere in the organization."""
    if not shares:
        return {}
    members = set(project.members.values_list("user", flat=True))
    found: dict[str, list[Resource]] = {}
    rows = Resource.objects.filter(organization_id=project.organization_id, is_active=True).order_by("pk")
    usable = rows.filter(project__isnull=True) | rows.filter(project=project)
    for resource in usable.only("name", "user_id"):
        found.setdefault(folded(resource.name), []).append(resource)
    units: dict[int, Decimal | None] = {}
    for share in shares:
        same = found.get(folded(share.name), [])
        chosen = [resource for resource in same if resource.user_id in members] or same
        if len(chosen) != 1:
            raise RuleBrokenError(_unclear(share.name, len(chosen)), field="assignees")
        units[chosen[0].pk] = share.percent
    return units


def _unclear(name: str, count: int) -> str:
    if not count:
        return _("「%(name)s」という担当者はいません。候補から選んで入力してください。") % {"name": name}
    return _("「%(name)s」は%(count)d人います。プロジェクトのメンバーに加えると、どちらか決められます。") % {
        "name": name,
        "count": count,
    }


def moment_of(task: Task, kind: str, day: date | None) -> int | None:
    """The minute that a constraint's day means: the end of it where it holds a finish."""
    if day is None:
        return None
    if kind in OF_FINISH:
        return end_of(task, day)
    return _working(moving.clock_of(task).next_working, minute_of(day))


def revise_task(
    *, task: Task, changes: Mapping[str, Any], actor: User, revision: int | None = None,
    duration: tuple[int, bool] | None = None, start: date | None = None, finish: date | None = None,
    units: Mapping[int, Decimal | None] | None = None, predecessors: str | None = None,
) -> frozenset[int]:  # fmt: skip
    """Change everything that a task's form holds, or nothing; returns the tasks whose rows look different.

    A day that is None stays as it is. Where duration and finish are both given, the finish decides. People come before
    what was said of work and time, so that it is this which stays; see `assigning.weigh` for what gives way.
    """
    changes = dict(changes)
    work = changes.pop("work_minutes", None)
    if finish is not None:
        duration = None
    changed: set[int] = {task.pk}

    def note(result: Rescheduled | None) -> None:
        if result:
            changed.update(result.changed_ids)
        task.refresh_from_db()

    with changing(task.project, actor=actor, revision=revision):
        if changes:
            note(fields.edit_task(task=task, changes=changes, actor=actor))
        if units is not None:
            note(fields.set_assignees(task=task, units=units, actor=actor))
        note(_weigh(task, duration, work, actor, keeps_units=units is not None))
        if start is not None:
            note(start_on(task, start, actor))
        if finish is not None:
            note(finish_on(task, finish, actor))
        if predecessors is not None:
            note(set_predecessors(task=task, text=predecessors, actor=actor))
    return frozenset(changed)


def _weigh(
    task: Task, duration: tuple[int, bool] | None, work: int | None, actor: User, *, keeps_units: bool
) -> Rescheduled | None:
    """How long a task takes and how much work it is, as far as either was said."""
    if duration is not None and work is not None:
        both = {"duration_minutes": duration[0], "is_elapsed": duration[1], "work_minutes": work}
        return fields.edit_task(task=task, changes=both, actor=actor, keeps_units=keeps_units)
    if duration is not None:
        return last_for(task, *duration, actor)
    if work is not None:
        return fields.edit_task(task=task, changes={"work_minutes": work}, actor=actor)
    return None
