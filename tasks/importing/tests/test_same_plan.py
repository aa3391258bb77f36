"""Import, export, import: the same plan, with plans of every kind and with files that others made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, assume, given, settings

from projects.models import Project
from projects.worktime.rules import OFFICE_WEEK, CalendarRules
from tasks.exporting.services import write_plan
from tasks.importing.preview import examine
from tasks.importing.reading import PlanFileError, read_plan_file
from tasks.importing.services import Imported, import_plan
from tasks.importing.tests.plan_files import small_plan, xml_of
from tasks.importing.tests.same_plan import differences, recorded_dates
from tasks.interchange.mspdi.read import read_mspdi
from tasks.interchange.plan_file import PlanFile, PlanTask
from tasks.interchange.tests.plans import plan_files
from tasks.models import PlanImport

pytestmark = pytest.mark.django_db
CASES = Path(__file__).parents[4] / "shared" / "cases"
FILES = sorted([*CASES.glob("msproject/*/project.xml*"), *CASES.glob("import/mspdi*.xml")])


@pytest.fixture
def pmo(organization, person):
    return person("pmo", "計画 花子", role="pmo")


@pytest.fixture
def trip(organization, pmo):
    """Imports a file, exports the project, and leaves nothing behind."""

    @contextmanager
    def trip(content: bytes, *, as_recorded: bool = False) -> Iterator[tuple[PlanFile, Imported, PlanFile]]:
        plan_file = read_plan_file(BytesIO(content))
        with transaction.atomic():
            imported = import_plan(
                plan_file=plan_file,
                organization=organization,
                actor=pmo,
                leader=pmo,
                fields={"code": "PRJ-100", "name": "往復"},
                as_recorded=as_recorded,
                plan_import=PlanImport(
                    organization=organization, uploaded_by=pmo, file_name="kikan.xml", sha256="0" * 64
                ),
            )
            yield plan_file, imported, exported(imported.project)
            transaction.set_rollback(True)

    return trip


def exported(project: Project) -> PlanFile:
    stream = BytesIO()
    write_plan(Project.objects.get(pk=project.pk), stream)
    stream.seek(0)
    return read_mspdi(stream)


def sound(plan: PlanFile) -> PlanFile:
    """The plan with a calendar, and office hours below every other: one without any work is not imported at all."""
    calendars = tuple(
        replace(item, week=OFFICE_WEEK, exceptions=(), work_weeks=()) if item.base_id is None else item
        for item in plan.calendars
    )
    if plan.project.calendar_uid is None:
        uid = max((item.id for item in calendars), default=0) + 1
        calendars = (*calendars, CalendarRules(uid, "標準", None, OFFICE_WEEK))
        plan = replace(plan, project=replace(plan.project, calendar_uid=uid))
    return replace(plan, calendars=calendars, tasks=tuple(map(_in_order, plan.tasks)))


def _in_order(task: PlanTask) -> PlanTask:
    """A task that did not end before it began, which is put right with a notice."""
    start, finish = task.actual_start_minute, task.actual_finish_minute
    if start is None or finish is None or start <= finish:
        return task
    return replace(task, actual_start_minute=finish, actual_finish_minute=start)


class TestEveryKindOfPlan:
    @settings(max_examples=25, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(plan=plan_files())
    @pytest.mark.parametrize("as_recorded", [False, True])
    def test_comes_back(self, trip, plan, as_recorded):
        content = xml_of(sound(plan))
        try:
            examine(BytesIO(content))
        except PlanFileError:
            assume(False)  # no hour of work is left, or dates are centuries away
        with trip(content, as_recorded=as_recorded) as (before, imported, after):
            assert differences(before, after, as_recorded=as_recorded) == []
            assert imported.plan_import.summary["as_recorded"] is as_recorded
            if as_recorded:
                theirs, here = recorded_dates(before), recorded_dates(after)
                leaves = theirs.keys() - before.summary_uids()
                in_order = {uid for uid in leaves if theirs[uid][0] <= theirs[uid][1]}
                assert {uid: here[uid] for uid in in_order} == {uid: theirs[uid] for uid in in_order}

    def test_comes_back_from_its_own_export(self, trip):
        with trip(xml_of(small_plan())) as (_, _, first):
            pass
        with trip(xml_of(first)) as (_, _, second):
            assert differences(first, second) == []
            assert recorded_dates(first) == recorded_dates(second)


@pytest.mark.skipif(not FILES, reason="the folder of shared cases is not beside the project")
class TestFilesOfOthers:
    @pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
    def test_come_back_with_all_their_dates_when_kept_as_recorded(self, trip, path):
        with trip(path.read_bytes(), as_recorded=True) as (before, imported, after):
            assert differences(before, after, as_recorded=True) == []
            assert imported.agreement.agreeing == imported.agreement.compared
            here = recorded_dates(after)
            assert {uid: here[uid] for uid in recorded_dates(before)} == recorded_dates(before)

    @pytest.mark.parametrize("path", FILES[::3], ids=lambda path: f"{path.parent.name}/{path.name}")
    def test_come_back_when_recomputed(self, trip, path):
        with trip(path.read_bytes()) as (before, _, after):
            assert differences(before, after) == []
