"""A file for those who may not see money: a marked amount in every element that may hold one, and none of them comes out."""

from __future__ import annotations

import re
from io import BytesIO

import pytest

from projects.models import Project
from tasks.exporting.services import write_plan
from tasks.importing.reading import read_plan_file
from tasks.importing.services import import_plan
from tasks.interchange.mspdi import element_order
from tasks.interchange.mspdi.read import read_mspdi
from tasks.models import PlanImport

pytestmark = pytest.mark.django_db

#: The digits of every amount; nothing else in the file has them.
MARK = "987654"
#: By the words of the schema, not by what the writer knows of it. `SpreadActualCost` is a switch.
MONEY = re.compile(
    r"(?<!SpreadActual)Cost$|Cost(PerUse|Variance)$|Rate$|^Rates$|^(ACWP|BCWP|BCWS|CV|SV|VAC)$"
)
LISTS = ("PROJECT", "TASK", "RESOURCE", "ASSIGNMENT", "BASELINE")


def amounts(ranks: element_order.Ranks) -> str:
    """An amount in every element of a list that may hold one."""
    names = [name for name in ranks if MONEY.search(name) and name != "Rates"]
    assert names
    return "".join(f"<{name}>{MARK}00</{name}>" for name in names)


BASELINE = (
    f"<Baseline><Number>0</Number><Work>PT8H0M0S</Work>{amounts(element_order.BASELINE)}"
    f"<TimephasedData><Type>5</Type><UID>1</UID><Value>{MARK}</Value></TimephasedData></Baseline>"
)
FIELDS = f"""<ExtendedAttributes>
 <ExtendedAttribute><FieldID>188743786</FieldID><FieldName>Cost1</FieldName><CFType>0</CFType><Alias>見積</Alias>
  <ValueList><Value><ID>1</ID><Value>{MARK}</Value></Value></ValueList></ExtendedAttribute>
 <ExtendedAttribute><FieldID>188743787</FieldID><FieldName>コスト2</FieldName></ExtendedAttribute>
 <ExtendedAttribute><FieldID>188743767</FieldID><FieldName>Number1</FieldName><CFType>5</CFType>
  <Formula>[Cost]*2</Formula></ExtendedAttribute>
 <ExtendedAttribute><FieldID>188743731</FieldID><FieldName>Text1</FieldName><CFType>7</CFType></ExtendedAttribute>
</ExtendedAttributes>"""
VALUES = "".join(
    f"<ExtendedAttribute><FieldID>{field}</FieldID><Value>{MARK}.00</Value></ExtendedAttribute>"
    for field in ("188743786", "188743787", "188743767", "188743999")
)
TEXT = "<ExtendedAttribute><FieldID>188743731</FieldID><Value>第2課</Value></ExtendedAttribute>"
TASK = f"{amounts(element_order.TASK)}<Future><Cost>{MARK}</Cost></Future>{VALUES}{TEXT}{BASELINE}"
FILE = f"""<?xml version="1.0" encoding="UTF-8"?><Project xmlns="http://schemas.microsoft.com/project">
<Name>kikan</Name><StartDate>2026-04-06T08:00:00</StartDate>{amounts(element_order.PROJECT)}{FIELDS}
<Tasks>
 <Task><UID>0</UID><ID>0</ID><Name>全体</Name><OutlineLevel>0</OutlineLevel>{TASK}</Task>
 <Task><UID>1</UID><ID>1</ID><Name>設計</Name><OutlineLevel>1</OutlineLevel>{TASK}</Task>
 <Task><UID>2</UID><ID>2</ID><Name>調査</Name><OutlineLevel>2</OutlineLevel><Duration>PT16H0M0S</Duration>
  <Work>PT16H0M0S</Work><Contact>窓口</Contact>{TASK}</Task>
</Tasks>
<Resources><Resource><UID>1</UID><ID>1</ID><Name>木賊</Name><Type>1</Type>{amounts(element_order.RESOURCE)}{VALUES}{BASELINE}
 <Rates><Rate><RateTable>0</RateTable><StandardRate>{MARK}</StandardRate><CostPerUse>{MARK}00</CostPerUse></Rate></Rates>
</Resource></Resources>
<Assignments>
 <Assignment><UID>9</UID><TaskUID>0</TaskUID><ResourceUID>1</ResourceUID>{amounts(element_order.ASSIGNMENT)}</Assignment>
 <Assignment><UID>1</UID><TaskUID>2</TaskUID><ResourceUID>1</ResourceUID><Units>1</Units><Work>PT16H0M0S</Work>
  {amounts(element_order.ASSIGNMENT)}{VALUES}{BASELINE}</Assignment>
</Assignments></Project>"""


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
