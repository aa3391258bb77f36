"""Custom fields of a plan in the report of its WBS."""

from __future__ import annotations

import datetime as dt
from typing import Any

from projects.models import Project
from reports.documents.kinds import Subject
from reports.documents.kinds.wbs import wbs_report
from reports.documents.options import Options
from tasks.models import CustomField, Task


class TestWbsReport:
    def test_has_them_where_a_worker_makes_it(
        self, project: Project, chain: dict[str, Task], cast: Any
    ) -> None:
        choice = CustomField.objects.create(
            organization=project.organization, name="区分", kind="choice", choices=[["1", "高"]]
        )
        money = CustomField.objects.create(organization=project.organization, name="外注費", kind="money")
        Project.objects.filter(pk=project.pk).update(field_ids=[choice.pk, money.pk])
        values = {"field_values": {choice.column: "1"}, "field_amounts": {money.column: 70_000}}
        Task.objects.filter(pk=chain["設計"].pk).update(**values)
        for has_money, titles in ((False, ["区分"]), (True, ["区分", "外注費"])):
            options = Options(on=dt.date(2026, 4, 6), money=has_money)
            fresh = Project.objects.get(pk=project.pk)
            (table,) = wbs_report(Subject(cast.leader, project.organization, options, fresh)).tables
            own = [column.title for column in table.columns if column.title in {"区分", "外注費"}]
            assert own == titles
            first = table.lines[0].values[-len(titles) :]
            assert list(map(str, first)) == ["高", "700"][: len(titles)]
