"""What every levelled plan keeps, as inequalities: what a bound may be concluded from.

Only what is certain of all levelled plans is in it. Where a rule of the engine is not monotone, or moves a row against its links, the rule is
left out and the row holds no other: that makes a bound weaker, never wrong. ``docs/leveling.md`` says what is left out and why.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from projects.worktime.calendar import WorkingTime
from tasks.scheduling.constraint_types import CAPPED, HOLDS_FINISH
from tasks.scheduling.reference.clocks import TeamTime
from tasks.scheduling.reference.constraints import hold_early, settled
from tasks.scheduling.reference.early import FOREVER, NEVER, share_of
from tasks.scheduling.reference.given import given_dates
from tasks.scheduling.reference.grid import (
    ELAPSED as ELAPSED_LAG,
)
from tasks.scheduling.reference.grid import (
    ELAPSED_PERCENT,
    FROM_START,
    LAG_SHIFT,
    PERCENT,
    TO_FINISH,
    Arrow,
    Grid,
)

Kind = Literal["free", "forward", "given", "unknown", "absent"]
"""``free``: it keeps its links. ``forward``: it lies no earlier than its links or its own date let it, whichever comes first, and may leave its links for that date.
``given``: its dates are known. ``unknown``: it may lie anywhere. ``absent``: it takes no part."""


class Wait(NamedTuple):
    """``after`` starts (or finishes) no earlier than ``before`` does, moved by ``minutes`` on the ruler of ``after`` or on the clock."""

    before: int
    after: int
    from_start: bool
    to_finish: bool
    on_clock: bool
    minutes: int


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Rows of a plan with what is certain of each.

    ``loose`` are rows whose finish may settle earlier than is asked of them, on another calendar (``settling``).
    ``into`` and ``out_of`` have the links by row, of summaries too; ``lost`` are rows into which a link leads that says nothing.
    ``floor``: no row starts before it, or ``NEVER``. ``blurred`` are rows whose moments may have parts of a minute.
    """

    grid: Grid
    kinds: list[Kind]
    loose: set[int]
    given: dict[int, tuple[int, int]]
    into: list[list[Wait]]
    out_of: list[list[Wait]]
    lost: frozenset[int]
    blurred: frozenset[int]
    floor: int

    def line(self, row: int) -> Iterator[int]:
        """A row and the summaries above it."""
        while row >= 0:
            yield row
            row = self.grid.parent[row]

    def dates(self, row: int) -> Iterator[tuple[bool, int]]:
        """Dates before which a row may not start (False) or finish (True), its own and those of summaries above."""
        for one in self.line(row):
            task = self.grid.tasks[one]
            if task.constraint_minute is not None and task.constraint_type in ("SNET", "FNET"):
                yield task.constraint_type == "FNET", task.constraint_minute

    def is_spanned(self, row: int) -> bool:
        """Whether the summary above a row finishes no earlier than the row does."""
        above = self.grid.parent[row]
        return above >= 0 and above not in self.given


def relaxed_of(grid: Grid, order: list[int], movable: frozenset[int]) -> Relaxed:
    """What is certain of all plans in which the rows of ``movable`` are delayed and nothing else is changed; ``order`` are the steps of the engine."""
    into: list[list[Wait]] = [[] for _ in grid.tasks]
    out_of: list[list[Wait]] = [[] for _ in grid.tasks]
    lost: set[int] = set()
    blurs: set[int] = set()
    for arrow in (one for some in grid.incoming for one in some):
        wait = _wait_of(grid, arrow)
        if wait is None:
            lost.add(arrow[1])
            blurs.add(arrow[1])
        else:
            into[wait.after].append(wait)
            out_of[wait.before].append(wait)
    given = given_in(grid)
    found = Relaxed(
        grid,
        [],
        set(),
        given,
        into,
        out_of,
        frozenset(lost),
        _blurred(grid, order, blurs),
        _floor(grid, given, movable),
    )
    found.kinds.extend(_kind(found, row, is_movable=row in movable) for row in range(len(grid.tasks)))
    found.loose.update(
        row
        for row, kind in enumerate(found.kinds)
        if kind in ("free", "forward") and _may_give_way(found, row)
    )
    return found


def _wait_of(grid: Grid, arrow: Arrow) -> Wait | None:
    """A link with its lag in minutes; None for a lag in percent of a summary, or one with parts of a minute."""
    before, after, code, lag, _ = arrow
    kind, minutes = code >> LAG_SHIFT, lag
    if kind in (PERCENT, ELAPSED_PERCENT):
        minutes = share_of(grid.tasks[before].duration_minutes, lag)
        if grid.children[before] or minutes != int(minutes):
            return None
    on_clock = kind in (ELAPSED_LAG, ELAPSED_PERCENT)
    return Wait(before, after, bool(code & FROM_START), bool(code & TO_FINISH), on_clock, int(minutes))


def given_in(grid: Grid) -> dict[int, tuple[int, int]]:
    """Rows whose dates no link changes; a summary among them only with both dates by hand."""
    found: dict[int, tuple[int, int]] = {}
    for row, task in enumerate(grid.tasks):
        if grid.children[row]:
            if task.mode == "manual" and task.start_minute is not None and task.finish_minute is not None:
                found[row] = task.start_minute, task.finish_minute
            continue
        dates = given_dates(task, grid.clocks[row], grid.project.status_minute)
        if dates is not None:
            found[row] = dates[:2]
    return found


def _blurred(grid: Grid, order: list[int], blurs: set[int]) -> frozenset[int]:
    """The rows that such links lead to, and all that follow them."""
    found = set(blurs)
    for step in order:
        row = step if step >= 0 else ~step
        if step < 0:
            is_so = any(child in found for child in grid.children[row])
        else:
            is_so = grid.parent[row] in found or any(arrow[0] in found for arrow in grid.incoming[row])
        if is_so:
            found.add(row)
    return frozenset(found)


def _floor(grid: Grid, given: dict[int, tuple[int, int]], movable: frozenset[int]) -> int:
    """The start of the plan, where no row lies before it by a date of its own: those that follow such a row may do so, too."""
    first = grid.project.start_minute
    for row, task in enumerate(grid.tasks):
        moment = task.constraint_minute
        if row in given and given[row][0] < first:
            return NEVER
        if task.leveling_delay_minutes < 0 and row not in movable:
            return NEVER
        if moment is None or row in given:
            continue
        if task.constraint_type in HOLDS_FINISH:
            clock, duration = grid.clocks[row], grid.durations[row]
            moment = min(
                clock.subtract(moment, duration), clock.subtract(settled(grid, row, moment), duration)
            )
        if moment < first:
            return NEVER
    return first


def _kind(relaxed: Relaxed, row: int, *, is_movable: bool) -> Kind:
    grid, task = relaxed.grid, relaxed.grid.tasks[row]
    if not grid.is_active[row]:
        return "absent"
    if row in relaxed.given:
        return "given"
    if grid.children[row]:
        return "free"
    if task.leveling_delay_minutes < 0 and not is_movable:
        return "unknown"
    is_capped = task.constraint_type in CAPPED and task.constraint_minute is not None
    return "forward" if is_capped or task.constraint_type == "ALAP" else "free"


def _may_give_way(relaxed: Relaxed, row: int) -> bool:
    """Whether a later finish that is asked for may lead to an earlier one: where it settles on another calendar than the row is worked on."""
    grid = relaxed.grid
    clock = grid.clocks[row]
    if isinstance(clock, WorkingTime) or not grid.durations[row] or grid.children[row]:
        return False
    asked = [is_finish for is_finish, _ in relaxed.dates(row)]
    asked += [bool(arrow[2] & TO_FINISH) for one in relaxed.line(row) for arrow in grid.incoming[one]]
    return any(asked)


def settling(grid: Grid, row: int) -> list[tuple[WorkingTime, ...]]:
    """The calendars on which a finish may settle, one after the other: that of the task, then that of one of the team."""
    clock, ruler = grid.clocks[row], grid.rulers[row]
    return [(ruler, one) for one, _ in clock.members] if isinstance(clock, TeamTime) else [(ruler,)]


def held_dates(grid: Grid, row: int) -> tuple[int, int] | None:
    """Where the own date of a row holds it, however late its links would have it; None without such a date."""
    if not grid.project.honors_constraints:
        return None
    return hold_early(grid, row, FOREVER, FOREVER)


def simple(grid: Grid, row: int) -> WorkingTime | None:
    """The one calendar that a row is worked on, where there is one."""
    clock = grid.clocks[row]
    return clock if isinstance(clock, WorkingTime) else None
