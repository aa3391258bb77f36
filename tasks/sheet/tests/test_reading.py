"""Texts that hang on the plan: on what stands, on its rows and on its people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from projects.errors import RuleBrokenError
from resources.models import Resource
from tasks.editing.cells import write_cell
from tasks.models import Task
from tasks.plan.link_text import TypedLink
from tasks.sheet.parsing import UnreadableError
from tasks.sheet.reading import Reader


@pytest.fixture
def reader(project: Any, chain: dict[str, Task]) -> Reader:
    return Reader(project)


class TestWhatAddsToWhatStands:
    @pytest.mark.parametrize(
        ("text", "days"),
        [("+3d", 8), ("+3日", 8), ("-2日", 3), ("−1d", 4), ("-9d", 0), ("+1週", 10), ("3d", 3)],
    )
    def test_makes_a_task_longer_or_shorter(
        self, text: str, days: int, reader: Reader, chain: dict[str, Task]
    ) -> None:
        assert reader.duration(text, chain["設計"]) == (days * 480, False)

    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("+3d", date(2026, 4, 9)), ("+5日", date(2026, 4, 13)), ("-1d", date(2026, 4, 3)), ("+5ed", date(2026, 4, 11)),
            ("+2w", date(2026, 4, 20)), ("+1か月", date(2026, 5, 6)), ("4/8", date(2026, 4, 8)),
        ],
    )  # fmt: skip
    def test_moves_a_day_over_days_off(
        self, text: str, day: date, reader: Reader, chain: dict[str, Task]
    ) -> None:
        assert reader.day(text, chain["設計"], date(2026, 4, 6)) == day

    def test_adds_work_and_progress(self, reader: Reader, chain: dict[str, Task]) -> None:
        task = chain["設計"]
        task.work_minutes, task.progress_percentage = 600, 95
        assert [reader.work(text, task) for text in ("+2h", "-1人日", "-99h", "2h", "-")] == [
            720,
            120,
            0,
            120,
            0,
        ]
        assert [reader.percent(text, task) for text in ("+3", "+10%", "-95", "5")] == [98, 100, 0, 5]

    @pytest.mark.parametrize("text", ["+", "+x", "+3h", "+0.5d", "+999999w", "+3d4h", "+999999999mo"])
    def test_refuses_the_rest(self, text: str, reader: Reader, chain: dict[str, Task]) -> None:
        with pytest.raises(UnreadableError):
            reader.day(text, chain["設計"], date(2026, 4, 6))


class TestLinks:
    @pytest.fixture
    def reader(self, plan: Callable[..., Any], project: Any) -> Reader:
        plan(
            ("第1期", 1, 1),
            ("設計", 2, 5),
            ("設計レビュー", 2, 1),
            ("第2期", 1, 1),
            ("受入SS", 2, 1),
            ("テスト", 2, 1),
            ("テスト", 2, 1),
        )
        return Reader(project)

    @pytest.mark.parametrize(
        ("text", "links"),
        [
            ("3FS+2d; 5SS", [TypedLink(3, "FS", "working", 960), TypedLink(5, "SS")]),
            ("３ＦＳ＋２日、5SS", [TypedLink(3, "FS", "working", 960), TypedLink(5, "SS")]),
            ("1.2", [TypedLink(3)]), ("1.1FF-1h", [TypedLink(2, "FF", "working", -60, 0.0, "h")]), ("WBS 2", [TypedLink(4)]),
            ("設計", [TypedLink(2)]), ("「設計レビュー」", [TypedLink(3)]), ("レビューSS+50%", [TypedLink(3, "SS", "percent", 0, 50.0, "%")]),
            ("受入SS", [TypedLink(5)]), ("受入SSFF", [TypedLink(5, "FF")]), ("3行目", [TypedLink(3)]), ("第1期", [TypedLink(1)]),
        ],
    )  # fmt: skip
    def test_call_rows_by_number_code_or_name(
        self, text: str, links: list[TypedLink], reader: Reader
    ) -> None:
        assert reader.links(text) == links

    def test_name_the_rows_that_may_be_meant(self, reader: Reader) -> None:
        with pytest.raises(RuleBrokenError, match="6 行目、7 行目"):
            reader.links("テスト")

    @pytest.mark.parametrize("text", ["3FS+", "納品", "9.9", "FS", "+2d"])
    def test_refuse_the_rest(self, text: str, reader: Reader) -> None:
        with pytest.raises(RuleBrokenError, match="読めません"):
            reader.links(text)


class TestPeople:
    @pytest.fixture
    def ids(self, organization: Any, reader: Reader) -> dict[str, int]:
        rows = [
            ("山吹 葵", "やまぶき あおい"),
            ("山吹 蓮", "やまぶき れん"),
            ("鈍色 楓", "にびいろ かえで"),
            ("Ann Lee", ""),
        ]
        return {
            name: Resource.objects.create(organization=organization, name=name, kana=kana, kind="person").pk
            for name, kana in rows
        }

    @pytest.mark.parametrize(
        ("text", "people"),
        [
            ("山吹 葵[50%]、鈍色", {"山吹 葵": 50, "鈍色 楓": None}), ("葵", {"山吹 葵": None}), ("鈍色さん", {"鈍色 楓": None}),
            ("にびいろ", {"鈍色 楓": None}), ("ann", {"Ann Lee": None}), ("山吹葵 30%", {"山吹 葵": 30}),
        ],
    )  # fmt: skip
    def test_are_called_by_a_part_of_their_names(
        self, text: str, people: dict[str, int | None], ids: dict[str, int], reader: Reader
    ) -> None:
        wanted = {ids[name]: None if share is None else Decimal(share) for name, share in people.items()}
        assert reader.people(text) == wanted

    def test_are_named_where_several_may_be_meant(self, ids: dict[str, int], reader: Reader) -> None:
        with pytest.raises(RuleBrokenError, match="山吹 葵、山吹 蓮"):
            reader.people("山吹")

    def test_are_not_guessed(self, ids: dict[str, int], reader: Reader) -> None:
        with pytest.raises(RuleBrokenError, match="いません"):
            reader.people("浅葱")


class TestMilestones:
    def test_are_what_takes_no_time(self, chain: dict[str, Task], cast: Any) -> None:
        task = chain["設計"]
        write_cell(task=task, column="duration", text="0", actor=cast.planner)
        assert (task.is_milestone, task.duration_minutes) == (True, 0)
        write_cell(task=task, column="duration", text="2d", actor=cast.planner)
        assert (task.is_milestone, task.duration_minutes) == (False, 960)
