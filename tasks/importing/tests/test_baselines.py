"""Baselines 0 to 10 of a plan file become baselines of the plan, and go out again as they came."""

from __future__ import annotations

import gzip
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Project
from tasks.baselines.services import delete_baseline, take_baseline
from tasks.editing.fields import edit_task
from tasks.exporting.services import write_plan
from tasks.importing.baselines import is_agreed
from tasks.importing.reading import read_plan_file
from tasks.importing.services import import_plan
from tasks.importing.tests.plan_files import DAY, MONDAY_8, small_plan, xml_of
from tasks.interchange.mspdi.read import read_mspdi
from tasks.interchange.plan_file import Baseline as FileBaseline
from tasks.interchange.plan_file import Extra, PlanFile
from tasks.models import Baseline, PlanImport, Task
from tasks.plan.agreed_costs import opened

pytestmark = pytest.mark.django_db
CASES = Path(__file__).parents[4] / "shared" / "cases" / "earned"
#: Real plans with several baselines, some with costs, by their folders.
NAMES = (
    "ev-9c632454",
    "ev-8948d738",
    "ev-9615048a",
    "ev-d591dbe4",
    "ev-44614ade",
    "ev-d5fbe9af",
    "ev-8ad0558e",
)
#: Those that hold costs and no dates.
WITHOUT_DATES = frozenset({"ev-8948d738"})
FIRST = FileBaseline(
    0,
    MONDAY_8,
    MONDAY_8 + DAY + 540,
    960,
    work_minutes=480,
    cost=Decimal("12000.5"),
    extras=(Extra("BCWS", "7"),),
)
LATER = FileBaseline(10, MONDAY_8 + DAY, MONDAY_8 + 3 * DAY, 2880, is_elapsed=True, work_minutes=600)
INTERIM = FileBaseline(3, MONDAY_8, MONDAY_8 + DAY, extras=(Extra("Interim", "1"),))
WORK_ALONE = FileBaseline(2, work_minutes=480)


@pytest.fixture
def pmo(organization: Any, person: Any) -> Any:
    return person("pmo", "計画 花子", role="pmo")


@pytest.fixture
def bring(organization: Any, pmo: Any) -> Any:
    """Imports a file."""

    def bring(content: bytes) -> Project:
        return import_plan(
            plan_file=read_plan_file(BytesIO(content)), organization=organization, actor=pmo, leader=pmo,
            fields={"code": f"PRJ-{Project.objects.count():03}", "name": "更改"},
            plan_import=PlanImport(
                organization=organization, uploaded_by=pmo, file_name="kikan.xml", sha256="0" * 64
            ),
        ).project  # fmt: skip

    return bring


def agreed(*baselines: tuple[FileBaseline, ...]) -> PlanFile:
    """The small plan, whose last tasks have these baselines."""
    plan = small_plan()
    rows = list(plan.tasks)
    for place, found in enumerate(baselines, len(rows) - len(baselines)):
        rows[place] = replace(rows[place], baselines=found)
    others = [replace(row, baselines=()) for row in rows[: len(rows) - len(baselines)]]
    return replace(plan, tasks=(*others, *rows[len(others) :]))


def exported(project: Project, *, with_money: bool = True) -> PlanFile:
    stream = BytesIO()
    write_plan(Project.objects.get(pk=project.pk), stream, with_money=with_money)
    stream.seek(0)
    return read_mspdi(stream)


def baselines_of(plan: PlanFile) -> list[tuple[FileBaseline, ...]]:
    return [tuple(sorted(task.baselines, key=lambda item: item.number)) for task in plan.tasks]


class TestImport:
    def test_makes_a_baseline_of_each_number(self, bring: Any, pmo: Any) -> None:
        plan = agreed((FIRST, LATER, INTERIM, WORK_ALONE), (LATER,))
        project = bring(xml_of(plan))
        zero, ten = Baseline.objects.filter(project=project).order_by("number")
        assert (zero.number, zero.name, zero.is_chosen, zero.task_count) == (0, "ベースライン", True, 1)
        assert (ten.number, ten.name, ten.is_chosen, ten.task_count) == (10, "ベースライン 10", False, 2)
        assert (zero.reason, zero.taken_by, zero.knows_critical) == ("「kikan.xml」にあったもの", pmo, False)
        assert (zero.start_minute, zero.finish_minute) == (FIRST.start_minute, FIRST.finish_minute)
        (row,) = zero.rows.all()
        assert (row.duration_minutes, row.work_minutes, row.is_elapsed) == (960, 480, False)
        assert opened(zero.cost_secret) == {row.task_id: 1_200_050}
        assert {each.is_elapsed for each in ten.rows.all()} == {True}
        assert row.row_number == Task.objects.get(pk=row.task_id).row_number

    def test_takes_what_half_of_the_tasks_have_for_a_baseline_of_the_whole_plan(self, bring: Any) -> None:
        for baselines, is_whole in (((LATER,) * 3, True), ((LATER,) * 2, False)):
            project = bring(xml_of(agreed(*[(each,) for each in baselines])))
            assert Task.objects.filter(project=project).count() == 5
            assert Baseline.objects.get(project=project).is_whole == is_whole

    def test_compares_with_the_lowest_number(self, bring: Any) -> None:
        bring(xml_of(agreed((LATER,))))
        assert Baseline.objects.get().is_chosen

    def test_makes_none_of_a_plan_without(self, bring: Any) -> None:
        bring(xml_of(agreed()))
        assert not Baseline.objects.exists()

    def test_takes_as_many_statements_for_many_tasks_as_for_few(self, bring: Any) -> None:
        plan = agreed((FIRST,))
        last = plan.tasks[-1]
        more = tuple(
            replace(last, uid=1000 + number, row_id=None, name=f"作業{number}") for number in range(50)
        )
        counts = []
        for tasks in (plan.tasks, (*plan.tasks, *more)):
            with CaptureQueriesContext(connection) as queries:
                bring(xml_of(replace(plan, tasks=tasks)))
            counts.append(sum("baseline" in query["sql"] for query in queries))
        assert counts[0] == counts[1]
        assert Baseline.objects.latest("pk").task_count == 51


class TestRoundTrip:
    def test_brings_back_what_came_with_all_that_only_the_file_knows(self, bring: Any) -> None:
        plan = agreed((FIRST, LATER, INTERIM, WORK_ALONE), (LATER,))
        project = bring(xml_of(plan))
        assert baselines_of(exported(project)) == baselines_of(read_mspdi(BytesIO(xml_of(plan))))
        again = bring(xml_of(exported(project)))
        assert list(Baseline.objects.filter(project=again).values_list("number", "task_count").order_by("number")) == [
            (0, 1), (10, 2)
        ]  # fmt: skip

    def test_writes_what_was_taken_here(self, bring: Any, pmo: Any) -> None:
        project = bring(xml_of(agreed()))
        Task.objects.filter(project=project, is_summary=False).update(fixed_cost=Decimal(250))
        taken = take_baseline(project=project, actor=pmo, name="合意した計画", number=4)
        take_baseline(project=project, actor=pmo, name="番号のない計画")
        task = Task.objects.filter(project=project, is_summary=False).latest("row_number")
        edit_task(task=task, changes={"duration_minutes": task.duration_minutes + 4800}, actor=pmo)
        written = exported(project)
        assert {item.number for task in written.tasks for item in task.baselines} == {4}
        assert [item.number for item in written.summary_task.baselines] == [4]
        again = Baseline.objects.get(project=bring(xml_of(written)))
        values = (
            "row_number",
            "start_minute",
            "finish_minute",
            "duration_minutes",
            "work_minutes",
            "is_elapsed",
        )
        assert list(again.rows.values_list(*values).order_by("row_number")) == list(
            taken.rows.values_list(*values).order_by("row_number")
        )
        assert sorted(opened(again.cost_secret).values()) == sorted(opened(taken.cost_secret).values())
        assert all(
            item.cost is None for task in exported(project, with_money=False).tasks for item in task.baselines
        )

    def test_writes_no_more_what_was_deleted_and_what_took_its_number(self, bring: Any, pmo: Any) -> None:
        project = bring(xml_of(agreed((FIRST, LATER))))
        delete_baseline(baseline=Baseline.objects.get(project=project, number=0), actor=pmo)
        last = exported(project).tasks[-1]
        assert [item.number for item in last.baselines] == [10]
        take_baseline(project=project, actor=pmo, name="新しい計画", number=0)
        last = exported(project).tasks[-1]
        assert [(item.number, item.extras) for item in last.baselines] == [(0, ()), (10, LATER.extras)]
        assert last.baselines[0].cost is None

    def test_goes_on_writing_those_of_an_import_of_before(self, bring: Any) -> None:
        project = bring(xml_of(agreed((FIRST, LATER))))
        Baseline.objects.filter(project=project).delete()
        brought = PlanImport.objects.get(project=project)
        del brought.summary["file"]["baselines"]
        brought.save()
        assert [item.number for item in exported(project).tasks[-1].baselines] == [0, 10]

    @pytest.mark.skipif(not CASES.is_dir(), reason="the folder of shared cases is not beside the project")
    @pytest.mark.parametrize("name", NAMES)
    def test_brings_back_baselines_of_real_plans(self, name: str, bring: Any) -> None:
        content = gzip.decompress((CASES / name / "project.xml.gz").read_bytes())
        before = read_mspdi(BytesIO(content))
        project = bring(content)
        found: dict[int, int] = {}
        for task in before.tasks:
            for number in {item.number for item in task.baselines if is_agreed(item)}:
                found[number] = found.get(number, 0) + 1
        assert bool(found) == (name not in WITHOUT_DATES)
        made = Baseline.objects.filter(project=project)
        assert dict(made.values_list("number", "task_count")) == found
        assert baselines_of(exported(project)) == baselines_of(before)
