"""The arithmetic of an order, beside a plain reading of it."""

from __future__ import annotations

from functools import cmp_to_key
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tasks.sheet.sorting.ordering import in_tree, natural, sorted_places

Value = int | None


@st.composite
def outlines(draw: Any) -> list[int]:
    """Levels of a plan, from top to bottom."""
    levels: list[int] = []
    for _each in range(draw(st.integers(0, 25))):
        levels.append(draw(st.integers(1, min((levels[-1] if levels else 0) + 1, 5))))
    return levels


def plainly(columns: list[tuple[list[Value], bool]], count: int) -> list[int]:
    """Rows compared two by two, column by column."""

    def compare(one: int, other: int) -> int:
        for values, is_down in columns:
            a, b = values[one], values[other]
            if a == b:
                continue
            if a is None or b is None:
                return 1 if a is None else -1
            return (1 if a > b else -1) * (-1 if is_down else 1)
        return one - other

    return sorted(range(count), key=cmp_to_key(compare))


class TestSortedPlaces:
    @given(st.data())
    def test_are_those_of_rows_compared_two_by_two(self, data: st.DataObject) -> None:
        count = data.draw(st.integers(0, 20))
        values = st.lists(st.none() | st.integers(0, 4), min_size=count, max_size=count)
        columns = data.draw(st.lists(st.tuples(values, st.booleans()), max_size=3))
        assert sorted_places(columns, count) == plainly(columns, count)


class TestInTree:
    @given(outlines(), st.randoms())
    def test_keeps_each_below_its_summary_and_siblings_in_order(self, levels: list[int], chance: Any) -> None:
        places = list(range(len(levels)))
        chance.shuffle(places)
        found = in_tree(places, levels)
        assert sorted(found) == sorted(places)
        # As an outline it has the same branches: each row stands behind the same summary.
        assert parents_of(found, levels) == parents_of(list(range(len(levels))), levels)
        rank = {place: at for at, place in enumerate(places)}
        parents = parents_of(found, levels)
        for parent in {*parents.values()}:
            ranks = [rank[place] for place in found if parents[place] == parent]
            assert ranks == sorted(ranks)

    @given(outlines())
    def test_changes_nothing_in_the_order_of_the_plan(self, levels: list[int]) -> None:
        assert in_tree(range(len(levels)), levels) == list(range(len(levels)))


def parents_of(order: list[int], levels: list[int]) -> dict[int, int]:
    """Of each row the last one above it that stands further out."""
    found = {}
    for at, place in enumerate(order):
        above = [each for each in order[:at] if levels[each] < levels[place]]
        found[place] = above[-1] if above else -1
    return found


class TestNatural:
    def test_reads_numbers(self) -> None:
        names = ["作業10", "作業2", "作業", "1.10", "1.9", "1.9.1", "b", "2a", "9" * 40, "8" * 41]
        assert sorted(names, key=natural) == [
            "1.9", "1.9.1", "1.10", "2a", "9" * 40, "8" * 41, "b", "作業", "作業2", "作業10",
        ]  # fmt: skip

    @given(st.text(), st.text())
    def test_compares_any_two(self, one: str, other: str) -> None:
        assert (natural(one) < natural(other)) + (natural(other) < natural(one)) <= 1
        assert (
            sum(
                (natural(one) < natural(other), natural(other) < natural(one), natural(one) == natural(other))
            )
            == 1
        )
