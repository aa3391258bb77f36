"""Projects that come again and again 繰り返し: the template, and one row for each of its periods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from projects.models.base import TenantKey, TenantModel
from projects.models.money import MoneyField

if TYPE_CHECKING:
    from projects.models import User

#: A template makes at most so many instances, or runs for so many years, whatever comes first.
MOST_PERIODS = 60
LONGEST_YEARS = 5


class RecurringProjectQuerySet(models.QuerySet["RecurringProject"]):
    """Templates, as a user may see them."""

    def visible_to(self, user: User) -> RecurringProjectQuerySet:
        """Those of the user's organizations where they are no guest."""
        return self.filter(
            organization__memberships__user=user,
            organization__memberships__role__in=["admin", "pmo", "member"],
        )


class RecurringProject(TenantModel):
    """What is made again by a rule: an RFC 5545 RRULE from a first day, in the organization's dates."""

    class HolidayRule(models.TextChoices):
        BEFORE = "before", _("前の稼働日に移す")
        AFTER = "after", _("次の稼働日に移す")
        KEEP = "keep", _("そのままにする")

    name = models.CharField(_("名称"), max_length=160)
    code_prefix = models.CharField(_("コードの先頭"), max_length=30)
    description = models.TextField(_("説明"), blank=True)
    #: Copied with its tasks, links and (where wished) people; without one, `task_lines` are the plan.
    source = TenantKey(
        Project,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("元にするプロジェクト"),
    )
    task_lines = models.TextField(
        _("タスク"), blank=True, help_text=_("1行に1つ、「タスク名 期間」で書きます。例：点検 2日")
    )
    copies_people = models.BooleanField(_("担当者も写す"), default=True)
    rule = models.CharField(
        _("繰り返し"), max_length=300, help_text=_("RFC 5545 の RRULE。例：FREQ=MONTHLY;BYMONTHDAY=1")
    )
    first_on = models.DateField(_("最初の日"))
    length_days = models.PositiveSmallIntegerField(_("長さ（稼働日）"), default=5)
    budget = MoneyField(_("1回の予算"), max_digits=15, decimal_places=0, default=0)
    holiday_rule = models.CharField(
        _("休日に当たるとき"), max_length=6, choices=HolidayRule.choices, default=HolidayRule.AFTER
    )
    lead_days = models.PositiveSmallIntegerField(_("何日前に作るか"), default=30)
    leader = models.ForeignKey("projects.User", models.PROTECT, related_name="+", verbose_name=_("リーダー"))
    is_active = models.BooleanField(_("有効"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RecurringProjectQuerySet.as_manager()

    class Meta:
        db_table = "recurring_projects"
        verbose_name = verbose_name_plural = _("繰り返しプロジェクト")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code_prefix"], name="recurring_prefix_is_used_once"
            ),
            models.CheckConstraint(
                name="recurring_project_lasts_a_day_or_more", condition=Q(length_days__gte=1)
            ),
            models.CheckConstraint(name="recurring_budget_is_not_negative", condition=Q(budget__gte=0)),
        ]

    def __str__(self) -> str:
        return self.name


class RecurringPeriod(TenantModel):
    """One period of a template. The row is the claim: the worker that inserts it makes the project, no other can."""

    class State(models.TextChoices):
        MADE = "made", _("作成済み")
        SKIPPED = "skipped", _("見送り")
        FAILED = "failed", _("失敗")

    recurring = TenantKey(RecurringProject, models.CASCADE, related_name="periods", db_index=False)
    #: The day that the rule names, before holidays move it: the key of the period.
    period_on = models.DateField(_("期日"))
    starts_on = models.DateField(_("開始日"), null=True, blank=True)
    state = models.CharField(_("状態"), max_length=8, choices=State.choices)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    project = TenantKey(Project, models.SET_NULL, null=True, blank=True, related_name="+")
    attempt_count = models.PositiveSmallIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "recurring_periods"
        verbose_name = verbose_name_plural = _("繰り返しの回")
        constraints = [
            models.UniqueConstraint(fields=["recurring", "period_on"], name="period_is_made_once"),
        ]

    def __str__(self) -> str:
        return f"{self.recurring_id} {self.period_on}"
