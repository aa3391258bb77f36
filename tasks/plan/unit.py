"""One unit of work on a plan: a use case opens it, runs as many actions as the planner meant, and gets one outcome.

Actions (`tasks/plan/actions`) change rows and record what they did; they know nothing of locks and compute no dates.
The unit computes the dates once, at its end, and everything that follows is in its `PlanChange`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from projects.changes import changing
from projects.permissions import Right
from tasks.plan.consequences import new_conflicts, newly_missed
from tasks.plan.outcome import PlanChange
from tasks.plan.rescheduling import Move, Rescheduled, reschedule

if TYPE_CHECKING:
    from projects.changes import Recorder
    from projects.models import Project, User
    from projects.permissions import System
    from tasks.models import Task

#: Looks at the new dates, and says whether it has changed the plan once more because of them.
Check = Callable[[Rescheduled], bool]


class PlanUnit:
    """What the actions of one unit of work share."""

    def __init__(self, project: Project, record: Recorder) -> None:
        self.project, self.record = project, record
        self.revision_before = project.revision
        self.finish_before = project.planned_finish_minute
        self.edited_ids: set[int] = set()
        #: Set by an action after which a date may be another; names and notes move none.
        self.moves_dates = False
        self._checks: list[Check] = []
        self._results: list[Rescheduled] = []
        self._change: PlanChange | None = None

    def touch(self, task: Task, *, moves_dates: bool = True) -> None:
        """An action has changed this task."""
        self.edited_ids.add(task.pk)
        self.moves_dates |= moves_dates

    def check(self, after: Check) -> None:
        """Have the dates looked at when they are computed; what is raised then refuses the whole unit."""
        self._checks.append(after)

    @property
    def change(self) -> PlanChange:
        """The outcome, once the unit has ended."""
        if self._change is None:
            raise RuntimeError("the unit of work is still open")
        return self._change

    def compute(self) -> None:
        """Compute the dates now, if an action asks for it: for a use case that records what they have become.

        Once, and once more where a check has found that its task begins elsewhere than its action took for granted.
        """
        while self.moves_dates:
            self.moves_dates = False
            result = reschedule(self.project, record=self.record)
            self._results.append(result.since(self._results[0]) if self._results else result)
            checks, self._checks = self._checks, []
            self.moves_dates = True in [check(result) for check in checks]

    def settle(self) -> None:
        """Compute the dates and note everything that follows from them."""
        self.compute()
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
            finish_after=self.project.planned_finish_minute,
            conflicts=new_conflicts(last) if last else (),
            missed_deadlines=newly_missed(last, self.edited_ids) if last else (),
            step=tuple(self.record.entries),
            notes=self.record.notes,
        )


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
    project: Project, *, actor: User | System, needs: Right = Right.EDIT_PLAN, revision: int | None = None
) -> Iterator[PlanUnit]:
    """Open the unit of work of one plan; when the block has ended, `unit.change` is what came of it.

    Raises what `changing` raises, PlanRefusedError where no dates can be computed, and RuleBrokenError where a check
    or a follower refuses; nothing is left behind then.
    """
    with changing(project, actor=actor, needs=needs, revision=revision) as record:
        unit = PlanUnit(project, record)
        yield unit
        unit.settle()
