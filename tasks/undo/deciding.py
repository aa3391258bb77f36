"""What of a step can be taken back: what still is as the step has left it. What another person has changed since is kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from tasks.models import Task, TaskLink
from tasks.plan.order import Run, has_moved_since, rows_of
from tasks.undo.keyed import KEYED, taken_back
from tasks.undo.rows import DELETED, LINKS, PEOPLE, TASKS, RowChange, Values, read_rows
from tasks.undo.settings import settings_before
from tasks.undo.since import touched_since
from tasks.undo.ties import ENDS, ends_in, ends_of, taken

if TYPE_CHECKING:
    from tasks.models import PlanStep
    from tasks.plan.order import Order
    from tasks.plan.outline import OutlineRow

#: What is added up and not set: two people who report their hours at once add both.
ADDED: Final = frozenset({"actual_work_minutes"})
#: Columns of a task that hang together: taken back together, or kept together. With how long a task takes and how far it is
#: go its people, whose shares follow from it.
TOGETHER: Final = (
    frozenset({"constraint_type", "constraint_minute"}),
    frozenset({
        "duration_minutes", "is_elapsed", "work_minutes", "task_type", "is_effort_driven", "is_milestone", "status",
        "progress_percentage", "actual_start_minute", "actual_finish_minute", "actual_duration_minutes", "remaining_minutes",
        "stop_minute", "resume_minute", "splits", "is_pinned", "mode", "start_minute", "finish_minute",
    }),
)  # fmt: skip
EFFORT: Final = TOGETHER[1]
#: What says whose dates are set by hand.
BY_HAND: Final = frozenset({"mode", "is_pinned"})
#: What a clash is about where it is no column.
ROW, PLACE_OF, LINK, PERSON = "row", "place", "predecessors", "assignees"
#: A clash over the settings of the project is about no task.
NO_TASK, SETTINGS = 0, "settings"


@dataclass(frozen=True, order=True)
class Clash:
    """What stays as another person has left it."""

    task_id: int
    #: A column, or one of the words above.
    what: str


@dataclass
class Reversal:
    """What is written to take one step back."""

    updates: dict[str, dict[int, Values]] = field(default_factory=lambda: {TASKS: {}, LINKS: {}, PEOPLE: {}})
    inserts: dict[str, list[Values]] = field(default_factory=lambda: {LINKS: [], PEOPLE: []})
    deletes: dict[str, set[int]] = field(default_factory=lambda: {LINKS: set(), PEOPLE: set()})
    removed: set[int] = field(default_factory=set)
    revived: set[int] = field(default_factory=set)
    #: Written last, where the task is no summary (again).
    lost: dict[int, Values] = field(default_factory=dict)
    order: Order | None = None
    #: Columns of the project that are set.
    settings: Values = field(default_factory=dict)
    clashes: set[Clash] = field(default_factory=set)
    #: Tasks that look different afterwards.
    task_ids: set[int] = field(default_factory=set)

    @property
    def columns(self) -> set[str]:
        """Columns of tasks that are set."""
        return {name for values in self.updates[TASKS].values() for name in values}

    @property
    def is_of_rows(self) -> bool:
        """Whether tasks come or go, or what ties them or puts people on them is written."""
        ties = [*self.updates[LINKS], *self.updates[PEOPLE], *self.inserts[LINKS], *self.inserts[PEOPLE]]
        return bool(ties or any(self.deletes.values()) or self.removed or self.revived)

    @property
    def is_of_fields(self) -> bool:
        """Whether nothing but columns of tasks is written."""
        return not (self.is_of_rows or self.order)


def decide(step: PlanStep, changes: Collection[RowChange], lines: Sequence[OutlineRow]) -> Reversal:
    """What to write, and what stays; `lines` are the rows of the plan as they are. A fixed number of queries."""
    decider = _Decider(step, changes, lines)
    decider.found.settings, is_held = settings_before(changes)
    decider.found.clashes |= {Clash(NO_TASK, SETTINGS)} if is_held else set()
    decider.rows()
    decider.cells()
    decider.people()
    decider.links()
    decider.order()
    return decider.found


class _Decider:
    """One step beside the plan as it is now."""

    def __init__(self, step: PlanStep, changes: Collection[RowChange], lines: Sequence[OutlineRow]) -> None:
        self.step, self.lines, self.found = step, lines, Reversal()
        self.of_tasks = [each for each in changes if each.kind == TASKS]
        self.of_links = [each for each in changes if each.kind == LINKS]
        self.of_people = [each for each in changes if each.kind == PEOPLE]
        ids = {each.row_id for each in self.of_tasks}
        ids |= {
            pk
            for each in (*self.of_links, *self.of_people)
            for pk in ends_in(each.before or each.after or {})
        }
        names = {DELETED, "is_summary", *(name for each in self.of_tasks for name in each.cells)}
        self.tasks = read_rows(TASKS, ids, names)
        self.moved = set(has_moved_since(lines, step.order)) if step.order else set()

    def is_there(self, task_id: int) -> bool:
        """Whether the task will be part of the plan."""
        values = self.tasks.get(task_id)
        is_alive = values is not None and values[DELETED] is None
        return (is_alive and task_id not in self.found.removed) or task_id in self.found.revived

    def clash(self, task_id: int, what: str) -> None:
        """This stays."""
        self.found.clashes.add(Clash(task_id, what))

    # -- tasks that come and go --

    def rows(self) -> None:
        """Tasks that the step has made go, and those that it deleted come back."""
        for each in self.of_tasks:
            deleted_at = self.tasks.get(each.row_id, {}).get(DELETED)
            if each.went and each.after is not None:
                # Deleted once more since: by another change, which that person would have to take back.
                self.found.revived |= {each.row_id} if deleted_at == each.after[DELETED] else set()
        going = {each.row_id for each in self.of_tasks if each.came and self.is_there(each.row_id)}
        kept = self._touched(going) if going else set()
        self.found.removed = going - kept
        for task_id in kept:
            self.clash(task_id, ROW)

    def _touched(self, going: set[int]) -> set[int]:
        """Tasks of these that another person has worked on, linked, or put other tasks under."""
        own_links = {each.row_id for each in self.of_links}
        links = TaskLink.objects.filter(Q(predecessor__in=going) | Q(successor__in=going)).exclude(
            pk__in=own_links
        )
        others = {pk for pair in links.values_list("predecessor", "successor") for pk in pair}
        children = Task.objects.filter(parent__in=going, deleted_at=None).exclude(pk__in=going)
        others |= {pk for pk in children.values_list("parent", flat=True) if pk is not None}
        step = self.step
        others |= set(touched_since(step.project_id, going, user_id=step.user_id, revision=step.revision))
        return going & (others | self.moved)

    # -- columns --

    def cells(self) -> None:
        """Columns go back where they still are as the step has left them."""
        for each in self.of_tasks:
            now = self.tasks.get(each.row_id)
            if now is None or each.before is None or each.row_id in self.found.removed:
                continue
            if not self.is_there(each.row_id):
                self.found.clashes |= {Clash(each.row_id, ROW)} if each.cells else set()
                continue
            patch, held = _patch_of(each, now)
            for name in held:
                self.clash(each.row_id, name)
            if patch:
                self.found.updates[TASKS][each.row_id] = patch
                self.found.task_ids.add(each.row_id)
            # Steps of before migration 0023 have kept here what a summary had of its own.
            if each.lost and (now["is_summary"] or BY_HAND & patch.keys()):
                self.found.lost[each.row_id] = each.lost

    # -- people and links --

    def people(self) -> None:
        """Who was on a task goes back with how long it takes, or both stay."""
        found = self._ties(PEOPLE, self.of_people)
        held = {task_id for task_id, is_held, _change in found if is_held}
        held |= {clash.task_id for clash in self.found.clashes if clash.what in EFFORT}
        for task_id in held:
            patch = self.found.updates[TASKS].get(task_id, {})
            for name in EFFORT & patch.keys():
                del patch[name]
            if any(each == task_id for each, *_rest in found):
                self.clash(task_id, PERSON)
        for task_id, _is_held, change in found:
            if task_id not in held:
                self._take(PEOPLE, task_id, change)

    def links(self) -> None:
        """Each link for itself."""
        for task_id, is_held, change in self._ties(LINKS, self.of_links):
            if is_held:
                self.clash(task_id, LINK)
            else:
                self._take(LINKS, task_id, change)

    def _ties(self, kind: str, changes: Sequence[RowChange]) -> list[tuple[int, bool, RowChange]]:
        """The task that each is about, whether it was changed since, and the change."""
        names = {name for each in changes for name in (*(each.before or {}), *(each.after or {}))}
        now = read_rows(kind, {each.row_id for each in changes}, names | set(ENDS[kind]))
        there = taken(kind, [each.before for each in changes if each.after is None and each.before])
        found = []
        for each in changes:
            row = now.get(each.row_id)
            values = row or each.before or each.after or {}
            ends = [values[name] for name in ENDS[kind][:-1] if name in values]
            if each.after is None and each.before is not None:
                if any(pk in self.found.removed for pk in ends):
                    continue
                is_free = row is None and ends_of(kind, each.before) not in there
                is_held = not (is_free and all(self.is_there(pk) for pk in ends))
            elif row is None:
                continue  # gone by itself
            else:
                is_held = any(row[name] != value for name, value in (each.after or {}).items())
            found.append((ends[0], is_held, each))
        return found

    def _take(self, kind: str, task_id: int, change: RowChange) -> None:
        self.found.task_ids.add(task_id)
        if change.before is None:
            self.found.deletes[kind].add(change.row_id)
        elif change.after is None:
            self.found.inserts[kind].append(change.before)
        else:
            self.found.updates[kind][change.row_id] = change.before

    # -- places --

    def order(self) -> None:
        """Rows go back to where they stood; where another person has moved one of them, only those come that were deleted."""
        order, found = self.step.order, self.found
        if order is None:
            found.order = {"before": [], "after": []} if found.removed or found.revived else None
            return
        held = self.moved - found.removed
        for task_id in held:
            self.clash(task_id, PLACE_OF)
        after = {row[0] for row in rows_of(order["after"])}
        before = {row[0] for row in rows_of(order["before"])}
        moving = found.removed | found.revived | (set() if held else before & after)
        found.order = {
            "before": _of_rows(order["before"], moving), "after": _of_rows(order["after"], moving)
        }  # fmt: skip
        alive = {line.task_id for line in self.lines} - found.removed
        found.task_ids |= moving & (alive | found.revived)


def _patch_of(change: RowChange, now: Values) -> tuple[Values, set[str]]:
    """The columns of a task to set, and those that were changed since; what hangs together stays together."""
    before, after = change.before or {}, change.after or {}
    patch: Values = {}
    held: set[str] = set()
    for name in change.cells:
        if name in KEYED:
            patch[name], others = taken_back(before[name], after[name], now[name])
            held |= others
        elif name in ADDED:
            patch[name] = now[name] - (after[name] - before[name])
            if patch[name] < 0:
                held.add(name)
        elif now[name] != after[name]:
            held.add(name)
        else:
            patch[name] = before[name]
    stay = held | {name for group in TOGETHER if group & held for name in group}
    return {name: value for name, value in patch.items() if name not in stay}, held


def _of_rows(runs: Sequence[Run], chosen: Collection[int]) -> list[Run]:
    """Runs with these rows alone."""
    found = ([above, behind, [row for row in rows if row[0] in chosen]] for above, behind, rows in runs)
    return [run for run in found if run[2]]
