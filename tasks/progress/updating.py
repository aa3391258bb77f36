"""A plan is brought up to a day: work is done as it was planned, and what is not done lies behind that day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F, Q
from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from projects.worktime.moments import MINUTES_PER_DAY, day_number
from tasks.models import Task, TaskStatus
from tasks.plan.actions.behind import is_behind, is_held, percentage_at, put_behind
from tasks.plan.actions.progress import set_progress
from tasks.plan.actions.progress_rules import at_most
from tasks.plan.unit import changing_plan, trying_plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from projects.models import Project, User
    from tasks.plan.outcome import PlanChange
    from tasks.plan.unit import PlanUnit


@dataclass(frozen=True, slots=True)
class Update:
    """What is done up to the end of a day, and with which rows (stretches of their numbers; none: the whole plan)."""

    on: date
    reports: bool = True
    moves: bool = False
    rows: Sequence[tuple[int, int]] = ()

    @property
    def minute(self) -> int:
        """The end of the day."""
        return (day_number(self.on) + 1) * MINUTES_PER_DAY


class Counts(NamedTuple):
    """How many tasks were reported on and put behind the day, and how many stay before it since a date or a pin holds them."""

    reported: int
    moved: int
    held: int


class Updated(NamedTuple):
    """What came of an update, or would come of it."""

    change: PlanChange
    counts: Counts


def update_plan(*, project: Project, actor: User, update: Update, revision: int | None = None) -> Updated:
    """Bring a plan up to a day, as one change. Raises RuleBrokenError where there is nothing to do."""
    with changing_plan(project, actor=actor, revision=revision) as plan:
        counts = _update(plan, update)
    return Updated(plan.change, counts)


def preview_update(*, project: Project, actor: User, update: Update) -> Updated:
    """What `update_plan` would do; nothing is written. Raises what it raises, and PlanBusyError while the plan is being changed."""
    with trying_plan(project, actor=actor) as plan:
        counts = _update(plan, update)
    return Updated(plan.change, counts)


def _update(plan: PlanUnit, update: Update) -> Counts:
    found: Counter[str] = Counter()
    for task in plan.hold(_ids(plan.project, update)).values():
        # What is as far as it was planned lies behind the day.
        if update.reports and _report(plan, task, update):
            found["reported"] += 1
        elif update.moves and is_held(task):
            found["held"] += not is_behind(task, plan.rows.clock_of(task), update.minute)
        elif update.moves:
            found["moved"] += put_behind(plan, task, update.minute)
    counts = Counts(found["reported"], found["moved"], found["held"])
    if not counts.reported and not counts.moved:
        raise RuleBrokenError(
            _("この日までに更新するものはありません。基準日か行を変えて、もう一度確かめてください。")
        )
    return counts


def _ids(project: Project, update: Update) -> list[int]:
    """Tasks that are not done and begin before the day is over; with a summary those beneath it. At most two queries."""
    tasks = Task.objects.filter(project=project, deleted_at__isnull=True)
    if update.rows:
        named = Q()
        for stretch in update.rows:
            named |= Q(row_number__range=stretch)
        ends = tasks.filter(named).values_list("row_number", F("row_number") + F("descendant_count"))
        beneath = Q(pk__in=[])
        for stretch in _joined(sorted(ends)):
            beneath |= Q(row_number__range=stretch)
        tasks = tasks.filter(beneath)
    open_ones = tasks.filter(
        is_summary=False, is_active=True, progress_percentage__lt=100, start_minute__lt=update.minute
    )
    return list(open_ones.order_by("row_number").values_list("pk", flat=True))


def _joined(stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted stretches, those that touch as one."""
    found: list[tuple[int, int]] = []
    for first, last in stretches:
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _report(plan: PlanUnit, task: Task, update: Update) -> bool:
    """Whether a task was to be further than was reported. What was reported is never taken back; what is on hold waits."""
    percentage = at_most(plan.project, percentage_at(task, plan.rows.clock_of(task), update.minute))
    if percentage <= task.progress_percentage or task.status == TaskStatus.ON_HOLD:
        return False
    set_progress(plan, task, percentage, recorded_on=update.on)
    return True
