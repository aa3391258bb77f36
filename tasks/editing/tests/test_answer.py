"""Every change of a plan is one unit of work, and is answered alike: with everything that follows from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import AuditEntry, Project
from projects.worktime.moments import minute_of
from resources.models import Resource
from tasks.details.tests.filled_form import fields_of
from tasks.editing import answer as answering
from tasks.editing.cells import revise_task
from tasks.editing.fields import edit_task, set_assignees
from tasks.editing.links import set_predecessors
from tasks.models import Constraint, Task
from tasks.plan import rescheduling, unit
from tasks.plan.outcome import PlanChange
from tests.pages import compact

HTMX = {"HX-Request": "true"}
CHART = HTMX | {"HX-Target": "gantt-part"}
BROKEN_LINK = "を待たずに始まります"
LATE = "期限に間に合わなくなりました"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[PlanChange]:
    """The outcomes that answers have told."""
    found: list[PlanChange] = []
    tell = answering.tell

    def keep(request: Any, change: PlanChange) -> None:
        found.append(change)
        tell(request, change)

    monkeypatch.setattr(answering, "tell", keep)
    return found


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One number for each time that the dates of a plan are computed."""
    found: list[int] = []
    compute = rescheduling.reschedule

    def count(project: Project, **more: Any) -> Any:
        found.append(project.pk)
        return compute(project, **more)

    monkeypatch.setattr(unit, "reschedule", count)
    return found


def task_url(name: str, task: Task, *more: int) -> str:
    return reverse(f"tasks:{name}", args=[*more, task.pk])


Sent = tuple[str, dict[str, Any]]


def writes(chain: dict[str, Task]) -> dict[str, Sent]:
    """One request for each kind of write."""
    project = chain["設計"].project_id
    first, second, third, last = (chain[name] for name in ("設計", "開発", "試験", "完了"))
    return {
        "cell": (task_url("task_cell", second), {"column": "duration", "text": "12d"}),
        "move": (task_url("task_move", second, project), {"start": "2026-04-20"}),
        "resize": (task_url("task_resize", second, project), {"finish": "2026-05-08"}),
        "assign": (task_url("task_assign", first, project), {"people": "", "was": ""}),
        "add": (reverse("tasks:task_add", args=[project]), {"name": "導入", "after": third.pk}),
        "indent": (reverse("tasks:tasks_indent", args=[project]), {"tasks": last.pk}),
        "outdent": (reverse("tasks:tasks_outdent", args=[project]), {"tasks": second.pk}),
        "shift": (task_url("row_shift", third), {"direction": "up"}),
        "shift several": (
            reverse("tasks:tasks_shift", args=[project]),
            {"tasks": third.pk, "direction": "up"},
        ),
        "place": (reverse("tasks:tasks_place", args=[project]), {"tasks": third.pk, "target": first.pk}),
        "delete": (reverse("tasks:tasks_delete", args=[project]), {"tasks": third.pk}),
        "progress": (task_url("progress_report", first), {"progress": "40"}),
        "milestone": (task_url("milestone_achieve", last), {}),
        "reopened milestone": (task_url("milestone_reopen", last), {}),
    }


class TestAnswer:
    @pytest.mark.parametrize("kind", [
        "cell", "move", "resize", "assign", "add", "indent", "shift", "shift several", "place", "delete", "progress", "milestone",
        "reopened milestone",
    ])  # fmt: skip
    @pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "page"])
    def test_is_the_one_of_every_write(
        self, kind: str, headers: dict[str, str], told: list[PlanChange], chain: dict[str, Task],
        planner_client: Client, cast: SimpleNamespace,
    ) -> None:  # fmt: skip
        if kind == "indent":  # what waits for a task cannot stand under it
            set_predecessors(task=chain["完了"], text="", actor=cast.leader)
        url, sent = writes(chain)[kind]
        response = planner_client.post(url, sent, headers=headers)
        assert response.status_code == (200 if headers else 302), compact(response)[:500]
        (change,) = told
        assert change.revision_before == change.project.revision - bool(change)

    def test_is_the_one_of_a_form(
        self, told: list[PlanChange], chain: dict[str, Task], planner_client: Client
    ) -> None:
        url = task_url("task_detail", chain["開発"])
        fields = fields_of(compact(planner_client.get(url)), "task-form")
        planner_client.post(task_url("task_edit", chain["開発"]), fields | {"name": "実装"})
        (change,) = told
        assert change.edited_ids == {chain["開発"].pk}


class TestWhatFollows:
    """Each of these was told after typing into a cell only."""

    @pytest.fixture
    def held(self, chain: dict[str, Task], cast: SimpleNamespace) -> dict[str, Task]:
        """試験 has to start on 4/27, which its link allows as long as 開発 ends before."""
        must = {"constraint_type": Constraint.MSO, "constraint_minute": minute_of(date(2026, 4, 27), 540)}
        edit_task(task=chain["試験"], changes=must, actor=cast.leader)
        return chain

    @pytest.mark.parametrize("kind", ["move", "resize", "cell"])
    def test_tells_of_a_constraint_that_breaks_a_link_now(
        self, kind: str, held: dict[str, Task], planner_client: Client
    ) -> None:
        url, sent = writes(held)[kind]
        response = planner_client.post(url, sent, headers=CHART if kind in {"move", "resize"} else HTMX)
        assert BROKEN_LINK in compact(response)

    def test_tells_of_it_after_a_change_of_the_tree(
        self, plan: Callable[..., dict[str, Task]], planner_client: Client, cast: SimpleNamespace
    ) -> None:
        """A long task that is put under a short one makes it end later than what waits for it has to start."""
        tasks = plan(("設計", 1, 5), ("調査", 1, 20), ("試験", 1, 3, "1"))
        must = {"constraint_type": Constraint.MSO, "constraint_minute": minute_of(date(2026, 4, 13), 540)}
        edit_task(task=tasks["試験"], changes=must, actor=cast.leader)
        url = reverse("tasks:tasks_indent", args=[tasks["設計"].project_id])
        html = compact(planner_client.post(url, {"tasks": tasks["調査"].pk}, headers=HTMX))
        assert BROKEN_LINK in html

    def test_tells_of_it_after_progress(self, held: dict[str, Task], planner_client: Client) -> None:
        """A task that is reported on with a longer rest pushes those behind it."""
        Task.objects.filter(pk=held["開発"].pk).update(duration_minutes=14 * 480)
        url = task_url("progress_report", held["開発"])
        html = planner_client.post(url, {"progress": "10"}, headers=HTMX | {"HX-Target": "task-drawer"})
        assert BROKEN_LINK in compact(html)

    @pytest.mark.parametrize("kind", ["move", "resize", "cell"])
    def test_tells_of_a_deadline_that_is_missed_now(
        self, kind: str, chain: dict[str, Task], planner_client: Client
    ) -> None:
        last = Task.objects.filter(pk=chain["完了"].pk)
        last.update(deadline_minute=minute_of(date(2026, 4, 30), 1080))
        url, sent = writes(chain)[kind]
        headers = CHART if kind in {"move", "resize"} else HTMX
        html = compact(planner_client.post(url, sent, headers=headers))
        assert f"「4 完了」が{LATE}" in html
        sent = sent | {"text": "13d", "start": "2026-04-21", "finish": "2026-05-11"}
        assert LATE not in compact(planner_client.post(url, sent, headers=headers))

    @pytest.mark.parametrize("kind", ["move", "resize"])
    def test_tells_who_has_too_much_now(
        self, kind: str, plan: Callable[..., dict[str, Task]], organization: Any, cast: SimpleNamespace,
        planner_client: Client,
    ) -> None:  # fmt: skip
        tasks = plan(("設計", 1, 3), ("調査", 1, 3))
        person = Resource.objects.create(organization=organization, name="茜部 陽斗")
        set_assignees(task=tasks["設計"], units={person.pk: 100}, actor=cast.leader)
        Task.objects.filter(pk=tasks["調査"].pk).update(
            constraint_type=Constraint.SNET, constraint_minute=minute_of(date(2026, 4, 9), 540)
        )
        set_assignees(task=tasks["調査"], units={person.pk: 30}, actor=cast.leader)
        sent = {"start": "2026-04-07"} if kind == "move" else {"finish": "2026-04-09"}
        moved = tasks["設計" if kind == "resize" else "調査"]
        url = task_url(f"task_{kind}", moved, moved.project_id)
        assert "130%です。" in compact(planner_client.post(url, sent, headers=CHART))


class TestUnitOfWork:
    def test_is_one_revision_and_one_schedule_for_a_form_of_six_fields(
        self, chain: dict[str, Task], cast: SimpleNamespace, runs: list[int], organization: Any,
    ) -> None:  # fmt: skip
        task = Task.objects.select_related("project").get(pk=chain["試験"].pk)
        person = Resource.objects.create(organization=organization, name="茜部 陽斗")
        before = Project.objects.get(pk=task.project_id).revision
        change = revise_task(
            task=task, actor=cast.planner,
            changes={"name": "総合試験", "priority": 700, "deliverable": "報告書"},
            duration=(4 * 480, False), units={person.pk: None}, predecessors="1, 2",
        )  # fmt: skip
        assert len(runs) == 1
        assert Project.objects.get(pk=task.project_id).revision == before + 1 == change.project.revision
        entries = AuditEntry.objects.filter(project=task.project_id, revision=before + 1)
        assert {entry.action for entry in entries} == {"task.edited", "assignment.changed", "link.changed"}
        assert [entry.pk for entry in change.step] == [entry.pk for entry in entries.order_by("sequence")]
        task.refresh_from_db()
        assert (task.name, task.duration_minutes) == ("総合試験", 4 * 480)

    def test_counts_a_finish_from_where_the_task_begins_then(
        self, chain: dict[str, Task], cast: SimpleNamespace, runs: list[int]
    ) -> None:
        """The link that is typed along lets it begin earlier, so that it lasts longer up to the same day."""
        task = Task.objects.select_related("project").get(pk=chain["試験"].pk)
        change = revise_task(
            task=task, actor=cast.planner, changes={}, predecessors="1", finish=date(2026, 5, 1)
        )
        task.refresh_from_db()
        assert (task.start_date, task.end_date) == (date(2026, 4, 13), date(2026, 5, 1))
        assert len(runs) == 2
        assert [entry.action for entry in change.step] == ["task.resized", "link.changed"]
        (entry,) = AuditEntry.objects.filter(project=task.project_id, action="task.resized")
        assert entry.after["duration_minutes"] == task.duration_minutes
        moved = {move.task_id: move for move in change.moves}
        assert moved[task.pk].start_before == minute_of(date(2026, 4, 27), 540)

    def test_leaves_nothing_behind_when_a_part_is_refused(
        self, chain: dict[str, Task], cast: SimpleNamespace
    ) -> None:
        task = Task.objects.select_related("project").get(pk=chain["試験"].pk)
        before = Project.objects.get(pk=task.project_id).revision
        with pytest.raises(Exception, match="より前に始められません"):
            revise_task(
                task=task, actor=cast.planner, changes={"name": "総合試験"}, start=date(2026, 4, 7)
            )  # fmt: skip
        assert Task.objects.get(pk=task.pk).name == "試験"
        assert Project.objects.get(pk=task.project_id).revision == before

    def test_computes_no_dates_for_a_name(
        self, chain: dict[str, Task], cast: SimpleNamespace, runs: list[int]
    ) -> None:
        change = edit_task(task=chain["試験"], changes={"name": "総合試験"}, actor=cast.planner)
        assert (len(runs), change.changed_ids, change.moves) == (0, frozenset({chain["試験"].pk}), ())

    def test_is_nothing_where_nothing_is_another(self, chain: dict[str, Task], cast: SimpleNamespace) -> None:
        before = Project.objects.get(pk=chain["試験"].project_id).revision
        assert not edit_task(task=chain["試験"], changes={"name": "試験"}, actor=cast.planner)
        assert Project.objects.get(pk=chain["試験"].project_id).revision == before

    def test_says_when_the_plan_ends(self, chain: dict[str, Task], cast: SimpleNamespace) -> None:
        change = edit_task(task=chain["設計"], changes={"duration_minutes": 6 * 480}, actor=cast.planner)
        assert (change.finish_before, change.finish_after) == (
            minute_of(date(2026, 4, 30), 1080), minute_of(date(2026, 5, 1), 1080)
        )  # fmt: skip
        assert change.along == 3

    def test_compares_with_what_another_person_has_made_of_the_plan(
        self, chain: dict[str, Task], cast: SimpleNamespace
    ) -> None:
        """A copy of the project that was read before another change must not keep its figures."""
        mine = Task.objects.select_related("project").get(pk=chain["設計"].pk)
        theirs = Task.objects.select_related("project").get(pk=chain["設計"].pk)
        edit_task(task=theirs, changes={"duration_minutes": 9 * 480}, actor=cast.leader)
        edit_task(task=mine, changes={"duration_minutes": 5 * 480}, actor=cast.planner)
        stored = Project.objects.get(pk=mine.project_id)
        assert stored.planned_finish_minute == minute_of(date(2026, 4, 30), 1080)
