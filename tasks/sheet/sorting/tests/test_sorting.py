"""A sorted sheet: its rows, what stays after an edit, and what it does not do to the tree."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from projects.models import Project
from tasks.models import CollapsedTask, Task
from tasks.sheet.columns.registry import registry
from tasks.sheet.filtering.tests.test_matching import TODAY
from tasks.sheet.filtering.tests.test_page import names_of
from tasks.sheet.rows import rows_within
from tasks.sheet.sorting.notation import FLAT, Sort, UnreadableSortError, read_sort
from tasks.sheet.sorting.standing import ordered_rows
from tasks.sheet.sorting.tests.test_plainly import everything
from tests.pages import compact

HTMX = {"HX-Request": "true"}
Rows = Callable[..., list[str]]


@pytest.fixture
def tree(plan: Callable[..., dict[str, Task]], project: Project) -> dict[str, Task]:
    """Two phases with tasks of different lengths."""
    tasks = plan(
        ("設計", 1, 1), ("基本設計", 2, 2), ("詳細設計", 2, 5), ("資料", 2, 2),
        ("開発", 1, 1), ("画面", 2, 8), ("帳票", 2, 3), ("試験", 2, 4),
    )  # fmt: skip
    project.refresh_from_db()
    for task in tasks.values():
        task.refresh_from_db()
    return tasks


@pytest.fixture
def shown(leader_client: Client, project: Project) -> Rows:
    """`shown("-duration")`: names of the rows."""

    def rows(text: str, client: Client = leader_client, **fields: Any) -> list[str]:
        url = reverse("tasks:wbs_rows", args=[project.pk])
        return names_of(client.get(url, {"sort": text, **fields}, headers=HTMX).content.decode())[0]

    return rows


DOWN: list[str] = ["開発", "画面", "試験", "帳票", "設計", "詳細設計", "基本設計", "資料"]


class TestNotation:
    @pytest.mark.parametrize(
        "text", ["", "name", "-total_slack name", "-work -finish start", "flat", "finish flat"]
    )
    def test_is_read_as_it_is_written(self, text: str) -> None:
        assert str(read_sort(text)) == text

    @pytest.mark.parametrize("text", ["no_such", "why", "--name", "name -start finish work", "x" * 300])
    def test_refuses_what_means_nothing(self, text: str) -> None:
        with pytest.raises(UnreadableSortError):
            read_sort(text)

    def test_has_a_word_that_no_column_has(self) -> None:
        assert FLAT not in registry

    def test_turns_with_each_press(self) -> None:
        sort = Sort()
        told = []
        for _each in range(3):
            sort = sort.turned("finish")
            told.append(str(sort))
        assert told == ["finish", "-finish", ""]
        assert str(read_sort("name -work flat").turned("work")) == "work flat"
        assert str(Sort().with_more("name").with_more("work").with_more("work")) == "name -work"
        assert str(read_sort("name work start").with_more("finish")) == "name work finish"


class TestRows:
    def test_stand_in_order_below_their_summaries(self, tree: dict[str, Task], shown: Rows) -> None:
        assert shown("-duration") == DOWN
        assert shown("duration") == ["設計", "基本設計", "資料", "詳細設計", "開発", "帳票", "試験", "画面"]
        assert shown("-duration -number") == [
            "開発",
            "画面",
            "試験",
            "帳票",
            "設計",
            "詳細設計",
            "資料",
            "基本設計",
        ]
        assert shown("") == list(tree)

    def test_stand_in_one_list_without_summaries(
        self, tree: dict[str, Task], shown: Rows, leader_client: Client, project: Project
    ) -> None:
        assert shown("-duration flat") == ["画面", "詳細設計", "試験", "帳票", "基本設計", "資料"]
        assert shown("flat") == ["基本設計", "詳細設計", "資料", "画面", "帳票", "試験"]
        url = reverse("tasks:wbs_rows", args=[project.pk])
        html = leader_client.get(url, {"sort": "flat"}, headers=HTMX).content.decode()
        assert (
            set(re.findall(r'aria-level="(\d+)"', html))
            == set(re.findall(r'data-level="(\d+)"', html))
            == {"1"}
        )

    def test_come_window_by_window(self, tree: dict[str, Task], project: Project) -> None:
        visible = ordered_rows(project, everything(project), read_sort("-duration"), at=None, on=TODAY)
        for first, count in ((0, 3), (2, 3), (5, 40), (8, 3)):
            rows = rows_within(project, visible, (registry["name"],), first=first, count=count, on=TODAY)
            assert [row.name for row in rows] == DOWN[first : first + count]
            assert [row.place for row in rows] == list(range(first, min(first + count, 8)))
        assert [visible.position_of(tree[name].row_number or 0) for name in DOWN] == list(range(1, 9))
        assert [visible.row_at(place) for place in range(1, 9)] == [tree[name].row_number for name in DOWN]

    def test_are_filtered_and_sorted(self, tree: dict[str, Task], shown: Rows) -> None:
        assert shown("-duration", filter="duration.from.4") == ["開発", "画面", "試験", "設計", "詳細設計"]
        assert shown("-duration flat", filter="duration.from.4") == ["画面", "詳細設計", "試験"]

    def test_under_closed_branches_are_hidden_in_the_tree_alone(
        self, tree: dict[str, Task], shown: Rows, leader_client: Client, project: Project
    ) -> None:
        fold = reverse("tasks:wbs_fold", args=[project.pk])
        assert (
            leader_client.post(fold, {"task": tree["開発"].pk, "sort": "-duration"}, headers=HTMX).status_code
            == 200
        )
        assert shown("-duration") == ["開発", *DOWN[4:]]
        assert len(shown("-duration flat")) == 6
        answer = leader_client.post(fold, {"task": tree["設計"].pk, "sort": "flat"}, headers=HTMX)
        assert answer.status_code == 422
        assert CollapsedTask.objects.count() == 1

    def test_in_another_order_have_other_pictures(
        self, tree: dict[str, Task], leader_client: Client, project: Project
    ) -> None:
        def bars(text: str) -> list[str]:
            html = leader_client.get(
                reverse("tasks:wbs_rows", args=[project.pk]), {"sort": text, "zoom": "week"}, headers=HTMX
            ).content.decode()
            return re.findall(r'id="bar-(\d+)"', html)

        assert bars("-duration") == [str(tree[name].pk) for name in DOWN]
        assert bars("") == [str(task.pk) for task in tree.values()]


class TestStanding:
    def test_a_row_keeps_its_place_until_it_is_sorted_again(
        self, tree: dict[str, Task], shown: Rows, leader_client: Client, project: Project
    ) -> None:
        before = project.revision
        assert shown("-duration") == DOWN
        cell = reverse("tasks:task_cell", args=[tree["帳票"].pk])
        answer = leader_client.post(
            cell, {"column": "duration", "text": "20日", "sort": "-duration", "sorted": before, "first": 0, "count": 40},
            headers=HTMX,
        )  # fmt: skip
        assert answer.status_code == 200
        html = answer.content.decode()
        assert re.search(rf'id="row-{tree["帳票"].pk}"[^>]*aria-rowindex="5"', html)
        assert shown("-duration", sorted=before) == DOWN
        assert shown("-duration") == ["開発", "帳票", "画面", "試験", *DOWN[4:]]
        # What is no longer kept is sorted anew.
        cache.clear()
        assert shown("-duration", sorted=before)[1] == "帳票"

    def test_new_rows_stand_last_and_gone_ones_go(
        self, tree: dict[str, Task], shown: Rows, leader_client: Client, project: Project
    ) -> None:
        before = project.revision
        assert shown("-duration") == DOWN
        leader_client.post(
            reverse("tasks:task_add", args=[project.pk]), {"name": "新しい", "after": tree["画面"].pk}
        )
        leader_client.post(reverse("tasks:tasks_delete", args=[project.pk]), {"tasks": tree["試験"].pk})
        assert shown("-duration", sorted=before) == ["開発", "画面", "帳票", "新しい", *DOWN[4:]]
        assert shown("-duration flat", sorted=before)[-1] == "新しい"


class TestRights:
    def test_no_order_tells_amounts(
        self,
        tree: dict[str, Task],
        admin_client: Client,
        leader_client: Client,
        project: Project,
        shown: Rows,
    ) -> None:
        for name, amount in (("基本設計", 100), ("詳細設計", 900), ("資料", 500)):
            Task.objects.filter(pk=tree[name].pk).update(fixed_cost=amount)
        assert shown("-fixed_cost flat", admin_client)[:3] == ["詳細設計", "資料", "基本設計"]
        assert shown("-fixed_cost flat") == shown("flat")
        page = compact(leader_client.get(reverse("tasks:wbs", args=[project.pk]), {"sort": "-fixed_cost"}))
        assert "「固定コスト」での並べ替えは、あなたの権限では見られない値のため外しました。" in page


class TestTree:
    """What a sorted sheet does not do, with the reason."""

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("tasks_indent", {"tasks": "{画面}"}),
            ("tasks_outdent", {"tasks": "{画面}"}),
            ("tasks_shift", {"tasks": "{画面}", "direction": "down"}),
            ("tasks_place", {"tasks": "{画面}", "target": "{資料}"}),
            ("task_add", {"name": "間に", "before": "{画面}"}),
            ("task_add", {"name": "間に", "after": "{画面}"}),
        ],
    )
    def test_is_not_changed(
        self, name: str, data: dict[str, str], tree: dict[str, Task], leader_client: Client, project: Project
    ) -> None:
        ids = {name: task.pk for name, task in tree.items()}
        sent = {key: value.format(**ids) for key, value in data.items()}
        url = reverse(f"tasks:{name}", args=[project.pk])
        answer = leader_client.post(url, {**sent, "sort": "-duration"}, headers=HTMX)
        assert answer.status_code == 422
        assert "並べ替え" in answer.content.decode()
        assert leader_client.post(url, sent, headers=HTMX).status_code in {200, 422}

    def test_rows_are_added_at_the_end(
        self, tree: dict[str, Task], leader_client: Client, project: Project
    ) -> None:
        url = reverse("tasks:task_add", args=[project.pk])
        assert (
            leader_client.post(url, {"name": "最後に", "sort": "-duration"}, headers=HTMX).status_code == 200
        )
        assert Task.objects.get(name="最後に").row_number == 9


class TestWhatElseKnowsPlaces:
    def test_a_selection_is_what_is_seen_between_two_rows(
        self, tree: dict[str, Task], leader_client: Client, project: Project
    ) -> None:
        ids = {name: task.pk for name, task in tree.items()}
        asked: dict[str, Any] = {
            "first": ids["試験"],
            "last": ids["詳細設計"],
            "sort": "-duration",
            "columns": "name",
        }
        page = leader_client.get(reverse("tasks:wbs_selection", args=[project.pk]), asked, headers=HTMX)
        wanted = ",".join(str(ids[name]) for name in ("試験", "帳票", "設計", "詳細設計"))
        assert f'data-tasks="{wanted}"' in page.content.decode()
        copied = leader_client.get(reverse("tasks:table_copy", args=[project.pk]), asked).json()
        assert [line.strip() for line in copied["text"].splitlines()] == ["試験", "帳票", "設計", "詳細設計"]

    def test_finding_goes_on_in_the_order_that_is_seen(
        self, tree: dict[str, Task], leader_client: Client, project: Project
    ) -> None:
        def find(text: str, **fields: Any) -> tuple[str, str]:
            asked = {"text": text, "sort": "-duration", **fields}
            page = leader_client.get(
                reverse("tasks:wbs_find", args=[project.pk]), asked, headers=HTMX
            ).content.decode()
            found = re.search(r'data-place="(\d+)"\s+data-task="(\d+)"', page)
            assert found
            return found[1], found[2]

        assert find("設計") == ("4", str(tree["設計"].pk))
        assert find("設計", behind=tree["設計"].pk) == ("5", str(tree["詳細設計"].pk))
        assert find("設計", behind=tree["詳細設計"].pk) == ("6", str(tree["基本設計"].pk))
        page = leader_client.get(
            reverse("tasks:wbs_find", args=[project.pk]),
            {"text": "8", "go": "1", "sort": "-duration"},
            headers=HTMX,
        ).content.decode()
        assert 'data-place="2"' in page

    def test_values_are_pasted_onto_the_rows_that_are_seen(
        self, tree: dict[str, Task], leader_client: Client, project: Project
    ) -> None:
        url = reverse("tasks:paste_apply", args=[project.pk])
        data = {
            "text": "501\n502",
            "task": tree["帳票"].pk,
            "columns": "priority",
            "apply": "1",
            "sort": "-duration",
        }
        answer = leader_client.post(url, data, headers=HTMX)
        assert answer.status_code == 200, answer.content.decode()
        assert dict(Task.objects.filter(priority__gt=500).values_list("name", "priority")) == {
            "帳票": 501,
            "設計": 502,
        }
