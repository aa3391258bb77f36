"""The proposals for cells with too much work, as pages show them; the plan itself says what else would move."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from projects.worktime.errors import WorktimeError
from projects.worktime.moments import MINUTES_PER_DAY
from resources.models import Resource
from tasks.allocation.rules import named
from tasks.allocation.suggestions.cases import Case, Cases, load_cases
from tasks.allocation.suggestions.effects import Proposal, best_first, handed_over, moved_earlier, moved_later
from tasks.models import Task
from tasks.plan.loading import load_plan
from tasks.scheduling.columns import CODES
from tasks.scheduling.errors import NetworkError
from tasks.scheduling.schedule import schedule

if TYPE_CHECKING:
    from datetime import date

    from projects.models import User
    from tasks.allocation.suggestions.effects import Candidate, Overallocation
    from tasks.plan.arrays import Array
    from tasks.plan.loading import LoadedPlan
    from tasks.scheduling.columns import TaskColumns

#: Proposals that are shown for one cell.
MOST_OFFERS: Final = 6
#: Plans that are computed for one cell, to see what a larger move would take along.
MOST_PLANS: Final = 4


class Suggestion(NamedTuple):
    """A proposal with the rows it speaks of."""

    proposal: Proposal
    task: Task
    to: Resource | None
    #: Other tasks that would move along.
    followers: int

    @property
    def to_name(self) -> str:
        """Who takes it over."""
        return named(self.to) if self.to is not None else ""

    @property
    def symbol(self) -> str:
        """The icon of what it does."""
        return "arrow-right-left" if self.to is not None else "skip-forward" if self.is_later else "history"

    @property
    def is_later(self) -> bool:
        """Whether the task would begin later than now."""
        return self.proposal.start > (self.task.start_minute or 0)

    @property
    def before(self) -> int | None:
        """Percent of the cell now."""
        return self._percent(self.proposal.effect.before)

    @property
    def after(self) -> int | None:
        """Percent of the cell then."""
        return self._percent(self.proposal.effect.after)

    def _percent(self, minutes: int) -> int | None:
        capacity = self.proposal.effect.capacity
        return round(100 * minutes / capacity) if capacity else None

    @property
    def value(self) -> str:
        """How an address names it: the new start, or who takes the task over."""
        return f"{self.proposal.to_id or self.proposal.start}"


def suggestions_of(
    spot: Overallocation, *, organization_id: int, user: User, today: date
) -> list[Suggestion]:
    """All that can be done about one cell, the best first: also what takes others along."""
    cases = load_cases([spot], organization_id=organization_id, user=user, today=today)
    return _offers(cases, [_of_case(case, cases, is_deep=True) for case in cases.cases])[0]


def best_suggestions(
    spots: Sequence[Overallocation], *, organization_id: int, user: User, today: date
) -> list[Suggestion | None]:
    """For each of several cells the best that moves no other task."""
    if not spots:
        return []
    cases = load_cases(spots, organization_id=organization_id, user=user, today=today)
    found = [_of_case(case, cases, is_deep=False)[:1] for case in cases.cases]
    return [offers[0] if offers else None for offers in _offers(cases, found)]


_Found = list[tuple[Proposal, int]]


def _of_case(case: Case, cases: Cases, *, is_deep: bool) -> _Found:
    """Proposals with the number of others that move along."""
    ground, spot = cases.ground, case.spot
    if not ground.over(spot):
        return []
    alone: list[Proposal] = []
    along: list[tuple[Candidate, Proposal]] = []
    for piece in case.pieces:
        later = moved_later(piece, spot, ground, slack=piece.free_slack)
        alone += [later] if later else []
        alone += handed_over(piece, spot, ground, cases.helpers(case, piece))
        if is_deep:
            is_enough = later is not None and later.effect.resolves
            further = None if is_enough else moved_later(piece, spot, ground, slack=piece.total_slack)
            if further and later and further.effect.excess >= later.effect.excess:
                further = None
            along += [(piece, each) for each in (further, moved_earlier(piece, spot, ground)) if each]
    followers = dict.fromkeys(alone, 0)
    plans: dict[int, LoadedPlan] = {}
    for piece, each in along[:MOST_PLANS]:
        task = cases.tasks[piece.task.id]
        if task.project_id not in plans:
            plans[task.project_id] = load_plan(task.project)
        count = followers_of(plans[task.project_id], task.pk, each)
        if count is not None:
            followers[each] = count
    return [(each, followers[each]) for each in _few_of_each(best_first(followers))][:MOST_OFFERS]


def _few_of_each(found: Iterable[Proposal]) -> Iterator[Proposal]:
    """At most two people for one task, so that other tasks are seen, too."""
    handed: dict[int, int] = {}
    for each in found:
        if each.to_id is not None:
            handed[each.task_id] = handed.get(each.task_id, 0) + 1
            if handed[each.task_id] > 2:
                continue
        yield each


def followers_of(loaded: LoadedPlan, task_id: int, proposal: Proposal) -> int | None:
    """How many others move along, by the engine; None where the task cannot lie there or the project ends later."""
    columns, stored = loaded.columns, loaded.stored
    row = loaded.row_of[task_id]
    try:
        then = schedule(replace(columns, tasks=_placed(columns.tasks, row, proposal)))
    except (NetworkError, WorktimeError):
        return None
    start, finish = int(then.start[row]), int(then.finish[row])
    if start // MINUTES_PER_DAY != proposal.start // MINUTES_PER_DAY or finish != proposal.finish:
        return None
    if then.project_finish > stored["finish_minute"].max():
        return None
    others = (then.start != stored["start_minute"]) | (then.finish != stored["finish_minute"])
    others &= ~np.isin(columns.tasks.id, columns.tasks.parent_id)
    others[row] = False
    return int(others.sum())


def _placed(tasks: TaskColumns, row: int, proposal: Proposal) -> TaskColumns:
    """The same tasks, one of which is put where a proposal says."""
    if tasks.mode[row] == CODES["mode"]["manual"]:
        return replace(
            tasks,
            start_minute=_with(tasks.start_minute, row, proposal.start),
            finish_minute=_with(tasks.finish_minute, row, proposal.finish),
        )
    return replace(
        tasks,
        constraint_type=_with(tasks.constraint_type, row, CODES["constraint_type"]["SNET"]),
        constraint_minute=_with(tasks.constraint_minute, row, proposal.start),
    )


def _with(values: Array, row: int, value: int) -> Array:
    changed = values.copy()
    changed[row] = value
    return changed


def _offers(cases: Cases, found: Sequence[_Found]) -> list[list[Suggestion]]:
    """With the rows that the proposals speak of; one query."""
    ids = {each.to_id for proposals in found for each, _ in proposals if each.to_id is not None}
    people = Resource.objects.in_bulk(ids) if ids else {}
    return [
        [
            Suggestion(each, cases.tasks[each.task_id], people[each.to_id] if each.to_id else None, count)
            for each, count in proposals
        ]
        for proposals in found
    ]
