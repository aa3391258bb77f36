"""The WBS page: bounded, typed into, rearranged, and closed to those who may not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import clear_script_prefix, reverse, set_script_prefix

from projects.models import AuditEntry
from projects.worktime.moments import minute_of
from tasks.editing.fields import edit_task
from tasks.models import CollapsedTask, Task
from tasks.sheet.html import SECTION
from tests.pages import compact

HTMX = {"HX-Request": "true"}


@pytest.fixture
def url(project: Any) -> str:
    """The page of the project's plan."""
    return reverse("tasks:wbs", args=[project.pk])


@pytest.fixture
def tree(plan: Callable[..., dict[str, Task]]) -> dict[str, Task]:
    """Two phases with two tasks each."""
    return plan(
        ("要件定義", 1, 1), ("業務調査", 2, 5), ("要件書", 2, 3, "2"), ("設計", 1, 1), ("基本設計", 2, 10, "3"),
        ("レビュー", 2, 0, "5"),
    )  # fmt: skip


def rows_of(html: str) -> list[str]:
    """The names of the rows in an answer, top to bottom."""
    pieces = html.split('<a class="cut" href="/tasks/')[1:]
    return [piece.split(">", 1)[1].split("<", 1)[0] for piece in pieces]


def names_in(project: Any) -> list[tuple[str, int]]:
    """The rows of the plan with their levels."""
    rows = Task.objects.filter(project=project, deleted_at__isnull=True).order_by("row_number")
    return list(rows.values_list("name", "outline_level"))


class TestWbs:
    def test_shows_the_tree_with_codes(self, viewer_client: Client, url: str, tree: dict[str, Task]) -> None:
        html = compact(viewer_client.get(url))
        assert rows_of(html) == ["要件定義", "業務調査", "要件書", "設計", "基本設計", "レビュー"]
        assert '<span class="tree__code">2.1</span>' in html
        assert '>2026/04/10</a></td><td data-column="duration">5日</td>' in html

    def test_leads_from_each_date_to_its_reasons(
        self, viewer_client: Client, url: str, tree: dict[str, Task]
    ) -> None:
        html = compact(viewer_client.get(url))
        why = f"/tasks/{tree['業務調査'].pk}/why/"
        assert f'<a href="{why}">2026/04/06</a>' in html
        assert f'<a href="{why}?end=finish">2026/04/10</a>' in html

    def test_leads_to_addresses_below_the_one_that_the_site_is_served_at(
        self, viewer_client: Client, url: str, tree: dict[str, Task]
    ) -> None:
        set_script_prefix("/plans/")
        try:
            html = compact(viewer_client.get(url))
        finally:
            clear_script_prefix()
        page = f"/plans/tasks/{tree['業務調査'].pk}/"
        assert f'href="{page}"' in html
        assert f'<a href="{page}why/">' in html
        assert 'href="/tasks/' not in html

    def test_marks_dates_that_cannot_be_kept(
        self, viewer_client: Client, url: str, tree: dict[str, Task], cast: SimpleNamespace
    ) -> None:
        changes = {"deadline_minute": minute_of(date(2026, 4, 8), 1080)}
        edit_task(task=tree["業務調査"], changes=changes, actor=cast.leader)
        html = compact(viewer_client.get(url))
        assert html.count("#calendar-clock") == 1
        assert "余裕 −2日：期限 04/08 に間に合いません。" in html

    def test_is_hidden_from_strangers(self, stranger_client: Client, url: str, tree: dict[str, Task]) -> None:
        assert stranger_client.get(url).status_code == 404

    def test_offers_a_viewer_nothing_to_change(self, viewer_client: Client, url: str, tree: Any) -> None:
        html = compact(viewer_client.get(url))
        assert 'id="wbs-add"' not in html
        assert 'data-edits=""' in html
        assert "data-delete-url" not in html

    def test_marks_what_is_a_contributors_own(
        self, contributor_client: Client, url: str, tree: dict[str, Task], work_on: Callable[..., Any]
    ) -> None:
        work_on(tree["業務調査"])
        html = compact(contributor_client.get(url))
        assert 'data-edits="progress"' in html
        assert html.count("data-mine") == 1

    def test_says_what_to_do_when_it_is_empty(self, planner_client: Client, url: str) -> None:
        html = compact(planner_client.get(url))
        assert "タスクがまだありません" in html
        assert "/wbs/add/" in html

    def test_escapes_what_people_typed(
        self, viewer_client: Client, url: str, plan: Callable[..., Any]
    ) -> None:
        plan(("<script>alert(1)</script>", 1, 1))
        html = compact(viewer_client.get(url))
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)" in html

    def test_costs_the_same_for_300_tasks(
        self, planner_client: Client, url: str, plan: Callable[..., Any], queries_of: Callable[..., int]
    ) -> None:
        plan(("一", 1, 1), ("二", 1, 1, "1"), ("三", 1, 1, "2"))
        few = queries_of(planner_client, url)
        Task.objects.all().delete()
        plan(*((f"作業{number}", 1, 1) for number in range(300)))
        assert queries_of(planner_client, url) == few
        response = planner_client.get(url)
        assert len(rows_of(compact(response))) == SECTION
        assert len(response.content) < 60_000

    def test_opens_at_a_row(self, viewer_client: Client, url: str, plan: Callable[..., Any]) -> None:
        plan(*((f"作業{number}", 1, 1) for number in range(1, 101)))
        html = compact(viewer_client.get(url, {"row": "90"}))
        assert rows_of(html)[0] == f"作業{2 * SECTION + 1}"
        assert rows_of(compact(viewer_client.get(url, {"row": "9999999999"})))[-1] == "作業100"

    def test_opens_a_task_beside_the_table(
        self, viewer_client: Client, url: str, tree: dict[str, Task]
    ) -> None:
        html = compact(viewer_client.get(url, {"task": tree["基本設計"].pk}))
        assert 'id="task-drawer-title" tabindex="-1">基本設計' in html
        assert "先行タスク「1.2 要件書」を待っています。" in html


class TestWbsRows:
    def test_gives_the_section_asked_for(
        self, viewer_client: Client, project: Any, plan: Callable[..., Any]
    ) -> None:
        plan(*((f"作業{number}", 1, 1) for number in range(1, 101)))
        url = reverse("tasks:wbs_rows", args=[project.pk])
        html = compact(viewer_client.get(url, {"first": SECTION, "count": SECTION}, headers=HTMX))
        assert rows_of(html)[0] == f"作業{SECTION + 1}"
        assert f'data-from="{SECTION}"' in html

    def test_leaves_out_what_one_has_closed(
        self, viewer_client: Client, project: Any, tree: dict[str, Task], cast: Any
    ) -> None:
        CollapsedTask.objects.create(
            organization=project.organization, project=project, user=cast.viewer, task=tree["要件定義"]
        )
        url = reverse("tasks:wbs_rows", args=[project.pk])
        html = compact(viewer_client.get(url, headers=HTMX))
        assert rows_of(html) == ["要件定義", "設計", "基本設計", "レビュー"]
        assert 'data-total="4"' in html

    @pytest.mark.parametrize("query", [{"first": "x"}, {"first": "-4"}, {"count": "99999"}])
    def test_answers_nonsense_with_the_first_rows(
        self, viewer_client: Client, project: Any, tree: Any, query: dict[str, str]
    ) -> None:
        response = viewer_client.get(reverse("tasks:wbs_rows", args=[project.pk]), query, headers=HTMX)
        assert rows_of(compact(response))[0] == "要件定義"

    def test_is_not_sent_again_until_something_changes(
        self, viewer_client: Client, planner_client: Client, project: Any, chain: dict[str, Task]
    ) -> None:
        url = reverse("tasks:wbs_rows", args=[project.pk])
        tag = viewer_client.get(url, headers=HTMX)["ETag"]
        kept = viewer_client.get(url, headers=HTMX | {"If-None-Match": tag})
        assert (kept.status_code, kept.content) == (304, b"")
        planner_client.post(
            reverse("tasks:task_cell", args=[chain["設計"].pk]), {"column": "name", "text": "方式設計"}
        )
        fresh = viewer_client.get(url, headers=HTMX | {"If-None-Match": tag})
        assert rows_of(compact(fresh))[0] == "方式設計"


class TestWbsFold:
    @pytest.fixture
    def fold(self, project: Any) -> str:
        return reverse("tasks:wbs_fold", args=[project.pk])

    def test_closes_and_opens_a_branch_for_one_person(
        self, viewer_client: Client, planner_client: Client, fold: str, url: str, tree: dict[str, Task]
    ) -> None:
        html = compact(viewer_client.post(fold, {"task": tree["要件定義"].pk}, headers=HTMX))
        assert rows_of(html) == ["要件定義", "設計", "基本設計", "レビュー"]
        assert len(rows_of(compact(planner_client.get(url)))) == 6
        html = compact(viewer_client.post(fold, {"task": tree["要件定義"].pk}, headers=HTMX))
        assert len(rows_of(html)) == 6

    def test_is_hidden_from_strangers(self, stranger_client: Client, fold: str, tree: Any) -> None:
        assert stranger_client.post(fold, {"task": tree["要件定義"].pk}).status_code == 404

    def test_refuses_nonsense(self, viewer_client: Client, fold: str, tree: Any) -> None:
        assert viewer_client.post(fold, {"task": "x"}).status_code == 422

    def test_rejects_get(self, viewer_client: Client, fold: str) -> None:
        assert viewer_client.get(fold).status_code == 405


class TestTaskAdd:
    @pytest.fixture
    def add(self, project: Any) -> str:
        return reverse("tasks:task_add", args=[project.pk])

    def test_puts_a_row_behind_another(
        self, planner_client: Client, add: str, tree: dict[str, Task], project: Any, cast: Any
    ) -> None:
        fields = {"name": "合意", "after": tree["要件書"].pk}
        html = compact(planner_client.post(add, fields, headers=HTMX))
        assert rows_of(html)[3] == "合意"
        assert ("合意", 2) in names_in(project)
        entry = AuditEntry.objects.filter(project=project).order_by("-sequence")[0]
        assert (entry.action, entry.actor) == ("task.added", cast.planner)

    def test_works_as_a_plain_form(self, planner_client: Client, add: str, project: Any) -> None:
        assert "<form" in compact(planner_client.get(add))
        response = planner_client.post(add, {"name": "最初のタスク"})
        assert response.status_code == 302
        assert names_in(project) == [("最初のタスク", 1)]

    def test_is_hidden_from_strangers(self, stranger_client: Client, add: str) -> None:
        assert stranger_client.post(add, {"name": "合意"}).status_code == 404

    def test_needs_a_planner(self, viewer_client: Client, contributor_client: Client, add: str) -> None:
        assert viewer_client.post(add, {"name": "合意"}).status_code == 403
        assert contributor_client.get(add).status_code == 403

    def test_refuses_a_row_without_a_name(self, planner_client: Client, add: str, project: Any) -> None:
        response = planner_client.post(add, {"name": "  "})
        assert response.status_code == 422
        assert "タスク名を入力してください。" in compact(response)
        assert names_in(project) == []

    def test_does_not_follow_a_row_of_another_plan(self, planner_client: Client, add: str) -> None:
        assert planner_client.post(add, {"name": "合意", "after": "999999"}).status_code == 404


class TestTasksIndent:
    @pytest.fixture
    def indent(self, project: Any) -> str:
        return reverse("tasks:tasks_indent", args=[project.pk])

    def test_puts_several_under_the_row_above(
        self, planner_client: Client, indent: str, chain: dict[str, Task], project: Any
    ) -> None:
        ids = f"{chain['開発'].pk},{chain['試験'].pk}"
        response = planner_client.post(indent, {"tasks": ids}, headers=HTMX)
        # 開発 waits for 設計, which becomes its summary.
        assert response.status_code == 422
        assert "親子" in compact(response)
        assert names_in(project)[1] == ("開発", 1)

    def test_changes_codes_and_says_so(
        self, planner_client: Client, indent: str, plan: Callable[..., dict[str, Task]], project: Any
    ) -> None:
        tasks = plan(("設計", 1, 5), ("画面", 1, 2), ("帳票", 1, 2))
        ids = f"{tasks['画面'].pk},{tasks['帳票'].pk}"
        html = compact(planner_client.post(indent, {"tasks": ids}, headers=HTMX))
        assert '<span class="tree__code">1.2</span>' in html
        assert 'data-message="2件を字下げしました。"' in html
        assert names_in(project) == [("設計", 1), ("画面", 2), ("帳票", 2)]

    def test_outdents_again(self, planner_client: Client, project: Any, tree: dict[str, Task]) -> None:
        url = reverse("tasks:tasks_outdent", args=[project.pk])
        assert planner_client.post(url, {"tasks": tree["要件書"].pk}).status_code == 302
        assert ("要件書", 1) in names_in(project)

    def test_is_hidden_from_strangers(self, stranger_client: Client, indent: str, chain: Any) -> None:
        assert stranger_client.post(indent, {"tasks": chain["開発"].pk}).status_code == 404

    def test_needs_a_planner(self, viewer_client: Client, indent: str, chain: Any) -> None:
        assert viewer_client.post(indent, {"tasks": chain["開発"].pk}).status_code == 403

    def test_rejects_get(self, planner_client: Client, indent: str) -> None:
        assert planner_client.get(indent).status_code == 405

    @pytest.mark.parametrize("tasks", ["", "x", "1;2", "²"])
    def test_refuses_nonsense(self, planner_client: Client, indent: str, tasks: str, chain: Any) -> None:
        assert planner_client.post(indent, {"tasks": tasks}).status_code == 422


class TestRowShift:
    def test_moves_a_branch_past_the_next(
        self, planner_client: Client, tree: dict[str, Task], project: Any
    ) -> None:
        url = reverse("tasks:row_shift", args=[tree["要件定義"].pk])
        html = compact(planner_client.post(url, {"direction": "down"}, headers=HTMX))
        assert rows_of(html) == ["設計", "基本設計", "レビュー", "要件定義", "業務調査", "要件書"]

    def test_is_hidden_from_strangers(self, stranger_client: Client, tree: Any) -> None:
        url = reverse("tasks:row_shift", args=[tree["設計"].pk])
        assert stranger_client.post(url, {"direction": "up"}).status_code == 404

    def test_needs_a_planner(self, contributor_client: Client, tree: Any) -> None:
        url = reverse("tasks:row_shift", args=[tree["設計"].pk])
        assert contributor_client.post(url, {"direction": "up"}).status_code == 403

    def test_rejects_get(self, planner_client: Client, tree: Any) -> None:
        assert planner_client.get(reverse("tasks:row_shift", args=[tree["設計"].pk])).status_code == 405

    @pytest.mark.parametrize("direction", ["", "sideways", "up"])
    def test_refuses_what_is_no_place(self, planner_client: Client, tree: Any, direction: str) -> None:
        url = reverse("tasks:row_shift", args=[tree["要件定義"].pk])
        assert planner_client.post(url, {"direction": direction}).status_code == 422


class TestRowPlace:
    def test_puts_a_row_under_another(
        self, planner_client: Client, tree: dict[str, Task], project: Any
    ) -> None:
        url = reverse("tasks:row_place", args=[tree["業務調査"].pk])
        fields = {"target": tree["設計"].pk, "as_child": "1"}
        assert planner_client.post(url, fields, headers=HTMX).status_code == 200
        names = [name for name, _level in names_in(project)]
        assert names == ["要件定義", "要件書", "設計", "業務調査", "基本設計", "レビュー"]

    def test_refuses_a_place_inside_itself(self, planner_client: Client, tree: dict[str, Task]) -> None:
        url = reverse("tasks:row_place", args=[tree["設計"].pk])
        response = planner_client.post(url, {"target": tree["レビュー"].pk})
        assert response.status_code == 422
        assert "自分自身の下" in compact(response)

    def test_is_hidden_from_strangers(self, stranger_client: Client, tree: Any) -> None:
        assert stranger_client.post(reverse("tasks:row_place", args=[tree["設計"].pk])).status_code == 404

    def test_needs_a_planner(self, viewer_client: Client, tree: Any) -> None:
        assert viewer_client.post(reverse("tasks:row_place", args=[tree["要件定義"].pk])).status_code == 403

    def test_rejects_get(self, planner_client: Client, tree: Any) -> None:
        assert planner_client.get(reverse("tasks:row_place", args=[tree["設計"].pk])).status_code == 405


class TestTasksDelete:
    @pytest.fixture
    def delete(self, project: Any) -> str:
        return reverse("tasks:tasks_delete", args=[project.pk])

    def test_says_what_goes_with_it(self, planner_client: Client, delete: str, tree: Any) -> None:
        response = planner_client.get(delete, {"tasks": tree["要件定義"].pk}, headers=HTMX)
        html = compact(response)
        assert "タスク3件を削除しますか" in html
        assert "下の階層のタスク2件も一緒に削除します。" in html
        assert "依存関係2件も外れ" in html
        assert "data-modal" in html
        assert "削除する" in compact(planner_client.get(delete, {"tasks": tree["要件定義"].pk}))

    def test_deletes_the_branch(
        self, planner_client: Client, delete: str, tree: dict[str, Task], project: Any, cast: Any
    ) -> None:
        html = compact(planner_client.post(delete, {"tasks": tree["要件定義"].pk}, headers=HTMX))
        assert rows_of(html) == ["設計", "基本設計", "レビュー"]
        entry = AuditEntry.objects.filter(project=project).order_by("-sequence")[0]
        assert (entry.action, entry.actor) == ("task.deleted", cast.planner)
        assert entry.before is not None
        assert entry.before["count"] == 3

    def test_is_hidden_from_strangers(self, stranger_client: Client, delete: str, tree: Any) -> None:
        assert stranger_client.post(delete, {"tasks": tree["設計"].pk}).status_code == 404

    def test_needs_a_planner(self, viewer_client: Client, delete: str, tree: Any, project: Any) -> None:
        assert viewer_client.post(delete, {"tasks": tree["設計"].pk}).status_code == 403
        assert len(names_in(project)) == 6

    def test_refuses_what_is_gone(self, planner_client: Client, delete: str) -> None:
        assert planner_client.post(delete, {"tasks": "999999"}).status_code == 422


def _fields(name: str, task: Task, other: Task) -> dict[str, str]:
    """A change of each kind that has something to do."""
    return {
        "task_add": {"name": "追加", "after": str(task.pk)},
        "tasks_indent": {"tasks": str(other.pk)},
        "tasks_delete": {"tasks": str(other.pk)},
        "row_shift": {"direction": "down"},
        "row_place": {},
        "progress_report": {"progress": "40"},
        "comment_add": {"body": "確認しました"},
    }[name]


class TestChanges:
    @pytest.mark.parametrize(
        "name",
        [
            "task_add", "tasks_indent", "tasks_delete", "row_shift", "row_place", "progress_report", "comment_add",
        ],
    )  # fmt: skip
    def test_cost_the_same_for_300_tasks(
        self, planner_client: Client, project: Any, plan: Callable[..., dict[str, Task]],
        queries_of: Callable[..., int], url: str, name: str,
    ) -> None:  # fmt: skip
        planner_client.get(url)
        costs = []
        for size in (3, 300):
            Task.objects.all().delete()
            tasks = plan(*((f"作業{number}", 1, 1) for number in range(size)))
            task, other = tasks["作業0"], tasks["作業1"]
            subject = project.pk if name.startswith("task") else task.pk
            address = reverse(f"tasks:{name}", args=[subject])
            costs.append(queries_of(planner_client, address, _fields(name, task, other), headers=HTMX))
        # Of 300 tasks one is less than a percent: then the project's own figure is not written.
        assert costs[1] <= costs[0]
