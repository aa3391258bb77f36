"""Rows that are moved together stand where one after the other would bring them; counted, however many they are."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from tasks.plan.order import Order, order_changed, put_back
from tasks.plan.outline import (
    OutlineRow,
    outermost,
    past_siblings,
    places,
    settled,
    subtree,
    together,
)
from tests.lines import lines_of


def rows_of(*levels: int) -> list[OutlineRow]:
    return [OutlineRow(pk, level) for pk, level in enumerate(levels, 1)]


def any_rows(chance: random.Random, count: int) -> list[OutlineRow]:
    return settled([OutlineRow(pk, chance.randint(1, 4)) for pk in range(1, count + 1)])


def moved(lines: Sequence[OutlineRow], index: int, *, before: int, level: int) -> list[OutlineRow]:
    """One branch put in front of a row."""
    end = subtree(lines, index)
    branch = [OutlineRow(pk, own + level - lines[index].level) for pk, own in lines[index:end]]
    rest = [*lines[:index], *lines[end:]]
    at = before if before <= index else before - (end - index)
    return [*rest[:at], *branch, *rest[at:]]


def index_of(lines: Sequence[OutlineRow], task_id: int) -> int:
    return next(index for index, line in enumerate(lines) if line.task_id == task_id)


def one_by_one(lines: list[OutlineRow], chosen: Sequence[int], *, down: bool) -> list[OutlineRow] | None:
    for task_id in reversed(chosen) if down else chosen:
        index = index_of(lines, task_id)
        level = lines[index].level
        if down:
            other = subtree(lines, index)
            if other >= len(lines) or lines[other].level < level:
                return None
            lines = moved(lines, index, before=subtree(lines, other), level=level)
            continue
        other = index - 1
        while other >= 0 and lines[other].level > level:
            other -= 1
        if other < 0 or lines[other].level < level:
            return None
        lines = moved(lines, index, before=other, level=level)
    return lines


class TestPastSiblings:
    @pytest.mark.parametrize("down", [True, False])
    def test_is_what_one_after_the_other_would_be(self, down: bool) -> None:
        chance = random.Random(5)
        refused = 0
        for _round in range(300):
            lines = any_rows(chance, chance.randint(2, 14))
            picked = chance.sample([line.task_id for line in lines], chance.randint(1, min(5, len(lines))))
            chosen = [lines[index].task_id for index in outermost(lines, picked)]
            expected = one_by_one(lines, chosen, down=down)
            refused += expected is None
            assert past_siblings(lines, picked, down=down) == expected
        assert 0 < refused < 300


class TestTogether:
    def test_is_what_one_after_the_other_would_be(self) -> None:
        chance = random.Random(6)
        for _round in range(300):
            lines = any_rows(chance, chance.randint(3, 14))
            picked = chance.sample([line.task_id for line in lines], chance.randint(1, len(lines) // 2))
            chosen = [lines[index].task_id for index in outermost(lines, picked)]
            inside = {pk for at in outermost(lines, picked) for pk, _level in lines[at : subtree(lines, at)]}
            targets = [line for line in lines if line.task_id not in inside]
            if not targets:
                continue
            target, level = chance.choice(targets)
            expected = lines
            for task_id in chosen:
                expected = moved(
                    expected, index_of(expected, task_id), before=index_of(expected, target), level=level
                )
            assert together(lines, picked, before=index_of(lines, target), level=level) == expected

    def test_puts_rows_at_the_end(self) -> None:
        assert together(rows_of(1, 2, 1, 1), {1, 3}, before=4, level=1) == [(4, 1), (1, 1), (2, 2), (3, 1)]


class TestPlaces:
    def test_follow_from_levels(self) -> None:
        assert [tuple(place) for place in places(rows_of(1, 2, 3, 2, 1, 2))] == [
            (1, None, 1, 1, "1", 3, True), (2, 1, 2, 2, "1.1", 1, True), (3, 2, 3, 3, "1.1.1", 0, False),
            (4, 1, 4, 2, "1.2", 0, False), (5, None, 5, 1, "2", 1, True), (6, 5, 6, 2, "2.1", 0, False),
        ]  # fmt: skip


class TestWork:
    """What rows cost is a walk or a few through the plan, for 3 chosen ones as for 300."""

    @pytest.mark.parametrize(
        "work",
        [
            lambda lines, ids: past_siblings(lines, ids, down=True),
            lambda lines, ids: past_siblings(lines, ids, down=False),
            lambda lines, ids: together(lines, ids, before=len(lines), level=1),
            lambda lines, ids: put_back(
                lines,
                order_changed(together(lines, ids, before=0, level=1), lines) or Order(before=[], after=[]),
                set(dict(lines)),
            ),
        ],
        ids=["down", "up", "to the end", "put back"],
    )
    def test_does_not_grow_with_the_chosen_rows(self, work: Callable[..., Any]) -> None:
        lines = rows_of(*[1, 2, 2] * 1_000)
        every = list(range(4, 2_996, 9))[:300]
        few, many = (lines_of(partial(work, lines, ids)) for ids in (every[:3], every))
        # A few lines for each that is chosen, and no walk of its own: that would be a hundred times as much.
        assert many < 4 * few
