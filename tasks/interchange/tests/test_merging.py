"""Three states of one table: what becomes of them, by examples and by what has to hold of any."""

from __future__ import annotations

import datetime as dt
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.interchange.merging import (
    LEVEL,
    Change,
    Conflict,
    FileRow,
    Row,
    UnknownKeyError,
    differences,
    merge,
    said,
)

BASE: Final = [
    Row(1, 1, {"name": "基本", "days": "8"}),
    Row(2, 2, {"name": "設計", "days": "5"}),
    Row(3, 2, {"name": "試験", "days": "3"}),
    Row(4, 1, {"name": "完了", "days": "0"}),
]


def untouched() -> list[FileRow]:
    return [FileRow(at, row.key, None, dict(row.cells)) for at, row in enumerate(BASE, 9)]


def new(at: int, name: str, level: int | None = None, key: int | None = None) -> FileRow:
    return FileRow(at, key, level, {"name": name, "days": ""})


def numbered(rows: list[FileRow]) -> list[FileRow]:
    return [row._replace(at=at) for at, row in enumerate(rows, 9)]


class TestSaid:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (None, ""),
            (5, "5"),
            (5.0, "5"),
            (0.1 + 0.2, "0.3"),
            (1_234_567_891, "1234567891"),
            (dt.date(2026, 4, 1), "2026-04-01"),
            (dt.datetime(2026, 4, 1, 9), "2026-04-01"),
            (" 一\r\n二 ", "一\n二"),
            (True, "TRUE"),
        ],
    )
    def test_is_the_same_whoever_wrote_it(self, value: object, text: str) -> None:
        assert said(value) == text


class TestDifferences:
    def test_are_none_of_an_untouched_file(self) -> None:
        assert not differences(BASE, untouched())

    def test_are_none_of_a_sorted_file(self) -> None:
        assert not differences(BASE, numbered(untouched()[::-1]))

    def test_are_cells_and_levels(self) -> None:
        rows = untouched()
        rows[1] = rows[1]._replace(cells={"name": "設計", "days": "9"}, level=1)
        found = differences(BASE, rows)
        assert found.cells == {2: {"days": Change("5", "9"), LEVEL: Change("2", "1")}}
        assert found.at == {2: 10}

    def test_say_nothing_of_cells_that_are_not_named(self) -> None:
        rows = [row._replace(cells={"name": row.cells["name"]}) for row in untouched()]
        assert not differences(BASE, rows)

    def test_know_rows_that_are_gone(self) -> None:
        assert differences(BASE, untouched()[:2]).gone == [3, 4]

    def test_put_new_rows_beside_their_neighbours(self) -> None:
        rows = untouched()
        rows[2:2] = [new(0, "審査"), new(0, "直し")]
        found = differences(BASE, numbered(rows)).new
        assert [(row.above, row.above_new, row.below, row.step) for row in found] == [
            (2, None, 3, 0),
            (None, 0, 3, 0),
        ]

    def test_of_a_row_below_a_summary_make_a_child(self) -> None:
        rows = untouched()
        rows[1:1] = [new(0, "準備")]
        assert differences(BASE, numbered(rows)).new[0].step == 1

    def test_of_a_row_at_the_top_go_by_the_row_below(self) -> None:
        found = differences(BASE, numbered([new(0, "前置き"), *untouched()])).new[0]
        assert (found.above, found.below, found.step) == (None, 1, 0)

    @pytest.mark.parametrize(("level", "step"), [(None, 0), (1, -1), (2, 0), (3, 1), (9, 1)])
    def test_have_the_level_that_a_new_row_says(self, level: int | None, step: int) -> None:
        rows = untouched()
        rows[3:3] = [new(0, "下", level)]
        assert differences(BASE, numbered(rows)).new[0].step == step

    @pytest.mark.parametrize("is_first", [True, False])
    def test_take_the_row_that_differs_least_for_the_row_and_others_for_copies(self, is_first: bool) -> None:
        rows = untouched()
        rows.insert(1 if is_first else 2, new(0, "設計の写し", 2, key=2))
        found = differences(BASE, numbered(rows))
        assert [row.cells["name"] for row in found.new] == ["設計の写し"]
        assert not found.cells

    def test_refuse_a_key_that_never_went_out(self) -> None:
        with pytest.raises(UnknownKeyError) as refused:
            differences(BASE, [new(12, "?", key=99)])
        assert refused.value.at == 12


class TestMerge:
    def of(self, now: str, plan: str) -> tuple[dict[int, dict[str, str]], list[Conflict]]:
        rows = untouched()
        rows[1] = rows[1]._replace(cells={"name": "設計", "days": now})
        merged = merge(differences(BASE, rows), {2: {"days": plan}})
        return {key: dict(cells) for key, cells in merged.taken.items()}, list(merged.conflicts)

    def test_takes_what_only_the_file_has_changed(self) -> None:
        assert self.of("9", "5") == ({2: {"days": "9"}}, [])

    def test_leaves_what_only_the_plan_has_changed(self) -> None:
        assert self.of("5", "7") == ({}, [])

    def test_has_nothing_to_do_where_both_came_to_the_same(self) -> None:
        assert self.of("9", "9") == ({}, [])

    def test_asks_where_both_have_changed(self) -> None:
        assert self.of("9", "7") == ({}, [Conflict(2, "days", "5", "9", "7")])

    def test_brings_back_no_row_that_the_plan_has_deleted(self) -> None:
        rows = untouched()
        rows[1] = rows[1]._replace(cells={"name": "設計", "days": "9"})
        merged = merge(differences(BASE, rows), {})
        assert (dict(merged.taken), merged.lost) == ({}, [2])


TEXTS: Final = st.sampled_from(["", "1", "2", "3"])
STATES: Final = st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=6)


class TestAlways:
    @given(STATES)
    def test_each_changed_cell_is_taken_settled_or_asked_for(
        self, states: list[tuple[str, str, str]]
    ) -> None:
        base = [Row(key, 1, {"days": then}) for key, (then, _now, _plan) in enumerate(states, 1)]
        rows = [FileRow(key, key, None, {"days": now}) for key, (_then, now, _plan) in enumerate(states, 1)]
        merged = merge(
            differences(base, rows), {key: {"days": plan} for key, (_t, _n, plan) in enumerate(states, 1)}
        )
        asked = {each.key for each in merged.conflicts}
        for key, (then, now, plan) in enumerate(states, 1):
            assert (key in merged.taken) == (then != now and plan == then)
            assert (key in asked) == (then != now and plan != then and plan != now)

    @given(st.permutations(range(4)), st.lists(st.integers(0, 4), max_size=5))
    def test_every_row_of_a_file_is_its_own_or_new(self, order: list[int], places: list[int]) -> None:
        rows = [untouched()[at] for at in order]
        for number, place in enumerate(places):
            rows.insert(min(place, len(rows)), new(0, f"新 {number}"))
        found = differences(BASE, numbered(rows))
        assert len(found.new) == len(places)
        assert not found.gone
        for number, row in enumerate(found.new):
            assert row.above_new is None or row.above_new < number
            assert (row.above is None) or (row.above_new is None)
