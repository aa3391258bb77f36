"""Rows that are seen between hidden ones: positions, rows and stretches, counted one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tasks.sheet.visible import VisibleRows


def stretches(seen: list[bool]) -> tuple[tuple[int, int], ...]:
    """The hidden stretches of rows, told one by one."""
    found: list[tuple[int, int]] = []
    for row, is_seen in enumerate(seen, 1):
        if is_seen:
            continue
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return tuple(found)


class TestVisibleRows:
    @given(st.lists(st.booleans(), max_size=40), st.integers(1, 45), st.integers(1, 45))
    def test_counts_what_is_seen(self, seen: list[bool], first: int, last: int) -> None:
        visible = VisibleRows(len(seen), stretches(seen), frozenset())
        rows = [row for row, is_seen in enumerate(seen, 1) if is_seen]
        assert visible.count == len(rows)
        assert [visible.row_at(position) for position in range(1, len(rows) + 1)] == rows
        for row, is_seen in enumerate(seen, 1):
            above = sum(seen[:row])
            assert visible.position_of(row) == max(above, 1)
            assert visible.is_hidden(row) is not is_seen
        among = seen[first - 1 : last]
        assert visible.hides(first, last) is (False in among) or last > len(seen)
        drawn = [row for begin, end in visible.ranges(first, last) for row in range(begin, end + 1)]
        assert drawn == rows[first - 1 : last]

    def test_has_room_for_ten_thousand_stretches(self) -> None:
        """Every second row: what is asked of them does not walk through all."""
        visible = VisibleRows(20_000, tuple((row, row) for row in range(1, 20_000, 2)), frozenset())
        assert visible.count == 10_000
        assert visible.row_at(5_000) == 10_000
        assert visible.position_of(10_000) == 5_000
        assert visible.ranges(4_999, 5_001) == [(9_998, 9_998), (10_000, 10_000), (10_002, 10_002)]
