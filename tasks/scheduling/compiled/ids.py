"""Which row an id stands for."""

import numpy as np

from tasks.scheduling.columns import NOTHING, Whole
from tasks.scheduling.errors import Unsuitable

DENSE = 8
"""Ids that lie among so many times as many numbers are looked up in a list of all of these."""


class Places:
    """Finds the places of ids that occur once each."""

    def __init__(self, ids: Whole) -> None:
        self._ids = ids
        count = len(ids)
        self._low = int(ids.min()) if count else 0
        span = int(ids.max()) - self._low + 1 if count else 0
        self._is_dense = span <= DENSE * count + 1024
        if self._is_dense:
            self._table = np.full(span, -1, np.int64)
            self._table[ids - self._low] = np.arange(count)
            is_once = np.array_equal(self._table[ids - self._low], np.arange(count))
        else:
            self._table = np.argsort(ids, kind="stable")
            self._sorted = ids[self._table]
            is_once = bool((self._sorted[1:] != self._sorted[:-1]).all())
        if not is_once:
            raise Unsuitable

    def of(self, ids: Whole, *, or_nothing: bool = False) -> Whole:
        """The places of these ids; -1 for ``NOTHING`` where that may be, and ``Unsuitable`` for one that is not there."""
        is_there = ids != NOTHING if or_nothing else np.ones(len(ids), np.bool_)
        if self._is_dense:
            place = ids - self._low
            found = is_there & (place >= 0) & (place < len(self._table))
            place = np.where(found, self._table[np.where(found, place, 0)], -1) if len(self._table) else place
            found &= place >= 0
        else:
            at = np.minimum(np.searchsorted(self._sorted, ids), len(self._sorted) - 1)
            found = is_there & (self._sorted[at] == ids)
            place = np.where(found, self._table[at], -1)
        if not np.array_equal(found, is_there):
            raise Unsuitable
        return place
