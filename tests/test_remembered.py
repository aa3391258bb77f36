"""Whether a plan that is stored again is the one that is computed."""

from __future__ import annotations

from typing import Any

import pytest

from projects.audit.verifying import verify_record
from projects.models import AuditEntry, Project
from tasks.models import Task
from tests.planning import CHAIN, planned
from tests.remembered import Plan, Remembered, columns_of, joined, plan_of


class Projects:
    """Makes one project after the other, each with the plan."""

    def __init__(self, like: Project) -> None:
        self.like, self.remembered, self.computed = like, Remembered(), 0

    def make(self, rows: tuple[Any, ...] = CHAIN, **other: Any) -> tuple[Plan, Project, dict[str, Any]]:
        values = columns_of(self.like) | {"id": None, "code": "SAME"} | other
        Project.objects.filter(code="SAME").update(code=f"P{Project.objects.count()}")
        project = Project(**values)
        project.save()
        before = columns_of(project)

        def compute() -> dict[str, Any]:
            self.computed += 1
            return planned(project, *rows)

        tasks = self.remembered.chain(project, compute)
        return plan_of(project, before), project, tasks


@pytest.fixture
def projects(project: Project) -> Projects:
    return Projects(project)


class TestChain:
    def test_is_stored_as_it_is_computed(self, projects: Projects) -> None:
        (one, *_), (other, *_), (stored, project, tasks) = [projects.make() for _ in range(3)]
        assert projects.computed == 2
        assert joined(one, stored) == joined(one, other)
        assert columns_of(project) == columns_of(Project.objects.get(pk=project.pk))
        assert [columns_of(task) for task in tasks.values()] == [
            columns_of(task) for task in Task.objects.filter(project=project).order_by("pk")
        ]
        assert list(tasks) == [row[0] for row in CHAIN]
        assert len(stored.rows["link"]) == 3
        assert project.planned_finish_minute > project.start_minute

    def test_has_a_record_that_holds(self, projects: Projects) -> None:
        project = [projects.make() for _ in range(3)][-1][1]
        assert AuditEntry.objects.filter(project=project).count() == project.audit_sequence == 4
        found = verify_record()
        assert (found.entries, found.faults) == (12, [])

    def test_is_computed_where_the_project_is_another(self, projects: Projects) -> None:
        for _ in range(3):
            projects.make()
        plan, project, _tasks = projects.make(start_minute=projects.like.start_minute + 7 * 1440)
        assert projects.computed == 3
        assert project.planned_start_minute == projects.like.start_minute + 7 * 1440
        assert plan.rows["task"][0]["start_minute"] == project.planned_start_minute

    def test_is_computed_each_time_where_it_is_not_understood(self, projects: Projects) -> None:
        for days in (1, 2, 3, 3):
            projects.make((("設計", 1, days),))
        assert projects.computed == 4
