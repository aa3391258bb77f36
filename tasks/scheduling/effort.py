"""What gives way when people, units, work or duration of a task change: work is duration times units.

Fixed units keep the units and move the duration; fixed work keeps the work and moves the duration, or the units when
somebody sets the duration; a fixed duration stays, and work or units give way. Effort-driven tasks keep their work
when people come or go: the same work is shared by more or by fewer. Fixed work always is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tasks.scheduling.errors import UnknownResource
from tasks.scheduling.network import TaskType


@dataclass(frozen=True, slots=True)
class Share:
    """One person's part of a task."""

    resource_id: int
    units: float
    work_minutes: int


@dataclass(frozen=True, slots=True)
class Effort:
    """A task as far as work goes; the last one to be done with the own share decides the duration."""

    task_id: int
    duration_minutes: int
    task_type: TaskType = "fixed_units"
    is_effort_driven: bool = False
    shares: tuple[Share, ...] = ()

    @property
    def work_minutes(self) -> int:
        """Of all together."""
        return sum(share.work_minutes for share in self.shares)


def with_person(effort: Effort, resource_id: int, units: float) -> Effort:
    """Somebody comes; the first one brings the work along, and so does everyone where effort does not drive."""
    own = Share(resource_id, units, round(effort.duration_minutes * units))
    together = replace(effort, shares=(*effort.shares, own))
    return _share_out(together, effort.work_minutes) if effort.shares and _keeps_work(effort) else together


def without_person(effort: Effort, resource_id: int) -> Effort:
    """Somebody goes, and leaves the work to the others where effort drives."""
    _own(effort, resource_id)
    others = tuple([share for share in effort.shares if share.resource_id != resource_id])
    left = replace(effort, shares=others)
    return _share_out(left, effort.work_minutes) if others and _keeps_work(effort) else left


def with_units(effort: Effort, resource_id: int, units: float) -> Effort:
    """Somebody works with other units: as much as before in another time, or another amount in the same."""
    own = replace(_own(effort, resource_id), units=units)
    if effort.task_type == "fixed_duration":
        own = replace(own, work_minutes=round(effort.duration_minutes * units))
    return _lasting(_with(effort, own))


def with_work(effort: Effort, resource_id: int, work_minutes: int) -> Effort:
    """Somebody has another amount of work: in another time, or with other units in the same."""
    own = replace(_own(effort, resource_id), work_minutes=work_minutes)
    if effort.task_type == "fixed_duration":
        own = replace(own, units=_units(work_minutes, effort.duration_minutes, own.units))
    return _lasting(_with(effort, own))


def with_duration(effort: Effort, duration_minutes: int) -> Effort:
    """Somebody says how long it takes: the work follows, or the units where the work is fixed."""
    if effort.task_type == "fixed_work":
        shares = [
            replace(share, units=_units(share.work_minutes, duration_minutes, share.units))
            for share in effort.shares
        ]
    else:
        shares = [
            replace(share, work_minutes=round(duration_minutes * share.units)) for share in effort.shares
        ]
    return replace(effort, duration_minutes=duration_minutes, shares=tuple(shares))


def _keeps_work(effort: Effort) -> bool:
    return effort.is_effort_driven or effort.task_type == "fixed_work"


def _own(effort: Effort, resource_id: int) -> Share:
    found = [share for share in effort.shares if share.resource_id == resource_id]
    if not found:
        raise UnknownResource(effort.task_id, resource_id)
    return found[0]


def _with(effort: Effort, own: Share) -> Effort:
    shares = [own if share.resource_id == own.resource_id else share for share in effort.shares]
    return replace(effort, shares=tuple(shares))


def _share_out(effort: Effort, work_minutes: int) -> Effort:
    """All the work to all people by their units, to the minute."""
    parts = portions(work_minutes, [share.units for share in effort.shares])
    shares = [replace(share, work_minutes=part) for share, part in zip(effort.shares, parts, strict=True)]
    if effort.task_type == "fixed_duration":
        shares = [
            replace(share, units=_units(share.work_minutes, effort.duration_minutes, share.units))
            for share in shares
        ]
    return _lasting(replace(effort, shares=tuple(shares)))


def _lasting(effort: Effort) -> Effort:
    """As long as the last one needs; a fixed duration stays, and so does one that nobody works on."""
    if effort.task_type == "fixed_duration":
        return effort
    needs = [round(share.work_minutes / share.units) for share in effort.shares if share.units > 0]
    return replace(effort, duration_minutes=max(needs, default=effort.duration_minutes))


def _units(work_minutes: int, duration_minutes: int, before: float) -> float:
    """In hundredths of a percent; a milestone tells nothing about units."""
    return round(work_minutes / duration_minutes, 4) if duration_minutes else before


def portions(whole: int, weights: Sequence[float]) -> list[int]:
    """A whole number cut by weights into whole numbers that add up to it: the largest remainders are rounded up."""
    total = sum(weights)
    if total <= 0:
        weights, total = [1.0] * len(weights), float(len(weights))
    exact = [whole * weight / total for weight in weights]
    parts = [int(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda number: (parts[number] - exact[number], number))
    for number in by_remainder[: whole - sum(parts)]:
        parts[number] += 1
    return parts
