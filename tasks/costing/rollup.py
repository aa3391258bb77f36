"""Figures of tasks, the project and resources from those of assignments: sums, and shares of sums (never means)."""

from dataclasses import dataclass, field

from projects.worktime.calendar import WorkingTime
from tasks.costing.amounts import share
from tasks.costing.assignments import Costed, cost_assignment
from tasks.costing.given import Accrual, Piece, Plan, Resource, Task
from tasks.costing.hours import Hours
from tasks.costing.spread import NOTHING, Spread, last_lump, lump


@dataclass(slots=True)
class TaskFigures:
    """Sums of a task and of all that stands under it. Work in hundredths of a second, money in millionths."""

    task: Task
    calendar: WorkingTime
    is_summary: bool = False
    children: "list[TaskFigures]" = field(default_factory=list)
    own: list[Costed] = field(default_factory=list)
    fixed_actual: Spread = NOTHING
    fixed_remaining: Spread = NOTHING
    work: int = 0
    actual_work: int = 0
    cost: int = 0
    actual_cost: int = 0
    duration_below: int = 0  # of the leaves
    actual_duration_below: int = 0

    @property
    def percent_complete(self) -> int:
        """Of a leaf what was entered; of a summary the share of the durations below, 99 until all of it is done (rule 9)."""
        if not self.is_summary:
            return self.task.percent_complete
        if self.task.actual_finish is not None:
            return 100
        return percent_of(self.actual_duration_below, self.duration_below)

    @property
    def percent_work_complete(self) -> int:
        """Share of the work; without any the percent complete, where nothing but it can say that a task is done (rule 9)."""
        if self.work > 0:
            return percent_of(self.actual_work, self.work)
        percent = self.percent_complete
        return percent if self.task.is_milestone or self.only_material or percent == 100 else 0

    @property
    def only_material(self) -> bool:
        """Whether only material and costs are on it."""
        resources = [item.resource for item in self.own if item.resource is not None]
        return bool(resources) and not any(item.kind == "work" for item in resources)


def percent_of(part: int, whole: int) -> int:
    """A share in percent, half up; 99 until all is there."""
    if whole <= 0:
        return 0
    if part >= whole:
        return 100
    return min(share(100, part, whole), 99)


@dataclass(slots=True)
class ResourceFigures:
    """Sums of a resource over all that it is on."""

    resource: Resource
    own: list[Costed] = field(default_factory=list)

    @property
    def work(self) -> int:
        """Work of people and machines; of material its quantity."""
        return sum(self._work(item) for item in self.own)

    @property
    def actual_work(self) -> int:
        """What of it is done."""
        return sum(item.item.actual_work for item in self.own if self._work(item))

    @property
    def cost(self) -> int:
        """All that it costs."""
        return sum(item.cost for item in self.own)

    @property
    def actual_cost(self) -> int:
        """What of it is spent."""
        return sum(item.actual_cost for item in self.own)

    @property
    def percent_work_complete(self) -> int:
        """Share of the work."""
        return percent_of(self.actual_work, self.work)

    def _work(self, item: Costed) -> int:
        return 0 if self.resource.is_budget or self.resource.kind == "cost" else item.item.work


@dataclass(frozen=True, slots=True)
class Figures:
    """A plan with all its figures, by uid."""

    plan: Plan
    tasks: dict[int, TaskFigures]
    resources: dict[int, ResourceFigures]
    assignments: list[Costed]
    hours: Hours


def figures_of(plan: Plan) -> Figures:
    """Place, price and add up everything. One walk over assignments and one over tasks, from the last to the first."""
    hours = Hours(plan)
    resources = {item.uid: ResourceFigures(item) for item in plan.resources}
    tasks = {task.uid: TaskFigures(task, hours.of_task(task)) for task in plan.tasks}
    costed = []
    for item in plan.assignments:
        owner, row = resources.get(item.resource_uid or 0), tasks[item.task_uid]
        resource = owner.resource if owner is not None and item.resource_uid is not None else None
        found = cost_assignment(item, row.task, resource, hours.of_work(row.task, resource))
        costed.append(found)
        row.own.append(found)
        if owner is not None and resource is not None:
            owner.own.append(found)
    for row in tasks.values():
        if row.task.parent_uid is not None:
            tasks[row.task.parent_uid].children.append(row)
            tasks[row.task.parent_uid].is_summary = True
    for row in reversed(tasks.values()):
        _add_up(row)
    return Figures(plan, tasks, resources, costed, hours)


def _add_up(row: TaskFigures) -> None:
    task = row.task
    if row.is_summary:
        row.duration_below = sum(child.duration_below for child in row.children)
        row.actual_duration_below = sum(child.actual_duration_below for child in row.children)
    else:
        row.duration_below, row.actual_duration_below = task.duration, task.actual_duration
    actual, remaining = fixed_cost(row)
    row.fixed_actual, row.fixed_remaining = (
        Spread.of(actual, row.calendar),
        Spread.of(remaining, row.calendar),
    )
    row.work = sum(item.work for item in row.own) + sum(child.work for child in row.children)
    row.actual_work = sum(item.actual_work for item in row.own) + sum(
        child.actual_work for child in row.children
    )
    row.cost = (
        task.fixed_cost + sum(item.cost for item in row.own) + sum(child.cost for child in row.children)
    )
    row.actual_cost = (
        row.fixed_actual.total
        + sum(item.actual_cost for item in row.own)
        + sum(child.actual_cost for child in row.children)
    )


def fixed_cost(row: TaskFigures) -> tuple[list[Piece], list[Piece]]:
    """What of a fixed cost is spent and what is to come: at the start, at the end, or as the duration is (rule 6)."""
    task = row.task
    whole, start = task.fixed_cost, task.start or 0
    finish = max(task.finish or start, start + 1)
    accrual: Accrual = task.fixed_accrual
    if not whole:
        return [], []
    if accrual == "prorated":
        done = share(whole, row.actual_duration_below, row.duration_below)
        stop = min(max(task.stop or start, start + 1), finish)
        actual = [Piece(start, finish if done == whole else stop, done)]
        return actual, [Piece(stop if done else start, finish, whole - done)]
    if accrual == "start":
        piece, is_due = lump(start, whole), row.actual_duration_below > 0 or task.actual_start is not None
    else:
        piece, is_due = last_lump(finish, whole), 0 < row.duration_below <= row.actual_duration_below
    return ([piece], []) if is_due else ([], [piece])
