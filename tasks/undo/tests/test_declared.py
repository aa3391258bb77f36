"""Every action that is declared for plans can be taken back by who did it, or its declaration says why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from projects.actions import declared as declaration
from projects.actions import groups, names_in
from projects.models import Project
from resources.models import Resource
from tasks.allocation.suggestions.services import APPLIED, UNDONE, hand_over
from tasks.editing import moving, tree
from tasks.editing.fields import edit_task, set_assignees
from tasks.editing.links import set_predecessors
from tasks.leveling.running import level_plan
from tasks.leveling.services import apply_leveling, clear_leveling
from tasks.models import PlanStep, Task
from tasks.plan.actions.progress import REPORTED
from tasks.plan.actions.values import set_value
from tasks.plan.unit import changing_plan
from tasks.progress.services import report_progress, take_back_report
from tasks.undo.services import redo, undo
from tasks.undo.tests.doing import dumped

Doing = Callable[[Any, Any, list[Any]], Any]
#: Groups of actions that this app declares.
OURS = (
    "task", "link", "assignment", "proposal", "undo", "progress", "comment", "attachment", "plan", "upload", "recurring",
    "leveling",
)  # fmt: skip


def _handed(action: str) -> Doing:
    def do(task: Any, actor: Any, people: list[Any]) -> Any:
        set_assignees(task=task, units={people[0].pk: 100}, actor=actor)
        with changing_plan(task.project, actor=actor) as plan:
            hand_over(task, people[0].pk, people[1].pk)
            plan.touch(task)
            plan.record(
                action, target=task, before={"resource": people[0].pk}, after={"resource": people[1].pk}
            )

    return do


def _taken_back(task: Any, actor: Any, _people: list[Any]) -> Any:
    change = report_progress(task=task, percentage=40, actor=actor)
    take_back_report(
        task=task, report_id=next(e.pk for e in change.step if e.action == REPORTED), actor=actor
    )


def _leveled(task: Any, actor: Any, people: list[Any]) -> None:
    """Two tasks at once are too much for one person."""
    for each in Task.objects.filter(project=task.project, name__in=("設計", "試験")):
        set_assignees(task=each, units={people[0].pk: 60}, actor=actor)
    project = Project.objects.get(pk=task.project_id)
    apply_leveling(project=project, actor=actor, found=level_plan(project))


def _cleared(task: Any, actor: Any, people: list[Any]) -> None:
    _leveled(task, actor, people)
    clear_leveling(project=Project.objects.get(pk=task.project_id), actor=actor)


def _filled(task: Any, actor: Any, _people: list[Any]) -> None:
    with changing_plan(task.project, actor=actor) as plan:
        set_value(plan, task, "f1", "要確認")


DOINGS: dict[str, Doing] = {
    "task.filled": _filled,
    "task.added": lambda task, actor, _: tree.add_task(
        project=task.project, name="新", after=task, actor=actor
    ),
    "task.edited": lambda task, actor, _: edit_task(task=task, changes={"name": "別"}, actor=actor),
    "task.moved": lambda task, actor, _: moving.move_task(
        task=task, start_minute=task.start_minute + 7 * 1440, actor=actor
    ),
    "task.resized": lambda task, actor, _: moving.resize_task(
        task=task, finish_minute=task.finish_minute + 3 * 1440, actor=actor
    ),
    "task.deleted": lambda task, actor, _: tree.delete_tasks(
        project=task.project, task_ids=[task.pk], actor=actor
    ),
    "task.indented": lambda task, actor, _: tree.indent_tasks(
        project=task.project, task_ids=[task.pk], actor=actor
    ),
    "task.outdented": lambda task, actor, _: tree.outdent_tasks(
        project=task.project, task_ids=[Task.objects.get(name="画面").pk], actor=actor
    ),
    "task.rearranged": lambda task, actor, _: tree.shift_rows(
        project=task.project, task_ids={task.pk}, down=True, actor=actor
    ),
    "link.changed": lambda task, actor, _: set_predecessors(task=task, text="4SS+1d", actor=actor),
    "assignment.changed": lambda task, actor, people: set_assignees(
        task=task, units={people[0].pk: 50}, actor=actor
    ),
    "proposal.applied": _handed(APPLIED),
    "proposal.undone": _handed(UNDONE),
    "leveling.applied": _leveled,
    "leveling.cleared": _cleared,
    "progress.reported": lambda task, actor, _: report_progress(task=task, percentage=40, actor=actor),
    "progress.taken_back": _taken_back,
}


class TestDeclared:
    def test_each_is_shown_here_or_says_why_it_stays(self) -> None:
        assert set(OURS) <= set(groups())
        names = [name for noun in OURS for name in names_in(noun)]
        assert [name for name in names if bool(declaration(name).stays) == (name in DOINGS)] == []

    @pytest.mark.parametrize("action", DOINGS)
    def test_can_be_taken_back_and_done_again(
        self, action: str, plan: Any, project: Any, cast: Any, crew: dict[str, Resource]
    ) -> None:
        tasks = plan(("設計", 1, 5), ("開発", 1, 2), ("画面", 2, 4), ("試験", 1, 3))
        task = tasks["設計" if action not in {"task.indented", "task.added"} else "試験"]
        before = dumped(project)
        DOINGS[action](task, cast.planner, [crew["Ann"], crew["Bob"]])
        after = dumped(project)
        steps = PlanStep.objects.of(cast.planner, project)
        assert steps.to_undo()[0].facts["action"] == action
        undo(project=project, actor=cast.planner, through=steps.order_by("pk")[0].pk)
        assert dumped(project) == before
        while steps.to_redo().exists():
            redo(project=project, actor=cast.planner)
        assert dumped(project) == after
