"""The kept sums of loads by day, week and month: one statement for all rows, one order of rows for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from projects import caching
from tasks.plan.arrays import Array, arrays_cursor
from tasks.scheduling.columns import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks.allocation.capacity import Capacity
    from tasks.allocation.store import LoadChange

DayKey = tuple[int, int]
"""Resource and day number."""

Row = tuple[int, str, int, int, int | None]
"""Resource, grain, day number of the first day, minutes, and of days the capacity."""

#: In the order in which rows are locked.
GRAINS: Final = ("d", "m", "w")
DAY, MONTH, WEEK = range(3)
#: 1970-01-01 was a Thursday; weeks begin on Monday.
FIRST_WEEKDAY: Final = 3


class Rows(NamedTuple):
    """Rows of `resource_loads` as arrays; grains by their places in `GRAINS`."""

    resource_id: Array
    grain: Array
    day: Array
    minutes: Array
    capacity: Array

    def some(self, chosen: Array) -> Rows:
        """The chosen rows, or all in a chosen order."""
        return Rows(*(column[chosen] for column in self))

    def ordered(self) -> Rows:
        """In the one order."""
        return self.some(np.lexsort((self.day, self.grain, self.resource_id)))


class Deltas(NamedTuple):
    """By how much days of resources rise or fall; each of them once, ascending."""

    resource_id: Array
    day: Array
    minutes: Array


class Total(NamedTuple):
    """A day of a resource after a change: the sum of all plans, by how much it rose, and what there is."""

    resource_id: int
    day: int
    planned: int
    rise: int
    capacity: int


class Totals(NamedTuple):
    """All days of a change, as arrays of what `Total` has."""

    resource_id: Array
    day: Array
    planned: Array
    rise: Array
    capacity: Array

    def some(self, chosen: Array) -> list[Total]:
        """The chosen days one by one."""
        return list(map(Total._make, zip(*(column[chosen].tolist() for column in self), strict=True)))

    def spans(self) -> dict[int, tuple[int, int]]:
        """The first and the last day of each resource."""
        ids, first = np.unique(self.resource_id, return_index=True)
        last = [*(first[1:] - 1).tolist(), len(self.day) - 1]
        return dict(
            zip(
                ids.tolist(), zip(self.day[first].tolist(), self.day[last].tolist(), strict=True), strict=True
            )
        )


def deltas_of(changes: Iterable[LoadChange], also: Iterable[DayKey] = ()) -> Deltas:
    """What changes of assignments do to the days of people; a day in `also` is among them in any case."""
    resources: list[int] = []
    days: list[int] = []
    minutes: list[int] = []
    for change in changes:
        old, new = change.old, change.new
        resources += [change.resource_id] * (len(old.days) + len(new.days))
        days += old.days + new.days
        minutes += [-each for each in old.minutes]
        minutes += new.minutes
    for resource_id, day in also:
        resources.append(resource_id)
        days.append(day)
        minutes.append(0)
    return Deltas(
        *_summed(np.array(resources, np.int64), np.array(days, np.int64), np.array(minutes, np.int64))
    )


def _summed(first_key: Array, second_key: Array, values: Array) -> tuple[Array, Array, Array]:
    """Sums of values by two keys, ascending."""
    order = np.lexsort((second_key, first_key))
    one, two = first_key[order], second_key[order]
    is_new = np.ones(len(order), np.bool_)
    is_new[1:] = (one[1:] != one[:-1]) | (two[1:] != two[:-1])
    begins = np.flatnonzero(is_new)
    sums = np.add.reduceat(values[order], begins) if len(begins) else values
    return one[begins], two[begins], sums


def add_deltas(deltas: Deltas, capacity: Capacity, *, organization_id: int) -> Totals:
    """Add to the sums of days, weeks and months; a delta of 0 only renews the capacity of its day.

    One statement in one order of rows: two changes that share a person wait for each other here and never in a
    ring, and what comes back holds what the other has put in.
    """
    capacities = capacity.of_days(deltas.resource_id, deltas.day)
    days = Rows(deltas.resource_id, np.full(len(deltas.day), DAY), deltas.day, deltas.minutes, capacities)
    parts = [days, _periods(deltas, WEEK, _monday(deltas.day)), _periods(deltas, MONTH, _first(deltas.day))]
    found = add_rows(Rows(*map(np.concatenate, zip(*parts, strict=True))), organization_id=organization_id)
    own = found.some(found.grain == DAY)
    return Totals(own.resource_id, own.day, own.minutes, deltas.minutes, own.capacity)


def _periods(deltas: Deltas, grain: int, begins: Array) -> Rows:
    """Sums by week or month, where they change."""
    resource_id, day, minutes = _summed(deltas.resource_id, begins, deltas.minutes)
    changed = minutes != 0
    count = len(minutes)
    rows = Rows(resource_id, np.full(count, grain), day, minutes, np.full(count, NOTHING))
    return rows.some(changed)


def _monday(days: Array) -> Array:
    """The first day of each one's week."""
    found: Array = days - (days + FIRST_WEEKDAY) % 7
    return found


def _first(days: Array) -> Array:
    """The first day of each one's month."""
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    found: Array = months.astype("datetime64[D]").astype(np.int64)
    return found


def rows_from(rows: Iterable[Row]) -> Rows:
    """Rows that were made one by one."""
    found = [
        (pk, GRAINS.index(grain), day, minutes, NOTHING if capacity is None else capacity)
        for pk, grain, day, minutes, capacity in rows
    ]
    return Rows(*np.array(found, np.int64).reshape(-1, 5).T)


def add_rows(rows: Rows, *, organization_id: int) -> Rows:
    """Add to rows of any grain; gives what they hold then, in their order. Nothing is kept where nothing is planned."""
    ordered = rows.ordered()
    if not len(ordered.day):
        return ordered
    words: list[Any] = [organization_id, list(GRAINS), *ordered, list(GRAINS)]
    with arrays_cursor() as cursor:
        cursor.execute(
            f"""
            WITH put AS (
                INSERT INTO resource_loads AS kept
                    (organization_id, resource_id, grain, first_on, planned_minutes, capacity_minutes)
                SELECT %s, resource_id, (%s::text[])[grain + 1], DATE '1970-01-01' + day::int, minutes,
                    NULLIF(capacity, {NOTHING})::int
                FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
                    AS new(resource_id, grain, day, minutes, capacity)
                ON CONFLICT (resource_id, grain, first_on) DO UPDATE
                    SET planned_minutes = kept.planned_minutes + excluded.planned_minutes,
                        capacity_minutes = excluded.capacity_minutes
                RETURNING resource_id, grain, first_on, planned_minutes, capacity_minutes
            )
            SELECT array_agg(resource_id), array_agg(array_position(%s::text[], grain::text) - 1),
                array_agg(first_on - DATE '1970-01-01'), array_agg(planned_minutes),
                array_agg(COALESCE(capacity_minutes, {NOTHING}))
            FROM put
            """,  # nosec B608  # a constant of ours
            words,
        )
        found = Rows(*(each.astype(np.int64) for each in cursor.fetchone() or ())).ordered()
    _drop_empty(found.some(found.minutes == 0))
    # For all who write sums: the heat map remembers them until then.
    caching.bump_on_commit(organization_id)
    return found


def _drop_empty(rows: Rows) -> None:
    if not len(rows.day):
        return
    words: list[Any] = [list(GRAINS), rows.resource_id, rows.grain, rows.day]
    with arrays_cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM resource_loads AS kept
            USING (
                SELECT resource_id, (%s::text[])[grain + 1] AS grain, DATE '1970-01-01' + day::int AS first_on
                FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS given(resource_id, grain, day)
            ) AS empty
            WHERE kept.resource_id = empty.resource_id AND kept.grain = empty.grain
                AND kept.first_on = empty.first_on AND kept.planned_minutes = 0
            """,
            words,
        )
