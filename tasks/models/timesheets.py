"""Hours as people report them: a week of a person, its entries by task and day, and the months that are closed.

What PostgreSQL holds beside the constraints here is in the migration: an entry lies in the week of its sheet, a week that is
handed in takes none, a closed month takes corrections alone, and a person has 24 hours a day.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from projects.models.base import TenantKey, TenantModel, TenantPart
from tasks.models.tasks import Task

if TYPE_CHECKING:
    from projects.models import User

MINUTES_OF_A_DAY: Final = 1440
#: The longest comment of a cell, and the longest words with which a week is sent back.
LONGEST_COMMENT: Final = 300


class WorkKindQuerySet(models.QuerySet["WorkKind"]):
    """Kinds of indirect work."""

    def visible_to(self, user: User) -> WorkKindQuerySet:
        """Those of the user's organizations."""
        return self.filter(organization__memberships__user=user)


class WorkKind(TenantModel):
    """Work that belongs to no task: 会議, 休暇, 教育. Each organization has a list of its own."""

    name = models.CharField(_("名称"), max_length=60)
    position = models.PositiveIntegerField(_("並び順"), default=0)
    #: A kind that is no longer offered keeps its hours.
    is_active = models.BooleanField(_("選べる"), default=True)

    objects = WorkKindQuerySet.as_manager()

    class Meta:
        db_table = "work_kinds"
        verbose_name = verbose_name_plural = _("間接作業の種類")
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="work_kind_is_listed_once"),
            models.CheckConstraint(name="work_kind_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class Timesheet(TenantModel):
    """One week of a person, and whether it is still written, handed in or approved."""

    class State(models.TextChoices):
        OPEN = "open", _("入力中")
        SUBMITTED = "submitted", _("承認待ち")
        APPROVED = "approved", _("承認済み")
        RETURNED = "returned", _("差し戻し")

    resource = TenantKey(
        "resources.Resource",
        models.PROTECT,
        related_name="timesheets",
        db_index=False,
        verbose_name=_("担当者"),
    )
    #: Its Monday.
    week_on = models.DateField(_("週"))
    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.OPEN)
    #: Rises with everything that is written: who approves says which of them they have seen.
    version = models.BigIntegerField(default=0)
    submitted_at = models.DateTimeField(_("提出日時"), null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("projects.User", models.PROTECT, null=True, blank=True, related_name="+")
    #: Why it was sent back.
    words = models.CharField(_("差し戻しの理由"), max_length=LONGEST_COMMENT, blank=True, default="")

    class Meta:
        db_table = "timesheets"
        verbose_name = verbose_name_plural = _("工数表")
        constraints = [
            models.UniqueConstraint(fields=["resource", "week_on"], name="person_has_a_week_once"),
            models.CheckConstraint(name="timesheet_begins_on_monday", condition=Q(week_on__iso_week_day=1)),
            models.CheckConstraint(
                name="timesheet_state_is_known",
                condition=Q(state__in=["open", "submitted", "approved", "returned"]),
            ),
            models.CheckConstraint(
                name="timesheet_is_sent_back_with_words", condition=~Q(state="returned") | ~Q(words="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "week_on"],
                name="idx_timesheets_waiting",
                condition=Q(state="submitted"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.week_on}"

    @property
    def last_on(self) -> date:
        """Its Sunday."""
        return self.week_on + timedelta(days=6)


class TimeEntry(TenantPart):
    """Minutes of a person on a day, on a task or a kind of indirect work.

    A correction is an entry of its own, made after the month was closed: its minutes are the difference.
    """

    sheet = TenantKey(Timesheet, models.CASCADE, related_name="entries", db_index=False)
    project = TenantKey(Project, models.CASCADE, null=True, blank=True, related_name="+")
    task = TenantKey(
        Task, models.CASCADE, null=True, blank=True, related_name="time_entries", verbose_name=_("タスク")
    )
    kind = TenantKey(WorkKind, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    worked_on = models.DateField(_("日"))
    minutes = models.IntegerField(_("分"))
    comment = models.CharField(_("コメント"), max_length=LONGEST_COMMENT, blank=True, default="")
    is_correction = models.BooleanField(default=False)
    corrects = TenantKey("self", models.CASCADE, null=True, blank=True, related_name="+", db_index=False)
    entered_by = models.ForeignKey(
        "projects.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "time_entries"
        verbose_name = verbose_name_plural = _("工数")
        constraints = [
            models.CheckConstraint(
                name="time_entry_is_of_a_task_or_a_kind",
                condition=Q(task__isnull=False, project__isnull=False, kind__isnull=True)
                | Q(task__isnull=True, project__isnull=True, kind__isnull=False),
            ),
            models.CheckConstraint(
                name="time_entry_is_within_a_day",
                condition=Q(minutes__gte=0, minutes__lte=MINUTES_OF_A_DAY)
                | Q(is_correction=True, minutes__gte=-MINUTES_OF_A_DAY, minutes__lte=MINUTES_OF_A_DAY),
            ),
            models.CheckConstraint(
                name="correction_names_what_it_corrects",
                condition=Q(is_correction=True) | Q(corrects__isnull=True),
            ),
            models.CheckConstraint(
                name="correction_says_why", condition=Q(is_correction=False) | ~Q(comment="")
            ),
            models.UniqueConstraint(
                fields=["sheet", "worked_on", "task"],
                name="task_has_one_entry_a_day",
                condition=Q(is_correction=False, task__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["sheet", "worked_on", "kind"],
                name="kind_has_one_entry_a_day",
                condition=Q(is_correction=False, kind__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["sheet"], name="idx_time_entries_sheet")]

    def __str__(self) -> str:
        return f"{self.worked_on} {self.minutes}"


class ClosedMonth(TenantModel):
    """A month whose hours stand; what is wrong in it is corrected by entries of their own."""

    #: Its first day.
    month_on = models.DateField(_("月"))
    closed_by = models.ForeignKey(
        "projects.User", models.PROTECT, related_name="+", verbose_name=_("締めた人")
    )
    closed_at = models.DateTimeField(_("締めた日時"), auto_now_add=True)

    class Meta:
        db_table = "closed_months"
        verbose_name = verbose_name_plural = _("締めた月")
        constraints = [
            models.UniqueConstraint(fields=["organization", "month_on"], name="month_is_closed_once"),
            models.CheckConstraint(name="month_begins_on_its_first_day", condition=Q(month_on__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.month_on:%Y-%m}"
