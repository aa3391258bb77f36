"""Planned value of many rows over time: each is spread evenly over the working time between two moments. Pure.

Arrays, since ten thousand rows are asked about some dozen days: a row grows by its rate from its start on, and by as much less from
its finish on, so that the sum at any moment needs two sorted lists and not the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projects.worktime.calendar import WorkingTime

Floats = np.ndarray


class Spans:
    """Where rows lie on the working time of their calendars. Moments are minutes of the plan's clock."""

    def __init__(
        self, starts: Floats, finishes: Floats, calendars: Floats, clocks: dict[int, WorkingTime]
    ) -> None:
        """`calendars` says of each row which of `clocks` it works by."""
        self._clocks = clocks
        self._of = {pk: np.flatnonzero(calendars == pk) for pk in clocks}
        self._start, self._finish = np.zeros(len(starts)), np.zeros(len(starts))
        for pk, rows in self._of.items():
            self._start[rows] = positions(clocks[pk], starts[rows])
            self._finish[rows] = positions(clocks[pk], finishes[rows])
        # Milestones, and rows that lie where their calendar has no work: all at once.
        self._instant = finishes
        self._length = self._finish - self._start

    def shares(self, moment: int) -> Floats:
        """Which part of each row was to be done by a moment, 0 to 1."""
        found = np.zeros(len(self._start))
        for pk, rows in self._of.items():
            at = self._clocks[pk].position(moment)
            length = self._length[rows]
            part = (at - self._start[rows]) / np.where(length > 0, length, 1)
            found[rows] = np.where(length > 0, np.clip(part, 0, 1), self._instant[rows] <= moment)
        return found

    def sums(self, amounts: Floats, moments: Sequence[int]) -> Floats:
        """What of all rows together was to be done by each of some moments; `amounts` are the rows' own."""
        found = np.zeros(len(moments))
        for pk, rows in self._of.items():
            at = positions(self._clocks[pk], np.asarray(moments))
            lasting = rows[self._length[rows] > 0]
            rates = amounts[lasting] / self._length[lasting]
            found += _grown(self._start[lasting], rates, at)
            found -= _grown(self._finish[lasting], rates, at)
            instant = rows[self._length[rows] <= 0]
            order = np.argsort(self._instant[instant], kind="stable")
            until = np.searchsorted(self._instant[instant][order], np.asarray(moments), side="right")
            found += np.concatenate([[0.0], np.cumsum(amounts[instant][order])])[until]
        return found


def positions(clock: WorkingTime, moments: Floats) -> Floats:
    """Working minutes up to each moment, as `clock.position` counts them."""
    if not len(moments):
        return np.empty(0)
    clock.cover(int(moments.min()))
    clock.cover(int(moments.max()))
    _low, _high, starts, ends, before = (np.asarray(part) for part in clock.table)
    if not len(starts):
        return np.zeros(len(moments))
    shift = np.searchsorted(starts, moments, side="right") - 1
    inside = np.minimum(moments, ends[shift]) - starts[shift]
    found: Floats = np.where(shift < 0, before[0], before[shift] + inside)
    return found


def _grown(begins: Floats, rates: Floats, at: Floats) -> Floats:
    """What grows by its rate from where it begins, summed at each position."""
    order = np.argsort(begins, kind="stable")
    rate = np.concatenate([[0.0], np.cumsum(rates[order])])
    offset = np.concatenate([[0.0], np.cumsum((rates * begins)[order])])
    begun = np.searchsorted(begins[order], at, side="right")
    grown: Floats = rate[begun] * at - offset[begun]
    return grown
