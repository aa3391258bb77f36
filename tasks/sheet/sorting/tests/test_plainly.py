"""The order of a sorted sheet beside a plain reading of random plans."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from projects.models import Project
from tasks.sheet.columns.finding import folded
from tasks.sheet.columns.kinds import ValueKind
from tasks.sheet.columns.registry import registry
from tasks.sheet.filtering.tests import test_matching
from tasks.sheet.filtering.tests.test_matching import PLAIN, TODAY
from tasks.sheet.sorting.notation import Sort, SortKey, is_sortable
from tasks.sheet.sorting.ordering import natural
from tasks.sheet.sorting.standing import ordered_rows
from tasks.sheet.sorting.values import tasks_with_values
from tasks.sheet.visible import VisibleRows

random_plan = test_matching.random_plan


class TestOrder:
    @pytest.mark.parametrize("seed", range(8))
    def test_is_that_of_a_plain_reading(
        self, seed: int, random_plan: Callable[[int], list[Any]], project: Project
    ) -> None:
        tasks = sorted(random_plan(seed), key=lambda task: task.row_number)
        chance = random.Random(seed)
        for _each in range(25):
            keys = tuple(
                SortKey(name, chance.random() < 0.5)
                for name in chance.sample(sorted(PLAIN), chance.randint(1, 3))
            )
            wanted = plainly(tasks, keys)
            flat = ordered_rows(project, everything(project), Sort(keys, flat=True), at=None, on=TODAY)
            assert _ids(flat, tasks) == [task.pk for task in wanted if not task.is_summary], keys
            inside = ordered_rows(project, everything(project), Sort(keys), at=None, on=TODAY)
            assert sorted(_ids(inside, tasks)) == sorted(task.pk for task in tasks)
            # The plans of this fixture may begin further in, which no plan of a user does.
            if tasks[0].outline_level == 1:
                assert _ids(inside, tasks) == [task.pk for task in _as_tree(wanted, None)], keys

    def test_can_be_that_of_every_column(
        self, random_plan: Callable[[int], list[Any]], project: Project
    ) -> None:
        random_plan(3)
        with translation.override("ja"):
            for column in registry:
                if is_sortable(column):
                    ids, values, _grouped = tasks_with_values(project, [column.name], TODAY)
                    assert len(ids) == len(values[column.name]) == 30
                    assert sorted(value for value in values[column.name] if value is not None) is not None


def everything(project: Project) -> VisibleRows:
    return VisibleRows(project.task_count, (), frozenset())


def _ids(visible: VisibleRows, tasks: list[Any]) -> list[int]:
    return [tasks[row - 1].pk for row in visible.order or ()]


def plainly(tasks: list[Any], keys: tuple[SortKey, ...]) -> list[Any]:
    for key in reversed(keys):
        values = {task.pk: plain_value(key.column, task) for task in tasks}
        filled = [task for task in tasks if values[task.pk] is not None]
        filled = sorted(filled, key=lambda task: values[task.pk], reverse=key.is_down)
        tasks = filled + [task for task in tasks if values[task.pk] is None]
    return tasks


def plain_value(name: str, task: Any) -> Any:
    column, value = registry[name], PLAIN[name](task)
    if value is None or value == "" or value == []:
        return None
    if column.compares and column.compares.choices:
        return list(column.compares.choices).index(value)
    if column.kind in {ValueKind.TEXT, ValueKind.NAME}:
        return natural(folded("、".join(value) if isinstance(value, list) else value))
    return value


def _as_tree(tasks: list[Any], parent: int | None) -> list[Any]:
    found = []
    for task in tasks:
        if task.parent_id == parent:
            found += [task, *_as_tree(tasks, task.pk)]
    return found
