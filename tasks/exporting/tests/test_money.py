"""A file for those who may not see money: a marked amount in every element that may hold one, and none of them comes out."""

from __future__ import annotations

import re
from io import BytesIO

import pytest

from projects.models import Project
from tasks.exporting.services import write_plan
from tasks.exporting.tests.marked_file import LISTS, MARK, MONEY, marked_file, task
from tasks.importing.reading import read_plan_file
from tasks.importing.services import import_plan
from tasks.interchange.mspdi import element_order
from tasks.interchange.mspdi.read import read_mspdi
from tasks.models import PlanImport

pytestmark = pytest.mark.django_db

WORK = "<Duration>PT16H0M0S</Duration><Work>PT16H0M0S</Work><Contact>窓口</Contact>"
FILE = marked_file(task(1, "設計"), task(2, "調査", level=2, more=WORK))


@pytest.fixture
def project(organization, person) -> Project:
    pmo = person("pmo", "計画 花子", role="pmo")
    imported = import_plan(
        plan_file=read_plan_file(BytesIO(FILE.encode())), organization=organization, actor=pmo, leader=pmo,
        fields={"code": "PRJ-100", "name": "更改"},
        plan_import=PlanImport(organization=organization, uploaded_by=pmo, file_name="kikan.xml", sha256="0" * 64),
    )  # fmt: skip
    return imported.project


def written(project: Project, *, with_money: bool) -> str:
    stream = BytesIO()
    write_plan(Project.objects.get(pk=project.pk), stream, with_money=with_money)
    return stream.getvalue().decode()


class TestWithoutMoney:
    def test_no_amount_comes_out(self, project: Project) -> None:
        found = re.findall(rf"<(\w+)>[^<]*{MARK}[^<]*<", written(project, with_money=False))
        assert found == []

    def test_they_are_there_with_it(self, project: Project) -> None:
        """Or this would show nothing: of each kind of row, in its own elements and in those that are only kept."""
        text = written(project, with_money=True)
        assert text.count(MARK) > 60
        found = set(re.findall(rf"<(\w+)>[^<]*{MARK}", text))
        assert found >= {
            "FixedCost",
            "BCWS",
            "Cost",
            "StandardRate",
            "CostPerUse",
            "ActualCost",
            "Value",
            "BudgetCost",
        }

    def test_the_rest_is_there(self, project: Project) -> None:
        shown = read_mspdi(BytesIO(written(project, with_money=False).encode()))
        whole = read_mspdi(BytesIO(written(project, with_money=True).encode()))
        assert [task.name for task in shown.tasks] == ["設計", "調査"]
        task, same = shown.tasks[1], whole.tasks[1]
        assert (task.work_minutes, task.recorded) == (same.work_minutes, same.recorded)
        assert [item.text for item in task.extras if item.name == "Contact"] == ["窓口"]
        assert [item.value for item in task.custom_values] == ["第2課"]
        assert [item.work_minutes for item in task.baselines] == [480]
        assert [field.name for field in shown.custom_fields] == ["Text1"]
        assert [item.units for item in shown.assignments] == [item.units for item in whole.assignments]
        assert [item.name for item in shown.resources] == ["木賊"]


class TestSchema:
    @pytest.mark.parametrize("name", LISTS)
    def test_says_of_every_element_whether_it_holds_money(self, name: str) -> None:
        ranks: element_order.Ranks = getattr(element_order, name)
        marked = {each for each in ranks if each not in ranks.without_money} - {"TimephasedData"}
        assert marked == {each for each in ranks if MONEY.search(each)}
