"""What is read in layouts that offices and tools make, beside what a careful reader says."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tasks.interchange.sheets.plan import SheetPlan, SheetTask
from tasks.interchange.sheets.reading import read_sheet_plan
from tasks.interchange.sheets.tests import bars_of_cells, less_usual, offices, tools
from tasks.interchange.sheets.tests.layout import LAYOUTS, Layout

MODULES = (bars_of_cells, less_usual, offices, tools)
FIELDS = (
    "name",
    "level",
    "start",
    "finish",
    "duration_days",
    "work_hours",
    "progress",
    "people",
    "predecessors",
    "milestone",
)


def value(task: SheetTask, field: str) -> Any:
    if field == "predecessors":
        return sorted((link.task, link.type, link.lag_days) for link in task.predecessors)
    return task.is_milestone if field == "milestone" else getattr(task, field)


def expected(task: dict[str, Any], field: str) -> Any:
    found = task.get(field)
    if field == "predecessors":
        return sorted(found or [])
    return bool(found) if field == "milestone" else found


def judged(layout: Layout, plan: SheetPlan) -> tuple[Counter[str], list[str]]:
    """Right, doubtful and silently wrong fields, with what was wrong."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    marks = {(doubt.task, doubt.field) for doubt in plan.doubts}
    for at, (task, read) in enumerate(zip(layout.tasks, plan.tasks, strict=False)):
        for field in FIELDS:
            want, got = expected(task, field), value(read, field)
            is_same = (want or None) == (got or None)
            if (field == "duration_days" and want is None) or (
                is_same and not want and (at, field) not in layout.marked
            ):
                continue
            is_marked = (at, field) in marks
            kind = (
                "right"
                if is_same and is_marked == ((at, field) in layout.marked)
                else "doubtful"
                if is_marked
                else "silently wrong"
            )
            counts[kind] += 1
            if kind != "right":
                wrong.append(f"{kind} {read.name}.{field}: {want!r}, read {got!r}")
    if len(layout.tasks) != len(plan.tasks):
        counts["silently wrong"] += 1
        wrong.append(
            f"tasks: {[task['name'] for task in layout.tasks]}, read {[task.name for task in plan.tasks]}"
        )
    return counts, wrong


@pytest.mark.parametrize("name", LAYOUTS)
def test_is_read_as_a_careful_reader_would(name: str):
    layout = LAYOUTS[name]
    _counts, wrong = judged(layout, read_sheet_plan(layout.make()))
    assert wrong == []


def test_there_are_many_layouts():
    assert len(LAYOUTS) >= 60
    assert {layout.make.__module__ for layout in LAYOUTS.values()} == {module.__name__ for module in MODULES}
