"""Small plans for the tests of all folders; a plugin of the root's conftest."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.remembered import Remembered


@pytest.fixture
def plan(project: Any) -> Callable[..., dict[str, Any]]:
    """Makes tasks by name from (name, level, days[, predecessors]): `plan(("設計", 1, 5), ("開発", 1, 10, "1"))`.

    Predecessors are typed as on the WBS page, by row number. Everything is scheduled once.
    """
    return partial(planned, project)


def planned(project: Any, *rows: tuple[Any, ...]) -> dict[str, Any]:
    """What `plan` makes, in any project."""
    from projects.permissions import System
    from tasks.models import Task
    from tasks.plan.actions.links import set_links
    from tasks.plan.actions.tree import renumber
    from tasks.plan.outline import OutlineRow
    from tasks.plan.unit import changing_plan
    from tasks.sheet.reading import links_typed

    tasks = Task.objects.bulk_create(
        Task(
            organization=project.organization, project=project, name=name, outline_level=level,
            row_number=number, duration_minutes=days * 480, is_milestone=days == 0,
        )
        for number, (name, level, days, *_rest) in enumerate(rows, 1)
    )  # fmt: skip
    with changing_plan(project, actor=System("test")) as unit:
        renumber(project, [OutlineRow(task.pk, task.outline_level) for task in tasks])
        unit.record("plan.made", after={"count": len(tasks)})
        unit.moves_dates = True
        for task, row in zip(tasks, rows, strict=True):
            if len(row) > 3:
                set_links(unit, task, links_typed(project, row[3]))
    fresh = Task.objects.in_bulk([task.pk for task in tasks])
    project.refresh_from_db()
    return {task.name: fresh[task.pk] for task in tasks}


#: What `chain` makes: names, levels, days and predecessors.
CHAIN = (("設計", 1, 5), ("開発", 1, 10, "1"), ("試験", 1, 3, "2"), ("完了", 1, 0, "3"))
_remembered = Remembered()


@pytest.fixture
def chain(project: Any, plan: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """Three tasks, each after the one before: 設計 (5 days), 開発 (10), 試験 (3), and a milestone.

    More than a thousand tests begin with them: computed twice by each process for a project and a day, they are
    stored as they came out from then on (tests/remembered.py).
    """
    return _remembered.chain(project, lambda: plan(*CHAIN))
