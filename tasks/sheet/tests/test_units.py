"""A column that says how long something takes says it in one unit, so that its cells are compared at a glance."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from django.utils import translation

from projects.models import Project
from tasks.plan.agreed import Agreed
from tasks.sheet.columns.column import Column
from tasks.sheet.columns.kinds import ValueKind
from tasks.sheet.columns.registry import registry
from tasks.sheet.look import make_look

TIMES: Final = [
    column for column in registry if column.kind in {ValueKind.HOURS, ValueKind.DAYS, ValueKind.DELAY}
]
#: From a day of eight hours to half a year; whole days, tenths of them, and what is neither.
MINUTES: Final = (480, 500, 960, 1_500, 4_800, 88_980)


class Lasting:
    """A row all of whose amounts are the same; what is no amount of minutes is a number of days, or no."""

    def __init__(self, minutes: int, *, is_summary: bool = False) -> None:
        self.minutes, self.is_summary = minutes, is_summary

    def __getattr__(self, name: str) -> Any:
        if name in {"actual_work_minutes", "deadline_minute"}:
            return {"actual_work_minutes": self.minutes // 4, "deadline_minute": 3 * self.minutes}[name]
        if name.endswith(("_minutes", "_minute")):
            return self.minutes
        if name == "agreed":
            # Twice as long and as much was agreed on, and the dates are later by as much.
            return Agreed(0, 0, 2 * self.minutes, 2 * self.minutes, False, self.minutes, self.minutes)
        return self.minutes // 480 if name.startswith("days") else False


class TestUnits:
    @pytest.mark.parametrize("language", ["ja", "en"])
    @pytest.mark.parametrize("column", TIMES, ids=lambda column: column.name)
    def test_are_one_in_a_column_from_a_day_up(self, column: Column, language: str, project: Project) -> None:
        rows: list[Any] = [
            Lasting(minutes, is_summary=is_summary) for minutes in MINUTES for is_summary in (False, True)
        ]
        with translation.override(language):
            look = make_look(project)
            texts = [column.text_of(row, look) for row in rows]
        assert len({re.sub(r"[−+\d.,]", "", text) for text in texts}) == 1, texts
        assert all(re.search(r"\d", text) for text in texts), texts

    @pytest.mark.parametrize(
        ("minutes", "text"),
        [
            (0, "0日"),
            (20, "20m"),
            (90, "1.5h"),
            (240, "0.5日"),
            (480, "1日"),
            (500, "1.042日"),
            (1_500, "3.125日"),
        ],
    )
    def test_are_hours_or_minutes_below_a_day_alone_where_days_are_no_tenths(
        self, minutes: int, text: str, project: Project
    ) -> None:
        row: Any = Lasting(minutes)
        assert registry["duration"].text_of(row, make_look(project)) == text
