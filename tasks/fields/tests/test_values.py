"""What stands in custom fields: typed, kept, shown, rolled up, undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.errors import NotAllowedError
from projects.in_hand import in_hand
from projects.models import AuditEntry, Project, ProjectMember
from tasks.copying.services import copy_project
from tasks.editing.refused import Cell, CellsRefusedError
from tasks.editing.writing import write_cells
from tasks.fields.services import edit_field, retire_field
from tasks.models import CustomField, Task
from tasks.sheet.columns.registry import registry
from tasks.sheet.look import make_look
from tasks.sheet.rows import rows_within
from tasks.sheet.visible import VisibleRows
from tasks.undo.services import ClashError, OnClash, redo, undo

Declare = Callable[..., CustomField]
ON = date(2026, 4, 6)


def texts(project: Project, column: str) -> dict[str, str]:
    """What the cells of a column show, by the names of the tasks."""
    project = Project.objects.get(pk=project.pk)
    with in_hand(project):
        shown = registry[column]
        rows = rows_within(
            project, VisibleRows(project.task_count, (), frozenset()), (shown,), first=0, count=project.task_count, on=ON
        )  # fmt: skip
        look = make_look(project)
        return {row.name: shown.text_of(row, look) for row in rows}


class TestTyped:
    @pytest.mark.parametrize(
        ("kind", "typed", "kept", "shown"),
        [
            ("text", " 要確認 ", "要確認", "要確認"),
            ("number", "１，２００．５", 1200.5, "1,200.5"),
            ("number", "−３", -3, "−3"),
            ("money", "12万円", 12_000_000, "¥120,000"),
            ("date", "2026/4/30", "2026-04-30", "2026/04/30"),
            ("duration", "2日4時間", 1200, "2.5日"),
            ("flag", "はい", True, "はい"),
            ("choice", "高", "1", "高"),
        ],
    )
    def test_reads_as_columns_of_its_kind_do(
        self, declare: Declare, tree: dict[str, Task], project: Project, cast: Any, kind: str, typed: str, kept: Any, shown: str
    ) -> None:  # fmt: skip
        field = declare("項目", kind, **({"choices": ["高", "中"]} if kind == "choice" else {}))
        column = field.column
        task = tree["設計"]
        write_cells(project=project, cells=[Cell(task.pk, column, typed)], actor=cast.admin)
        task.refresh_from_db()
        assert (task.field_amounts if kind == "money" else task.field_values) == {column: kept}
        assert texts(project, column)["設計"] == shown
        write_cells(project=project, cells=[Cell(task.pk, column, "")], actor=cast.admin)
        task.refresh_from_db()
        assert (task.field_amounts if kind == "money" else task.field_values) == {column: None}
        assert texts(project, column)["設計"] == ""

    @pytest.mark.parametrize(
        ("kind", "typed"),
        [
            ("text", "x" * 1001), ("number", "1e9"), ("number", "1" * 13), ("number", "多い"), ("money", "いくら"), ("date", "2026/2/30"),
            ("duration", "経過5日"), ("duration", "長い"), ("flag", "たぶん"), ("choice", "低"), ("choice", "1"),
        ],
    )  # fmt: skip
    def test_says_how_it_is_filled_in(
        self, declare: Declare, tree: dict[str, Task], project: Project, cast: Any, kind: str, typed: str
    ) -> None:
        field = declare("項目", kind, **({"choices": ["高", "中"]} if kind == "choice" else {}))
        with pytest.raises(CellsRefusedError) as refused:
            write_cells(project=project, cells=[Cell(tree["設計"].pk, field.column, typed)], actor=cast.admin)
        assert "読めません" in str(refused.value.refused[0].error)

    def test_is_one_change_and_one_line_of_the_record(
        self, declare: Declare, tree: dict[str, Task], write: Callable[..., Any], project: Project
    ) -> None:
        column = declare("見積", "number").column
        revision = project.revision
        write({tree["設計"]: "12"}, column)
        entry = AuditEntry.objects.filter(project=project).latest("sequence")
        assert (entry.action, entry.before, entry.after) == ("task.filled", {column: None}, {column: 12})
        assert project.revision == revision + 1

    def test_costs_as_many_queries_for_three_cells_as_for_one(
        self, declare: Declare, tree: dict[str, Task], write: Callable[..., Any]
    ) -> None:
        column = declare("見積", "number").column
        counts = []
        for number, names in enumerate((["設計"], ["設計"], ["設計", "試験", "単体試験"])):
            with CaptureQueriesContext(connection) as queries:
                write({tree[name]: str(number) for name in names}, column)
            counts.append(len(queries))
        assert counts[1] == counts[2]


class TestMoney:
    def test_is_written_by_those_alone_who_see_it(
        self, declare: Declare, tree: dict[str, Task], write: Callable[..., Any], cast: Any, project: Project
    ) -> None:
        column = declare("外注費", "money").column
        with pytest.raises(NotAllowedError):
            write({tree["設計"]: "100"}, column)
        ProjectMember.objects.filter(project=project, user=cast.planner).update(may_see_money=True)
        write({tree["設計"]: "100"}, column)
        ProjectMember.objects.filter(project=project, user=cast.planner).update(may_see_money=False)
        with pytest.raises(NotAllowedError):
            undo(project=project, actor=cast.planner)


class TestRollUp:
    @pytest.mark.parametrize(
        ("kind", "rule", "typed", "expected"),
        [
            ("number", "sum", ["1", "2.5"], "3.5"),
            ("number", "average", ["1", "2"], "1.5"),
            ("number", "min", ["4", "2"], "2"),
            ("money", "sum", ["100", "50"], "¥150"),
            ("date", "max", ["2026/4/1", "2026/5/1"], "2026/05/01"),
            ("duration", "sum", ["1日", "2日"], "3日"),
            ("flag", "any", ["はい", ""], "はい"),
            ("flag", "all", ["はい", ""], ""),
            ("flag", "all", ["はい", "はい"], "はい"),
        ],
    )
    def test_a_summary_has_what_its_tasks_come_to(
        self, declare: Declare, tree: dict[str, Task], project: Project, cast: Any, kind: str, rule: str, typed: list[str],
        expected: str,
    ) -> None:  # fmt: skip
        column = declare("項目", kind, roll_up=rule).column
        under = [tree[name] for name in ("単体試験", "製造")]
        cells = [Cell(task.pk, column, text) for task, text in zip(under, typed, strict=True)]
        write_cells(project=project, cells=cells, actor=cast.admin)
        assert texts(project, column)["開発"] == expected

    def test_nothing_is_typed_there(
        self, declare: Declare, tree: dict[str, Task], write: Callable[..., Any]
    ) -> None:
        column = declare("見積", "number", roll_up="sum").column
        with pytest.raises(CellsRefusedError) as refused:
            write({tree["開発"]: "9"}, column)
        assert "子タスクに入力してください" in str(refused.value.refused[0].error)

    def test_without_a_rule_a_summary_has_its_own(
        self, declare: Declare, tree: dict[str, Task], write: Callable[..., Any], project: Project
    ) -> None:
        column = declare("見積", "number").column
        write({tree["開発"]: "7", tree["製造"]: "1"}, column)
        assert texts(project, column)["開発"] == "7"


class TestUndo:
    def test_goes_back_field_by_field(
        self, declare: Declare, tree: dict[str, Task], project: Project, cast: Any, write: Callable[..., Any]
    ) -> None:
        one, two = declare("一").column, declare("二").column
        task = tree["設計"]
        write({task: "甲"}, one)
        write({task: "乙"}, two, actor=cast.leader)
        undo(project=project, actor=cast.planner)
        assert (texts(project, one)["設計"], texts(project, two)["設計"]) == ("", "乙")
        redo(project=project, actor=cast.planner)
        assert (texts(project, one)["設計"], texts(project, two)["設計"]) == ("甲", "乙")

    def test_what_another_has_typed_since_stays(
        self, declare: Declare, tree: dict[str, Task], project: Project, cast: Any, write: Callable[..., Any]
    ) -> None:
        one = declare("一").column
        write({tree["設計"]: "甲", tree["試験"]: "丙"}, one)
        write({tree["設計"]: "乙"}, one, actor=cast.leader)
        with pytest.raises(ClashError) as asked:
            undo(project=project, actor=cast.planner)
        assert [(clash.task_id, clash.what) for clash in asked.value.clashes] == [(tree["設計"].pk, one)]
        undo(project=project, actor=cast.planner, on_clash=OnClash.REST)
        assert (texts(project, one)["設計"], texts(project, one)["試験"]) == ("乙", "")


class TestDeclared:
    def test_are_columns_of_the_projects_that_use_them_alone(
        self, declare: Declare, project: Project, cast: Any
    ) -> None:
        field = declare("備考")
        other = Project.objects.get(pk=project.pk)
        other.pk, other.field_ids = None, []
        assert field.column not in registry
        with in_hand(other):
            assert field.column not in registry
        with in_hand(project):
            assert registry[field.column].title == "備考"
            retire_field(field=field, actor=cast.admin)
        with in_hand(Project.objects.get(pk=project.pk)):
            assert field.column not in registry

    def test_a_choice_that_is_renamed_reads_otherwise_in_its_rows(
        self, declare: Declare, tree: dict[str, Task], project: Project, cast: Any, write: Callable[..., Any]
    ) -> None:
        field = declare("区分", "choice", choices=["高", "低"])
        write({tree["設計"]: "高", tree["試験"]: "低"}, field.column)
        edit_field(field=field, said={"choices": ["最高", "低"]}, actor=cast.admin)
        assert texts(project, field.column)["設計"] == "最高"
        edit_field(field=field, said={"choices": ["低"]}, actor=cast.admin)
        assert texts(project, field.column)["設計"] == "最高"
        project.__dict__.pop("_custom_fields")
        with pytest.raises(CellsRefusedError):
            write({tree["製造"]: "最高"}, field.column)

    def test_a_copy_uses_them_with_what_stands_in_them(
        self, declare: Declare, tree: dict[str, Task], project: Project, cast: Any, write: Callable[..., Any]
    ) -> None:
        column = declare("備考").column
        write({tree["設計"]: "甲"}, column)
        copy = copy_project(
            project=project, code="C-1", name="写し", start=date(2026, 10, 1), actor=cast.admin, leader=cast.leader
        )  # fmt: skip
        assert texts(copy, column)["設計"] == "甲"
