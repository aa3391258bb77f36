"""Links that are drawn from bar to bar: the kind by the ends, one change, undone as one, refused in words."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import AuditEntry, Project, ProjectMember, ProjectRole
from tasks.editing.links import set_predecessors
from tasks.editing.tree import delete_tasks
from tasks.models import Task, TaskLink
from tasks.undo.tests.doing import dumped
from tests.pages import compact
from tests.planning import planned

HTMX = {"HX-Request": "true"}
KINDS = ("FS", "SS", "FF", "SF")


@pytest.fixture
def tasks(plan: Callable[..., dict[str, Task]]) -> dict[str, Task]:
    """Two tasks that wait for nothing, and one that waits for the second."""
    return plan(("設計", 1, 5), ("開発", 1, 3), ("試験", 1, 2, "2"))


@pytest.fixture
def draw(planner_client: Client, project: Project) -> Callable[..., Any]:
    """Draw a link, or ask what would follow from it."""

    def act(before: Task, after: Task, kind: str = "FS", name: str = "task_link", **more: str) -> Any:
        address = reverse(f"tasks:{name}", args=[project.pk, after.pk])
        return planner_client.post(address, {"predecessor": before.pk, "kind": kind} | more, headers=HTMX)

    return act


@pytest.fixture
def elsewhere(project: Project, cast: SimpleNamespace) -> Project:
    """Another project that the planner plans in."""
    other = Project.objects.create(
        organization=project.organization, code="PRJ-002", name="別の計画", start_date=project.start_date,
        end_date=project.end_date, start_minute=project.start_minute, calendar=project.calendar, status="active",
    )  # fmt: skip
    ProjectMember.objects.create(
        organization=project.organization, project=other, user=cast.planner, role=ProjectRole.PLANNER
    )
    return other


class TestDrawnLink:
    @pytest.mark.parametrize("kind", KINDS)
    def test_is_of_the_kind_of_its_ends_and_is_recorded(
        self, draw: Any, tasks: dict[str, Task], kind: str, cast: SimpleNamespace
    ) -> None:
        answer = draw(tasks["設計"], tasks["開発"], kind, zoom="week")
        assert answer.status_code == 200
        assert f'id="bar-{tasks["開発"].pk}"' in compact(answer)
        link = TaskLink.objects.get(predecessor=tasks["設計"], successor=tasks["開発"])
        assert (link.link_type, link.lag_minutes) == (kind, 0)
        # The plan itself was typed with a link; this one alone ends at 開発.
        assert [entry.actor_id for entry in _entries(tasks["開発"])] == [cast.planner.pk]

    def test_moves_what_waits_and_leaves_other_links(self, draw: Any, tasks: dict[str, Task]) -> None:
        draw(tasks["設計"], tasks["試験"])
        before = {link.predecessor_id for link in TaskLink.objects.filter(successor=tasks["試験"])}
        assert before == {tasks["設計"].pk, tasks["開発"].pk}
        first, last = Task.objects.get(pk=tasks["設計"].pk), Task.objects.get(pk=tasks["試験"].pk)
        assert last.start_minute is not None
        assert first.finish_minute is not None
        assert last.start_minute >= first.finish_minute

    def test_is_one_step_to_take_back(
        self, draw: Any, tasks: dict[str, Task], project: Project, planner_client: Client
    ) -> None:
        before = dumped(project)
        draw(tasks["設計"], tasks["開発"])
        assert dumped(project) != before
        planner_client.post(reverse("tasks:plan_undo", args=[project.pk]), headers=HTMX)
        assert dumped(project) == before

    def test_of_another_kind_keeps_its_lag(
        self, draw: Any, tasks: dict[str, Task], cast: SimpleNamespace
    ) -> None:
        set_predecessors(task=tasks["試験"], text="2FS+1d", actor=cast.planner)
        draw(tasks["開発"], tasks["試験"], "SS")
        link = TaskLink.objects.get(successor=tasks["試験"])
        assert (link.link_type, link.lag_minutes) == ("SS", 480)

    def test_costs_the_same_in_a_long_plan(
        self, planner_client: Client, project: Project, elsewhere: Project, queries_of: Any
    ) -> None:
        costs = []
        for place, count in ((elsewhere, 3), (project, 300)):
            rows = planned(place, *((f"作業{number}", 1, 1) for number in range(1, count + 1)))
            first, second, last = rows["作業1"], rows["作業2"], rows[f"作業{count}"]
            for before, after in ((first, second), (second, last)):
                address = reverse("tasks:task_link", args=[place.pk, after.pk])
                sent = {"predecessor": before.pk, "kind": "FS"}
                cost = queries_of(planner_client, address, sent, headers=HTMX)
            costs.append(cost)
        assert costs[0] == costs[1]


class TestRefusal:
    def test_of_a_circle_names_its_tasks(self, draw: Any, tasks: dict[str, Task], project: Project) -> None:
        before = dumped(project)
        answer = draw(tasks["試験"], tasks["開発"])
        assert answer.status_code == 422
        assert "開発" in answer.content.decode()
        assert dumped(project) == before

    def test_of_what_is_there_and_of_a_task_with_itself(self, draw: Any, tasks: dict[str, Task]) -> None:
        there = draw(tasks["開発"], tasks["試験"])
        assert there.status_code == 422
        assert "「開発」から「試験」への同じ依存関係がもうあります" in there.content.decode()
        own = draw(tasks["開発"], tasks["開発"])
        assert own.status_code == 422
        assert "自分自身" in own.content.decode()

    def test_of_a_summary_with_a_task_under_it(self, draw: Any, plan: Any) -> None:
        rows = plan(("開発", 1, 0), ("実装", 2, 3))
        assert draw(rows["開発"], rows["実装"]).status_code == 422
        assert draw(rows["実装"], rows["開発"]).status_code == 422
        assert not TaskLink.objects.exists()

    @pytest.mark.parametrize("sent", [{}, {"kind": "FS"}, {"predecessor": "x", "kind": "FS"}, {"kind": "XX"}])
    def test_of_what_is_no_link(
        self, planner_client: Client, project: Project, tasks: dict[str, Task], sent: dict[str, str]
    ) -> None:
        address = reverse("tasks:task_link", args=[project.pk, tasks["開発"].pk])
        assert planner_client.post(address, sent, headers=HTMX).status_code == 422

    def test_of_a_row_that_is_gone(self, draw: Any, tasks: dict[str, Task], cast: SimpleNamespace) -> None:
        delete_tasks(project=tasks["設計"].project, task_ids=[tasks["設計"].pk], actor=cast.planner)
        for gone in (tasks["設計"], SimpleNamespace(pk=2**62)):
            assert draw(gone, tasks["開発"]).status_code == 422
        assert draw(tasks["開発"], tasks["設計"]).status_code == 404
        assert TaskLink.objects.count() == 1

    def test_of_a_row_of_another_plan(self, draw: Any, tasks: dict[str, Task], elsewhere: Project) -> None:
        there = planned(elsewhere, ("他の計画", 1, 1))["他の計画"]
        assert draw(there, tasks["開発"]).status_code == 422
        assert draw(tasks["開発"], there).status_code == 404
        assert not TaskLink.objects.filter(predecessor=there).exists()


class TestLinkPreview:
    @pytest.mark.parametrize("kind", KINDS)
    def test_says_what_the_link_then_does_and_leaves_nothing(
        self, draw: Any, tasks: dict[str, Task], project: Project, kind: str
    ) -> None:
        before = dumped(project)
        shown = ",".join(str(task.pk) for task in tasks.values())
        found = draw(tasks["設計"], tasks["開発"], kind, "link_preview", shown=shown).json()
        assert dumped(project) == before
        was = _places(project)
        draw(tasks["設計"], tasks["開発"], kind)
        now = _places(project)
        foreseen = {bar["task"]: (bar["start"], bar["finish"]) for bar in found["bars"]}
        assert {pk: place for pk, place in now.items() if place != was[pk]}.items() <= foreseen.items()
        assert all(now[pk] == place for pk, place in foreseen.items())
        project.refresh_from_db()
        assert found["revision"] == project.revision - 1

    def test_refuses_what_the_link_would(self, draw: Any, tasks: dict[str, Task]) -> None:
        assert draw(tasks["試験"], tasks["開発"], "FS", "link_preview").status_code == 422
        assert draw(tasks["試験"], tasks["開発"], "?", "link_preview").status_code == 422


def _places(project: Project) -> dict[int, tuple[int | None, int | None]]:
    rows = Task.objects.filter(project=project).values_list("pk", "start_minute", "finish_minute")
    return {pk: (start, finish) for pk, start, finish in rows}


def _entries(task: Task) -> list[AuditEntry]:
    found = AuditEntry.objects.filter(action="link.changed")
    return [entry for entry in found if entry.target_id == task.pk]
