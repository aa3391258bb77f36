"""Taking steps back and doing them again: one change, one revision, the dates computed once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.errors import NotAllowedError, Refusal
from projects.models.money import money_names
from projects.permissions import Right, require, rights_in
from resources.models import Resource
from tasks.models import Assignment, PlanStep, PlanStepRow, Task, TaskProgress
from tasks.plan.actions.fields import MOVES_NO_DATES
from tasks.plan.actions.membership import bring_in
from tasks.plan.actions.progress import FIELDS as PROGRESS
from tasks.plan.actions.progress import report_of
from tasks.plan.actions.settings import put_settings_back
from tasks.plan.actions.tree import renumber
from tasks.plan.order import put_back
from tasks.plan.outline import settled
from tasks.plan.places import read_places
from tasks.plan.steps import close_step, open_step, order_of
from tasks.plan.unit import changing_plan
from tasks.undo.deciding import Clash, Reversal, decide
from tasks.undo.rows import LINKS, PEOPLE, TASKS, changes_of, delete_rows, insert_rows, update_rows
from tasks.undo.since import Toucher, touched_since

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from projects.models import Project, User
    from tasks.plan.outcome import PlanChange
    from tasks.plan.unit import PlanUnit
    from tasks.undo.rows import RowChange

#: Rows that come back stand behind all others until they are put into their place.
_BEHIND: Final = 100_000_000
UNDONE, REDONE = "plan.undone", "plan.redone"


class OnClash(StrEnum):
    """What to do where another person has changed since what a step has changed."""

    #: Refuse, and say what it is.
    ASK = "ask"
    #: Take the rest back.
    REST = "rest"


class NoStepError(Refusal):
    """There is nothing to take back, or to do again; or not any more."""

    status: ClassVar[int] = 409


class ClashError(Refusal):
    """Another person has changed since what a step has changed, and no one has said what to do then."""

    status: ClassVar[int] = 409

    def __init__(self, clashes: Collection[Clash], touchers: dict[int, Toucher]) -> None:
        super().__init__(_("ほかの人があとから変更した箇所があります。残すか、やめるかを選んでください。"))
        self.clashes, self.touchers = sorted(clashes), touchers


@dataclass(frozen=True)
class TakenBack:
    """What came of it."""

    change: PlanChange
    steps: Sequence[PlanStep]
    #: What stayed as others have left it.
    clashes: Sequence[Clash]
    #: Whether rows came, went or changed places.
    is_rearranged: bool


def undo(
    *, project: Project, actor: User, through: int | None = None, on_clash: OnClash = OnClash.ASK
) -> TakenBack:
    """Take back the actor's newest step, or all from it through one that is named.

    Raises NoStepError, ClashError, NotAllowedError where the actor may not do any more what the step has done, and what a
    change of the plan raises.
    """
    return _reverse(project, actor, through, on_clash, is_redo=False)


def redo(
    *, project: Project, actor: User, through: int | None = None, on_clash: OnClash = OnClash.ASK
) -> TakenBack:
    """Do again what the actor has taken back last, or all through one that is named; see `undo`."""
    return _reverse(project, actor, through, on_clash, is_redo=True)


def _reverse(
    project: Project, actor: User, through: int | None, on_clash: OnClash, *, is_redo: bool
) -> TakenBack:
    clashes: set[Clash] = set()
    done: list[Reversal] = []
    with changing_plan(project, actor=actor, needs=Right.COMMENT, keeps_step=False) as plan:
        steps = _chosen(project, actor, through, is_redo=is_redo)
        oldest = min(step.revision for step in steps)
        changes = changes_of([step.pk for step in steps])
        PlanStepRow.objects.filter(step__in=[step.pk for step in steps]).delete()
        for step in steps:
            own = changes.get(step.pk, [])
            _require(plan, actor, step, own)
            reversal = _take_back(plan, step, own, action=REDONE if is_redo else UNDONE)
            clashes |= reversal.clashes
            done.append(reversal)
        if clashes and on_clash is OnClash.ASK:
            task_ids = {clash.task_id for clash in clashes}
            touchers = touched_since(project.pk, task_ids, user_id=actor.pk, revision=oldest)
            raise ClashError(clashes, touchers)
    # With the length of a day every duration is shown otherwise.
    is_rearranged = any(reversal.order is not None or reversal.settings for reversal in done)
    return TakenBack(plan.change, steps, sorted(clashes), is_rearranged)


def _chosen(project: Project, actor: User, through: int | None, *, is_redo: bool) -> list[PlanStep]:
    """The steps from the next one through the one that is named; raises NoStepError where there is none, or not any more."""
    own = PlanStep.objects.of(actor, project)
    rows = own.to_redo() if is_redo else own.to_undo()
    if through is None:
        found = list(rows[:1])
        if not found:
            raise NoStepError(
                _("やり直せる操作はありません。") if is_redo else _("元に戻せる操作はありません。")
            )
        return found
    found = list(rows.filter(pk__lte=through) if is_redo else rows.filter(pk__gte=through))
    if through not in {step.pk for step in found}:
        raise NoStepError(
            _(
                "この操作は、もう一覧にありません。別の画面で元に戻したか、新しい操作をしました。一覧を開き直してください。"
            )
        )
    return found


def _require(plan: PlanUnit, actor: User, step: PlanStep, changes: Sequence[RowChange]) -> None:
    """Rights are asked anew: for what the step needed, for amounts, and for progress on tasks of one's own."""
    require(actor, Right(step.needs), plan.project)
    names = {name for each in changes if each.kind == TASKS for name in each.cells}
    if names & money_names():
        require(actor, Right.SEE_MONEY, plan.project)
    if Right.EDIT_PLAN in rights_in(actor, plan.project):
        return
    task_ids = {each.row_id for each in changes if each.kind == TASKS}
    own = Assignment.objects.filter(task__in=task_ids, resource__user=actor)
    if task_ids - set(own.values_list("task", flat=True)):
        raise NotAllowedError(Right.REPORT_PROGRESS)


def _take_back(plan: PlanUnit, step: PlanStep, changes: Sequence[RowChange], *, action: str) -> Reversal:
    """Write one step backwards; what that changes is what takes it back in turn."""
    stored = read_places(plan.project)
    lines = stored.lines
    reversal = decide(step, changes, lines)
    capture = open_step(step.pk)
    _write(plan, reversal)
    if reversal.order is not None:
        alive = ({line.task_id for line in lines} - reversal.removed) | reversal.revived
        order = settled(put_back(lines, reversal.order, alive))
        plan.moves_dates |= renumber(plan.project, order, stored=stored, record=plan.record)
    step.order = order_of(capture, plan.record)
    close_step(capture)
    leaves = Task.objects.filter(pk__in=reversal.lost, is_summary=False).values_list("pk", flat=True)
    update_rows(TASKS, {pk: reversal.lost[pk] for pk in (leaves if reversal.lost else ())})
    _keep(plan, step, is_undone=action == UNDONE)
    _record(plan, reversal, changes, action)
    return reversal


def _write(plan: PlanUnit, reversal: Reversal) -> None:
    """The rows, in an order that breaks no key."""
    if reversal.settings:
        put_settings_back(plan, reversal.settings)
    for kind in (LINKS, PEOPLE):
        delete_rows(kind, reversal.deletes[kind])
    Task.objects.filter(pk__in=reversal.removed).update(deleted_at=timezone.now(), row_number=None)
    back = sorted(reversal.revived)
    if back:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE tasks SET deleted_at = NULL, row_number = %s + new.place FROM unnest(%s::bigint[])"
                " WITH ORDINALITY AS new(id, place) WHERE tasks.id = new.id",
                [_BEHIND, back],
            )
    for kind, updates in reversal.updates.items():
        update_rows(kind, updates)
    people = {values["resource_id"] for values in reversal.inserts[PEOPLE]}
    if people:
        bring_in(plan.record, plan.project, list(Resource.objects.filter(pk__in=people)))
    for kind, rows in reversal.inserts.items():
        insert_rows(kind, rows)
    _keep_history(plan, reversal)


def _keep_history(plan: PlanUnit, reversal: Reversal) -> None:
    """How far tasks are now is part of their history, too."""
    reported = [pk for pk, values in reversal.updates[TASKS].items() if set(PROGRESS) & values.keys()]
    if reported:
        tasks = Task.objects.filter(pk__in=reported)
        today = timezone.localdate()
        TaskProgress.objects.bulk_create(report_of(task, plan.record.actor, today) for task in tasks)


def _keep(plan: PlanUnit, step: PlanStep, *, is_undone: bool) -> None:
    """The step can be turned again; one of which nothing was left to write is gone."""
    count = PlanStepRow.objects.filter(step=step.pk).count()
    if not count and step.order is None:
        step.delete()
        return
    step.is_undone, step.revision, step.row_count = is_undone, plan.project.revision + 1, count
    step.save(update_fields=["is_undone", "revision", "row_count", "order"])


def _record(plan: PlanUnit, reversal: Reversal, changes: Sequence[RowChange], action: str) -> None:
    touched = reversal.task_ids | reversal.removed | reversal.revived
    if not touched:
        return
    first = min(touched)
    before, after = _told(changes, reversal, len(touched))
    plan.record(action, target=Task(pk=first), before=before, after=after)
    plan.edited_ids |= touched - reversal.removed
    # Of places `renumber` knows which of them move dates.
    if reversal.is_of_rows or not reversal.columns <= MOVES_NO_DATES - {"work_minutes"}:
        plan.moves_dates = True
        plan.record.notes.setdefault("replaced", set()).update(touched)


def _told(
    changes: Sequence[RowChange], reversal: Reversal, count: int
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """For the history: the fields of a single task; of more, how many."""
    updates = reversal.updates[TASKS]
    if count > 1 or len(updates) != 1 or not reversal.is_of_fields:
        return None, {"count": count}
    ((task_id, values),) = updates.items()
    left = next(each.after or {} for each in changes if each.kind == TASKS and each.row_id == task_id)
    return {name: left.get(name) for name in values}, values
