"""Columns that an organization has declared go out and come back as others do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from projects.models import Project
from tasks.fields.services import add_field, retire_field, use_fields
from tasks.models import ChosenColumns, CustomField, Task
from tasks.workbooks.tests.desk import UNTOUCHED, Desk, task

pytestmark = pytest.mark.django_db


@pytest.fixture
def fields(project: Project, cast: Any, tasks: Any) -> dict[str, CustomField]:
    """One of each kind that is typed otherwise, used by the project and shown to the admin."""
    kinds = {
        "品質区分": "choice",
        "外注費": "money",
        "点検日": "date",
        "係数": "number",
        "余裕": "duration",
        "要確認": "flag",
    }
    found = {
        name: add_field(
            organization=project.organization, kind=kind, actor=cast.admin,
            said={"name": name, **({"choices": ["高", "中"]} if kind == "choice" else {})},
        )
        for name, kind in kinds.items()
    }  # fmt: skip
    use_fields(project=project, ids=[field.pk for field in found.values()], actor=cast.leader)
    return found


@pytest.fixture
def own_desk(
    admin_client: Client, project: Project, cast: Any, fields: dict[str, CustomField]
) -> Callable[[], Desk]:
    """The workbook of a user who sees all of them."""
    names = ["number", "name", *[field.column for field in fields.values()]]
    ChosenColumns.objects.create(
        organization=project.organization, user=cast.admin, view="sheet",
        columns=[[name, None] for name in names],
    )  # fmt: skip
    return lambda: Desk(admin_client, project)


class TestCustomFields:
    def test_come_back_as_they_were_typed(
        self, own_desk: Callable[[], Desk], project: Project, fields: dict[str, CustomField]
    ) -> None:
        desk = own_desk()
        typed = {
            "品質区分": "高", "外注費": 1_234_567_891, "点検日": dt.date(2026, 5, 1), "係数": 0.25, "余裕": 2.5, "要確認": "はい",
        }  # fmt: skip
        for name, value in typed.items():
            desk.plan.cell("設計", fields[name].column).value = value
        desk.take_in()
        found = task(project, "設計")
        kept = {**found.field_values, **found.field_amounts}
        assert [kept[fields[name].column] for name in typed] == [
            "1", 123_456_789_100, "2026-05-01", 0.25, 1_200, True,
        ]  # fmt: skip
        again = own_desk_again(desk)
        assert UNTOUCHED in again.send().content.decode()

    def test_offer_their_choices(self, own_desk: Callable[[], Desk], fields: dict[str, CustomField]) -> None:
        desk = own_desk()
        column = desk.plan.sheet.cell(1, desk.plan.columns[fields["品質区分"].column]).column_letter
        rule = next(
            rule for rule in desk.plan.sheet.data_validations.dataValidation if str(rule.sqref).startswith(column)
        )  # fmt: skip
        assert rule.type == "list"

    def test_conflicts_of_them_can_be_chosen(
        self, own_desk: Callable[[], Desk], project: Project, fields: dict[str, CustomField]
    ) -> None:
        desk, column = own_desk(), fields["係数"].column
        desk.plan.cell("設計", column).value = 3
        pk = task(project, "設計").pk
        Task.objects.filter(pk=pk).update(field_values={column: 4})
        answer = desk.send()
        assert "両方で変わったセル（1個）" in answer.content.decode()
        assert desk.apply(answer, **{f"take-{pk}-{column}": "file"}).status_code == 302
        assert task(project, "設計").field_values[column] == 3

    def test_that_are_retired_meanwhile_are_left_alone(
        self, own_desk: Callable[[], Desk], project: Project, fields: dict[str, CustomField], cast: Any
    ) -> None:
        desk, retired = own_desk(), fields["係数"]
        desk.plan.cell("設計", retired.column).value = 3
        desk.plan.cell("設計", fields["余裕"].column).value = 2
        answer = desk.send()
        retire_field(field=retired, actor=cast.admin)
        applied = desk.apply(answer)
        assert applied.status_code == 302, applied.content.decode()
        assert task(project, "設計").field_values == {fields["余裕"].column: 960}
        assert desk.send().status_code == 200


def own_desk_again(desk: Desk) -> Desk:
    """The workbook as it goes out now."""
    return Desk(desk.client, desk.project)
