"""The WBS page: bounded, typed into, rearranged, and closed to those who may not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import clear_script_prefix, reverse, set_script_prefix

from projects.models import AuditEntry
from projects.worktime.moments import minute_of
from tasks.editing.fields import edit_task
from tasks.gantt.opening import ABOVE
from tasks.models import CollapsedTask, Task, TaskLink
from tasks.sheet.html import SECTION
from tests.pages import compact, weight

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


def menu_of(client: Client, url: str, name: str = "wbs-menu", end: str = "</div>") -> list[str]:
    """The menu of a cell: what it does, by lines between its parts."""
    menu = re.search(f'id="{name}".*?{end}', compact(client.get(url)), re.DOTALL)
    assert menu is not None
    parts = re.split("<hr[^>]*>", menu[0])
    return [" ".join(re.findall(r'data-act="(\w+)"', part)) for part in parts]


def menu_of_chart(client: Client, url: str) -> list[str]:
    """What the menu has more of while there is a chart: it comes with the chart, and not with the sheet."""
    assert "gantt-menu" not in compact(client.get(url))
    return menu_of(client, url.replace("/wbs/", "/gantt/chart"), "gantt-menu", "</template>")


class TestMenu:
    def test_is_parted_by_what_it_is_about(self, planner_client: Client, url: str, tree: Any) -> None:
        assert menu_of(planner_client, url) == [
            "cut copy paste", "edit clear fill", "insert delete", "indent outdent up down", "link unlink",
            "details why", "find go filter showAll", "keys",
        ]  # fmt: skip
        assert menu_of_chart(planner_client, url) == ["assign draw", "fit fitRows"]

    def test_offers_readers_what_changes_nothing(self, viewer_client: Client, url: str, tree: Any) -> None:
        assert menu_of(viewer_client, url) == ["copy", "details why", "find go filter showAll", "keys"]
        assert menu_of_chart(viewer_client, url) == ["fit fitRows"]


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

    def test_opens_at_the_row_that_had_the_focus_in_the_chart(
        self, viewer_client: Client, url: str, plan: Callable[..., dict[str, Task]]
    ) -> None:
        tasks = plan(*((f"作業{number}", 1, 1) for number in range(SECTION + 5)))
        focused = tasks[f"作業{SECTION + 2}"]
        html = compact(viewer_client.get(url, {"focus": focused.pk}))
        # Rows above it are seen, too.
        assert f'data-place="{SECTION + 2 - ABOVE}" data-opened="" data-focused="{focused.pk}"' in html
        assert f'id="row-{focused.pk}"' in html
        assert 'data-focused=""' in compact(viewer_client.get(url, {"focus": "x"}))

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
        assert "計画の始め方" in html
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
        assert weight(response) < 68_000

    def test_counts_its_rows_by_thousands(self, viewer_client: Client, url: str, plan: Any) -> None:
        plan(*(("作業", 1, 1) for _number in range(1_000)))
        assert '<span id="wbs-count">1,000件</span>' in compact(viewer_client.get(url))

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

    @pytest.mark.parametrize(
        ("beside", "level", "place"),
        [
            ({"before": "要件書"}, None, (2, 2)),
            ({"before": "設計"}, 2, (3, 2)),  # the last child of the phase above
            ({"after": "要件定義"}, 2, (1, 2)),  # open: the first of its children
            ({"after": "要件定義"}, 1, (3, 1)),  # closed: behind all that it hides
            ({"after": "レビュー"}, 3, (6, 3)),
            ({"after": "要件書"}, 9, (3, 3)),  # no deeper than the row above lets it
            ({"after": "要件書"}, 1, (3, 1)),
        ],
    )  # fmt: skip
    def test_puts_a_row_where_it_was_typed(
        self, planner_client: Client, add: str, tree: dict[str, Task], project: Any, beside: dict[str, str],
        level: int | None, place: tuple[int, int],
    ) -> None:  # fmt: skip
        fields = {side: tree[name].pk for side, name in beside.items()} | {"name": "合意"}
        planner_client.post(add, fields | ({"level": level} if level else {}))
        rows = names_in(project)
        assert rows.index(("合意", place[1])) == place[0]
        assert [row for row in rows if row[0] != "合意"] == [
            ("要件定義", 1), ("業務調査", 2), ("要件書", 2), ("設計", 1), ("基本設計", 2), ("レビュー", 2),
        ]  # fmt: skip

    def test_adds_several_in_one_change(
        self, planner_client: Client, add: str, tree: dict[str, Task], project: Any
    ) -> None:
        revision = project.revision
        fields = {"name": "新しいタスク", "before": tree["要件書"].pk, "rows": "5", "count": "40"}
        html = compact(planner_client.post(add, fields, headers=HTMX))
        assert "5件を追加しました。" in html
        assert [name for name, _level in names_in(project)[2:8]] == ["新しいタスク"] * 5 + ["要件書"]
        assert f'data-focus="{Task.objects.get(row_number=3, project=project).pk}"' in html
        project.refresh_from_db()
        assert project.revision == revision + 1

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


class TestDuration:
    """A length of nothing is a milestone, and a milestone that is given a length is a task."""

    def test_makes_a_milestone_and_a_task_again(
        self, planner_client: Client, plan: Callable[..., dict[str, Task]]
    ) -> None:
        task = plan(("承認", 1, 2))["承認"]
        url = reverse("tasks:task_cell", args=[task.pk])
        planner_client.post(url, {"column": "duration", "text": "0"})
        task.refresh_from_db()
        assert (task.is_milestone, task.duration_minutes) == (True, 0)
        planner_client.post(url, {"column": "duration", "text": "3日"})
        task.refresh_from_db()
        assert (task.is_milestone, task.duration_minutes) == (False, 1440)


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


class TestTasksShift:
    @pytest.fixture
    def shift(self, project: Any) -> str:
        return reverse("tasks:tasks_shift", args=[project.pk])

    @pytest.mark.parametrize(("direction", "order"), [("up", "乙丙甲丁"), ("down", "甲丁乙丙")])
    def test_keeps_rows_together(
        self, planner_client: Client, shift: str, plan: Callable[..., dict[str, Task]], project: Any,
        direction: str, order: str,
    ) -> None:  # fmt: skip
        tasks = plan(*((name, 1, 1) for name in "甲乙丙丁"))
        marked = f"{tasks['乙'].pk},{tasks['丙'].pk}"
        answer = planner_client.post(shift, {"tasks": marked, "direction": direction}, headers=HTMX)
        assert answer.status_code == 200
        assert "".join(name for name, _level in names_in(project)) == order

    def test_moves_nothing_where_one_cannot_move(
        self, planner_client: Client, shift: str, plan: Callable[..., dict[str, Task]], project: Any
    ) -> None:
        tasks = plan(*((name, 1, 1) for name in "甲乙丙"))
        marked = f"{tasks['甲'].pk},{tasks['丙'].pk}"
        assert planner_client.post(shift, {"tasks": marked, "direction": "up"}).status_code == 422
        assert "".join(name for name, _level in names_in(project)) == "甲乙丙"

    def test_is_hidden_from_strangers(self, stranger_client: Client, shift: str, chain: Any) -> None:
        assert stranger_client.post(shift, {"tasks": "1", "direction": "up"}).status_code == 404

    def test_needs_a_planner(self, viewer_client: Client, shift: str, chain: dict[str, Task]) -> None:
        fields = {"tasks": chain["開発"].pk, "direction": "up"}
        assert viewer_client.post(shift, fields).status_code == 403

    def test_rejects_get(self, planner_client: Client, shift: str) -> None:
        assert planner_client.get(shift).status_code == 405


class TestTasksPlace:
    @pytest.fixture
    def place(self, project: Any) -> str:
        return reverse("tasks:tasks_place", args=[project.pk])

    def test_puts_a_row_under_another(
        self, planner_client: Client, place: str, tree: dict[str, Task], project: Any
    ) -> None:
        fields = {"tasks": tree["業務調査"].pk, "target": tree["設計"].pk, "as_child": "1"}
        assert planner_client.post(place, fields, headers=HTMX).status_code == 200
        names = [name for name, _level in names_in(project)]
        assert names == ["要件定義", "要件書", "設計", "業務調査", "基本設計", "レビュー"]

    @pytest.mark.parametrize("as_child", ["", "1"])
    def test_keeps_rows_together_and_in_order(
        self,
        planner_client: Client,
        place: str,
        plan: Callable[..., dict[str, Task]],
        project: Any,
        as_child: str,
    ) -> None:
        tasks = plan(*((name, 1, 1) for name in "甲乙丙丁"))
        fields = {
            "tasks": f"{tasks['丙'].pk},{tasks['丁'].pk}",
            "target": tasks["甲"].pk,
            "as_child": as_child,
        }
        assert planner_client.post(place, fields).status_code == 302
        level = 2 if as_child else 1
        moved = [("丙", level), ("丁", level)]
        assert names_in(project) == (
            [("甲", 1), *moved, ("乙", 1)] if as_child else [*moved, ("甲", 1), ("乙", 1)]
        )

    def test_refuses_a_place_inside_itself(
        self, planner_client: Client, place: str, tree: dict[str, Task]
    ) -> None:
        response = planner_client.post(place, {"tasks": tree["設計"].pk, "target": tree["レビュー"].pk})
        assert response.status_code == 422
        assert "自分自身の下" in compact(response)

    def test_is_hidden_from_strangers(self, stranger_client: Client, place: str, tree: Any) -> None:
        assert stranger_client.post(place, {"tasks": tree["設計"].pk}).status_code == 404

    def test_needs_a_planner(self, viewer_client: Client, place: str, tree: Any) -> None:
        assert viewer_client.post(place, {"tasks": tree["要件定義"].pk}).status_code == 403

    def test_rejects_get(self, planner_client: Client, place: str) -> None:
        assert planner_client.get(place).status_code == 405


class TestTasksLink:
    @pytest.fixture
    def link(self, project: Any) -> str:
        return reverse("tasks:tasks_link", args=[project.pk])

    @pytest.fixture
    def unlink(self, project: Any) -> str:
        return reverse("tasks:tasks_unlink", args=[project.pk])

    @pytest.fixture
    def loose(self, plan: Callable[..., dict[str, Task]]) -> dict[str, Task]:
        """Five tasks that wait for nothing."""
        return plan(*((name, 1, 1) for name in "甲乙丙丁戊"))

    def links(self, project: Any) -> set[str]:
        found = TaskLink.objects.filter(project=project)
        return {f"{link.predecessor.name}{link.successor.name}" for link in found.select_related()}

    def test_lets_each_wait_for_the_one_before_in_one_change(
        self, planner_client: Client, link: str, loose: dict[str, Task], project: Any
    ) -> None:
        revision = project.revision
        marked = ",".join(str(task.pk) for task in loose.values())
        html = compact(planner_client.post(link, {"tasks": marked}, headers=HTMX))
        assert "5件をつなぎました。" in html
        assert self.links(project) == {"甲乙", "乙丙", "丙丁", "丁戊"}
        project.refresh_from_db()
        assert project.revision == revision + 1
        assert Task.objects.get(name="戊").start_minute > Task.objects.get(name="丁").start_minute

    def test_follows_the_order_in_which_they_were_chosen(
        self, planner_client: Client, link: str, loose: dict[str, Task], project: Any
    ) -> None:
        marked = ",".join(str(loose[name].pk) for name in "丙甲丁")
        assert planner_client.post(link, {"tasks": marked}).status_code == 302
        assert self.links(project) == {"丙甲", "甲丁"}

    def test_leaves_links_that_are_there_as_they_are(
        self, planner_client: Client, link: str, loose: dict[str, Task], project: Any
    ) -> None:
        cell = reverse("tasks:task_cell", args=[loose["乙"].pk])
        planner_client.post(cell, {"column": "predecessors", "text": "1SS+2d, 5"})
        marked = ",".join(str(loose[name].pk) for name in "甲乙丙")
        planner_client.post(link, {"tasks": marked})
        assert self.links(project) == {"甲乙", "戊乙", "乙丙"}
        assert TaskLink.objects.get(predecessor=loose["甲"]).link_type == "SS"

    def test_takes_the_links_between_them_away(
        self, planner_client: Client, link: str, unlink: str, loose: dict[str, Task], project: Any
    ) -> None:
        planner_client.post(link, {"tasks": ",".join(str(task.pk) for task in loose.values())})
        marked = ",".join(str(loose[name].pk) for name in "乙丙丁")
        html = compact(planner_client.post(unlink, {"tasks": marked}, headers=HTMX))
        assert "依存関係を外しました。" in html
        assert self.links(project) == {"甲乙", "丁戊"}

    def test_refuses_a_circle_and_what_says_nothing(
        self, planner_client: Client, link: str, unlink: str, loose: dict[str, Task], project: Any
    ) -> None:
        planner_client.post(link, {"tasks": f"{loose['甲'].pk},{loose['乙'].pk}"})
        circle = planner_client.post(link, {"tasks": f"{loose['乙'].pk},{loose['甲'].pk}"})
        assert circle.status_code == 422
        assert planner_client.post(link, {"tasks": loose["甲"].pk}).status_code == 422
        assert planner_client.post(unlink, {"tasks": loose["丁"].pk}).status_code == 422
        assert self.links(project) == {"甲乙"}

    def test_is_hidden_from_strangers(
        self, stranger_client: Client, link: str, unlink: str, loose: dict[str, Task]
    ) -> None:
        for url in (link, unlink):
            assert stranger_client.post(url, {"tasks": loose["甲"].pk}).status_code == 404

    def test_needs_a_planner(
        self, viewer_client: Client, link: str, unlink: str, loose: dict[str, Task]
    ) -> None:
        for url in (link, unlink):
            marked = f"{loose['甲'].pk},{loose['乙'].pk}"
            assert viewer_client.post(url, {"tasks": marked}).status_code == 403

    def test_rejects_get(self, planner_client: Client, link: str, unlink: str) -> None:
        assert {planner_client.get(url).status_code for url in (link, unlink)} == {405}


class TestWbsSelection:
    @pytest.fixture
    def selection(self, project: Any) -> str:
        return reverse("tasks:wbs_selection", args=[project.pk])

    def test_says_what_the_cells_come_to(
        self, planner_client: Client, selection: str, tree: dict[str, Task]
    ) -> None:
        fields: dict[str, Any] = {
            "first": tree["要件定義"].pk,
            "last": tree["設計"].pk,
            "columns": "name,duration,start,finish",
        }
        html = compact(planner_client.get(selection, fields))
        inside = [tree[name].pk for name in ("要件定義", "業務調査", "要件書", "設計")]
        assert f'data-tasks="{",".join(map(str, inside))}"' in html
        # 要件定義 would count its children twice.
        lengths = Task.objects.filter(pk__in=inside[1:]).values_list("duration_minutes", flat=True)
        assert f"4行を選択・合計 {sum(lengths) / 480:g}日・最早 2026/04/06・最遅 " in html

    def test_takes_the_ends_in_any_order_and_rows_beside_them(
        self, planner_client: Client, selection: str, tree: dict[str, Task]
    ) -> None:
        pks = {name: task.pk for name, task in tree.items()}
        fields: dict[str, Any] = {
            "first": pks["要件書"], "last": pks["業務調査"], "tasks": pks["レビュー"], "without": pks["要件書"],
        }  # fmt: skip
        html = compact(planner_client.get(selection, fields))
        assert f'data-tasks="{pks["業務調査"]},{pks["レビュー"]}"' in html

    def test_leaves_hidden_rows_out(
        self, planner_client: Client, selection: str, tree: dict[str, Task], project: Any
    ) -> None:
        planner_client.post(reverse("tasks:wbs_fold", args=[project.pk]), {"task": tree["要件定義"].pk})
        html = compact(planner_client.get(selection))
        assert f'data-tasks="{tree["要件定義"].pk},{tree["設計"].pk},' in html

    def test_names_no_rows_where_there_are_too_many(
        self, planner_client: Client, selection: str, tree: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tasks.sheet.views.MOST_MARKED", 3)
        html = compact(planner_client.get(selection))
        assert 'data-tasks=""' in html
        assert "一度に扱えるのは3行までです" in html

    def test_costs_the_same_for_300_tasks(
        self, planner_client: Client, selection: str, plan: Callable[..., dict[str, Task]],
        queries_of: Callable[..., int],
    ) -> None:  # fmt: skip
        costs = []
        for size in (3, 300):
            Task.objects.all().delete()
            plan(*((f"作業{number}", 1, 1) for number in range(size)))
            costs.append(queries_of(planner_client, f"{selection}?columns=work,start,assignees"))
        assert costs[0] == costs[1]

    def test_is_hidden_from_strangers(self, stranger_client: Client, selection: str) -> None:
        assert stranger_client.get(selection).status_code == 404


class TestWbsFind:
    @pytest.fixture
    def find(self, project: Any) -> str:
        return reverse("tasks:wbs_find", args=[project.pk])

    def test_goes_from_one_to_the_next_and_round(
        self, viewer_client: Client, find: str, tree: dict[str, Task]
    ) -> None:
        def place(behind: str, **more: str) -> str:
            fields: dict[str, Any] = {"text": "設計", "behind": tree[behind].pk, **more}
            html = compact(viewer_client.get(find, fields))
            found = re.search(r'data-place="(\d+)".*>(.*)</p>', html)
            assert found
            return " · ".join(found.groups())

        assert place("要件定義") == "3 · 1 / 2"
        assert place("設計") == "4 · 2 / 2"
        assert place("基本設計") == "3 · 1 / 2"
        assert place("設計", back="1") == "4 · 2 / 2"

    def test_leads_to_the_summary_that_hides_it(
        self, viewer_client: Client, find: str, tree: dict[str, Task], project: Any
    ) -> None:
        viewer_client.post(reverse("tasks:wbs_fold", args=[project.pk]), {"task": tree["設計"].pk})
        html = compact(viewer_client.get(find, {"text": "レビュー"}))
        assert 'data-place="3"' in html
        assert f'data-task="{tree["レビュー"].pk}"' in html
        assert ">1 / 1（閉じたタスクの中）" in html

    def test_says_that_there_is_none(self, viewer_client: Client, find: str, tree: Any) -> None:
        html = compact(viewer_client.get(find, {"text": "月面"}))
        assert "見つかりません" in html
        assert "data-place" not in html

    def test_refuses_nonsense_and_strangers(
        self, viewer_client: Client, stranger_client: Client, find: str, tree: Any
    ) -> None:
        assert viewer_client.get(find).status_code == 422
        assert stranger_client.get(find, {"text": "設計"}).status_code == 404


class TestNamesReplace:
    @pytest.fixture
    def replace(self, project: Any) -> str:
        return reverse("tasks:names_replace", args=[project.pk])

    def test_changes_all_names_at_once(
        self, planner_client: Client, replace: str, tree: dict[str, Task], project: Any
    ) -> None:
        revision = project.revision
        html = compact(planner_client.post(replace, {"text": "設計", "by": "デザイン"}, headers=HTMX))
        assert "2件の名前を変えました。" in html
        assert [name for name, _level in names_in(project)][3:5] == ["デザイン", "基本デザイン"]
        project.refresh_from_db()
        assert project.revision == revision + 1

    def test_says_that_there_is_none(self, planner_client: Client, replace: str, tree: Any) -> None:
        answer = planner_client.post(replace, {"text": "月面", "by": "火星"})
        assert answer.status_code == 422
        assert "この計画の名前にありません" in compact(answer)

    def test_is_for_planners(
        self, viewer_client: Client, stranger_client: Client, replace: str, tree: Any
    ) -> None:
        fields = {"text": "設計", "by": "計画"}
        assert viewer_client.post(replace, fields).status_code == 403
        assert stranger_client.post(replace, fields).status_code == 404


class TestOnce:
    """A change whose answer was lost is sent again, with the same key."""

    KEY = "0b5cb0b0-7c2f-4d5f-9a35-0a1f4a3e7d10"

    @pytest.fixture(autouse=True)
    def forget(self, cast: SimpleNamespace) -> Iterator[None]:
        """Another test has the same user."""
        yield
        cache.delete(f"once:{cast.planner.pk}:{self.KEY}")

    def test_adds_a_row_once(
        self, planner_client: Client, project: Any, chain: dict[str, Task],
        django_capture_on_commit_callbacks: Any,
    ) -> None:  # fmt: skip
        url = reverse("tasks:task_add", args=[project.pk])
        fields = {"name": "一度だけ", "after": chain["設計"].pk, "once": self.KEY}
        with django_capture_on_commit_callbacks(execute=True):
            first = compact(planner_client.post(url, fields, headers=HTMX))
        second = compact(planner_client.post(url, fields, headers=HTMX))
        made = Task.objects.get(name="一度だけ")
        for html in (first, second):
            assert f'data-focus="{made.pk}"' in html
            assert "一度だけ" in html

    def test_refuses_again_what_it_refused(
        self, planner_client: Client, project: Any, chain: dict[str, Task]
    ) -> None:
        url = reverse("tasks:task_cell", args=[chain["設計"].pk])
        fields = {"column": "duration", "text": "たくさん", "once": self.KEY}
        answers = [planner_client.post(url, fields, headers=HTMX) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [422, 422]

    def test_asks_to_wait_while_it_is_made(
        self, planner_client: Client, project: Any, chain: dict[str, Task], cast: Any
    ) -> None:
        cache.set(f"once:{cast.planner.pk}:{self.KEY}", "busy")
        url = reverse("tasks:task_add", args=[project.pk])
        answer = planner_client.post(url, {"name": "二度目", "once": self.KEY}, headers=HTMX)
        assert (answer.status_code, answer["Retry-After"]) == (503, "1")


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

    def test_asks_first_where_more_goes_than_was_chosen(
        self, planner_client: Client, delete: str, tree: Any
    ) -> None:
        count = Task.objects.filter(deleted_at=None).count()
        parent = Task.objects.filter(is_summary=True).order_by("row_number")[0]
        leaf = Task.objects.filter(is_summary=False, parent=parent.pk).order_by("row_number")[0]
        done = Task.objects.filter(is_summary=False).exclude(pk=leaf.pk).order_by("-row_number")[0]
        Task.objects.filter(pk=done.pk).update(actual_work_minutes=60)
        for task in (parent, done):
            answer = planner_client.post(
                delete, {"tasks": str(task.pk), "asks": "1"}, headers={"HX-Request": "true"}
            )
            assert answer.status_code == 409
            assert 'data-current="asks"' in answer.content.decode()
        assert Task.objects.filter(deleted_at=None).count() == count
        planner_client.post(delete, {"tasks": str(leaf.pk), "asks": "1"}, headers={"HX-Request": "true"})
        assert Task.objects.filter(deleted_at=None).count() == count - 1

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
        "tasks_shift": {"tasks": str(task.pk), "direction": "down"},
        "tasks_place": {"tasks": str(task.pk)},
        "progress_report": {"progress": "40"},
        "comment_add": {"body": "確認しました"},
    }[name]


class TestChanges:
    @pytest.mark.parametrize(
        "name",
        [
            "task_add", "tasks_indent", "tasks_delete", "row_shift", "tasks_shift", "tasks_place", "progress_report",
            "comment_add",
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
