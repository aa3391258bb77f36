"""Whether a bound of a plan with people is one, looked at once more from the plan alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from projects.worktime.calendar import WorkingTime
from tasks.scheduling.columns import network_of
from tasks.scheduling.constraint_types import MUST
from tasks.scheduling.leveling.diagnose import is_unmoved
from tasks.scheduling.leveling.people import WHOLE, parts_of
from tasks.scheduling.leveling.plan_proof import Firsts, Lasts, Lines
from tasks.scheduling.leveling.relaxed import Relaxed, given_in, held_dates, relaxed_of
from tasks.scheduling.reference.early import FOREVER, NEVER
from tasks.scheduling.reference.grid import lay_out
from tasks.scheduling.reference.order import steps_in_order

if TYPE_CHECKING:
    from tasks.scheduling.columns import Columns
    from tasks.scheduling.leveling.people import Elsewhere, Part
    from tasks.scheduling.leveling.plan_bound import PlanBound, Stretch
    from tasks.scheduling.leveling.verify import Walk


def bound_faults(columns: Columns, elsewhere: Elsewhere, bound: PlanBound, walk: Walk) -> list[str]:
    """A sentence for each thing that a bound says and that does not follow; ``walk`` counts the minutes of some plan that keeps all rules."""
    network = network_of(columns)
    grid = lay_out(network)
    parts = parts_of(network, grid)
    honors = grid.project.honors_constraints
    given = given_in(grid)
    movable = frozenset(
        row
        for row in parts
        if not is_unmoved(grid.tasks[row], is_given=row in given, honors_constraints=honors)
    )
    relaxed = relaxed_of(grid, steps_in_order(grid), movable)
    rows = [grid.row_of[pk] for pk in bound.task_ids]
    lines = Lines(grid.project.start_minute, bound.finish)
    firsts = Firsts(relaxed, lines)
    if bound.stretch is None:
        ends = max((firsts.finishes[row] for row in rows), default=bound.finish)
        return [f"A plan may end before {bound.finish}."] if ends < bound.finish else []
    lasts = Lasts(relaxed, lines, bound.finish - 1)
    sure = movable - relaxed.blurred - relaxed.loose
    faults = [
        f"Task {grid.tasks[row].id} need not lie between {bound.stretch.begin} and {bound.stretch.end}."
        for row in rows
        if row not in sure or not _is_inside(bound.stretch, parts[row], row, firsts, lasts)
    ]
    return faults + _hours(relaxed, elsewhere, bound.task_ids, bound.stretch, walk)


def _is_inside(stretch: Stretch, parts: list[Part], row: int, firsts: Firsts, lasts: Lasts) -> bool:
    """Whether the person's part of a row lies in the stretch in every plan."""
    lines = firsts.lines
    own = [part for part in parts if part.person_id == stretch.person_id]
    if len(own) != 1 or not isinstance(own[0].time, WorkingTime):
        return False
    part, time = own[0], own[0].time
    first, last = lines.before(time, firsts.starts[row]), lines.before(time, lasts.starts[row])
    begin = lines.at(time, first + part.delay, NEVER)
    end = min(lines.at(time, last + part.minutes - 1, FOREVER) + 1, lasts.finishes[row])
    return stretch.begin <= begin and end <= stretch.end


def _hours(
    relaxed: Relaxed, elsewhere: Elsewhere, task_ids: tuple[int, ...], stretch: Stretch, walk: Walk
) -> list[str]:
    """What there is of the person and what they have to do, minute by minute."""
    grid = relaxed.grid
    resource = next(one for one in walk.columns.resources if one.id == stretch.person_id)
    there = max(0, round(resource.max_units * WHOLE))
    fixed = {
        grid.tasks[row].id
        for row in range(len(grid.tasks))
        if row in relaxed.given
        or (grid.tasks[row].constraint_type in MUST and held_dates(grid, row) is not None)
    }
    taken = walk.asked_of(resource.id, there, fixed, fixed)
    for begin, end, units in elsewhere.get(resource.id, ()):
        taken[max(0, begin - walk.low) : max(0, end - walk.low)] += min(units, there)
    own = walk.calendar_of[resource.id]
    calendar = grid.time.calendars.calendar(grid.project.calendar_id if own is None else own)
    minutes = Lines(walk.low, walk.high).minutes(calendar)
    walked = minutes[(minutes >= walk.low) & (minutes < walk.high)]
    inside = minutes[(minutes >= stretch.begin) & (minutes < stretch.end)]
    known = inside[(inside >= walk.low) & (inside < walk.high)]
    room = there * (len(inside) - len(known)) + int(np.maximum(there - taken[known - walk.low], 0).sum())
    ids = set(task_ids)
    work = int(walk.asked_of(resource.id, there, ids, ids)[walked - walk.low].sum())
    faults = []
    if room > stretch.room or work < stretch.work:
        faults.append(
            f"Person {resource.id} has {room} and needs {work}, not {stretch.room} and {stretch.work}."
        )
    if stretch.work <= stretch.room:
        faults.append(f"Of person {resource.id} there is enough.")
    return faults
