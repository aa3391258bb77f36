"""Levelled plans for dates that are counted out by hand. Monday is 2026-01-05; a day is 8 to 12 and 13 to 17."""

from collections.abc import Sequence
from typing import Any

from projects.worktime.rules import OFFICE_WEEK, CalendarException, CalendarRules
from tasks.scheduling.columns import columns_of
from tasks.scheduling.leveling.level import level
from tasks.scheduling.leveling.leveled import Leveled
from tasks.scheduling.leveling.verify import verify
from tasks.scheduling.network import Assignment, Link, Network, ProjectSettings, Resource, Task

DAY = 480
MONDAY = 20458 * 1440
ANN, BEN = 1, 2
WORKDAY = ((480, 720), (780, 1020))
WEDNESDAYS = CalendarRules(1, week=((), (), WORKDAY, (), (), (), ()))
AWAY_ON_TUESDAY = CalendarRules(-2, base_id=3, exceptions=(CalendarException(20459, 20459),))
OFFICE = CalendarRules(3, week=OFFICE_WEEK)
LATE = ((600, 720), (780, 1140))
TWO_HOURS_LATER = CalendarRules(4, week=(LATE, LATE, LATE, LATE, LATE, (), ()))


def at(day: int, hour: int = 8) -> int:
    """The minute of an hour, days after Monday."""
    return MONDAY + day * 1440 + hour * 60


def made(
    tasks: Sequence[Task], people: dict[int, Any], links: Sequence[Link] = (), **settings: Any
) -> tuple[Leveled, dict[int, tuple[int, int]]]:
    """The levelled plan, verified, and when each task lies. People by task: ids, or assignments as they are."""
    some = [
        one if isinstance(one, Assignment) else Assignment(task_id, one)
        for task_id, each in people.items()
        for one in each
    ]
    resources = settings.pop("resources", (Resource(ANN), Resource(BEN)))
    elsewhere, within_slack = settings.pop("elsewhere", {}), settings.pop("within_slack", False)
    network = Network(
        ProjectSettings(at(0), **settings), tuple(tasks), tuple(links),
        (OFFICE, WEDNESDAYS, AWAY_ON_TUESDAY, TWO_HOURS_LATER), resources, tuple(some),
    )  # fmt: skip
    found = level(columns_of(network), elsewhere, within_slack=within_slack)
    plan = verify(found)
    again = level(found.columns, elsewhere, within_slack=within_slack)
    assert (again.start, again.finish, again.delays) == (found.start, found.finish, found.delays)
    return found, dict(
        zip(plan.id.tolist(), zip(plan.start.tolist(), plan.finish.tolist(), strict=True), strict=True)
    )
