"""A file becomes a plan: all of it or nothing, with the dates, people and details that it had."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from django.core.management import call_command

from projects.errors import NotAllowedError, RuleBrokenError
from projects.models import AuditEntry, Calendar, Project, ProjectMember
from resources.models import Absence, Resource
from tasks.exporting.services import plan_file_of
from tasks.importing import reading
from tasks.importing.preview import examine
from tasks.importing.reading import PlanFileError, read_plan_file
from tasks.importing.services import Imported, import_plan
from tasks.importing.tests.plan_files import (
    DAY,
    MONDAY_8,
    WORKDAY,
    import_upload,
    long_plan,
    packed,
    small_plan,
    xml_of,
)  # fmt: skip
from tasks.importing.uploads import keep_upload
from tasks.interchange.mspdi.read import read_mspdi
from tasks.interchange.plan_file import PlanAssignment, PlanFile, PlanLink, PlanResource, PlanTask
from tasks.models import Assignment, PlanImport, Task, TaskLink, TaskProgress
from tasks.plan.refusals import PlanRefusedError
from tasks.scheduling.errors import Unsuitable
from tasks.scheduling.schedule import QuickPasses

pytestmark = pytest.mark.django_db


@pytest.fixture
def pmo(organization, person):
    return person("pmo", "計画 花子", role="pmo")


@pytest.fixture
def bring(organization, pmo):
    """Imports a plan into a new project of the organization (or into `project`)."""

    def bring(plan: PlanFile, *, code: str = "PRJ-100", **options: Any) -> Imported:
        return import_plan(
            plan_file=read_plan_file(BytesIO(xml_of(plan))),
            organization=organization,
            actor=options.pop("actor", pmo),
            leader=pmo,
            fields={"code": code, "name": "基幹システム更改"},
            plan_import=PlanImport(
                organization=organization, uploaded_by=pmo, file_name="kikan.xml", sha256="0" * 64
            ),
            **options,
        )

    return bring


def stored(imported: Imported) -> dict[str, Task]:
    return {task.name: task for task in Task.objects.filter(project=imported.project)}


class TestImportPlan:
    def test_makes_tasks_in_their_tree_with_links(self, bring):
        tasks = stored(bring(small_plan()))
        assert [(t.wbs_code, t.name) for t in sorted(tasks.values(), key=lambda t: t.row_number)] == [
            ("1", "設計"), ("1.1", "調査"), ("1.2", "作図"), ("2", "開発"), ("3", "完了"),
        ]  # fmt: skip
        assert tasks["設計"].is_summary
        assert tasks["作図"].parent_id == tasks["設計"].pk
        assert TaskLink.objects.get(successor=tasks["開発"]).lag_minutes == WORKDAY

    def test_computes_on_the_calendar_of_the_file(self, bring):
        # 調査 Mon–Tue, 作図 Wed and, past the holiday on Thursday, Friday; a day of lag, then 開発.
        tasks = stored(bring(small_plan()))
        assert tasks["作図"].finish_minute == MONDAY_8 + 4 * DAY + 540
        assert tasks["開発"].start_minute == MONDAY_8 + 8 * DAY

    def test_says_which_dates_are_not_the_files(self, bring):
        imported = bring(small_plan())
        task = stored(imported)["開発"]
        assert imported.plan_import.summary["dates"]["compared"] == 2
        assert imported.plan_import.summary["dates"]["agreeing"] == 0
        assert task.recorded_start_minute == MONDAY_8 + 7 * DAY
        assert task.recorded_reason == "unexplained"

    def test_keeps_the_dates_of_the_file_when_asked(self, bring):
        imported = bring(small_plan(), as_recorded=True)
        task = stored(imported)["開発"]
        assert (task.mode, task.start_minute) == ("manual", MONDAY_8 + 7 * DAY)
        assert imported.agreement.agreeing == imported.agreement.compared == 2

    def test_begins_the_history_of_progress(self, bring):
        tasks = stored(bring(small_plan()))
        assert tasks["調査"].status == "completed"
        assert TaskProgress.objects.get(task=tasks["調査"]).progress_percentage == 100

    def test_makes_the_importer_leader_and_writes_the_record(self, bring, pmo):
        project = bring(small_plan()).project
        project.refresh_from_db()
        assert ProjectMember.objects.get(project=project).user == pmo
        entry = AuditEntry.objects.get(project=project, action="plan.imported")
        assert entry.after["tasks"] == 5
        assert entry.consequences is None
        assert (project.revision, project.task_count) == (1, 5)

    def test_takes_the_period_from_the_plan(self, bring):
        project = bring(small_plan()).project
        assert (str(project.start_date), str(project.end_date)) == ("2026-04-06", "2026-04-20")

    def test_shortens_a_period_of_more_than_ten_years_and_says_so(self, bring):
        late = PlanTask(
            1,
            "遠い",
            duration_minutes=WORKDAY,
            constraint_type="SNET",
            constraint_minute=MONDAY_8 + 6000 * DAY,
        )
        imported = bring(small_plan(tasks=(late,), links=(), resources=(), assignments=()))
        assert (imported.project.end_date - imported.project.start_date).days == 3653
        assert "period_clamped" in [item["code"] for item in imported.plan_import.summary["notices"]]

    def test_gives_tasks_to_people_whom_the_organization_knows(self, bring, organization):
        known = Resource.objects.create(organization=organization, name="藍沢　湊")
        Absence.objects.create(
            organization=organization, resource=known, first_on="2026-04-14", last_on="2026-04-14"
        )
        imported = bring(small_plan())
        tasks = stored(imported)
        assert Assignment.objects.get(task=tasks["開発"]).resource == known
        assert not Resource.objects.filter(project=imported.project).exists()
        assert tasks["開発"].recorded_reason == "known_person"
        assert not Calendar.objects.filter(project=imported.project, name="藍沢 湊").exists()

    def test_makes_members_of_people_whom_the_organization_knows(self, bring, organization, person):
        user = person("aizawa", "藍沢 湊")
        Resource.objects.create(organization=organization, name="藍沢　湊", user=user)
        project = bring(small_plan()).project
        assert ProjectMember.objects.get(project=project, user=user).role == "contributor"
        assert AuditEntry.objects.filter(action="member.added", project=project).count() == 1

    def test_refuses_a_planner_who_may_bring_no_one_in(self, bring, organization, person, project, cast):
        Resource.objects.create(organization=organization, name="藍沢　湊", user=person("aizawa", "藍沢 湊"))
        with pytest.raises(RuleBrokenError, match="藍沢 湊さんはこのプロジェクトのメンバーではないため"):
            bring(small_plan(), project=project, actor=cast.planner)
        assert not Task.objects.filter(project=project).exists()

    def test_makes_resources_of_this_project_for_others(self, bring):
        imported = bring(small_plan())
        made = Resource.objects.get(project=imported.project)
        assert made.name == "藍沢 湊"
        assert made.calendar is not None
        assert made.calendar.project == imported.project

    def test_puts_a_person_on_a_task_once(self, bring):
        twice = (PlanAssignment(1, 4, 1, units=0.5), PlanAssignment(2, 4, 1, units=0.25))
        imported = bring(small_plan(assignments=twice))
        assert Assignment.objects.get(project=imported.project).units_percentage == 75
        assert "assignment_merged" in [item["code"] for item in imported.plan_import.summary["notices"]]

    def test_names_what_has_no_name_and_cuts_what_is_too_long(self, bring):
        tasks = (PlanTask(1, "", duration_minutes=WORKDAY), PlanTask(2, "長" * 600, duration_minutes=WORKDAY))
        imported = bring(small_plan(tasks=tasks, links=(), assignments=()))
        assert sorted(len(name) for name in stored(imported)) == [4, 500]
        codes = {item["code"] for item in imported.plan_import.summary["notices"]}
        assert {"task_unnamed", "name_cut"} <= codes

    def test_fills_an_empty_project(self, bring, project):
        imported = bring(small_plan(), project=project)
        project.refresh_from_db()
        assert imported.project == project
        assert project.task_count == 5
        assert project.calendar.name == "標準"

    def test_never_mixes_two_plans(self, bring, project, chain):
        with pytest.raises(RuleBrokenError, match="すでにタスク"):
            bring(small_plan(), project=project)
        assert Task.objects.filter(project=project).count() == 4

    def test_needs_the_right_to_make_projects(self, bring, person):
        with pytest.raises(NotAllowedError):
            bring(small_plan(), actor=person("member", "一般 社員"))
        assert not Project.objects.exists()

    def test_leaves_nothing_behind_when_the_code_is_taken(self, bring, project):
        with pytest.raises(RuleBrokenError) as refused:
            bring(small_plan(), code=project.code)
        assert refused.value.field == "code"
        assert (Project.objects.count(), Task.objects.count(), Calendar.objects.count()) == (1, 0, 1)

    def test_says_in_the_words_of_the_file_what_cannot_be_computed(self, bring):
        """The rows are there by then; nothing of them stays."""
        plan = small_plan()
        calendars = (replace(plan.calendars[0], week=((),) * 7, name="無休"),)
        with pytest.raises(PlanFileError, match="無休"):
            bring(replace(plan, calendars=calendars, resources=(PlanResource(1, "藍沢 湊"),), assignments=()))
        assert not Project.objects.filter(code="PRJ-100").exists()

    def test_says_when_it_is_one_of_our_people_who_never_works(self, bring, organization, calendar):
        plan = small_plan()
        never = Calendar.objects.create(organization=organization, name="休職", week=[[]] * 7)
        for item in plan.resources:
            Resource.objects.create(organization=organization, name=item.name, kind="person", calendar=never)
        with pytest.raises(PlanRefusedError, match="稼働時間"):
            bring(plan)

    def test_computes_the_same_plan_again(self, bring):
        """What an import stored is what the next change computes from: nothing moves by itself."""
        from projects.changes import changing
        from projects.permissions import System
        from tasks.plan.rescheduling import reschedule

        imported = bring(small_plan())
        with changing(imported.project, actor=System("test")) as record:
            assert reschedule(imported.project, record=record).moves == ()


class TestExamine:
    def test_names_a_circle(self):
        plan = small_plan(links=(PlanLink(3, 4), PlanLink(4, 3)))
        with pytest.raises(PlanFileError, match=r"輪になっています.*作図"):
            examine(BytesIO(xml_of(plan)))

    def test_names_the_kind_of_another_file(self):
        with pytest.raises(PlanFileError, match="PDF"):
            examine(BytesIO(b"%PDF-1.7 ..."))

    def test_refuses_an_outline_without_end(self):
        rows = tuple(
            PlanTask(level, "深い", outline_level=level, parent_uid=level - 1 or None)
            for level in range(1, 503)
        )
        with pytest.raises(PlanFileError, match="階層"):
            examine(BytesIO(xml_of(small_plan(tasks=rows, links=(), assignments=()))))

    def test_names_a_calendar_without_work(self):
        calendars = (replace(small_plan().calendars[0], week=((),) * 7, name="無休"),)
        resources = (PlanResource(1, "藍沢 湊"),)
        with pytest.raises(PlanFileError, match="無休"):
            examine(BytesIO(xml_of(small_plan(calendars=calendars, resources=resources))))


@pytest.fixture
def work(monkeypatch):
    """Counts how often a file is read, and a plan computed."""
    done: Counter[str] = Counter()

    def read(source):
        done["read"] += 1
        return read_mspdi(source)

    def computed(columns):
        done["computed"] += 1
        raise Unsuitable

    monkeypatch.setattr(reading, "read_mspdi", read)
    monkeypatch.setattr(QuickPasses, "passes", computed)
    return done


class TestWork:
    """The preview is another request, and a file that was read is larger than the file: each of both reads it once."""

    def test_a_preview_reads_and_computes_once(self, work, organization, pmo):
        keep_upload(
            stream=BytesIO(packed(small_plan())), file_name="a.xml", organization=organization, actor=pmo
        )
        assert work == {"read": 1, "computed": 1}

    def test_an_import_reads_and_computes_once(self, work, organization, pmo):
        kept = keep_upload(
            stream=BytesIO(packed(small_plan())), file_name="a.xml", organization=organization, actor=pmo
        )
        work.clear()
        import_upload(kept, pmo, fields={"code": "A-1", "name": "更改"})
        assert work == {"read": 1, "computed": 1}

    def test_so_does_the_command(self, work, organization, pmo, tmp_path, monkeypatch):
        file = tmp_path / "plan.xml"
        file.write_bytes(xml_of(small_plan()))
        call_command("import_plan", str(file), "--organization", organization.code, "--leader", pmo.username)
        assert work == {"read": 1, "computed": 1}


class TestKeepUpload:
    def test_reads_gzip_and_keeps_it(self, organization, pmo):
        kept = keep_upload(
            stream=BytesIO(packed(small_plan())),
            file_name="C:\\plans\\kikan.xml.gz",
            organization=organization,
            actor=pmo,
        )
        assert kept.file_name == "kikan.xml.gz"
        assert kept.summary["counts"]["tasks"] == 5
        import_upload(kept, pmo, fields={"code": "A-1", "name": "更改"})
        assert kept.project.code == "A-1"
        assert kept.content is None

    def test_imports_an_upload_once(self, organization, pmo):
        kept = keep_upload(
            stream=BytesIO(packed(small_plan())), file_name="a.xml", organization=organization, actor=pmo
        )
        import_upload(kept, pmo, fields={"code": "A-1", "name": "更改"})
        import_upload(kept, pmo, fields={"code": "A-2", "name": "更改"})
        assert kept.project.code == "A-1"
        assert not Project.objects.filter(code="A-2").exists()

    def test_costs_the_same_for_300_tasks(self, organization, pmo, django_assert_num_queries):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        counts = []
        for number, size in enumerate((3, 300)):
            kept = keep_upload(
                stream=BytesIO(packed(long_plan(size))),
                file_name="a.xml",
                organization=organization,
                actor=pmo,
            )
            with CaptureQueriesContext(
                connection,
            ) as queries:
                import_upload(kept, pmo, fields={"code": f"A-{number}", "name": "更改"})
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestRoundTrip:
    def test_gives_an_equal_plan(self, bring):
        first = plan_file_of(_fresh(bring(small_plan(), code="A-1")))
        second = plan_file_of(_fresh(bring(first, code="A-2")))
        assert second == first

    def test_brings_back_what_no_page_shows(self, bring):
        plan = plan_file_of(_fresh(bring(small_plan())))
        task = next(task for task in plan.tasks if task.name == "開発")
        source = small_plan()
        assert task.custom_values == source.tasks[3].custom_values
        assert task.extras == source.tasks[3].extras
        assert task.cost == source.tasks[3].cost
        assert plan.custom_fields == source.custom_fields
        assert plan.calendars == source.calendars
        assert plan.links == source.links
        assert plan.resources[0].standard_rate == source.resources[0].standard_rate
        assert plan.project.currency_code == "JPY"

    def test_forgets_figures_that_an_edit_made_wrong(self, bring):
        from tasks.editing.fields import edit_task

        imported = bring(small_plan())
        edit_task(
            task=stored(imported)["開発"],
            changes={"work_minutes": 60},
            actor=imported.plan_import.uploaded_by,
        )
        plan = plan_file_of(_fresh(imported))
        assert next(task for task in plan.tasks if task.name == "開発").cost is None


class TestPlanFileOf:
    def test_tells_when_people_are_away_but_not_why(self, organization, project, chain):
        resource = Resource.objects.create(organization=organization, name="藍沢 湊")
        Absence.objects.create(
            organization=organization,
            resource=resource,
            first_on="2026-04-07",
            last_on="2026-04-08",
            reason="通院",
        )
        Assignment.objects.create(
            organization=organization, project=project, task=chain["設計"], resource=resource
        )
        plan = plan_file_of(Project.objects.get(pk=project.pk))
        own = next(item for item in plan.calendars if item.id == plan.resources[0].calendar_uid)
        assert own.base_id == plan.project.calendar_uid
        assert [(item.last_day - item.first_day, item.name) for item in own.exceptions] == [(1, "")]

    def test_writes_half_days_as_the_hours_that_are_left(self, organization, project, chain):
        resource = Resource.objects.create(organization=organization, name="藍沢 湊")
        for day, portion in (("2026-04-07", "morning"), ("2026-04-09", "afternoon")):
            Absence.objects.create(
                organization=organization, resource=resource, first_on=day, last_on=day, portion=portion
            )
        Assignment.objects.create(
            organization=organization, project=project, task=chain["設計"], resource=resource
        )
        plan = plan_file_of(Project.objects.get(pk=project.pk))
        read = read_plan_file(BytesIO(xml_of(plan)))
        own = next(item for item in read.calendars if item.id == read.resources[0].calendar_uid)
        assert [item.shifts for item in own.exceptions] == [((780, 1080),), ((540, 720),)]

    def test_numbers_what_was_added_here_above_the_files_own(self, bring):
        from tasks.editing.tree import add_task

        imported = bring(small_plan())
        add_task(project=imported.project, name="追加", actor=imported.plan_import.uploaded_by)
        assert [task.uid for task in plan_file_of(_fresh(imported)).tasks] == [1, 2, 3, 4, 5, 6]


def _fresh(imported: Imported) -> Project:
    return Project.objects.get(pk=imported.project.pk)
