"""A company in which every amount of money is a number of its own that stands nowhere else."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.db import models
from django.utils import timezone

from projects.changes import changing, changing_organization
from projects.models import Project, ProjectMember, User
from projects.models.encrypted import EncryptedDecimalField, conceal
from projects.models.money import money_fields
from projects.permissions import Right, System
from reports.models import GeneratedReport, ProjectDay, ProjectEarnedDay, ReportFile
from resources.models import Resource
from tasks.baselines.services import take_baseline
from tasks.exporting.tests.marked_file import MARK, marked_file, task
from tasks.importing.reading import read_plan_file
from tasks.importing.services import import_plan
from tasks.models import BudgetAmount, BudgetLine, CustomField, PlanImport, Task
from tests.access.world import Actor, World, make_world

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from projects.models import Organization

#: What the record calls a change of each model that has amounts.
EDITED: Final = {
    "project": "project.edited",
    "task": "task.edited",
    "recurringproject": "recurring.edited",
    "resourcerate": "rate.edited",
    "projectday": "project.edited",
    "budgetamount": "budget.edited",
    "projectearnedday": "project.edited",
}
WORK: Final = "<Duration>PT16H0M0S</Duration><Work>PT16H0M0S</Work>"
#: Beside the marks: sums and differences of them, as pages write amounts. What is so small is no one's budget.
AMOUNT: Final = re.compile(r"[¥$]\s?(\d{4,})|(\d[\d.]{3,})\s?(?:円|[千百十万億]+円)")
_GROUPED: Final = re.compile(r"(?<=\d)[,'\u2009\u202f\u00a0 ](?=\d{3}(?!\d))")


@dataclass(frozen=True)
class Marks:
    """Marked amounts by their digits, each with the place that it was put into."""

    places: dict[str, str] = field(default_factory=dict)

    def new(self, place: str, first: int = 73_190_017) -> int:
        """Another amount; no digits of one are within those of another."""
        amount = first + 7 * len(self.places)
        self.places[str(amount)] = place
        return amount

    def within(self, text: str) -> set[str]:
        """The places whose amounts stand in a text, however it groups or widens digits."""
        every = re.compile("|".join(self.places))
        return {self.places[found] for found in every.findall(plain(text))}


def plain(text: str) -> str:
    """Digits as they are typed: 1,234,567 and １２３４５６７ are 1234567."""
    return _GROUPED.sub("", unicodedata.normalize("NFKC", text))


def amounts_in(text: str) -> set[str]:
    """The digits of all that is written as money: ¥1,234,567, 123.5万円."""
    return {"".join(found) for found in AMOUNT.findall(plain(text))}


def words_of(answer: HttpResponseBase) -> str:
    """All that an answer says: its body, packed or not, its headers and its cookies."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    texts = [f"{name}: {value}" for name, value in answer.items()]
    texts += [cookie.value for cookie in answer.cookies.values()]
    # What the next page will say.
    queued = getattr(getattr(answer, "wsgi_request", None), "_messages", None)
    texts += [str(message.message) for message in getattr(queued, "_queued_messages", ())]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            texts += [archive.read(name).decode(errors="replace") for name in archive.namelist()]
    else:
        texts.append(body.decode(errors="replace"))
    return "\n".join(texts)


@dataclass(frozen=True)
class MarkedCompany:
    """The things, the amounts, and who walks past them."""

    world: World
    marks: Marks
    project: Project
    #: Sees all money.
    rich: Actor
    #: A guest with a place that says otherwise, a member who plans and sees the money of another project, and the office.
    poor: tuple[Actor, ...]

    def belongs_to(self, user: User) -> None:
        """What only its maker sees is this person's now."""
        own = {"organization": self.project.organization_id}
        PlanImport.objects.filter(**own).update(uploaded_by=user)
        GeneratedReport.objects.filter(**own).update(requested_by=user)


def make_marked_company(organization: Organization, maker: User) -> MarkedCompany:
    """An amount in every money field of every model, in the record of each, and in all that a file of a plan may say."""
    marks = Marks()
    project = _imported(organization, maker, marks)
    tasks = {row.name: row for row in Task.objects.filter(project=project)}
    world = make_world(project, tasks)
    # Of two imports the later one counts, and that of the world has no amounts.
    PlanImport.objects.filter(project=project, imported_at=None).update(
        imported_at=timezone.now() - timedelta(days=1)
    )
    rich = next(actor for actor in world.actors if actor.is_maker)
    _family(project)
    _rows(project, rich.user)
    _put_into_columns(organization, marks)
    _put_into_custom_fields(organization, project, marks)
    _put_into_record(organization, project, marks)
    _put_into_files(organization, marks)
    project.refresh_from_db()
    poor = tuple(_poor(world, project))
    return MarkedCompany(world, marks, project, rich, poor)


def _imported(organization: Organization, maker: User, marks: Marks) -> Project:
    rows = [task(number, name, more=WORK) for number, name in enumerate(("設計", "開発", "試験"), 1)]
    rows.append(task(4, "完了", more="<Duration>PT0H0M0S</Duration><Milestone>1</Milestone>"))
    text = re.sub(MARK, lambda _found: str(marks.new("file", first=4_417_011)), marked_file(*rows))
    imported = import_plan(
        plan_file=read_plan_file(io.BytesIO(text.encode())), organization=organization, actor=maker, leader=maker,
        fields={"code": "PRJ-100", "name": "基幹更改"},
        plan_import=PlanImport(organization=organization, uploaded_by=maker, file_name="kikan.xml", sha256="0" * 64),
    )  # fmt: skip
    Project.objects.filter(pk=imported.project.pk).update(status="active")
    return Project.objects.get(pk=imported.project.pk)


def _family(project: Project) -> None:
    """A project above with less money than the one below it, and one below."""
    same = {
        name: getattr(project, name)
        for name in ("organization", "calendar", "start_date", "end_date", "start_minute")
    }
    above = Project.objects.create(**same, code="UE-1", name="全社の計画", status="active")
    Project.objects.create(**same, code="SHITA-1", name="下の計画", status="active", parent=project)
    Project.objects.filter(pk=project.pk).update(parent=above)


def _rows(project: Project, maker: User) -> None:
    """A row for each model with amounts that the world has none of; see `_put_into_columns`."""
    ProjectDay.objects.create(
        organization=project.organization, project=project, day=timezone.localdate() - timedelta(days=1), revision=1, status="active",
        progress_percentage=10, planned_percentage=20, task_count=4, done_count=0, late_count=1, work_minutes=960,
        remaining_minutes=960, finish_on=project.end_date,
    )  # fmt: skip
    line = BudgetLine.objects.create(
        organization=project.organization, project=project, kind="outsourcing", name="検証の外注"
    )
    BudgetAmount.objects.create(
        organization=project.organization, line=line, month=timezone.localdate().year * 12
    )
    baseline = take_baseline(project=project, actor=maker, name="承認時", is_chosen=True)
    ProjectEarnedDay.objects.create(
        organization=project.organization, project=project, day=timezone.localdate(), baseline=baseline, revision=1,
        recorded_at=timezone.now(), budget_minutes=960, planned_minutes=480, earned_minutes=240, actual_minutes=300,
    )  # fmt: skip


def amounts() -> Iterator[tuple[type[models.Model], str]]:
    """Every column that holds money."""
    for model in apps.get_models():
        for name in money_fields(model):
            yield model, name


def _put_into_columns(organization: Organization, marks: Marks) -> None:
    for model, name in amounts():
        rows = model._default_manager.filter(organization=organization)
        assert rows.exists(), f"{model.__name__}.{name} is money: put a row of it into the marked company"
        for row in rows.order_by("pk"):
            setattr(row, name, Decimal(marks.new(f"{model.__name__}.{name}")))
            row.save(update_fields=[name])


def _put_into_custom_fields(organization: Organization, project: Project, marks: Marks) -> None:
    """Amounts of a field that the plan uses, of one that it uses no more, and a change of the first."""
    names = {}
    for name in ("外注費", "使わない費用"):
        field = CustomField.objects.create(organization=organization, name=name, kind="money", roll_up="sum")
        names[name] = field.column
        if name == "外注費":
            project.field_ids = [field.pk]
            project.save(update_fields=["field_ids"])
    task = Task.objects.filter(project=project, is_summary=False).order_by("row_number").first()
    task.field_amounts = {column: marks.new(f"custom field {name}") * 100 for name, column in names.items()}
    task.save(update_fields=["field_amounts"])
    column = names["外注費"]
    before, after = (marks.new(f"record of custom field {side}") * 100 for side in ("before", "after"))
    with changing(project, actor=System("test")) as record:
        record("task.filled", target=task, before={column: before}, after={column: after})


def _put_into_record(organization: Organization, project: Project, marks: Marks) -> None:
    """A change of each of them, as the services record it: before and after."""
    for model, name in amounts():
        noun = str(model._meta.model_name)
        row = model._default_manager.filter(organization=organization).order_by("pk").first()
        before, after = (marks.new(f"record of {noun}.{name}") for _side in range(2))
        sides = {"before": {name: _stored(model, name, before)}, "after": {name: _stored(model, name, after)}}
        is_of_project = noun in {"project", "task", "projectday", "projectearnedday", "budgetamount"}
        actor = System("test")
        target = project if noun == "project" else row
        with (
            changing(project, actor=actor)
            if is_of_project
            else changing_organization(organization, actor=actor) as record
        ):
            record(EDITED[noun], target=target, **sides)


def _stored(model: type[models.Model], name: str, amount: int) -> Any:
    field = model._meta.get_field(name)
    return conceal(Decimal(amount)) if isinstance(field, EncryptedDecimalField) else amount


def _put_into_files(organization: Organization, marks: Marks) -> None:
    """A report that was made with money, by a user who was allowed to see it then."""
    GeneratedReport.objects.filter(organization=organization).update(
        options={"on": timezone.localdate().isoformat(), "money": True}
    )
    for file in ReportFile.objects.filter(organization=organization):
        file.content = f"予算,{marks.new('made report')}".encode()
        file.save(update_fields=["content"])


def _poor(world: World, project: Project) -> Iterator[Actor]:
    guest = next(
        each for each in world.actors if (each.organization_role, each.project_role) == ("guest", "viewer")
    )
    ProjectMember.objects.filter(user=guest.user, project=project).update(may_see_money=True)
    yield guest
    member = next(each for each in world.actors if each.is_resource)
    same = {
        name: getattr(project, name)
        for name in ("organization", "calendar", "start_date", "end_date", "start_minute")
    }
    other = Project.objects.create(**same, code="BETSU-1", name="別の計画", status="active", budget=777)
    ProjectMember.objects.create(
        organization=project.organization, project=other, user=member.user, role="leader", may_see_money=True
    )
    yield member
    office = next(
        each for each in world.actors
        if each.organization_role == "pmo" and each.project_role == "planner" and not each.sees_money
    )  # fmt: skip
    assert Right.SEE_MONEY not in office.in_project
    yield office
    assert Resource.objects.filter(user=member.user).exists()
