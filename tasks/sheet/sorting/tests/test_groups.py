"""Rows put together by a column: heads, what they come to, and what passes them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from itertools import groupby
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import Project
from resources.models import Resource
from tasks.models import Assignment, Task
from tasks.sheet.filtering.tests import test_matching
from tasks.sheet.filtering.tests.test_matching import PLAIN, TODAY
from tasks.sheet.rows import rows_within
from tasks.sheet.sorting.notation import Sort, SortKey, UnreadableSortError, read_sort
from tasks.sheet.sorting.standing import ordered_rows
from tasks.sheet.sorting.tests.test_plainly import plain_value, plainly
from tasks.sheet.visible import VisibleRows

HTMX = {"HX-Request": "true"}
random_plan = test_matching.random_plan
Lines = Callable[..., list[str]]


@pytest.fixture
def tree(plan: Callable[..., dict[str, Task]], project: Project) -> dict[str, Task]:
    """A phase of five tasks; Aoki has two alone and one with Baba, one has no people."""
    tasks = plan(
        ("開発", 1, 1), ("画面", 2, 8), ("帳票", 2, 3), ("試験", 2, 4), ("資料", 2, 2), ("移行", 2, 1),
    )  # fmt: skip
    people = [
        Resource.objects.create(organization=project.organization, name=name, kana=kana)
        for name, kana in (("馬場", "ばば"), ("青木", "あおき"))
    ]
    work = {"画面": (1,), "帳票": (1, 0), "試験": (0,), "移行": (1,)}
    for name, who in work.items():
        for each in who:
            Assignment.objects.create(
                organization=project.organization, project=project, task=tasks[name], resource=people[each]
            )
    for name, minutes in (("画面", 4_800), ("移行", 600)):
        Task.objects.filter(pk=tasks[name].pk).update(work_minutes=minutes)
    project.refresh_from_db()
    for task in tasks.values():
        task.refresh_from_db()
    return tasks


def lines_of(html: str) -> list[str]:
    """Names of rows, and words of heads in brackets with how many are below."""
    found = re.findall(
        r'<tr id="row-\d+".*?class="cut"[^>]*>([^<]*)<|<tr class="row--group".*?class="cut">([^<]*)</span> <span class="faint">([^<]*)<',
        html, re.DOTALL,
    )  # fmt: skip
    return [name or f"[{words} {count}]" for name, words, count in found]


@pytest.fixture
def shown(leader_client: Client, project: Project) -> Lines:
    def lines(text: str, **fields: Any) -> list[str]:
        url = reverse("tasks:wbs_rows", args=[project.pk])
        return lines_of(leader_client.get(url, {"sort": text, **fields}, headers=HTMX).content.decode())

    return lines


class TestNotation:
    @pytest.mark.parametrize("text", ["group.assignees", "group.-status -finish", "group.start name flat"])
    def test_is_read_as_it_is_written(self, text: str) -> None:
        assert str(read_sort(text)) == text
        assert read_sort(text).is_flat

    @pytest.mark.parametrize(
        "text", ["group.", "group.no_such", "group.fixed_cost", "group.name", "group.work"]
    )
    def test_refuses_what_puts_nothing_together(self, text: str) -> None:
        with pytest.raises(UnreadableSortError):
            read_sort(text)


class TestGroups:
    @pytest.mark.parametrize("seed", range(5))
    def test_are_those_of_a_plain_reading(
        self, seed: int, random_plan: Callable[[int], list[Any]], project: Project
    ) -> None:
        tasks = sorted(random_plan(seed), key=lambda task: task.row_number)
        leaves = [task for task in tasks if not task.is_summary]
        chance = random.Random(seed)
        everything = VisibleRows(project.task_count, (), frozenset())
        for name in ("status", "critical", "assignees", "milestone", "start", "deadline"):
            group = SortKey(name, chance.random() < 0.5)
            key = SortKey(chance.choice(("name", "work", "number")), chance.random() < 0.5)
            found = ordered_rows(project, everything, Sort((key,), group=group), at=None, on=TODAY)
            wanted: list[Any] = []
            for _value, inside in groupby(_in_groups(leaves, group, key), key=lambda task: _put(name, task)):
                wanted += ["head", *(task.pk for task in inside)]
            assert ["head" if row < 0 else tasks[row - 1].pk for row in found.order or ()] == wanted, (
                group,
                key,
            )
            heads = [row for row in found.order or () if row < 0]
            assert len({*heads}) == len(heads)

    def test_have_heads_with_what_is_below(self, tree: dict[str, Task], shown: Lines) -> None:
        assert shown("group.assignees -duration") == [
            "[青木 2件]", "画面", "移行", "[青木、馬場 1件]", "帳票", "[馬場 1件]", "試験", "[（値なし） 1件]", "資料",
        ]  # fmt: skip
        assert shown("group.start")[0] == "[2026/04 5件]"

    def test_say_sums_the_earliest_and_the_latest(
        self, tree: dict[str, Task], leader_client: Client, project: Project
    ) -> None:
        url = reverse("tasks:wbs_rows", args=[project.pk])
        html = leader_client.get(url, {"sort": "group.assignees"}, headers=HTMX).content.decode()
        head = re.search(r'<tr class="row--group" id="group-0".*?</tr>', html)
        assert head
        cells = dict(re.findall(r'<td data-column="(\w+)"[^>]*>([^<]*)</td>', head[0]))
        own = [tree["画面"], tree["移行"]]
        assert cells["work"] == "90h"
        assert cells["start"] == f"{min(task.start_date for task in own):%Y/%m/%d}"
        assert cells["finish"] == f"{max(task.end_date for task in own):%Y/%m/%d}"
        assert cells["status"] == ""

    def test_without_rows_that_are_seen_have_no_head(self, tree: dict[str, Task], shown: Lines) -> None:
        assert shown("group.assignees", filter="duration.from.4") == [
            "[青木 1件]",
            "画面",
            "[馬場 1件]",
            "試験",
        ]

    def test_are_counted_as_rows_and_not_as_heads(
        self, tree: dict[str, Task], leader_client: Client, project: Project
    ) -> None:
        url = reverse("tasks:wbs", args=[project.pk])
        page = leader_client.get(url, {"sort": "group.assignees"}).content.decode()
        assert 'data-total="9"' in page
        assert re.search(r'<span id="wbs-count">\s*5件', page)

    def test_keep_a_row_that_was_edited_and_draw_their_heads_anew(
        self, tree: dict[str, Task], shown: Lines, leader_client: Client, project: Project
    ) -> None:
        before = project.revision
        first = shown("group.assignees -duration")
        cell = reverse("tasks:task_cell", args=[tree["移行"].pk])
        sent = {"column": "work", "text": "20h", "sort": "group.assignees -duration", "sorted": before, "first": 0, "count": 40}  # fmt: skip
        html = leader_client.post(cell, sent, headers=HTMX).content.decode()
        assert 'id="group-0"' in html
        assert 'id="group-2"' not in html
        assert ">100h</td>" in html
        people = reverse("tasks:task_cell", args=[tree["画面"].pk])
        leader_client.post(people, {"column": "assignees", "text": "馬場"}, headers=HTMX)
        assert shown("group.assignees -duration", sorted=before) == first
        assert shown("group.assignees -duration")[0] == "[青木 1件]"
        leader_client.post(reverse("tasks:task_add", args=[project.pk]), {"name": "新しい"})
        assert shown("group.assignees -duration", sorted=before)[-2:] == [
            "[並べ替えた後に加わった行 1件]",
            "新しい",
        ]


class TestPlaces:
    def test_pass_heads(self, tree: dict[str, Task], project: Project) -> None:
        everything = VisibleRows(project.task_count, (), frozenset())
        visible = ordered_rows(project, everything, read_sort("group.assignees -duration"), at=None, on=TODAY)
        assert (visible.count, visible.tasks) == (9, 5)
        rows = rows_within(project, visible, (), first=0, count=9, on=TODAY)
        assert [(row.name, row.place) for row in rows] == [
            ("画面", 1),
            ("移行", 2),
            ("帳票", 4),
            ("試験", 6),
            ("資料", 8),
        ]
        assert visible.row_at(1) == visible.row_at(2) == tree["画面"].row_number
        assert [visible.position_of(row.row_number) - 1 for row in rows] == [row.place for row in rows]
        numbers = [row.row_number for row in rows]
        assert _flat(visible.rows_from(numbers[1], 3)) == numbers[1:4]
        assert _flat(visible.ranges(1, 9)) == numbers

    def test_values_are_pasted_past_a_head(
        self, tree: dict[str, Task], leader_client: Client, project: Project
    ) -> None:
        url = reverse("tasks:paste_apply", args=[project.pk])
        data = {"text": "501\n502\n503", "task": tree["移行"].pk, "columns": "priority", "sort": "group.assignees -duration"}  # fmt: skip
        assert leader_client.post(url, data, headers=HTMX).status_code == 200
        written = Task.objects.filter(priority__gt=500).order_by("priority")
        assert list(written.values_list("name", flat=True)) == ["移行", "帳票", "試験"]

    def test_of_the_chart_are_those_of_the_table(
        self, tree: dict[str, Task], leader_client: Client, project: Project
    ) -> None:
        url = reverse("tasks:wbs_rows", args=[project.pk])
        html = leader_client.get(
            url, {"sort": "group.assignees -duration", "zoom": "week"}, headers=HTMX
        ).content.decode()
        assert 'data-from="0" data-count="9"' in html
        tops = [int(top) for top in re.findall(r'<g id="bar-\d+"[^>]*translate\(0 (\d+)\)', html)]
        assert [top // 32 for top in tops] == [1, 2, 4, 6, 8]


def _flat(stretches: list[tuple[int, int]]) -> list[int]:
    return [number for first, last in stretches for number in range(first, last + 1)]


def _put(name: str, task: Any) -> Any:
    value = PLAIN[name](task)
    if name in {"start", "deadline"}:
        return value and (value.year, value.month)
    return plain_value(name, task)


def _in_groups(tasks: list[Any], group: SortKey, key: SortKey) -> list[Any]:
    rows = plainly(tasks, (key,))
    filled = [task for task in rows if _put(group.column, task) is not None]
    filled.sort(key=lambda task: _put(group.column, task), reverse=group.is_down)
    return filled + [task for task in rows if _put(group.column, task) is None]
