"""One unit of work on a plan: a use case opens it, runs as many actions as the planner meant, and gets one outcome.

Actions (`tasks/plan/actions`) change rows and record what they did; they know nothing of locks and compute no dates.
The unit computes the dates once, at its end, and everything that follows is in its `PlanChange`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from projects.changes import KEPT_OF_PLAN, Recorder, changing
from projects.errors import Refusal, RuleBrokenError
from projects.in_hand import in_hand
from projects.models import Project, User
from projects.permissions import Right, require
from tasks.plan.consequences import new_conflicts, newly_missed
from tasks.plan.held import HeldRows
from tasks.plan.outcome import PlanChange
from tasks.plan.refusals import DatesRefusedError
from tasks.plan.rescheduling import Move, Rescheduled, reschedule
from tasks.plan.rows import Rows
from tasks.plan.steps import keep_step, open_step

if TYPE_CHECKING:
    from projects.permissions import System
    from tasks.models import Task

#: Looks at the new dates, and says whether it has changed the plan once more because of them.
Check = Callable[[Rescheduled], bool]


class PlanUnit:
    """What the actions of one unit of work share."""

    def __init__(self, project: Project, record: Recorder, *, is_trial: bool = False) -> None:
        self.project, self.record, self.is_trial = project, record, is_trial
        self.revision_before = project.revision
        self.finish_before = project.planned_finish_minute
        self.edited_ids: set[int] = set()
        #: Set by an action after which a date may be another; names and notes move none.
        self.moves_dates = False
        self.rows = Rows(project, record)
        self._checks: list[tuple[int, Check]] = []
        self._results: list[Rescheduled] = []
        self._change: PlanChange | None = None

    def touch(self, task: Task, *, moves_dates: bool = True) -> None:
        """An action has changed this task."""
        self.edited_ids.add(task.id)
        self.moves_dates |= moves_dates

    def check(self, task: Task, after: Check) -> None:
        """Have the dates of a task looked at when they are computed; what is raised then refuses the whole unit."""
        self._checks.append((task.id, after))

    def hold(self, task_ids: Collection[int], new: Sequence[Task] = ()) -> Mapping[int, Task]:
        """Read tasks to be changed in memory and written together; those that are rows of this plan. Once a unit.

        `new` are tasks that come with this unit, with their ids and places, and are not stored yet.
        """
        self.rows = held = HeldRows(self.project, self.record, task_ids, new)
        return held.tasks

    @contextmanager
    def attempt(self, task: Task) -> Iterator[None]:
        """Actions on a held task that leave nothing behind where they are refused."""
        held = self.rows
        if not isinstance(held, HeldRows):
            raise TypeError("only what is held can be taken back")
        point, entries, checks = held.restore_point(task), len(self.record.entries), len(self._checks)
        was_edited, moves_dates = task.id in self.edited_ids, self.moves_dates
        try:
            yield
        except Exception:
            held.restore(task, point)
            del self.record.entries[entries:], self._checks[checks:]
            self.moves_dates = moves_dates
            if not was_edited:
                self.edited_ids.discard(task.id)
            raise

    @property
    def change(self) -> PlanChange:
        """The outcome, once the unit has ended."""
        if self._change is None:
            raise RuntimeError("the unit of work is still open")
        return self._change

    @property
    def result(self) -> Rescheduled | None:
        """The dates as they were computed last; None where none of them could change."""
        return self._results[-1] if self._results else None

    def compute(self) -> None:
        """Compute the dates now, if an action asks for it: for a use case that records what they have become.

        Once, and once more where a check has found that its task begins elsewhere than its action took for granted.
        """
        while self.moves_dates:
            self.moves_dates = False
            self.rows.flush()
            result = reschedule(self.project, record=self.record, is_trial=self.is_trial)
            self._results.append(result.since(self._results[0]) if self._results else result)
            self.moves_dates = self._look(result)

    def _look(self, result: Rescheduled) -> bool:
        """Run the checks; whether one of them has changed the plan once more. All are asked, so that all refusals are known."""
        checks, self._checks = self._checks, []
        again, refusals = False, list[tuple[int, RuleBrokenError]]()
        for task_id, check in checks:
            try:
                again |= check(result)
            except RuleBrokenError as error:
                refusals.append((task_id, error))
        if refusals:
            raise DatesRefusedError(refusals)
        return again

    def settle(self) -> None:
        """Compute the dates and note everything that follows from them."""
        self.compute()
        self.rows.flush()
        moves, changed = _joined(self._results)
        if len(self._results) > 1:
            self.record.list_moves(moves)
        last = self._results[-1] if self._results else None
        self._change = PlanChange(
            project=self.project,
            revision_before=self.revision_before,
            edited_ids=frozenset(self.edited_ids),
            changed_ids=frozenset(changed | self.edited_ids),
            moves=moves,
            finish_before=self.finish_before,
            finish_after=self._finish_after(last),
            conflicts=new_conflicts(last) if last else (),
            missed_deadlines=newly_missed(last, self.edited_ids) if last else (),
            step=tuple(self.record.entries),
            notes=self.record.notes,
        )

    def _finish_after(self, last: Rescheduled | None) -> int | None:
        """When the plan ends; of a trial it is not stored on the project."""
        if not self.is_trial or last is None:
            return self.project.planned_finish_minute
        return last.scheduled.project_finish if len(last.scheduled) else None


def _joined(results: list[Rescheduled]) -> tuple[tuple[Move, ...], set[int]]:
    """The moves of one or two runs as one, and the rows that differ."""
    if len(results) == 1:
        return results[0].moves, set(results[0].changed_ids)
    found: dict[int, Move] = {}
    changed: set[int] = set()
    for result in results:
        changed |= result.changed_ids
        for move in result.moves:
            earlier = found.get(move.task_id)
            found[move.task_id] = earlier._replace(start=move.start, finish=move.finish) if earlier else move
    return tuple(move for move in found.values() if move[1:3] != move[3:5]), changed


@contextmanager
def changing_plan(
    project: Project, *, actor: User | System, needs: Right = Right.EDIT_PLAN, revision: int | None = None,
    keeps_step: bool = True,
) -> Iterator[PlanUnit]:  # fmt: skip
    """Open the unit of work of one plan; when the block has ended, `unit.change` is what came of it.

    What a person has written stays as a step that they can take back (`tasks/plan/steps.py`), unless `keeps_step` is false.
    Raises what `changing` raises, PlanRefusedError where no dates can be computed, and RuleBrokenError where a check
    or a follower refuses; nothing is left behind then.
    """
    with in_hand(project), changing(project, actor=actor, needs=needs, revision=revision) as record:
        unit = PlanUnit(project, record)
        step = open_step() if keeps_step and isinstance(actor, User) else None
        yield unit
        unit.settle()
        if step:
            keep_step(step, project=project, record=record, needs=needs)


class PlanBusyError(Refusal):
    """The plan is being changed at this moment, so that no trial can be made of it."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            _("この計画はいま、ほかの変更を保存しています。少し待ってから、もう一度お試しください。")
        )


@contextmanager
def trying_plan(project: Project, *, actor: User, needs: Right = Right.EDIT_PLAN) -> Iterator[PlanUnit]:
    """Open a unit of work of which nothing stays: when the block has ended, `unit.change` is what would come of it.

    It waits for no one and asks for no followers; dates are computed and not stored. Raises PlanBusyError where the plan
    is being changed, and otherwise what `changing_plan` raises.
    """
    with in_hand(project), transaction.atomic():
        try:
            rows = Project.objects.select_for_update(no_key=True, nowait=True).only("revision", *KEPT_OF_PLAN)
            locked = rows.get(pk=project.pk)
        except OperationalError as error:
            raise PlanBusyError from error
        require(actor, needs, project)
        for name in ("revision", *KEPT_OF_PLAN):
            setattr(project, name, getattr(locked, name))
        _say_trial()
        unit = PlanUnit(project, Recorder(actor, project.organization_id, project), is_trial=True)
        yield unit
        unit.settle()
        # Back to the savepoint: what the actions have written was for the engine to read.
        transaction.set_rollback(True)


def _say_trial() -> None:
    """Let triggers leave out what would only be found later: letters of names. It goes back with all the rest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.plan_trial', 'on', true)")
