"""Fields of a file of Microsoft Project become custom fields, and go out again where they were."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.errors import NotAllowedError
from projects.models import AuditEntry, Organization, Project, User
from projects.permissions import System
from tasks.editing.refused import Cell
from tasks.editing.writing import write_cells
from tasks.exporting.services import write_plan
from tasks.fields.from_file import offered, take_over
from tasks.fields.services import add_field, retire_field, use_fields
from tasks.importing.reading import read_plan_file
from tasks.importing.services import import_plan
from tasks.interchange.mspdi.attributes import SLOTS
from tasks.interchange.mspdi.read import read_mspdi
from tasks.interchange.plan_file import CustomValue, PlanFile
from tasks.models import CustomField, PlanImport, Task
from tasks.sheet.columns.custom import fields_of
from tasks.undo.services import undo

#: Number, name, type, alias, and the value of the first task.
FIELDS = (
    ("188743731", "Text1", "7", "品質区分", "高"),
    ("188744016", "Text30", "7", "備考", "第3章 & 付録"),
    ("188743767", "Number1", "5", "画面数", "12.5"),
    ("188743752", "Flag1", "4", "要検収", "1"),
    ("188743945", "Date1", "1", "検収日", "2026-12-20T17:00:00"),
    ("188743786", "Cost1", "0", "外注費", "12000000"),
    ("188743783", "Duration1", "2", "待ち", "PT20H0M0S"),
)
KEPT = {
    "品質区分": "高",
    "備考": "第3章 & 付録",
    "画面数": 12.5,
    "要検収": True,
    "検収日": "2026-12-20",
    "外注費": 12_000_000,
    "待ち": 1_200,
}


def file_with(fields: Any = FIELDS) -> str:
    """Three tasks; the first has a value of each field."""
    heads = "".join(
        f"<ExtendedAttribute><FieldID>{pk}</FieldID><FieldName>{name}</FieldName><CFType>{code}</CFType><Alias>{alias}</Alias></ExtendedAttribute>"
        for pk, name, code, alias, _value in fields
    )
    values = "".join(
        f"<ExtendedAttribute><FieldID>{pk}</FieldID><Value>{value.replace('&', '&amp;')}</Value></ExtendedAttribute>"
        for pk, _name, _code, _alias, value in fields
    )
    tasks = "".join(
        f"<Task><UID>{number}</UID><ID>{number}</ID><Name>{name}</Name><OutlineLevel>1</OutlineLevel><Duration>PT16H0M0S</Duration>"
        f"{values if number == 1 else ''}</Task>"
        for number, name in enumerate(("設計", "製造", "試験"), 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Project xmlns="http://schemas.microsoft.com/project"><Name>p</Name>'
        f"<StartDate>2026-04-06T09:00:00</StartDate><ExtendedAttributes>{heads}</ExtendedAttributes><Tasks>{tasks}</Tasks></Project>"
    )


@pytest.fixture
def office(person: Callable[..., User]) -> User:
    return person("office", "鈍色 こはる", role="admin", may_see_money=True)


@pytest.fixture
def imported(organization: Organization, office: User) -> Project:
    found = import_plan(
        plan_file=read_plan_file(BytesIO(file_with().encode())), organization=organization, actor=office, leader=office,
        fields={"code": "P-1", "name": "取り込み"},
        plan_import=PlanImport(organization=organization, uploaded_by=office, file_name="p.xml", sha256="0" * 64),
    )  # fmt: skip
    return Project.objects.get(pk=found.project.pk)


def exported(project: Project, *, with_money: bool = True) -> PlanFile:
    stream = BytesIO()
    write_plan(Project.objects.get(pk=project.pk), stream, with_money=with_money)
    stream.seek(0)
    return read_mspdi(stream)


def values_of(plan: PlanFile, name: str = "設計") -> dict[str, CustomValue]:
    task = next(task for task in plan.tasks if task.name == name)
    return {value.field_id: value for value in task.custom_values}


def everything(project: Project) -> list[str]:
    return [each.field_id for each in offered(project)]


class TestTakeOver:
    def test_each_kind_comes_with_its_values_and_goes_back_as_it_was(
        self, imported: Project, office: User
    ) -> None:
        before = exported(imported)
        assert take_over(project=imported, field_ids=everything(imported), actor=office) == len(FIELDS)
        fields = fields_of(Project.objects.get(pk=imported.pk))
        task = Task.objects.get(project=imported, name="設計")
        found = {field.name: (getattr(task, field.holder) or {}).get(field.column) for field in fields}
        assert found == KEPT
        after = exported(imported)
        assert after.custom_fields == before.custom_fields
        assert after.tasks == before.tasks
        assert everything(imported) == []

    def test_what_was_typed_since_goes_out_in_its_field(self, imported: Project, office: User) -> None:
        take_over(project=imported, field_ids=everything(imported), actor=office)
        columns = {field.name: field.column for field in fields_of(Project.objects.get(pk=imported.pk))}
        task = Task.objects.get(project=imported, name="設計")
        other = Task.objects.get(project=imported, name="製造")
        typed = {
            "品質区分": "低",
            "画面数": "",
            "要検収": "",
            "検収日": "2027/1/5",
            "外注費": "50万",
            "待ち": "2日",
        }
        cells = [Cell(task.pk, columns[name], text) for name, text in typed.items()]
        cells.append(Cell(other.pk, columns["備考"], "追加"))
        write_cells(project=Project.objects.get(pk=imported.pk), cells=cells, actor=office)
        plan = exported(imported)
        found = {pk: value.value for pk, value in values_of(plan).items()}
        assert found == {
            "188743731": "低", "188744016": "第3章 & 付録", "188743945": "2027-01-05T08:00:00", "188743786": "50000000",
            "188743783": "PT16H0M0S",
        }  # fmt: skip
        assert values_of(plan, "製造")["188744016"].value == "追加"

    def test_is_one_step_that_can_be_taken_back(self, imported: Project, office: User) -> None:
        before = exported(imported)
        take_over(project=imported, field_ids=everything(imported), actor=office)
        project = Project.objects.get(pk=imported.pk)
        undo(project=project, actor=office)
        task = Task.objects.get(project=imported, name="設計")
        assert (task.field_values, task.field_amounts) == (None, None)
        # What the file said is still said.
        assert values_of(exported(imported)) == values_of(before)

    def test_fields_of_the_organization_by_the_same_name_take_the_values(
        self, imported: Project, office: User, organization: Organization
    ) -> None:
        said = {"name": "品質区分", "choices": ["高", "低"]}
        choice = add_field(organization=organization, kind="choice", said=said, actor=office)
        add_field(organization=organization, kind="text", said={"name": "画面数"}, actor=office)
        # A text cannot hold what is counted: that one is not offered.
        assert "188743767" not in everything(imported)
        take_over(project=imported, field_ids=["188743731"], actor=office)
        task = Task.objects.get(project=imported, name="設計")
        assert task.field_values == {choice.column: "1"}
        assert values_of(exported(imported))["188743731"].value == "高"

    def test_is_offered_on_the_page_and_recorded(
        self, imported: Project, office: User, client: Client
    ) -> None:
        client.force_login(office)
        url = reverse("tasks:fields_use", args=[imported.pk])
        assert "取り込んだファイルのフィールド" in client.get(url).content.decode()
        taken = reverse("tasks:fields_take", args=[imported.pk])
        assert client.post(taken, {"file_fields": ["188743731"]}).status_code == 302
        actions = AuditEntry.objects.values_list("action", flat=True)
        assert {"customfield.added", "fields.chosen", "task.filled"} <= set(actions)
        assert client.post(taken, {"file_fields": []}).status_code == 422

    def test_amounts_are_for_those_who_see_money(
        self, imported: Project, person: Callable[..., User], client: Client
    ) -> None:
        poor = person("poor", "木賊 ゆい", role="pmo")
        client.force_login(poor)
        page = client.get(reverse("tasks:fields_use", args=[imported.pk])).content.decode()
        assert "品質区分" in page
        assert "188743786" not in page
        with pytest.raises(NotAllowedError):
            take_over(project=imported, field_ids=["188743786"], actor=poor)

    def test_nothing_is_offered_of_what_can_no_longer_be_read(self, imported: Project) -> None:
        assert everything(imported)
        PlanImport.objects.filter(project=imported).update(money_secret="gAAAAA")
        assert everything(imported) == []


class TestExport:
    def test_fields_that_no_file_had_go_into_the_first_that_are_free(
        self, imported: Project, office: User, organization: Organization
    ) -> None:
        new = [
            add_field(organization=organization, kind=kind, said={"name": name, **said}, actor=office)
            for kind, name, said in (
                ("text", "担当課", {}),
                ("choice", "重要度", {"choices": ["A", "B"]}),
                ("number", "倍", {"formula": "[期間] * 2"}),
                ("money", "予備費", {}),
            )
        ]
        use_fields(project=imported, ids=[field.pk for field in new], actor=office)
        project = Project.objects.get(pk=imported.pk)
        task = Task.objects.get(project=project, name="設計")
        cells = [
            Cell(task.pk, new[0].column, "第2課"),
            Cell(task.pk, new[1].column, "B"),
            Cell(task.pk, new[3].column, "7"),
        ]
        write_cells(project=project, cells=cells, actor=office)
        plan = exported(project)
        names = {field.field_id: (field.name, field.alias) for field in plan.custom_fields}
        assert names["188743734"] == ("Text2", "担当課")
        assert names["188743737"] == ("Text3", "重要度")
        assert names["188743768"] == ("Number2", "倍")
        assert names["188743787"] == ("Cost2", "予備費")
        found = {pk: value.value for pk, value in values_of(plan).items()}
        assert (found["188743734"], found["188743737"], found["188743768"], found["188743787"]) == (
            "第2課", "B", "4", "700"
        )  # fmt: skip
        # What the file said of its own fields is still there.
        assert found["188743731"] == "高"
        poor = exported(project, with_money=False)
        assert "188743787" not in {field.field_id for field in poor.custom_fields} | set(values_of(poor))
        assert "188743734" in {field.field_id for field in poor.custom_fields}

    def test_a_field_of_the_same_name_that_nothing_was_taken_from_loses_nothing(
        self, imported: Project, office: User, organization: Organization
    ) -> None:
        field = add_field(organization=organization, kind="text", said={"name": "品質区分"}, actor=office)
        use_fields(project=imported, ids=[field.pk], actor=office)
        plan = exported(imported)
        assert values_of(plan)["188743731"].value == "高"
        assert [each.alias for each in plan.custom_fields].count("品質区分") == 1
        retire_field(field=field, actor=office)
        assert values_of(exported(imported))["188743731"].value == "高"

    def test_comes_back_into_another_plan(
        self, imported: Project, office: User, organization: Organization
    ) -> None:
        take_over(project=imported, field_ids=everything(imported), actor=office)
        stream = BytesIO()
        write_plan(Project.objects.get(pk=imported.pk), stream)
        stream.seek(0)
        again = import_plan(
            plan_file=read_plan_file(stream), organization=organization, actor=System("test"), leader=office,
            fields={"code": "P-2", "name": "もう一度"},
            plan_import=PlanImport(organization=organization, uploaded_by=office, file_name="p.xml", sha256="0" * 64),
        ).project  # fmt: skip
        found = offered(Project.objects.get(pk=again.pk))
        assert {each.name: each.same is not None for each in found} == dict.fromkeys(KEPT, True)
        take_over(project=Project.objects.get(pk=again.pk), field_ids=everything(again), actor=office)
        assert CustomField.objects.count() == len(FIELDS)
        task = Task.objects.get(project=again, name="設計")
        values = {**(task.field_values or {}), **(task.field_amounts or {})}
        assert {field.name: values[field.column] for field in CustomField.objects.all()} == KEPT


class TestSlots:
    def test_are_as_many_as_microsoft_project_has(self) -> None:
        counts = {kind: len(slots.ids) for kind, slots in SLOTS.items()}
        assert counts == {"Text": 30, "Number": 20, "Flag": 20, "Date": 10, "Cost": 10, "Duration": 10}
        numbers = [field_id for slots in SLOTS.values() for field_id in slots.ids]
        assert len(set(numbers)) == len(numbers)
        assert (SLOTS["Text"].ids[4], SLOTS["Text"].ids[10], SLOTS["Cost"].ids[3]) == (
            "188743743",
            "188743997",
            "188743938",
        )


def test_a_refusal_leaves_nothing_behind(imported: Project, person: Callable[..., User]) -> None:
    leader = person("leader2", "山吹 いつき")
    imported.members.create(organization=imported.organization, user=leader, role="leader")
    with pytest.raises(NotAllowedError):
        take_over(project=imported, field_ids=everything(imported)[:1], actor=leader)
    assert not CustomField.objects.exists()
