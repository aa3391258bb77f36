"""A filtered sheet: which rows it shows, what it says, what stays after an edit, and what it does not do to hidden rows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from projects.models import Project
from tasks.models import CollapsedTask, Task
from tests.pages import compact

Rows = Callable[..., tuple[list[str], list[str]]]


@pytest.fixture
def tree(plan: Callable[..., dict[str, Task]], project: Project) -> dict[str, Task]:
    """Two phases; two tasks are done."""
    tasks = plan(
        ("設計", 1, 1), ("基本設計", 2, 5), ("詳細設計", 2, 3),
        ("開発", 1, 1), ("画面", 2, 5), ("帳票", 2, 4), ("総合試験", 2, 2),
    )  # fmt: skip
    Task.objects.filter(name__in=("基本設計", "帳票")).update(progress_percentage=100, status="completed")
    project.refresh_from_db()
    for task in tasks.values():
        task.refresh_from_db()
    return tasks


@pytest.fixture
def shown(leader_client: Client, project: Project) -> Rows:
    """`shown("unfinished")`: names of the rows, and of those that are context."""

    def rows(text: str, client: Client = leader_client, **fields: Any) -> tuple[list[str], list[str]]:
        url = reverse("tasks:wbs_rows", args=[project.pk])
        html = client.get(url, {"filter": text, **fields}, headers={"HX-Request": "true"}).content.decode()
        return names_of(html)

    return rows


def names_of(html: str) -> tuple[list[str], list[str]]:
    """Names of drawn rows, and of those that are context."""
    rows = re.findall(r'<tr id="row-\d+"([^>]*)>.*?class="cut"[^>]*>([^<]*)<', html, re.DOTALL)
    return [name for _attributes, name in rows], [
        name for attributes, name in rows if "row--context" in attributes
    ]


def bar_of(client: Client, project: Project, text: str) -> str:
    """What the page says of a filter."""
    html = compact(client.get(reverse("tasks:wbs", args=[project.pk]), {"filter": text}))
    found = re.search(r'<div class="toolbar filter-bar".*?(?=<div class="split)', html, re.DOTALL)
    assert found
    return found[0]


class TestRows:
    def test_are_what_is_found_with_the_summaries_above(self, tree: dict[str, Task], shown: Rows) -> None:
        assert shown("name.has.設計") == (["設計", "基本設計", "詳細設計"], [])
        assert shown("unfinished") == (["設計", "詳細設計", "開発", "画面", "総合試験"], ["設計", "開発"])
        assert shown("unfinished name.has.試験") == (["開発", "総合試験"], ["開発"])
        assert shown("name.has.帳票 or name.has.詳細") == (
            ["設計", "詳細設計", "開発", "帳票"],
            ["設計", "開発"],
        )
        assert shown("name.is.なし") == ([], [])
        assert len(shown("")[0]) == 7

    def test_under_closed_branches_are_shown(
        self, tree: dict[str, Task], shown: Rows, leader_client: Client, project: Project
    ) -> None:
        fold = reverse("tasks:wbs_fold", args=[project.pk])
        leader_client.post(fold, {"task": tree["開発"].pk})
        assert "画面" not in shown("")[0]
        assert "画面" in shown("unfinished")[0]
        answer = leader_client.post(
            fold, {"task": tree["設計"].pk, "filter": "unfinished"}, headers={"HX-Request": "true"}
        )
        assert answer.status_code == 422
        assert "絞り込み中は枝をたためません" in answer.content.decode()
        assert CollapsedTask.objects.count() == 1

    def test_are_counted_in_words(
        self, tree: dict[str, Task], leader_client: Client, project: Project
    ) -> None:
        bar = bar_of(leader_client, project, "unfinished")
        assert "未完了：7件中3件を表示しています。" in bar
        assert "7件中<strong>3</strong>件" in bar
        assert 'aria-label="条件「未完了」を外す"' in bar
        assert "一致する行はありません。" in bar_of(leader_client, project, "name.is.なし")
        assert " hidden>" in bar_of(leader_client, project, "")

    def test_are_turned_by_a_menu(
        self, tree: dict[str, Task], leader_client: Client, project: Project
    ) -> None:
        """Each word adds itself to what holds already, or goes."""
        html = compact(
            leader_client.get(
                reverse("tasks:wbs_filter", args=[project.pk]), {"filter": "unfinished", "menu": "1"}
            )
        )
        found = re.findall(r'aria-checked="(\w+)" href="\?filter=([^"]*)" data-sift>([^<]*)<', html)
        assert ("true", "", "未完了") in found
        assert ("false", "unfinished%20late", "遅延") in found
        assert [on for on, _filter, _word in found].count("true") == 1

    def test_are_all_where_a_filter_cannot_be_read(
        self, tree: dict[str, Task], shown: Rows, leader_client: Client, project: Project
    ) -> None:
        bar = bar_of(leader_client, project, "latest")
        assert "「latest」という条件はありません。" in bar
        assert len(shown("latest")[0]) == 7

    def test_are_other_ones_for_another_user(
        self, tree: dict[str, Task], shown: Rows, work_on: Callable[..., Any], contributor_client: Client
    ) -> None:
        work_on(tree["画面"])
        assert shown("mine")[0] == []
        assert shown("mine", contributor_client)[0] == ["開発", "画面"]

    def test_do_not_tell_amounts_that_the_user_may_not_see(
        self,
        tree: dict[str, Task],
        shown: Rows,
        viewer_client: Client,
        admin_client: Client,
        project: Project,
    ) -> None:
        task = tree["画面"]
        task.fixed_cost = 70_000
        task.save(update_fields=["fixed_cost"])
        text = "fixed_cost.from.50000 unfinished"
        assert shown(text, admin_client)[0] == ["開発", "画面"]
        assert shown(text, viewer_client)[0] == shown("unfinished")[0]
        assert "「固定コスト」の条件は、あなたの権限では見られない値のため外しました。" in bar_of(
            viewer_client, project, text
        )
        assert "固定コスト" not in re.sub(
            r'<p class="filter-bar__problem.*?</p>', "", bar_of(viewer_client, project, text)
        )

    def test_stand_in_the_chart_too(
        self, tree: dict[str, Task], leader_client: Client, project: Project
    ) -> None:
        html = leader_client.get(
            reverse("tasks:gantt", args=[project.pk]), {"filter": "unfinished"}
        ).content.decode()
        bars = re.findall(r'id="bar-(\d+)"', html)
        wanted = {tree[name].pk for name in ("設計", "詳細設計", "開発", "画面", "総合試験")}
        assert {int(each) for each in bars} == wanted


class TestStanding:
    def test_stays_until_the_filter_is_applied_again(
        self, tree: dict[str, Task], shown: Rows, leader_client: Client, project: Project
    ) -> None:
        at = project.revision
        shown("unfinished")
        seen = {"filter": "unfinished", "filtered": str(at), "first": "0", "count": "40"}
        edited = leader_client.post(
            reverse("tasks:cells_write", args=[project.pk]),
            {"cells": json.dumps([[tree["画面"].pk, "progress", "100%"]]), **seen},
            headers={"HX-Request": "true"},
        )
        assert edited.status_code == 200
        names, context = names_of(edited.content.decode())
        assert "画面" in names
        assert "画面" in context
        stood = shown("unfinished", filtered=at)
        assert stood == (["設計", "詳細設計", "開発", "画面", "総合試験"], ["設計", "開発", "画面"])
        assert shown("unfinished")[0] == ["設計", "詳細設計", "開発", "総合試験"]
        undone = leader_client.post(
            reverse("tasks:plan_undo", args=[project.pk]), seen, headers={"HX-Request": "true"}
        )
        assert "画面" not in names_of(undone.content.decode())[1]

    def test_shows_new_rows(
        self, tree: dict[str, Task], shown: Rows, leader_client: Client, project: Project
    ) -> None:
        shown("name.has.試験")
        seen = {"filter": "name.has.試験", "filtered": str(project.revision), "first": "0", "count": "40"}
        answer = leader_client.post(
            reverse("tasks:task_add", args=[project.pk]),
            {"name": "受入", "before": tree["総合試験"].pk, **seen},
            headers={"HX-Request": "true"},
        )
        assert names_of(answer.content.decode()) == (["開発", "受入", "総合試験"], ["開発", "受入"])

    def test_is_applied_again_where_nothing_is_kept(
        self, tree: dict[str, Task], shown: Rows, project: Project
    ) -> None:
        at = project.revision
        shown("unfinished")
        Task.objects.filter(name="画面").update(progress_percentage=100)
        assert "画面" in shown("unfinished", filtered=at)[0]
        cache.clear()
        assert "画面" not in shown("unfinished", filtered=at)[0]
        assert "画面" not in shown("unfinished", filtered="ten")[0]

    def test_costs_as_many_statements_for_many_rows(
        self,
        plan: Callable[..., Any],
        leader_client: Client,
        project: Project,
        queries_of: Callable[..., int],
    ) -> None:
        url = reverse("tasks:wbs_rows", args=[project.pk])
        fields = "?first=0&count=40&filter="
        costs = []
        for count in (5, 300):
            Task.objects.all().delete()
            plan(*[(f"作業 {count}-{number}", 1 + number % 2, 2) for number in range(count)])
            costs.append(
                [queries_of(leader_client, f"{url}{fields}{text}") for text in ("unfinished", "name.has.2")]
            )
        assert costs[0] == costs[1]


class TestHiddenRows:
    """Rows that a filter hides are not passed, and nothing is put onto them."""

    def refused(self, client: Client, project: Project, view: str, **fields: Any) -> str:
        answer = client.post(
            reverse(f"tasks:{view}", args=[project.pk]), fields, headers={"HX-Request": "true"}
        )
        return answer.content.decode() if answer.status_code == 422 else ""

    def test_are_not_passed(self, tree: dict[str, Task], leader_client: Client, project: Project) -> None:
        moved = tree["総合試験"].pk
        said = self.refused(
            leader_client, project, "tasks_shift", tasks=moved, direction="up", filter="unfinished"
        )
        assert "隠れている行を飛び越えるため、動かせません" in said
        placed = {"tasks": moved, "target": tree["詳細設計"].pk, "filter": "unfinished"}
        assert "隠れている行を飛び越えるため" in self.refused(leader_client, project, "tasks_place", **placed)
        assert Task.objects.get(pk=moved).row_number == 7
        assert not self.refused(
            leader_client, project, "tasks_shift", tasks=moved, direction="up", filter="level.from.1"
        )

    def test_take_no_rows_under_them(
        self, tree: dict[str, Task], leader_client: Client, project: Project
    ) -> None:
        """The row above a task that is indented is seen; so are those behind one that comes out."""
        indented = {"tasks": tree["総合試験"].pk, "filter": "unfinished"}
        assert "階層を変えられません" in self.refused(leader_client, project, "tasks_indent", **indented)
        outdented = {"tasks": tree["画面"].pk, "filter": "unfinished"}
        assert "階層を変えられません" in self.refused(leader_client, project, "tasks_outdent", **outdented)
        assert not self.refused(
            leader_client, project, "tasks_indent", tasks=tree["帳票"].pk, filter="name.has.帳 or name.has.画"
        )
        assert Task.objects.get(name="帳票").parent.name == "画面"

    def test_are_not_pasted_onto(
        self, tree: dict[str, Task], leader_client: Client, project: Project
    ) -> None:
        fields = {
            "text": "画面 2\n総合試験 2", "task": tree["画面"].pk, "columns": "name", "filter": "unfinished",
            "first": "0", "count": "40",
        }  # fmt: skip
        preview = leader_client.post(
            reverse("tasks:table_paste", args=[project.pk]), fields, headers={"HX-Request": "true"}
        )
        assert 'name="filter" value="unfinished"' in preview.content.decode()
        leader_client.post(
            reverse("tasks:paste_apply", args=[project.pk]), fields, headers={"HX-Request": "true"}
        )
        names = list(
            Task.objects.filter(project=project).order_by("row_number").values_list("name", flat=True)
        )
        assert names == ["設計", "基本設計", "詳細設計", "開発", "画面 2", "帳票", "総合試験 2"]

    def test_are_not_found_but_named(
        self, tree: dict[str, Task], leader_client: Client, project: Project
    ) -> None:
        url = reverse("tasks:wbs_find", args=[project.pk])
        assert "見つかりません" in compact(leader_client.get(url, {"text": "帳票", "filter": "unfinished"}))
        assert "1 / 1" in compact(leader_client.get(url, {"text": "画面", "filter": "unfinished"}))
        gone = compact(leader_client.get(url, {"text": "6", "go": "1", "filter": "unfinished"}))
        assert "6行「帳票」（フィルターで隠れています）" in gone

    def test_are_not_selected(self, tree: dict[str, Task], leader_client: Client, project: Project) -> None:
        answer = leader_client.get(
            reverse("tasks:wbs_selection", args=[project.pk]), {"filter": "unfinished", "columns": "work"}
        )
        ids = re.search(r'data-tasks="([\d,]+)"', answer.content.decode())[1].split(",")
        assert {int(each) for each in ids} == {
            tree[n].pk for n in ("設計", "詳細設計", "開発", "画面", "総合試験")
        }
