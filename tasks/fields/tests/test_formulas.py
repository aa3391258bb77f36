"""Fields that are computed, and marks: declared, refused with the place, shown, filtered, rolled up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from projects.errors import RuleBrokenError
from projects.in_hand import in_hand
from projects.models import Project
from tasks.editing.refused import Cell
from tasks.editing.writing import write_cells
from tasks.fields.services import add_field, edit_field, retire_field, use_fields
from tasks.fields.tests.test_values import texts
from tasks.models import CustomField, Task
from tasks.sheet.columns.custom import fields_of
from tasks.sheet.columns.registry import registry
from tasks.sheet.filtering.matching import tasks_found
from tasks.sheet.filtering.notation import read_filter
from tasks.sheet.filtering.words import Asked
from tasks.sheet.formulas import shown

Declare = Callable[..., CustomField]
ON = date(2026, 4, 6)


class TestValues:
    @pytest.mark.parametrize(
        ("kind", "formula", "expected"),
        [
            ("number", "[期間] * 2", "10"),
            ("number", "[Duration] / 3", "1.6667"),
            ("money", "[見積] × 1000", "¥12,000"),
            ("date", "[開始] + [見積]", "2026/04/18"),
            ("duration", "[見積] ÷ 4", "3日"),
            ("flag", "[見積] > 10", "はい"),
            ("text", 'if([見積] > 10, "大：" & [タスク], "小")', "大：設計"),
            ("text", "[見積] + 0.5", "12.5"),
            ("number", "[見積] / 0", ""),
        ],
    )
    def test_are_computed_over_columns_and_fields(
        self, declare: Declare, tree: dict[str, Task], project: Project, cast: Any, kind: str, formula: str, expected: str
    ) -> None:  # fmt: skip
        typed = declare("見積", "number")
        column = declare("結果", kind, formula=formula).column
        write_cells(project=project, cells=[Cell(tree["設計"].pk, typed.column, "12")], actor=cast.planner)
        assert texts(project, column)["設計"] == expected

    def test_count_on_each_other_and_roll_up(
        self, declare: Declare, tree: dict[str, Task], project: Project, cast: Any
    ) -> None:
        typed = declare("数", "number", roll_up="sum")
        double = declare("倍", "number", formula="[数] * 2")
        both = declare("和", "number", formula="[倍] + [数]", roll_up="sum")
        cells = [Cell(tree[name].pk, typed.column, text) for name, text in (("製造", "1"), ("単体試験", "2"))]
        write_cells(project=project, cells=cells, actor=cast.planner)
        assert texts(project, both.column) == {
            "設計": "",
            "開発": "9",
            "製造": "3",
            "単体試験": "6",
            "試験": "",
        }
        # Of a summary what its own value comes to: its number is the sum.
        assert texts(project, double.column)["開発"] == "6"

    def test_nothing_is_typed_there(self, declare: Declare, project: Project) -> None:
        column = declare("倍", "number", formula="[期間] * 2").column
        with in_hand(project):
            assert registry[column].edit is None

    def test_a_filter_compares_them(
        self, declare: Declare, tree: dict[str, Task], project: Project, cast: Any
    ) -> None:
        column = declare("倍", "number", formula="[期間] * 2").column
        with in_hand(project):
            ids = tasks_found(read_filter(f"{column}.is.10"), Asked(project, cast.admin, ON))
        assert ids == [tree["設計"].pk]

    def test_cost_as_many_queries_for_three_fields_as_for_one(
        self, declare: Declare, plan: Any, project: Project, cast: Any
    ) -> None:
        plan(("まとめ", 1, 1), *((f"作業{number}", 2, 1) for number in range(40)))
        counts = []
        for number in range(3):
            declare(f"倍{number}", "number", formula="[期間] * 2 + [工数]", roll_up="sum")
            fresh = Project.objects.get(pk=project.pk)
            with CaptureQueriesContext(connection) as queries:
                texts(fresh, CustomField.objects.latest("pk").column)
            counts.append(len(queries))
        assert len(set(counts)) == 1

    def test_what_names_a_field_that_is_not_used_is_empty(
        self, declare: Declare, tree: dict[str, Task], project: Project, cast: Any
    ) -> None:
        typed = declare("見積", "number")
        column = declare("倍", "number", formula="[見積] * 2").column
        Project.objects.filter(pk=project.pk).update(
            field_ids=[pk for pk in project.field_ids if pk != typed.pk]
        )
        assert texts(project, column)["設計"] == ""


class TestMarks:
    def test_the_gravest_condition_that_holds_gives_the_mark(
        self, declare: Declare, tree: dict[str, Task], project: Project, cast: Any, planner_client: Client
    ) -> None:
        marks = {"red": "[残り] > 20", "yellow": "[残り] > 10", "green": "not empty([残り])"}
        column = declare("残り", "number", marks=marks).column
        cells = [
            Cell(tree[name].pk, column, text)
            for name, text in (("設計", "30"), ("製造", "15"), ("試験", "1"))
        ]
        write_cells(project=project, cells=cells, actor=cast.planner)
        page = planner_client.get(reverse("tasks:wbs", args=[project.pk])).content.decode()
        assert [page.count(f"<title>{word}</title>") for word in ("赤", "黄", "緑")] == [1, 1, 1]


class TestRefused:
    @pytest.mark.parametrize(
        ("kind", "said", "place", "words"),
        [
            ("number", {"formula": "[無い] + 1"}, "formula", "1文字目の「無い」という列はありません"),
            ("number", {"formula": "1 + "}, "formula", "数式が途中で終わっています"),
            ("number", {"formula": "[開始] ? 2"}, "formula", "6文字目の「?」は、ここには書けません"),
            ("number", {"formula": "[開始] * 2"}, "formula", "6文字目の「*」は、日付と数には使えません"),
            ("number", {"formula": "[開始] + 2"}, "formula", "結果は日付ですが、数になる数式にしてください"),
            ("number", {"formula": "foo(1)"}, "formula", "1文字目の「foo」という関数はありません"),
            ("number", {"formula": "round()"}, "formula", "1文字目の「round」の引数は1–2個です"),
            ("number", {"formula": "[自分] + 1"}, "formula", "数式が回っています：自分 → 自分"),
            ("number", {"formula": "[固定コスト] + 1"}, "formula", "「固定コスト」は金額です"),
            ("flag", {"formula": "[外注費] > 1"}, "formula", "「外注費」は金額です"),
            (
                "number",
                {"marks": {"yellow": "[期間] + 1"}},
                "mark_yellow",
                "結果は数ですが、はい・いいえになる数式",
            ),
            ("text", {"formula": "[状態]"}, "formula", "「状態」という列はありません"),
            ("number", {"formula": "1+" * 99 + "1"}, "formula", "入れ子が深すぎます"),
        ],
    )
    def test_at_the_place_and_in_words(
        self, declare: Declare, project: Project, cast: Any, kind: str, said: Any, place: str, words: str
    ) -> None:
        declare("外注費", "money")
        with pytest.raises(RuleBrokenError) as refused:
            add_field(
                organization=project.organization, kind=kind, said={"name": "自分", **said}, actor=cast.admin
            )
        assert refused.value.field == place
        assert words in str(refused.value)

    def test_circles_are_named(self, declare: Declare, cast: Any) -> None:
        one = declare("甲", "number")
        declare("乙", "number", formula="[甲] + 1")
        with pytest.raises(RuleBrokenError, match="乙 → 甲 → 乙"):
            edit_field(field=one, said={"formula": "[乙] * 2"}, actor=cast.admin)

    def test_what_others_need_is_not_put_away_and_not_left_out(
        self, declare: Declare, project: Project, cast: Any
    ) -> None:
        one = declare("甲", "number")
        two = declare("乙", "number", formula="[甲] + 1")
        with pytest.raises(RuleBrokenError, match="「乙」の数式で使われています"):
            retire_field(field=one, actor=cast.admin)
        with pytest.raises(RuleBrokenError, match="「乙」は「甲」から計算します"):
            use_fields(project=project, ids=[two.pk], actor=cast.leader)


class TestForm:
    def test_shows_columns_as_the_reader_calls_them(
        self, declare: Declare, admin_client: Client, project: Project, cast: Any
    ) -> None:
        one = declare("見積", "number")
        field = declare("倍", "number", formula="[Duration] * [見積]")
        assert field.formula == f"[duration] * [{one.column}]"
        page = admin_client.get(reverse("tasks:field_edit", args=[field.pk])).content.decode()
        assert "[期間] * [見積]" in page
        with translation.override("en"):
            assert (
                shown(field.formula, fields_of(Project.objects.get(pk=project.pk))) == "[Duration] * [見積]"
            )
        assert "[期間] * [見積]" in admin_client.get(reverse("tasks:field_list")).content.decode()
        edit_field(field=one, said={"name": "見積数"}, actor=cast.admin)
        page = admin_client.get(reverse("tasks:field_edit", args=[field.pk])).content.decode()
        assert "[期間] * [見積数]" in page

    def test_a_fault_stands_at_its_field(self, admin_client: Client, project: Project) -> None:
        sent = {"kind": "number", "name": "倍", "formula": "[無い]"}
        answer = admin_client.post(reverse("tasks:field_add"), sent)
        assert answer.status_code == 422
        assert "という列はありません" in answer.content.decode()
        assert not CustomField.objects.exists()
