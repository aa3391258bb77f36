"""The record is complete where no user asks by a page: what jobs and commands change is in it, or is named here with its reason."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
from django.apps import apps
from django.core.management import call_command, get_commands
from django.db import connection
from django.db.models import F
from django.utils import timezone

from config.celery import app
from projects.models import AuditEntry, Holiday, Organization, Project, User
from reports.models import GeneratedReport, ReportSchedule
from tasks.editing.fields import set_assignees
from tasks.editing.links import set_predecessors
from tasks.exporting.services import plan_file_of
from tasks.interchange.mspdi.write import write_mspdi
from tasks.models import PlanImport, RecurringProject, Task
from tests.access.world import World

OURS: Final = ("projects", "tasks", "resources", "reports")
#: What is counted from the rest, is about one's own pages, or keeps the machine going. No one's work is in it.
FREE: Final = {
    "asked_jobs": "jobs", "dead_jobs": "jobs", "operations_marks": "when something ran last", "utilization_checks": "when it was checked",
    "assignment_loads": "counted from plans", "resource_loads": "counted from plans", "project_summary": "counted from plans",
    "project_days": "counted from plans", "project_earned_days": "counted from plans", "leveling_runs": "found from plans; applying it is recorded", "risk_runs": "found from plans", "task_grams": "counted from names",
    "notifications": "told from what is recorded", "collapsed_tasks": "how a user looks at a plan",
    "user_sessions": "signing in and out has its own lines", "provider_sessions": "signing in and out has its own lines",
    "holidays": "the law", "audit_entries": "the record itself",
}  # fmt: skip
#: Changes of what people work with that leave no line.
UNRECORDED: Final = {
    "discard_old_uploads": "files that waited for a day and were never taken in, as their page says",
    "discard_expired_reports": "files whose end was set when they were asked for, which is recorded",
    "resume_reports": "the state of a report; asking for it is recorded",
    "rotate_keys": "the same values under another key",
}


@pytest.fixture(autouse=True)
def _jobs_are_known() -> None:
    app.loader.import_default_modules()


@pytest.fixture
def ours(world: World, things: dict[str, Any], settings: Any) -> SimpleNamespace:
    return SimpleNamespace(**world.ids | things, settings=settings)


def nothing(ours: SimpleNamespace) -> dict[str, Any]:
    return {}


def moved_task(ours: SimpleNamespace) -> dict[str, Any]:
    """A date that is not what the plan says, as after a change of the calendar."""
    Task.objects.filter(pk=ours.second).update(start_minute=F("start_minute") + 60)
    return {"project_id": ours.project_id}


def forget_holidays(ours: SimpleNamespace) -> dict[str, Any]:
    Holiday.objects.all().delete()
    return {}


def due_period(ours: SimpleNamespace) -> dict[str, Any]:
    today = timezone.localdate()
    RecurringProject.objects.filter(pk=ours.recurring_id).update(first_on=today, source=ours.project_id)
    return {}


def old_upload(ours: SimpleNamespace) -> dict[str, Any]:
    PlanImport.objects.filter(pk=ours.import_id).update(created_at=timezone.now() - timedelta(days=2))
    return {}


def upload(ours: SimpleNamespace) -> dict[str, Any]:
    """One that its owner has sent off."""
    chosen = {"project": None, "fields": {"name": "取り込んだ計画", "code": "NEW-9"}, "as_recorded": False}
    rows = PlanImport.objects.filter(pk=ours.import_id)
    rows.update(state=PlanImport.State.RUNNING, job_id="import", chosen=chosen)
    return {"import_id": ours.import_id}


def expired_report(ours: SimpleNamespace) -> dict[str, Any]:
    GeneratedReport.objects.filter(pk=ours.report_id).update(expires_at=timezone.now() - timedelta(days=1))
    return {}


def report(ours: SimpleNamespace) -> dict[str, Any]:
    return {"project_id": ours.project_id, "format": "csv"}


def organization(ours: SimpleNamespace) -> dict[str, Any]:
    return {"organization_id": ours.organization}


def no_report(ours: SimpleNamespace) -> dict[str, Any]:
    return {"report_id": 0}


def due_schedule(ours: SimpleNamespace) -> dict[str, Any]:
    rows = ReportSchedule.objects.filter(pk=ours.schedule_id)
    rows.update(next_on=timezone.localdate())
    return {}


def no_run(ours: SimpleNamespace) -> dict[str, Any]:
    return {"run_id": 0}


Prepare = Callable[[SimpleNamespace], dict[str, Any]]
#: How each job is given something to do, and what it must have changed by that; nothing where all that it touches is free.
JOBS: Final[dict[str, tuple[Prepare, set[str]]]] = {
    "calculate_critical_path": (moved_task, {"projects", "tasks"}),
    "check_late_tasks": (nothing, set()),
    "discard_ended_sessions": (nothing, set()),
    "discard_expired_reports": (expired_report, {"generated_reports", "report_files"}),
    "discard_old_jobs": (nothing, set()),
    "discard_old_notifications": (nothing, set()),
    "discard_old_steps": (nothing, set()),
    "discard_old_uploads": (old_upload, {"plan_imports"}),
    "ensure_holidays": (forget_holidays, set()),
    "ensure_partitions": (nothing, set()),
    "export_audit_heads": (nothing, set()),
    "generate_project_report": (report, {"generated_reports"}),
    "import_plan_file": (upload, {"projects", "tasks", "plan_imports"}),
    "level_plan": (no_run, set()),
    "mail_report": (no_report, set()),
    "simulate_plan": (no_run, set()),
    "make_recurring_projects": (due_period, {"projects", "recurring_periods"}),
    "record_project_days": (nothing, set()),
    "record_project_earned": (nothing, set()),
    "refresh_project_summary": (nothing, set()),
    "refresh_utilization": (organization, set()),
    "repair_plans": (nothing, set()),  # asks for the first one of these
    "remind_of_hours": (nothing, set()),
    "resume_reports": (nothing, set()),
    "send_digests": (nothing, set()),
    "send_jobs_again": (nothing, set()),
    "send_scheduled_reports": (due_schedule, {"generated_reports", "report_schedules"}),
    "update_resource_utilization": (nothing, set()),
    "verify_audit": (nothing, set()),
}


def tables() -> list[str]:
    """Everything that people work with."""
    found = {model._meta.db_table for name in OURS for model in apps.get_app_config(name).get_models()}
    return sorted(found - set(FREE))


def digests() -> dict[str, str]:
    """The content of each table, in one figure."""
    with connection.cursor() as cursor:
        found = {}
        for table in tables():
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) FROM {table} t"
            )
            found[table] = cursor.fetchone()[0]
    return found


@contextmanager
def watching() -> Iterator[SimpleNamespace]:
    """Which tables changed within, and what was added to the record."""
    seen = SimpleNamespace(changed=set(), actions=[])
    before, last = digests(), AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    yield seen
    after = digests()
    seen.changed |= {table for table in after if after[table] != before[table]}
    seen.actions += AuditEntry.objects.filter(pk__gt=last).values_list("action", flat=True)


class TestJobs:
    @pytest.mark.parametrize("name", sorted(JOBS))
    def test_leave_a_line_of_what_they_change(self, ours: SimpleNamespace, name: str) -> None:
        prepare, expected = JOBS[name]
        arguments = prepare(ours)
        with watching() as seen:
            app.tasks[name](**arguments)
        assert expected <= seen.changed
        assert not seen.changed or seen.actions or name in UNRECORDED

    def test_are_all_of_them(self) -> None:
        jobs = {
            name
            for name, task in app.tasks.items()
            if task.__module__.startswith(OURS) and "tests" not in task.__module__
        }
        assert jobs == set(JOBS)


# -- commands --------------------------------------------------------------------------------------------------


def plan_file(ours: SimpleNamespace, folder: Path) -> list[str]:
    path = folder / "plan.xml"
    with path.open("wb") as stream:
        write_mspdi(plan_file_of(Project.objects.get(pk=ours.project_id)), stream)
    return [str(path), "--organization", Organization.objects.get(pk=ours.organization).code]


def due_templates(ours: SimpleNamespace, folder: Path) -> list[str]:
    due_period(ours)
    return []


def newer_key(ours: SimpleNamespace, folder: Path) -> list[str]:
    ours.settings.ENCRYPTION_KEYS = [
        base64.urlsafe_b64encode(b"n" * 32).decode(),
        *ours.settings.ENCRYPTION_KEYS,
    ]
    return []


def overload(ours: SimpleNamespace, folder: Path) -> list[str]:
    """A second task at once for one person."""
    project, task = Project.objects.get(pk=ours.project_id), Task.objects.get(pk=ours.second)
    actor = User.objects.get(pk=ours.maker)
    set_predecessors(task=task, text="", actor=actor)
    set_assignees(task=task, units={ours.resource_id: 60}, actor=actor)
    return [project.code, "--organization", project.organization.code, "--apply"]


def no_words(ours: SimpleNamespace, folder: Path) -> list[str]:
    return []


COMMANDS: Final[dict[str, tuple[Callable[[SimpleNamespace, Path], list[str]], set[str]]]] = {
    "import_plan": (plan_file, {"projects", "tasks", "task_links", "plan_imports"}),
    "level": (overload, {"projects", "tasks"}),
    "make_recurring_projects": (due_templates, {"projects", "recurring_periods"}),
    "rebuild_utilization": (no_words, set()),
    "rotate_keys": (newer_key, {"resource_rates"}),
}
#: They write nothing of what people work with: files, figures on the screen, tables without rows.
READING: Final = {
    "backup",
    "earned",
    "ensure_partitions",
    "export_plan",
    "migrate",
    "openapi",
    "read_plan",
    "schedule",
    "simulate",
    "verify_audit",
}
#: As the owner of the tables, or in place of everything that was there: looked at by the tests that are named.
ELSEWHERE: Final = {
    "after_restore": "projects/backups/tests/test_backups.py",
    "changepassword": "projects/people/tests/test_operators.py::TestChangePassword",
    "createsuperuser": "projects/people/tests/test_operators.py::TestCreateSuperuser",
    "purge_projects": "projects/operations/tests/test_purging.py::TestPurgeProjects",
    "restore": "projects/backups/tests/test_backups.py",
    "seed_demo": "tasks/demo/tests/test_seeding.py",
}


class TestCommands:
    @pytest.mark.parametrize("name", sorted(COMMANDS))
    def test_leave_a_line_of_what_they_change(self, ours: SimpleNamespace, tmp_path: Path, name: str) -> None:
        prepare, expected = COMMANDS[name]
        words = prepare(ours, tmp_path)
        with watching() as seen:
            call_command(name, *words)
        assert expected <= seen.changed
        assert not seen.changed or seen.actions or name in UNRECORDED

    def test_are_all_of_them(self) -> None:
        ours = {name for name, of in get_commands().items() if of in OURS}
        assert ours == set(COMMANDS) | READING | set(ELSEWHERE)
