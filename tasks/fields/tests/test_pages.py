"""Pages of custom fields, and custom fields on the pages of a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import AuditEntry, Project
from tasks.editing.refused import Cell
from tasks.editing.writing import write_cells
from tasks.models import CustomField, Task

Declare = Callable[..., CustomField]


class TestFieldPages:
    def test_a_choice_list_is_declared_changed_put_away_and_brought_back(
        self, admin_client: Client, project: Project, cast: Any
    ) -> None:
        sent = {"kind": "choice", "name": "区分", "help": "検査の程度", "choices": "高\n中\n"}
        assert admin_client.post(reverse("tasks:field_add"), sent).status_code == 302
        field = CustomField.objects.get()
        page = admin_client.get(reverse("tasks:field_list")).content.decode()
        assert "区分" in page
        assert "高、中" in page
        sent = {"name": "品質区分", "choices": "高\n低"}
        assert admin_client.post(reverse("tasks:field_edit", args=[field.pk]), sent).status_code == 302
        field.refresh_from_db()
        assert (field.name, field.choices) == ("品質区分", [["1", "高"], ["2", "低"]])
        admin_client.post(reverse("tasks:field_retire", args=[field.pk]))
        assert "しまったフィールド" in admin_client.get(reverse("tasks:field_list")).content.decode()
        admin_client.post(reverse("tasks:field_bring_back", args=[field.pk]))
        field.refresh_from_db()
        assert field.retired_at is None

    def test_say_what_is_wrong_at_its_place(self, admin_client: Client, declare: Declare) -> None:
        declare("備考")
        answer = admin_client.post(reverse("tasks:field_add"), {"kind": "text", "name": "備考"})
        assert answer.status_code == 422
        assert "「備考」はすでにあります" in answer.content.decode()

    @pytest.mark.parametrize("kind", ["text", "number", "money", "date", "duration", "flag", "choice", "odd"])
    def test_the_form_offers_what_the_kind_can_have(
        self, admin_client: Client, project: Project, kind: str
    ) -> None:
        page = admin_client.get(reverse("tasks:field_add"), {"kind": kind}).content.decode()
        assert ('name="choices"' in page) == (kind == "choice")
        assert ('name="roll_up"' in page) == (kind not in {"choice", "text", "odd"})
        assert ('value="average"' in page) == (kind in {"number", "money", "duration"})

    def test_a_leader_chooses_and_the_sheet_has_them(
        self, leader_client: Client, project: Project, declare: Declare, cast: Any
    ) -> None:
        one, two = declare("一"), declare("二")
        url = reverse("tasks:fields_use", args=[project.pk])
        assert leader_client.get(url).content.decode().count("checked") == 2
        assert leader_client.post(url, {"fields_used": [str(two.pk)]}).status_code == 302
        page = leader_client.get(reverse("tasks:wbs", args=[project.pk])).content.decode()
        assert f'data-column="{two.column}"' in page
        assert f'data-column="{one.column}"' not in page


class TestOnPages:
    def test_it_is_typed_filtered_and_grouped_by_its_address(
        self, planner_client: Client, project: Project, declare: Declare, tree: dict[str, Task], cast: Any
    ) -> None:
        column = declare("区分", "choice", choices=["高", "低"]).column
        url = reverse("tasks:task_cell", args=[tree["設計"].pk])
        answer = planner_client.post(url, {"column": column, "text": "高", "was": ""})
        assert answer.status_code < 400
        rows = reverse("tasks:wbs", args=[project.pk])
        page = planner_client.get(rows, {"filter": f"{column}.is.1"}).content.decode()
        assert "設計" in page
        assert f'id="row-{tree["試験"].pk}"' not in page
        page = planner_client.get(rows, {"sort": f"group.{column}"}).content.decode()
        assert 'class="row--group"' in page
        drawer = planner_client.get(reverse("tasks:task_detail", args=[tree["設計"].pk])).content.decode()
        assert "区分" in drawer

    def test_summaries_above_are_drawn_again(
        self, planner_client: Client, project: Project, declare: Declare, tree: dict[str, Task], cast: Any
    ) -> None:
        column = declare("見積", "number", roll_up="sum").column
        url = reverse("tasks:task_cell", args=[tree["製造"].pk])
        for typed in ("3", "5"):
            answer = planner_client.post(
                url,
                {"column": column, "text": typed, "first": "0", "count": "40"},
                headers={"HX-Request": "true"},
            )
            drawn = answer.content.decode().partition(f'id="row-{tree["開発"].pk}"')[2].partition("</tr>")[0]
            # Not what was kept of the revision before.
            assert f'data-column="{column}" class="num">{typed}<' in drawn

    def test_an_amount_is_nowhere_for_those_who_may_not_see_money(
        self, planner_client: Client, admin_client: Client, project: Project, declare: Declare, tree: dict[str, Task], cast: Any
    ) -> None:  # fmt: skip
        field = declare("外注費", "money")
        cells = [Cell(tree["設計"].pk, field.column, "4417001")]
        write_cells(project=project, cells=cells, actor=cast.admin)
        task = tree["設計"].pk
        addresses = [
            reverse("tasks:wbs", args=[project.pk]), reverse("tasks:task_detail", args=[task]),
            reverse("reports:project_history", args=[project.pk]), reverse("tasks:columns_choose", args=[project.pk]),
            reverse("tasks:tasks_edit", args=[project.pk]) + f"?tasks={task}",
            reverse("tasks:wbs", args=[project.pk]) + f"?filter={field.column}.from.1&sort={field.column}",
        ]  # fmt: skip
        for address in addresses:
            assert "4,417,001" not in planner_client.get(address).content.decode(), address
        for address in addresses[:3]:
            assert "4,417,001" in admin_client.get(address).content.decode(), address
        assert "外注費" not in planner_client.get(addresses[0]).content.decode()
        assert "外注費" not in planner_client.get(addresses[3]).content.decode()
        refused = planner_client.post(
            reverse("tasks:task_cell", args=[task]), {"column": field.column, "text": "1"}
        )
        assert refused.status_code == 403

    def test_the_history_says_what_was_typed(
        self, planner_client: Client, project: Project, declare: Declare, tree: dict[str, Task], cast: Any
    ) -> None:
        field = declare("区分", "choice", choices=["高", "低"])
        write_cells(project=project, cells=[Cell(tree["設計"].pk, field.column, "高")], actor=cast.leader)
        page = planner_client.get(reverse("reports:project_history", args=[project.pk])).content.decode()
        assert "カスタムフィールド" in page
        assert "区分" in page
        assert AuditEntry.objects.filter(action="task.filled").count() == 1

    def test_the_report_has_it(
        self, admin_client: Client, project: Project, declare: Declare, tree: dict[str, Task], cast: Any
    ) -> None:
        field = declare("区分", "choice", choices=["高", "低"])
        write_cells(project=project, cells=[Cell(tree["設計"].pk, field.column, "高")], actor=cast.leader)
        page = admin_client.get(reverse("reports:report_page", args=[project.pk]), {"kind": "wbs"})
        assert "区分" in page.content.decode()

    def test_costs_as_many_queries_at_300_rows_as_at_3(
        self, planner_client: Client, project: Project, declare: Declare, plan: Any, cast: Any, queries_of: Callable[..., int]
    ) -> None:  # fmt: skip
        for number in range(3):
            declare(f"列{number}", "number", roll_up="sum")
        plan(("まとめ", 1, 1), *((f"作業{number}", 2, 1) for number in range(3)))
        url = reverse("tasks:wbs", args=[project.pk])
        few = queries_of(planner_client, url)
        Task.objects.filter(project=project).delete()
        plan(("まとめ", 1, 1), *((f"作業{number}", 2, 1) for number in range(300)))
        assert queries_of(planner_client, url) == few
