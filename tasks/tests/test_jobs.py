"""Jobs: the names of the design, safe to run twice."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from config.celery import app
from projects.jobs import enqueue
from projects.models import AuditEntry, Calendar, Holiday, Organization, Project
from tasks.editing.fields import edit_task
from tasks.jobs import (
    calculate_critical_path,
    discard_old_steps,
    discard_old_uploads,
    repair_plans,
    update_resource_utilization,
)
from tasks.models import (
    PlanImport,
    PlanLook,
    PlanStep,
    PlanStepRow,
    Task,
    TaskProgress,
    UtilizationCheck,
)


class TestJobs:
    def test_carry_the_names_of_the_design(self) -> None:
        app.loader.import_default_modules()
        names = {
            "calculate_critical_path", "update_resource_utilization", "generate_project_report",
            "repair_plans", "ensure_partitions", "refresh_project_summary",
        }  # fmt: skip
        assert names <= set(app.tasks)

    def test_of_the_clock_all_exist(self, db: None) -> None:
        from django_celery_beat.models import PeriodicTask

        app.loader.import_default_modules()
        wanted = set(PeriodicTask.objects.exclude(task__startswith="celery.").values_list("task", flat=True))
        assert wanted
        assert wanted <= set(app.tasks)


class TestUpdateResourceUtilization:
    def test_leaves_a_word_for_operators(self, chain: dict[str, Task], organization: Organization) -> None:
        update_resource_utilization()
        assert UtilizationCheck.objects.get(organization=organization).difference_count == 0

    def test_rests_where_people_are_not_managed(
        self, chain: dict[str, Task], organization: Organization, settings: Any
    ) -> None:
        settings.FEATURES = settings.FEATURES | {"RESOURCE_MANAGEMENT": False}
        update_resource_utilization()
        assert not UtilizationCheck.objects.exists()


class TestCalculateCriticalPath:
    def test_repairs_dates_and_names_itself_in_the_record(
        self, chain: dict[str, Task], project: Project
    ) -> None:
        Task.objects.filter(pk=chain["開発"].pk).update(start_minute=0, is_critical=False)
        calculate_critical_path(project_id=project.pk)
        chain["開発"].refresh_from_db()
        assert (chain["開発"].start_date, chain["開発"].is_critical) == (date(2026, 4, 13), True)
        entry = AuditEntry.objects.filter(project=project).order_by("-sequence").first()
        assert entry is not None
        assert (entry.action, entry.system_name) == ("plan.repaired", "calculate_critical_path")

    def test_takes_the_project_by_position_as_the_design_writes_it(
        self, chain: dict[str, Task], project: Project
    ) -> None:
        Task.objects.filter(pk=chain["開発"].pk).update(start_minute=0)
        calculate_critical_path.delay(project.pk)
        chain["開発"].refresh_from_db()
        assert chain["開発"].start_date == date(2026, 4, 13)
        for refused in (
            calculate_critical_path.delay(project.pk, 1),
            calculate_critical_path.delay(project.pk, project_id=1),
        ):
            with pytest.raises(TypeError, match="project_id"):
                refused.get()

    def test_changes_nothing_the_second_time(self, chain: dict[str, Task], project: Project) -> None:
        calculate_critical_path(project_id=project.pk)
        project.refresh_from_db()
        before = project.revision
        calculate_critical_path(project_id=project.pk)
        project.refresh_from_db()
        assert project.revision == before

    def test_does_nothing_for_a_project_that_is_gone(self, db: None) -> None:
        calculate_critical_path(project_id=999_999)

    def test_follows_a_new_holiday_at_night(
        self, chain: dict[str, Task], django_capture_on_commit_callbacks: Any
    ) -> None:
        Holiday.objects.create(held_on="2026-04-07", name="臨時の休日")
        with django_capture_on_commit_callbacks(execute=True):
            repair_plans()
        chain["設計"].refresh_from_db()
        assert chain["設計"].end_date == date(2026, 4, 13)


class TestEnsurePartitions:
    def test_made_the_years_around_now(self, db: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'task_progress'::regclass")
            assert cursor.fetchone()[0] >= 5  # last year to two ahead, and the default

    def test_moves_stray_rows_before_it_attaches(self, transactional_owner: Any) -> None:
        """In a transaction of the owner that is rolled back: 2099 is a year without a partition yet."""
        task = make_task(using="owner")
        TaskProgress.objects.using("owner").create(
            organization_id=task.organization_id, project_id=task.project_id, task=task, recorded_on="2099-05-05",
            recorded_at="2099-05-05T00:00Z", progress_percentage=5,
        )  # fmt: skip
        with transactional_owner.cursor() as cursor:
            # Altering a table waits for no checks that are still open in the same transaction.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SELECT make_progress_partition(2099)")
            assert cursor.fetchone() == (True,)
            cursor.execute("SELECT count(*) FROM task_progress_2099")
            assert cursor.fetchone() == (1,)
            cursor.execute("SELECT count(*) FROM task_progress_default")
            assert cursor.fetchone() == (0,)


def make_task(*, using: str) -> Task:
    """One task in a company of its own."""
    organization = Organization.objects.using(using).create(code="partitions", name="分割")
    calendar = Calendar.objects.using(using).create(
        organization=organization, name="標準", week=[[[540, 1020]]] * 7
    )
    project = Project.objects.using(using).create(
        organization=organization, code="P", name="P", start_date="2099-01-01", end_date="2099-12-31",
        start_minute=0, calendar=calendar,
    )  # fmt: skip
    return Task.objects.using(using).create(
        organization=organization, project=project, name="T", row_number=1
    )


class TestDiscardOldUploads:
    def test_throws_away_what_was_not_imported(self, project: Project) -> None:
        made = [
            PlanImport.objects.create(
                organization=project.organization, file_name=name, sha256="", state=state
            )
            for name, state in (("old.xml", "previewed"), ("new.xml", "previewed"), ("done.xml", "imported"))
        ]
        long_ago = timezone.now() - timedelta(hours=25)
        PlanImport.objects.exclude(pk=made[1].pk).update(created_at=long_ago)
        discard_old_uploads()
        discard_old_uploads()
        assert set(PlanImport.objects.values_list("file_name", flat=True)) == {"new.xml", "done.xml"}

    def test_keeps_one_whose_job_is_still_to_be_done(self, project: Project) -> None:
        job_id = enqueue("import_plan_file", import_id=1)
        for name, job in (("waits.xml", job_id), ("forgotten.xml", "gone")):
            PlanImport.objects.create(
                organization=project.organization, file_name=name, sha256="", state="running", job_id=job
            )
        PlanImport.objects.update(created_at=timezone.now() - timedelta(days=9))
        discard_old_uploads()
        assert list(PlanImport.objects.values_list("file_name", flat=True)) == ["waits.xml"]


class TestDiscardOldSteps:
    def test_throws_away_what_no_one_takes_back_any_more(
        self, chain: dict[str, Task], project: Project, cast: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tasks.undo.old.BATCH", 2)
        for name in ("甲", "乙", "丙", "丁"):
            edit_task(task=chain["設計"], changes={"name": name}, actor=cast.planner)
        newest = PlanStep.objects.order_by("-pk")[0]
        PlanStep.objects.exclude(pk=newest.pk).update(happened_at=timezone.now() - timedelta(days=184))
        for user, days in ((cast.planner, 731), (cast.leader, 729)):
            PlanLook.objects.create(
                organization=project.organization, project=project, user=user, since_revision=1,
                seen_revision=1, seen_at=timezone.now() - timedelta(days=days),
            )  # fmt: skip
        discard_old_steps()
        discard_old_steps()
        assert list(PlanStep.objects.values_list("pk", flat=True)) == [newest.pk]
        assert set(PlanStepRow.objects.values_list("step", flat=True)) == {newest.pk}
        assert list(PlanLook.objects.values_list("user", flat=True)) == [cast.leader.pk]
