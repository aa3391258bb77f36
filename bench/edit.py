"""Where the time of an edit goes, step by step, in one process without HTTP; the requests themselves come after it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from bench.data import ACTOR, Stage
from projects.rls.scope import scope
from tasks.allocation import loads
from tasks.editing.fields import edit_task
from tasks.models import Task
from tasks.plan import loading, rescheduling
from tasks.scheduling.compiled import ready

STEPS: tuple[tuple[Any, str], ...] = (
    (rescheduling, "load_plan"), (loading, "answers_of"), (loading, "_resources"), (loading, "rules_of"),
    (rescheduling, "schedule"), (rescheduling, "roll_up"), (rescheduling, "_differ"),
    (rescheduling, "_store"), (rescheduling, "_keep_project_figures"), (loads, "changes_of"),
    (loads, "loads_in"), (loads, "stored_loads"), (loads, "add_deltas"), (loads, "store_changes"),
)  # fmt: skip
ROUNDS = 7
#: Seconds on the clock and of this process's own work, by step; the difference is the database.
Spent = dict[str, list[float]]


def measure(stage: Stage) -> None:
    """Print the steps of an edit of each kind, as means in milliseconds; with compiled passes, as in the site."""
    ready.make()
    heads = {str(edit): task for edit, task in stage.edits.items()}
    for size, project in stage.sizes.items():
        with scope([project.organization_id]):
            heads[f"in {size:,} tasks"] = Task.objects.filter(project=project, is_summary=False).order_by(
                "row_number"
            )[0]
    for name, task in heads.items():
        _edit(task, 3)
        spent: Spent = defaultdict(lambda: [0.0, 0.0])
        moved, stored = 0, 0
        with _watching(spent):
            edit = _timed(spent, "whole", _edit)
            for number in range(ROUNDS):
                moved, stored = edit(task, 2 + number % 2)
        print(f"{name}: {moved} moved, {stored} stored".ljust(44) + "  ms  own cpu")
        for step, (wall, cpu) in spent.items():
            print(f"    {step:28}{wall / ROUNDS * 1000:9.1f}{cpu / ROUNDS * 1000:9.1f}")


def _edit(task: Task, days: int) -> tuple[int, int]:
    with scope([task.organization_id]):
        fresh = Task.objects.select_related("project").get(pk=task.pk)
        result = edit_task(task=fresh, changes={"duration_minutes": days * 480}, actor=ACTOR)
    return (len(result.moves), len(result.changed_ids)) if result else (0, 0)


@contextmanager
def _watching(spent: Spent) -> Iterator[None]:
    patches = [
        patch.object(module, name, _timed(spent, name, getattr(module, name)))
        for module, name in STEPS
        if hasattr(module, name)
    ]
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in patches:
            each.stop()


def _timed(spent: Spent, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        began, worked = time.perf_counter(), time.process_time()
        try:
            return function(*arguments, **named)
        finally:
            spent[name][0] += time.perf_counter() - began
            spent[name][1] += time.process_time() - worked

    return call
