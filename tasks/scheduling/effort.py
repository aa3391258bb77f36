"""What gives way when people, units, work or duration of a task change: work is duration times units.

Fixed units keep the units and move the duration; fixed work keeps the work and moves the duration, or the units when
a planner sets the duration; a fixed duration stays, and work or units give way. Effort-driven tasks keep their work
when people come or go: the same work is shared by more or by fewer. Fixed work always is.

The rules are those that Microsoft publishes for Project ("task types", "effort-driven scheduling"); the first people on
a task bring their work along, whatever drives it. Minutes are whole, and the parts always add up to the whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tasks.scheduling.network import TaskType
from tasks.scheduling.reference.shares import Share, half_up, portions, whole_part


@dataclass(frozen=True, slots=True)
class Effort:
    """A task as far as work goes; the last one to be done with the own share decides the duration."""

    task_id: int
    duration_minutes: int
    task_type: TaskType = "fixed_units"
    is_effort_driven: bool = False
    shares: tuple[Share, ...] = ()
    #: What is planned while no one is on the task.
    unassigned_minutes: int = 0

    @property
    def work_minutes(self) -> int:
        """Of all together."""
        return sum(share.work_minutes for share in self.shares) if self.shares else self.unassigned_minutes

    @property
    def keeps_work(self) -> bool:
        """Whether the work stays when people come or go."""
        return self.is_effort_driven or self.task_type == "fixed_work"

    @property
    def keeps_duration(self) -> bool:
        """Whether the duration never gives way."""
        return self.task_type == "fixed_duration"


def with_team(effort: Effort, units: Mapping[int, float], *, is_open: bool = False) -> Effort:
    """These are the people now. All that differs is weighed at once, so that no order of steps matters.

    `is_open`: units were not said. Where work is planned already, the first people get as much as it takes.
    """
    if not effort.shares:
        return _first_team(effort, units, is_open=is_open)
    if not units:
        # What was planned stays planned, for the person who comes next.
        return replace(effort, shares=(), unassigned_minutes=effort.work_minutes)
    there = _substituted(effort, units)
    before = {share.resource_id for share in there}
    if before != units.keys() and effort.keeps_work:
        delays = {share.resource_id: share.delay_minutes for share in there}
        team = [Share(pk, units[pk], 0, delays.get(pk, 0)) for pk in _in_order(there, units)]
        return _share_out(replace(effort, shares=tuple(team)), effort.work_minutes)
    kept = [
        _with_units(effort, share, units[share.resource_id]) for share in there if share.resource_id in units
    ]
    effort = replace(effort, shares=tuple(kept))
    if kept != there:
        effort = _lasting(effort)
    come = [
        Share(pk, each, whole_part(effort.duration_minutes, each))
        for pk, each in units.items()
        if pk not in before
    ]
    return replace(effort, shares=(*kept, *come))


def with_whole_work(effort: Effort, work_minutes: int) -> Effort:
    """All together have another amount of work, each by the part that was theirs."""
    if not effort.shares:
        return replace(effort, unassigned_minutes=work_minutes)
    parts = _parts(effort, work_minutes)
    shares = [_with_work(effort, share, part) for share, part in zip(effort.shares, parts, strict=True)]
    return _lasting(replace(effort, shares=tuple(shares)))


def with_duration(effort: Effort, duration_minutes: int) -> Effort:
    """A planner says how long it takes: the work follows, or the units where the work is fixed."""
    is_fixed = effort.task_type == "fixed_work" and effort.work_minutes > 0
    follow = _with_other_units if is_fixed else _with_other_work
    shares = [follow(share, effort.duration_minutes, duration_minutes) for share in effort.shares]
    return replace(effort, duration_minutes=duration_minutes, shares=tuple(shares))


def with_duration_and_work(
    effort: Effort, duration_minutes: int, work_minutes: int, *, keeps_units: bool = False
) -> Effort:
    """A planner says both: the units give way. Where they were said, too, they stay as long as the work fits in."""
    if not effort.shares:
        return replace(effort, duration_minutes=duration_minutes, unassigned_minutes=work_minutes)
    room = sum(share.whole(duration_minutes) for share in effort.shares)
    stays = keeps_units and work_minutes <= room
    shares = [
        replace(
            share,
            work_minutes=part,
            units=share.units if stays else share.units_for(part, duration_minutes),
        )
        for share, part in zip(effort.shares, _parts(effort, work_minutes), strict=True)
    ]
    return replace(effort, duration_minutes=duration_minutes, shares=tuple(shares))


def shared_anew(effort: Effort, units: Mapping[int, float], work_minutes: int) -> Effort:
    """Work that is done is only parted among those who are said to have done it: nothing gives way."""
    if not units:
        return replace(effort, shares=(), unassigned_minutes=work_minutes)
    parts = portions(work_minutes, list(units.values()))
    shares = [Share(pk, each, part) for (pk, each), part in zip(units.items(), parts, strict=True)]
    return replace(effort, shares=tuple(shares))


def _first_team(effort: Effort, units: Mapping[int, float], *, is_open: bool) -> Effort:
    duration, planned = effort.duration_minutes, effort.unassigned_minutes
    whole = tuple([Share(pk, each, whole_part(duration, each)) for pk, each in units.items()])
    if not planned or not whole:
        return replace(effort, shares=whole)
    if is_open and duration:
        parts = portions(planned, list(units.values()))
        fitted = [
            replace(share, units=share.units_for(part, duration), work_minutes=part)
            for share, part in zip(whole, parts, strict=True)
        ]
        return replace(effort, shares=tuple(fitted), unassigned_minutes=0)
    if effort.keeps_duration and duration:
        return replace(effort, shares=whole, unassigned_minutes=0)
    return _share_out(replace(effort, shares=whole, unassigned_minutes=0), planned)


def _substituted(effort: Effort, units: Mapping[int, float]) -> list[Share]:
    """One out and one in with the same units is a person in another's place, with the same part."""
    gone = [share for share in effort.shares if share.resource_id not in units]
    before = {share.resource_id for share in effort.shares}
    come = [pk for pk in units if pk not in before]
    if len(gone) != 1 or len(come) != 1 or units[come[0]] != gone[0].units:
        return list(effort.shares)
    return [replace(share, resource_id=come[0]) if share == gone[0] else share for share in effort.shares]


def _in_order(there: Sequence[Share], units: Mapping[int, float]) -> list[int]:
    """Those who stay before those who come."""
    stay = [share.resource_id for share in there if share.resource_id in units]
    return [*stay, *[pk for pk in units if pk not in stay]]


def _with_units(effort: Effort, share: Share, units: float) -> Share:
    if share.units == units:
        return share
    if not effort.keeps_duration:
        return replace(share, units=units)
    other = replace(share, units=units)
    if share.fills(effort.duration_minutes) or share.units <= 0:
        return replace(other, work_minutes=other.whole(effort.duration_minutes))
    return replace(other, work_minutes=half_up(share.work_minutes * units / share.units))


def _with_work(effort: Effort, share: Share, work_minutes: int) -> Share:
    if not effort.keeps_duration or work_minutes == share.work_minutes:
        return replace(share, work_minutes=work_minutes)
    duration = effort.duration_minutes
    if share.fills(duration) or not share.work_minutes:
        units = share.units_for(work_minutes, duration)
    else:
        units = round(share.units * work_minutes / share.work_minutes, 4)
    return replace(share, work_minutes=work_minutes, units=units)


def _with_other_work(share: Share, before: int, after: int) -> Share:
    """As much more or less as the time; who was there all the time stays all the time."""
    if share.fills(before) or not before:
        return replace(share, work_minutes=share.whole(after))
    return replace(share, work_minutes=half_up(share.work_minutes * after / before))


def _with_other_units(share: Share, before: int, after: int) -> Share:
    if not after:
        return share
    if share.fills(before) or not before:
        return replace(share, units=share.units_for(share.work_minutes, after))
    return replace(share, units=round(share.units * before / after, 4))


def _parts(effort: Effort, work_minutes: int) -> list[int]:
    """Another amount by the parts that were there; by units where there was no work."""
    own = [share.work_minutes for share in effort.shares]
    return portions(work_minutes, own if any(own) else [share.units for share in effort.shares])


def _share_out(effort: Effort, work_minutes: int) -> Effort:
    """All the work to all people by their units, to the minute."""
    parts = portions(work_minutes, [share.units for share in effort.shares])
    shares = [replace(share, work_minutes=part) for share, part in zip(effort.shares, parts, strict=True)]
    if effort.keeps_duration:
        duration = effort.duration_minutes
        shares = [replace(share, units=share.units_for(share.work_minutes, duration)) for share in shares]
    return _lasting(replace(effort, shares=tuple(shares)))


def _lasting(effort: Effort) -> Effort:
    """As long as the last one needs; a fixed duration stays, and so does one without people."""
    if effort.keeps_duration:
        return effort
    needs = [share.lasts(effort.duration_minutes) for share in effort.shares if share.units > 0]
    return replace(effort, duration_minutes=max(needs, default=0) or effort.duration_minutes)
