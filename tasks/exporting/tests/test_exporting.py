"""What was edited since the import is in the file as it is now, and nothing in it that was true before."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from django.db.models import F

from projects.models import Project
from resources.models import Resource
from tasks.editing.fields import edit_task, set_assignees
from tasks.editing.moving import move_task
from tasks.exporting import services as exporting
from tasks.exporting.services import write_plan
from tasks.importing.reading import read_plan_file
from tasks.importing.services import import_plan
from tasks.importing.tests.plan_files import DAY, MONDAY_8, WORKDAY, small_plan, xml_of
from tasks.interchange.judge import judge
from tasks.interchange.mspdi.read import read_mspdi
from tasks.interchange.plan_file import Extra, PlanAssignment, PlanFile, PlanResource, PlanTask, Recorded
from tasks.models import PlanImport, Task

pytestmark = pytest.mark.django_db
START, FINISH = MONDAY_8 + 8 * DAY, MONDAY_8 + 14 * DAY + 540  # of 開発, as it is computed


@pytest.fixture
def pmo(organization, person):
    return person("pmo", "計画 花子", role="pmo")


@pytest.fixture
def project(organization, pmo):
    """The small plan, in which the file and the computation agree on 開発."""
    plan = small_plan()
    worked = replace(
        plan.tasks[3],
        recorded=Recorded(START, FINISH),
        extras=(Extra("ActualWorkProtected", "PT1H0M0S"), *plan.tasks[3].extras),
    )
    assignment = replace(plan.assignments[0], start_minute=START, finish_minute=FINISH, notes="在宅")
    summary = PlanTask(
        0, "kikan", outline_level=0, duration_minutes=77 * WORKDAY, cost=Decimal(99), notes="全体"
    )
    plan = replace(
        plan, tasks=(*plan.tasks[:3], worked, plan.tasks[4]), assignments=(assignment,), summary_task=summary
    )
    imported = import_plan(
        plan_file=read_plan_file(BytesIO(xml_of(plan))), organization=organization, actor=pmo, leader=pmo,
        fields={"code": "PRJ-100", "name": "更改"},
        plan_import=PlanImport(organization=organization, uploaded_by=pmo, file_name="kikan.xml", sha256="0" * 64),
    )  # fmt: skip
    return imported.project


def content_of(project: Project) -> bytes:
    stream = BytesIO()
    write_plan(Project.objects.get(pk=project.pk), stream)
    return stream.getvalue()


def exported(project: Project) -> PlanFile:
    return read_mspdi(BytesIO(content_of(project)))


def row(plan: PlanFile, name: str) -> PlanTask:
    return next(task for task in plan.tasks if task.name == name)


class TestAfterEdits:
    def test_says_what_was_edited(self, project, pmo):
        task = Task.objects.get(project=project, name="開発")
        changes = {
            "name": "製造",
            "priority": 900,
            "deadline_minute": FINISH + DAY,
            "description": "新しい前提",
        }
        edit_task(task=task, changes=changes, actor=pmo)
        found = row(exported(project), "製造")
        assert (found.priority, found.deadline_minute, found.notes) == (900, FINISH + DAY, "新しい前提")
        assert found.cost == Decimal(250000)  # nothing that it follows from has changed

    def test_forgets_what_followed_from_the_work_of_the_file(self, project, pmo):
        edit_task(
            task=Task.objects.get(project=project, name="開発"), changes={"work_minutes": 60}, actor=pmo
        )
        found = row(exported(project), "開発")
        assert (found.cost, found.work_minutes) == (None, 60)
        assert [extra.name for extra in found.extras] == ["HyperlinkAddress"]

    def test_forgets_where_people_worked_once_the_task_moves(self, project, pmo):
        before = exported(project).assignments[0]
        assert (before.start_minute, before.finish_minute) == (START, FINISH)
        move_task(
            task=Task.objects.get(project=project, name="開発"), start_minute=START + 7 * DAY, actor=pmo
        )
        after = exported(project).assignments[0]
        assert (after.start_minute, after.finish_minute, after.notes) == (None, None, "在宅")

    def test_has_the_project_in_row_0_as_it_is_now(self, project, pmo):
        before = exported(project).summary_task
        assert (before.name, before.cost, before.duration_minutes) == ("更改", Decimal(99), 77 * WORKDAY)
        move_task(
            task=Task.objects.get(project=project, name="開発"), start_minute=START + 7 * DAY, actor=pmo
        )
        after = exported(project).summary_task
        assert (after.notes, after.cost) == ("全体", None)
        assert after.recorded.finish_minute == FINISH + 7 * DAY
        assert (
            after.duration_minutes == 15 * WORKDAY
        )  # three weeks of days, less the holiday on the first Thursday

    def test_says_how_much_of_a_resource_there_is_now(self, project):
        Resource.objects.filter(project=project).update(capacity_percentage=50, department="第二開発部")
        found = exported(project).resources[0]
        assert (found.max_units, found.group, found.standard_rate) == (0.5, "第二開発部", Decimal(6250))

    def test_gives_new_assignments_numbers_of_their_own(self, project, pmo, organization):
        added = Resource.objects.create(organization=organization, project=project, name="応援")
        for name in ("作図", "開発"):
            task = Task.objects.get(project=project, name=name)
            set_assignees(task=task, units={added.pk: 100}, actor=pmo)
        uids = [item.uid for item in exported(project).assignments]
        assert sorted(set(uids)) == sorted(uids)

    def test_moves_the_pauses_of_an_interrupted_task_along(self, project, pmo):
        """Two days, a pause of a day, three days, from Tuesday; a week later from Tuesday again."""
        pieces = [(START, START + DAY + 540), (START + 3 * DAY, START + 7 * DAY + 540)]
        task = Task.objects.filter(project=project, name="開発")
        task.update(splits=pieces, finish_minute=FINISH + DAY)
        assert row(exported(project), "開発").splits == tuple(pieces)
        start, finish = START + 7 * DAY, FINISH + 8 * DAY
        task.update(start_minute=start, finish_minute=finish, mode="manual")
        assert row(exported(project), "開発").splits == (
            (start, start + DAY + 540),
            (start + 3 * DAY, finish),
        )

    def test_is_read_and_scheduled_to_the_same_dates(self, project, pmo):
        move_task(
            task=Task.objects.get(project=project, name="開発"), start_minute=START + 7 * DAY, actor=pmo
        )
        verdict = judge(BytesIO(content_of(project)))
        assert verdict.refusal is None
        assert verdict.notices == ()
        assert (verdict.agreeing, verdict.compared) == (10, 10)


class TestWritePlan:
    def test_writes_once_more_when_a_user_changes_the_plan_meanwhile(self, project, monkeypatch):
        written = exporting._write
        calls: list[int] = []

        def write(current, stream, **options):
            count = written(current, stream, **options)
            if not calls:
                Project.objects.filter(pk=project.pk).update(revision=F("revision") + 1)
                Task.objects.filter(project=project, name="開発").update(name="変更後")
            calls.append(current.revision)
            return count

        monkeypatch.setattr(exporting, "_write", write)
        names = [task.name for task in exported(project).tasks]
        assert len(calls) == 2
        assert "変更後" in names
        assert "開発" not in names

    def test_reads_a_stretch_at_a_time(self, project, monkeypatch):
        whole = content_of(project)
        monkeypatch.setattr(exporting, "STRETCH", 2)
        assert content_of(project) == whole


class TestDoubtfulNames:
    def test_are_told(self, organization, pmo):
        plan = small_plan(resources=(PlanResource(1, ""),), assignments=(PlanAssignment(0, 4, 1),))
        calendars = (plan.calendars[0], replace(plan.calendars[1], name=""))
        imported = import_plan(
            plan_file=read_plan_file(BytesIO(xml_of(replace(plan, calendars=calendars)))), organization=organization,
            actor=pmo, leader=pmo, fields={"code": "PRJ-101", "name": "無名"},
            plan_import=PlanImport(organization=organization, uploaded_by=pmo, file_name="a.xml", sha256="0" * 64),
        )  # fmt: skip
        told = {item["code"] for item in imported.plan_import.summary["notices"]}
        assert {"calendar_unnamed", "resource_unnamed"} <= told
        assert exported(imported.project).assignments[0].uid == 0
