"""Of which kind new tasks are says their project; those that are there stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from projects.models import Project
from tasks.editing.project import update_project_and_plan
from tasks.editing.tree import add_task
from tasks.exporting.parts import file_project
from tasks.interchange.mspdi.project import project_nodes
from tasks.interchange.plan_file import Extra, PlanProject
from tasks.models import Task

Plan = Callable[..., dict[str, Task]]


def kind_of(name: str) -> tuple[str, bool]:
    return Task.objects.values_list("task_type", "is_effort_driven").get(name=name)


class TestNewTasks:
    @pytest.mark.parametrize(
        ("kind", "is_effort_driven"),
        [("fixed_units", False), ("fixed_duration", False), ("fixed_work", True)],
    )
    def test_are_of_the_kind_that_the_project_says(
        self, project: Project, plan: Plan, cast: SimpleNamespace, kind: str, is_effort_driven: Any
    ) -> None:
        plan(("前からの作業", 1, 5))
        update_project_and_plan(project=project, actor=cast.leader, changes={"default_task_type": kind})
        add_task(project=project, name="新しい作業", actor=cast.planner)
        assert kind_of("前からの作業") == ("fixed_units", False)
        assert kind_of("新しい作業") == (kind, is_effort_driven)

    def test_are_said_once_in_a_file_of_a_plan_that_kept_it_among_the_rest(self, project: Project) -> None:
        project.default_task_type = "fixed_duration"
        assert file_project(project, {}, calendar_uid=1).default_task_type == "fixed_duration"
        old = PlanProject(
            default_task_type="fixed_duration",
            extras=(Extra("DefaultTaskType", "2"), Extra("Author", "藍沢")),
        )
        nodes = project_nodes(old)
        assert [value for name, value in nodes if name == "DefaultTaskType"] == ["1"]
        assert ("Author", "藍沢") in nodes
