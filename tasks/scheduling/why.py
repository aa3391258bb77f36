"""The chain of reasons behind a date."""

from collections.abc import Iterator
from typing import NamedTuple

from tasks.scheduling.plan import Driver, Plan


class Reason(NamedTuple):
    """A task of the chain and what decides its date."""

    task_id: int
    driver: Driver


def why(plan: Plan, task_id: int) -> list[Reason]:
    """From a task over the predecessors that drive it down to a date that nobody drives: the project start, a
    constraint, an actual or a manual date."""
    return list(_chain(plan, task_id))


def _chain(plan: Plan, task_id: int) -> Iterator[Reason]:
    seen: set[int] = set()
    at: int | None = task_id
    while at is not None and at not in seen:
        seen.add(at)
        driver = plan.tasks[at].driver
        yield Reason(at, driver)
        at = driver.task_id
