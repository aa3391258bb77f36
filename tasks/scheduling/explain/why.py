"""The chain of reasons behind a date."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from tasks.scheduling.network import Link, Network, Task
from tasks.scheduling.plan import Driver, Plan, nearest
from tasks.scheduling.reference.clocks import Clock, Clocks
from tasks.scheduling.reference.early import with_lag
from tasks.scheduling.reference.grid import ENDS, FROM_START, LAG_KINDS
from tasks.scheduling.reference.people import Person

WaitKind = Literal["calendar", "resource"]


class Wait(NamedTuple):
    """Work could not begin when the driver allowed it: ``from_minute`` is when it would have been allowed."""

    kind: WaitKind
    id: int | None  # of the calendar (None is the standard one) or of the resource
    from_minute: int


class Reason(NamedTuple):
    """A task of the chain, what decides its date, and whose working time it waited for."""

    task_id: int
    driver: Driver
    wait: Wait | None = None


def why(plan: Plan, task_id: int, network: Network | None = None) -> list[Reason]:
    """From a task over the predecessors that drive it down to a date that nothing drives: the project start, a
    constraint, an actual or a manual date. With the network it also says which calendar or person was waited for.
    """
    return list(_chain(plan, task_id, Waiting(network, plan) if network is not None else None))


def _waits_for_finish(driver: Driver, network: Network | None) -> bool:
    """Whether a link leaves the end of what is waited for; without the network it is taken for one that does."""
    if driver.link_index is None or network is None:
        return driver.task_id is not None
    return not ENDS[network.links[driver.link_index].link_type] & FROM_START


def _chain(plan: Plan, task_id: int, waiting: "Waiting | None") -> Iterator[Reason]:
    seen: set[int] = set()
    at: int | None = task_id
    came_by_finish = False
    while at is not None and at not in seen:
        seen.add(at)
        driver = plan.tasks[at].driver
        yield Reason(at, driver, waiting.of(at, driver) if waiting else None)
        if driver.kind == "children":
            # Who waits for the end of a summary waits for its last child, who waits for its start for the first.
            at = driver.via_id if came_by_finish else driver.task_id
        else:
            came_by_finish = _waits_for_finish(driver, waiting.network if waiting else None)
            at = driver.task_id


class Waiting:
    """Compares when a task was allowed to begin with when it does."""

    def __init__(self, network: Network, plan: Plan) -> None:
        self.network = network
        self.plan = plan
        self.tasks = {task.id: task for task in network.tasks}
        self.clocks = Clocks(network)

    def of(self, task_id: int, driver: Driver) -> Wait | None:
        """The calendar or person that a start waited for; None when it began as soon as it was allowed."""
        task = self.tasks[task_id]
        allowed = self._allowed(task, driver)
        start = self.plan.tasks[task_id].start
        if allowed is None or not task.duration_minutes or start <= allowed:
            return None
        if task.is_elapsed or self._opens(self.clocks.ruler(task), allowed) >= start:
            calendar_id = self.network.project.calendar_id if task.calendar_id is None else task.calendar_id
            return Wait("calendar", calendar_id, allowed)
        return Wait("resource", self._person(task, start, allowed), allowed)

    def _allowed(self, task: Task, driver: Driver) -> int | None:
        if driver.sets_finish:
            return None
        if driver.link_index is not None:
            return self._by_link(task, self.network.links[driver.link_index])
        if driver.kind == "project_start":
            return self.network.project.start_minute
        return task.constraint_minute if driver.kind == "constraint" else None

    def _by_link(self, task: Task, link: Link) -> int:
        before = self.plan.tasks[link.predecessor_id]
        lag = link.lag_minutes if link.lag_kind in ("working", "elapsed") else link.lag_percent
        moment = before.start if ENDS[link.link_type] & FROM_START else before.finish
        if not lag:
            return moment
        kind, length = LAG_KINDS[link.lag_kind], before.duration_minutes
        return nearest(with_lag(self.clocks.ruler(task), moment, kind, lag, length))

    def _person(self, task: Task, start: int, allowed: int) -> int | None:
        calendars = {resource.id: resource.calendar_id for resource in self.network.resources}
        ids = sorted(a.resource_id for a in self.network.assignments if a.task_id == task.id)
        return next((pk for pk in ids if self._begins(task, calendars[pk], allowed) == start), None)

    def _begins(self, task: Task, calendar_id: int | None, allowed: int) -> int:
        own = self.network.project.calendar_id if calendar_id is None else calendar_id
        return self._opens(self.clocks.clock(task, [Person(own)]), allowed)

    def _opens(self, clock: Clock, moment: int) -> int:
        return clock.fit(moment, 1)[0]
