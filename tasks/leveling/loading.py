"""What levelling looks at: the columns of a plan and what its people do elsewhere, with the revision and a hash of all of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from projects.worktime.calendars import Calendars
from projects.worktime.moments import MINUTES_PER_DAY
from tasks.allocation.elsewhere import minutes_elsewhere
from tasks.plan.loading import load_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projects.models import Project
    from tasks.allocation.elsewhere import MinutesElsewhere
    from tasks.scheduling.columns import Columns
    from tasks.scheduling.leveling.people import Elsewhere

WHOLE = 10_000
"""One person, in the units of levelling."""


@dataclass(frozen=True)
class LevelingInput:
    """All that a levelled plan hangs on. Where revision and digest are the same, the result is."""

    project: Project
    revision: int
    columns: Columns
    #: By person and day the minutes of other plans.
    minutes: MinutesElsewhere
    digest: str

    @property
    def elsewhere(self) -> Elsewhere:
        """The minutes of other plans laid evenly over the working hours of their days; what falls on days off is left out.

        Only sums by day are known of other plans, not hours: so a task that needs a whole person finds no room on a day
        that is half taken.
        """
        calendars = Calendars(self.columns.calendars)
        own = {one.id: one.calendar_id for one in self.columns.resources}
        found: dict[int, list[tuple[int, int, int]]] = {}
        for resource_id, by_day in self.minutes.items():
            calendar_id = own[resource_id]
            calendar = calendars.calendar(
                self.columns.project.calendar_id if calendar_id is None else calendar_id
            )
            for day, minutes in by_day.items():
                shifts = _within(calendar.shifts_of(day - 1, day + 1), day)
                there = sum(end - begin for begin, end in shifts)
                if minutes and there:
                    units = -(-minutes * WHOLE // there)
                    found.setdefault(resource_id, []).extend((begin, end, units) for begin, end in shifts)
        return found


def load_input(project: Project) -> LevelingInput:
    """Read a plan for levelling, as it is now; the caller has set the scope. A fixed number of queries."""
    columns = load_plan(project).columns
    people = [one.id for one in columns.resources if one.kind == "work"]
    first_day = columns.project.start_minute // MINUTES_PER_DAY
    minutes = minutes_elsewhere(project, people, first_day=first_day) if people else {}
    return LevelingInput(project, project.revision, columns, minutes, digest_of(columns, minutes))


def digest_of(columns: Columns, minutes: Mapping[int, Mapping[int, int]]) -> str:
    """A hash of the plan, in the order of its rows, and of what its people do elsewhere; links and assignments may be read in any order."""
    found = hashlib.sha256()
    links, some = columns.links, columns.assignments
    for table, order in (
        (columns.tasks, np.arange(len(columns.tasks.id))),
        (links, np.lexsort((links.predecessor_id, links.successor_id))),
        (some, np.lexsort((some.resource_id, some.task_id))),
    ):
        for field in fields(table):
            value: Any = getattr(table, field.name)
            is_column = isinstance(value, np.ndarray)
            found.update(
                field.name.encode() + (value[order].tobytes() if is_column else repr(value).encode())
            )
    others = [sorted(by_day.items()) for _, by_day in sorted(minutes.items())]
    found.update(repr((columns.project, columns.calendars, columns.resources, others)).encode())
    return found.hexdigest()


def _within(shifts: list[tuple[int, int]], day: int) -> list[tuple[int, int]]:
    """The parts of shifts that lie on a day, also where they go past midnight."""
    first, last = day * MINUTES_PER_DAY, (day + 1) * MINUTES_PER_DAY
    cut = [(max(begin, first), min(end, last)) for begin, end in shifts]
    return [(begin, end) for begin, end in cut if begin < end]
