"""The plan: tasks in a tree, with the dates that the engine computed for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from projects.models import Calendar, Project
from projects.models.base import TenantKey, TenantPart
from projects.models.money import MoneyField, MoneyValues
from projects.models.task_types import TaskType
from tasks.plan.lateness import DaysLate
from tasks.scheduling.constraint_types import WITHOUT_DATE

if TYPE_CHECKING:
    from datetime import date

    from projects.models import User

#: The deepest outline that the pages make; imported plans may be deeper.
MAX_OUTLINE_LEVEL = 10


class _DayOf(Func):
    """The calendar day of a plan minute; the same text for every database session, so it can be stored."""

    output_field = models.DateField()
    template = "(DATE '1970-01-01' + (%(expressions)s / 1440)::integer)"


class Constraint(models.TextChoices):
    """When a task may lie, as in Microsoft Project."""

    ASAP = "ASAP", _("できるだけ早く")
    ALAP = "ALAP", _("できるだけ遅く")
    SNET = "SNET", _("指定日以後に開始")
    SNLT = "SNLT", _("指定日までに開始")
    FNET = "FNET", _("指定日以後に終了")
    FNLT = "FNLT", _("指定日までに終了")
    MSO = "MSO", _("指定日に開始")
    MFO = "MFO", _("指定日に終了")


class Mode(models.TextChoices):
    """Who sets the dates."""

    AUTO = "auto", _("自動")
    MANUAL = "manual", _("手動")


class TaskStatus(models.TextChoices):
    """Where the work stands."""

    NOT_STARTED = "not_started", _("未着手")
    IN_PROGRESS = "in_progress", _("進行中")
    COMPLETED = "completed", _("完了")
    ON_HOLD = "on_hold", _("保留")


class TaskQuerySet(models.QuerySet["Task"]):
    """Tasks, as a user may see them."""

    def alive(self) -> TaskQuerySet:
        """Those that are not deleted, of projects that are not."""
        return self.filter(deleted_at__isnull=True, project__deleted_at__isnull=True)

    def visible_to(self, user: User) -> TaskQuerySet:
        """Those of the projects this user sees."""
        return self.alive().filter(project__in=Project.objects.visible_to(user))

    def late(self, *, on: date) -> TaskQuerySet:
        """Those that are late on a day, in the sense of `tasks/plan/lateness.py`."""
        return self.annotate(days_late=DaysLate(on)).filter(days_late__gt=0)


class Task(TenantPart):
    """One row of a plan. Moments are minutes since 1970-01-01 00:00 on the plan's own clock.

    Start, finish, the early and late dates, slack and driver are written by the rescheduling service alone.
    """

    # Moving a thousand tasks writes every index of this table a thousand times: no key that another index
    # already begins with, and the rare ones only where they are set.
    project = TenantKey(
        Project, models.CASCADE, related_name="tasks", db_index=False, verbose_name=_("プロジェクト")
    )
    parent = TenantKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children", verbose_name=_("親タスク")
    )
    # The place in the plan: dense and without gaps, so that the n-th row is an index look-up.
    row_number = models.PositiveIntegerField(null=True)
    outline_level = models.PositiveSmallIntegerField(default=1)
    wbs_code = models.TextField(_("WBS"), blank=True)
    descendant_count = models.PositiveIntegerField(default=0)
    is_summary = models.BooleanField(default=False)
    # What a summary had of its own before its children were computed over it; triggers keep it and give it back.
    own = models.JSONField(null=True, blank=True, editable=False)

    name = models.CharField(_("タスク名"), max_length=500)
    description = models.TextField(_("説明"), blank=True)
    status = models.CharField(
        _("状態"), max_length=12, choices=TaskStatus.choices, default=TaskStatus.NOT_STARTED
    )
    priority = models.PositiveSmallIntegerField(_("優先度"), default=500)
    is_milestone = models.BooleanField(_("マイルストーン"), default=False)
    deliverable = models.CharField(_("成果物"), max_length=200, blank=True)
    approver = models.ForeignKey(
        "projects.User", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("承認者"),
    )  # fmt: skip
    is_active = models.BooleanField(_("有効"), default=True)

    # What the planner entered.
    mode = models.CharField(_("スケジュール"), max_length=6, choices=Mode.choices, default=Mode.AUTO)
    task_type = models.CharField(
        _("タスクの種類"), max_length=14, choices=TaskType.choices, default=TaskType.FIXED_UNITS
    )
    is_effort_driven = models.BooleanField(default=False)
    duration_minutes = models.BigIntegerField(_("期間"), default=480)
    is_elapsed = models.BooleanField(default=False)
    is_estimated = models.BooleanField(default=False)
    constraint_type = models.CharField(
        _("制約"), max_length=4, choices=Constraint.choices, default=Constraint.ASAP
    )
    constraint_minute = models.BigIntegerField(null=True, blank=True)
    deadline_minute = models.BigIntegerField(null=True, blank=True)
    calendar = TenantKey(
        Calendar, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("カレンダー"),
    )  # fmt: skip
    ignores_resource_calendar = models.BooleanField(default=False)
    leveling_delay_minutes = models.BigIntegerField(default=0)
    work_minutes = models.BigIntegerField(_("工数"), default=0)
    fixed_cost = MoneyField(_("固定コスト"), max_digits=15, decimal_places=2, default=0)

    # Progress.
    progress_percentage = models.PositiveSmallIntegerField(_("進捗"), default=0)
    actual_start_minute = models.BigIntegerField(null=True, blank=True)
    actual_finish_minute = models.BigIntegerField(null=True, blank=True)
    actual_duration_minutes = models.BigIntegerField(default=0)
    remaining_minutes = models.BigIntegerField(null=True, blank=True)
    stop_minute = models.BigIntegerField(null=True, blank=True)
    resume_minute = models.BigIntegerField(null=True, blank=True)
    actual_work_minutes = models.BigIntegerField(_("実績工数"), default=0)
    # Given, not computed: split or contoured in the file it came from.
    is_pinned = models.BooleanField(default=False)
    splits = models.JSONField(null=True, blank=True)

    # What the engine computed.
    start_minute = models.BigIntegerField(null=True, blank=True)
    finish_minute = models.BigIntegerField(null=True, blank=True)
    start_date = models.GeneratedField(
        expression=_DayOf(F("start_minute")), output_field=models.DateField(null=True), db_persist=True
    )
    # The last day that has work in it: a finish at midnight belongs to the day before.
    end_date = models.GeneratedField(
        expression=_DayOf(Func(F("finish_minute") - 1, F("start_minute"), function="GREATEST")),
        output_field=models.DateField(null=True),
        db_persist=True,
    )
    early_start_minute = models.BigIntegerField(null=True, blank=True)
    early_finish_minute = models.BigIntegerField(null=True, blank=True)
    late_start_minute = models.BigIntegerField(null=True, blank=True)
    late_finish_minute = models.BigIntegerField(null=True, blank=True)
    total_slack_minutes = models.BigIntegerField(null=True, blank=True)
    free_slack_minutes = models.BigIntegerField(null=True, blank=True)
    is_critical = models.BooleanField(default=False)
    driver_kind = models.CharField(max_length=20, blank=True)
    driver_task_id = models.BigIntegerField(null=True, blank=True)

    # The file it came from: its id there and the dates that the file held, to compare.
    source_uid = models.BigIntegerField(null=True, blank=True)
    recorded_start_minute = models.BigIntegerField(null=True, blank=True)
    recorded_finish_minute = models.BigIntegerField(null=True, blank=True)
    recorded_reason = models.CharField(max_length=40, blank=True)
    extras = models.JSONField(null=True, blank=True)

    # What stands in custom fields, by their columns (`CustomField.column`): texts, numbers, days (2026-04-01), minutes, true, keys of choices.
    # Amounts stand apart, in hundredths of a yen: steps and records ask for the right to see them by the name of the column.
    field_values = models.JSONField(null=True, blank=True, editable=False)
    field_amounts = MoneyValues(null=True, blank=True, editable=False)

    created_at = models.DateTimeField(db_default=Now())
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        db_table = "tasks"
        verbose_name = verbose_name_plural = _("タスク")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "row_number"],
                name="task_row_is_unique_in_its_project",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                name="task_has_a_row_while_alive",
                condition=Q(deleted_at__isnull=True, row_number__isnull=False)
                | Q(deleted_at__isnull=False, row_number__isnull=True),
            ),
            models.CheckConstraint(name="task_name_is_not_empty", condition=~Q(name="")),
            models.CheckConstraint(name="task_status_is_known", condition=Q(status__in=TaskStatus.values)),
            models.CheckConstraint(name="task_mode_is_known", condition=Q(mode__in=Mode.values)),
            models.CheckConstraint(
                name="task_constraint_has_its_date",
                condition=Q(constraint_type__in=list(WITHOUT_DATE))
                | Q(constraint_type__in=Constraint.values, constraint_minute__isnull=False),
            ),
            models.CheckConstraint(
                name="task_progress_is_a_percentage", condition=Q(progress_percentage__lte=100)
            ),
            models.CheckConstraint(
                name="task_duration_is_not_negative", condition=Q(duration_minutes__gte=0)
            ),
            models.CheckConstraint(name="task_work_is_not_negative", condition=Q(work_minutes__gte=0)),
            models.CheckConstraint(
                name="task_priority_is_zero_to_a_thousand", condition=Q(priority__lte=1000)
            ),
            models.CheckConstraint(
                name="task_finishes_after_it_starts",
                condition=Q(finish_minute__isnull=True)
                | Q(start_minute__isnull=True)
                | Q(finish_minute__gte=F("start_minute")),
            ),
            models.CheckConstraint(
                name="task_ended_after_it_began",
                condition=Q(actual_finish_minute__isnull=True)
                | Q(actual_start_minute__isnull=True)
                | Q(actual_finish_minute__gte=F("actual_start_minute")),
            ),
            models.CheckConstraint(
                name="task_is_not_its_own_parent", condition=Q(parent__isnull=True) | ~Q(parent=F("pk"))
            ),
            models.CheckConstraint(name="task_level_is_positive", condition=Q(outline_level__gte=1)),
        ]
        indexes = [
            # With what the summary of all projects counts, which so reads no task (see reports/migrations/0006).
            models.Index(
                fields=["project", "start_date", "end_date"],
                include=["progress_percentage", "is_summary"],
                name="idx_tasks_project_dates",
                condition=Q(deleted_at__isnull=True),
            ),
            models.Index(fields=["calendar"], name="idx_tasks_calendar", condition=Q(calendar__isnull=False)),
            models.Index(fields=["approver"], name="idx_tasks_approver", condition=Q(approver__isnull=False)),
            # What the overview shows of a plan of any size.
            models.Index(
                fields=["project", "finish_minute"],
                name="idx_tasks_milestones",
                condition=Q(deleted_at__isnull=True, is_milestone=True),
            ),
            # Where a plan opens: its first row that is not done.
            models.Index(
                fields=["project", "row_number"],
                name="idx_tasks_unfinished",
                condition=Q(deleted_at__isnull=True, is_summary=False, progress_percentage__lt=100),
            ),
            models.Index(
                fields=["project", "source_uid"],
                name="idx_tasks_source",
                condition=Q(source_uid__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wbs_code} {self.name}"
