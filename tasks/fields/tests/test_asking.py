"""What is asked about custom fields: filters, order, and texts that are found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.in_hand import in_hand
from projects.models import Project
from tasks.editing.refused import Cell
from tasks.editing.writing import write_cells
from tasks.fields.services import retire_field
from tasks.models import CustomField, Task
from tasks.sheet.columns.registry import registry
from tasks.sheet.filtering.matching import tasks_found
from tasks.sheet.filtering.notation import read_filter
from tasks.sheet.filtering.words import Asked
from tasks.sheet.finding import find
from tasks.sheet.rows import rows_within
from tasks.sheet.sorting.values import tasks_with_values
from tasks.sheet.visible import VisibleRows

Declare = Callable[..., CustomField]
ON = date(2026, 4, 6)


class TestQuestions:
    def found(self, project: Project, cast: Any, text: str) -> set[str]:
        project = Project.objects.get(pk=project.pk)
        with in_hand(project):
            ids = tasks_found(read_filter(text), Asked(project, cast.admin, ON))
        return set(Task.objects.filter(pk__in=ids).values_list("name", flat=True))

    @pytest.mark.parametrize(
        ("kind", "said", "typed", "asked", "expected"),
        [
            ("text", {}, ["ＥＲＰ の件", "ほか"], "has.erp", {"設計"}),
            ("text", {}, ["x", ""], "filled", {"設計"}),
            ("number", {}, ["10", "2"], "from.9", {"設計"}),
            ("number", {"roll_up": "sum"}, ["10", "2"], "from.9", {"設計"}),
            ("money", {}, ["1000", "200"], "from.500", {"設計"}),
            ("money", {}, ["1000", "200"], "not.200", {"設計", "開発", "製造", "単体試験"}),
            ("money", {}, ["1000", ""], "filled", {"設計"}),
            ("number", {"roll_up": "sum"}, ["10", "2"], "empty", {"開発", "製造", "単体試験"}),
            ("number", {"roll_up": "max"}, ["10", "2"], "between.1..3", {"試験"}),
            ("text", {"formula": '"x" & [タスク]'}, [], "has.計", {"設計"}),
            ("text", {"formula": '"x" & [タスク]'}, [], "is.X試験", {"試験"}),
            ("date", {}, ["2026/5/1", "2026/4/1"], "after.2026-04-15", {"設計"}),
            ("duration", {}, ["3日", "1日"], "from.2", {"設計"}),
            ("flag", {}, ["はい", ""], "is.yes", {"設計"}),
            ("choice", {"choices": ["高", "中"]}, ["高", "中"], "is.1", {"設計"}),
        ],
    )
    def test_a_filter_compares_it(
        self, declare: Declare, tree: dict[str, Task], project: Project, cast: Any, kind: str, said: Any, typed: list[str],
        asked: str, expected: set[str],
    ) -> None:  # fmt: skip
        column = declare("項目", kind, **said).column
        for name, text in zip(("設計", "試験"), typed, strict=False):
            write_cells(project=project, cells=[Cell(tree[name].pk, column, text)], actor=cast.admin)
        assert self.found(project, cast, f"{column}.{asked}") == expected

    def test_rows_are_sorted_by_it_as_it_is_read(
        self, declare: Declare, tree: dict[str, Task], project: Project, cast: Any
    ) -> None:
        column = declare("区分", "choice", choices=["高", "中", "低"]).column
        for name, text in {"設計": "低", "試験": "高", "製造": "中"}.items():
            write_cells(project=project, cells=[Cell(tree[name].pk, column, text)], actor=cast.admin)
        with in_hand(project):
            lines, values, groups = tasks_with_values(project, [column], ON, group=column)
        names = dict(Task.objects.filter(project=project).values_list("pk", "name"))
        by_name = {names[line.pk]: value for line, value in zip(lines, values[column], strict=True)}
        assert (by_name["試験"], by_name["製造"], by_name["設計"]) == (0, 1, 2)
        assert {group.word for group in groups if group} == {"高", "中", "低"}

    def test_texts_are_found(
        self, declare: Declare, tree: dict[str, Task], project: Project, cast: Any, write: Callable[..., Any]
    ) -> None:
        text, choice = declare("備考").column, declare("区分", "choice", choices=["外注先A"]).column
        write({tree["設計"]: "さくら"}, text)
        write({tree["製造"]: "外注先A"}, choice)
        project.refresh_from_db()
        with in_hand(project):
            shown = [registry[text], registry[choice]]
            for wanted, name in (("サクラ", "設計"), ("外注", "製造")):
                visible = VisibleRows(project.task_count, (), frozenset())
                found = find(project, visible, shown, wanted, behind=None, inside="", is_back=False, on=ON)
                assert found is not None
                assert found.task_id == tree[name].pk

    def test_of_the_whole_plan_they_are_one_query(
        self, declare: Declare, tree: dict[str, Task], project: Project
    ) -> None:
        names = [declare(f"列{number}", "number", roll_up="sum").column for number in range(3)]
        project = Project.objects.get(pk=project.pk)
        with in_hand(project), CaptureQueriesContext(connection) as queries:
            columns = tuple(registry[name] for name in names)
            everything = VisibleRows(project.task_count, (), frozenset())
            rows_within(project, everything, columns, first=0, count=project.task_count, on=ON)
        # What is declared, the rows, and what summaries come to.
        assert len(queries) == 3


class TestRetired:
    @pytest.mark.parametrize(
        "asked", ["filter={0}.filled", "sort={0}", "sort=-{0}&group=1", "filter=late+or+{0}.is.x", "find={0}"]
    )
    def test_fields_in_an_address_break_no_page(
        self,
        asked: str,
        declare: Declare,
        tree: dict[str, Task],
        project: Project,
        cast: Any,
        leader_client: Client,
    ) -> None:
        field = declare("区分")
        address = f"{reverse('tasks:wbs', args=[project.pk])}?{asked.format(field.column)}"
        assert leader_client.get(address).status_code == 200
        retire_field(field=field, actor=cast.admin)
        assert leader_client.get(address).status_code in {200, 422}
