"""Typing into a plan: one cell of the WBS, or the form of a task with everything on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.calendars.services import minute_of
from projects.errors import Refusal, RuleBrokenError
from projects.permissions import Right
from resources.models import Resource
from tasks.editing.links import links_typed
from tasks.editing.rebalanced import telling
from tasks.models import Constraint
from tasks.plan.actions.fields import set_fields
from tasks.plan.actions.links import set_links
from tasks.plan.actions.people import set_people
from tasks.plan.actions.place import set_finish, set_start
from tasks.plan.actions.progress import set_progress
from tasks.plan.clocks import clock_of, end_of, first_of
from tasks.plan.unit import changing_plan
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
    from tasks.plan.outcome import PlanChange
    from tasks.plan.unit import PlanUnit

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


def write_cell(
    *, task: Task, column: str, text: str, actor: User, was: str | None = None
) -> PlanChange:  # fmt: skip
    """Put what was typed into a cell.

    `was` is what the cell showed when editing began: another text there now raises CellChangedError.
    """
    needs = Right.REPORT_PROGRESS if column == "progress" else Right.EDIT_PLAN
    with (
        telling(task, {column: text}) as told,
        changing_plan(task.project, actor=actor, needs=needs) as plan,
    ):
        # The lock is held: the cell stays as it is between this look and the writing.
        task.refresh_from_db()
        current = text_of(task, column)
        if was is not None and was.strip() != current:
            raise CellChangedError(column=column, current=current, typed=text)
        if text.strip() != current:
            try:
                _WRITERS[column](plan, task, text)
            except UnreadableError as error:
                raise RuleBrokenError(
                    _("「%(text)s」は読めません。%(hint)s") % {"text": error.piece, "hint": HINTS[column]},
                    field=column,
                ) from error
    task.refresh_from_db()
    return told(plan.change)


def _write_name(plan: PlanUnit, task: Task, text: str) -> None:
    set_fields(plan, task, {"name": text})


def _write_progress(plan: PlanUnit, task: Task, text: str) -> None:
    set_progress(plan, task, read_percent(text))


def _write_start(plan: PlanUnit, task: Task, text: str) -> None:
    start_on(plan, task, read_day(text, task.start_date or task.project.start_date))


def _write_finish(plan: PlanUnit, task: Task, text: str) -> None:
    finish_on(plan, task, read_day(text, task.end_date or task.project.start_date))


def _write_duration(plan: PlanUnit, task: Task, text: str) -> None:
    last_for(plan, task, *read_duration(text, sizes_of(task.project)))


def _write_work(plan: PlanUnit, task: Task, text: str) -> None:
    if task.is_summary:
        raise RuleBrokenError(
            _("サマリータスクの工数は子タスクの合計です。子タスクの工数を変更してください。"), field="work"
        )
    set_fields(plan, task, {"work_minutes": read_work(text, sizes_of(task.project))})


def _write_assignees(plan: PlanUnit, task: Task, text: str) -> None:
    set_people(plan, task, units_of_names(task.project, read_people(text)))


def _write_predecessors(plan: PlanUnit, task: Task, text: str) -> None:
    set_links(plan, task, links_typed(task.project, text))


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


def start_on(plan: PlanUnit, task: Task, day: date) -> None:
    """Let a task begin on a day, at the first working minute of it."""
    set_start(plan, task, minute_of(day))


def finish_on(plan: PlanUnit, task: Task, day: date, *, start: int | None = None) -> None:
    """Let a task last through a day; a milestone has no length and moves there. `start` as in `set_finish`."""
    if task.is_milestone and not task.is_summary:
        start_on(plan, task, day)
    else:
        set_finish(plan, task, end_of(task, day), start=start)


def last_for(plan: PlanUnit, task: Task, minutes: int, is_elapsed: bool) -> None:
    """Give a task a duration; of one that has begun, what remains becomes longer or shorter."""
    begun = task.actual_start_minute is not None and task.start_minute is not None
    if begun and not task.is_summary and not task.is_milestone and minutes and is_elapsed == task.is_elapsed:
        start = task.start_minute or 0
        set_finish(plan, task, start + minutes if is_elapsed else clock_of(task).add(start, minutes))
    else:
        set_fields(plan, task, {"duration_minutes": minutes, "is_elapsed": is_elapsed})


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
    return end_of(task, day) if kind in OF_FINISH else first_of(task, day)


def revise_task(
    *, task: Task, changes: Mapping[str, Any], actor: User, typed: Mapping[str, str] | None = None,
    revision: int | None = None, duration: tuple[int, bool] | None = None, start: date | None = None,
    finish: date | None = None, units: Mapping[int, Decimal | None] | None = None, predecessors: str | None = None,
) -> PlanChange:  # fmt: skip
    """Change everything that a task's form holds, or nothing: one revision, and the dates computed once.

    A day that is None stays as it is. Where duration and finish are both given, the finish decides. People come before
    what was said of work and time, so that it is this which stays; see `people.rebalance` for what gives way. `typed`
    are the texts of the fields that were changed: what gives way is told of the others.
    """
    changes = dict(changes)
    work = changes.pop("work_minutes", None)
    if finish is not None:
        duration = None
    links = None if predecessors is None else links_typed(task.project, predecessors)
    with (
        telling(task, typed or {}) as told,
        changing_plan(task.project, actor=actor, revision=revision) as plan,
    ):
        if changes:
            set_fields(plan, task, changes)
        if units is not None:
            set_people(plan, task, units)
        _last(plan, task, duration, work, keeps_units=units is not None)
        if start is not None:
            start_on(plan, task, start)
        if finish is not None:
            finish_on(plan, task, finish, start=None if start is None else first_of(task, start))
        if links is not None:
            set_links(plan, task, links)
    task.refresh_from_db()
    return told(plan.change)


def _last(
    plan: PlanUnit, task: Task, duration: tuple[int, bool] | None, work: int | None, *, keeps_units: bool
) -> None:
    """How long a task takes and how much work it is, as far as either was said."""
    if duration is not None and work is not None:
        both = {"duration_minutes": duration[0], "is_elapsed": duration[1], "work_minutes": work}
        set_fields(plan, task, both, keeps_units=keeps_units)
    elif duration is not None:
        last_for(plan, task, *duration)
    elif work is not None:
        set_fields(plan, task, {"work_minutes": work})
