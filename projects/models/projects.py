"""Projects and the people in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, FilteredRelation, Q, Value
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.models.base import TenantKey, TenantModel
from projects.models.calendars import Calendar
from projects.models.money import MoneyField
from projects.models.people import (
    JobTitle,
    Memberships,
    OrganizationMember,
    OrganizationRole,
    User,
)
from projects.models.progress_rules import ProgressRule
from projects.models.task_types import TaskType
from projects.worktime.moments import days_after

if TYPE_CHECKING:
    from datetime import date, datetime

MAX_LEVELS = 5
#: Roles in an organization that see all of its projects.
SEES_ALL = (OrganizationRole.ADMIN, OrganizationRole.PMO)
SHORTEST_DAYS, LONGEST_DAYS = 1, 3653


class ProjectStatus(models.TextChoices):
    """Where a project stands."""

    PLANNING = "planning", _("計画中")
    ACTIVE = "active", _("進行中")
    SUSPENDED = "suspended", _("中断")
    COMPLETED = "completed", _("完了")
    CANCELLED = "cancelled", _("中止")


#: From which status a project may go to which.
STATUS_STEPS: dict[str, frozenset[str]] = {
    "planning": frozenset({"active", "cancelled"}),
    "active": frozenset({"completed", "suspended", "cancelled"}),
    "suspended": frozenset({"active", "cancelled"}),
    "completed": frozenset({"active"}),
    "cancelled": frozenset({"planning"}),
}


def expected_finish(status: str, planned: int | None, forecast: int | None) -> int | None:
    """The plan minute at which a project will be done: the forecast while it is under way, else the plan's finish.

    A plan that no work has begun on, or that is closed, is not early or late: what it says stands.
    """
    return forecast if status == ProjectStatus.ACTIVE and forecast is not None else planned


def days_over(status: str, finish: int | None, end_date: date) -> int:
    """By how many days a project under way is expected to end after the day it must; never negative."""
    return days_after(finish, end_date) if status == ProjectStatus.ACTIVE else 0


class ProjectQuerySet(models.QuerySet["Project"]):
    """Projects, as a user may see them."""

    def alive(self) -> ProjectQuerySet:
        """Those that are not deleted."""
        return self.filter(deleted_at__isnull=True)

    def visible_to(self, user: User) -> ProjectQuerySet:
        """Admins and the PMO see all of their organization; others the projects they are members of."""
        return self.alive().known_to(user)

    def known_to(self, user: User) -> ProjectQuerySet:
        """The same with those that are deleted."""
        mine = ProjectMember.objects.current().filter(user=user).values("project")
        known = user.__dict__.get("_memberships")
        if isinstance(known, Memberships):
            # A request has asked for them already: planning sub-selects for them costs as much as a page's query.
            everything, places = known.organizations(*SEES_ALL), known.organizations()
            named = self.filter(pk__in=known.projects) if known.projects else self
            if set(places) <= set(everything):
                return named.filter(organization__in=everything)
            return named.filter(Q(organization__in=everything) | Q(pk__in=mine, organization__in=places))
        sees_all = OrganizationMember.objects.filter(user=user, role__in=SEES_ALL).values("organization")
        belongs = OrganizationMember.objects.filter(user=user).values("organization")
        return self.filter(Q(organization__in=sees_all) | Q(pk__in=mine, organization__in=belongs))

    def with_place_of(self, user: User) -> ProjectQuerySet:
        """Along with the role of this user in each, for which the permissions then need not ask (`rights_in_each`)."""
        mine = FilteredRelation("members", condition=Q(members__user=user) & has_not_left("members__"))
        return self.annotate(_place=mine).annotate(
            place_of=Value(user.pk), place_role=F("_place__role"), place_sees_money=F("_place__may_see_money")
        )


class Project(TenantModel):
    """A plan with people, a budget and a state.

    The plan's clock is the wall clock: `start_minute` and its kin count minutes since 1970-01-01 00:00.
    """

    class ScheduleFrom(models.TextChoices):
        START = "start", _("開始日から")
        FINISH = "finish", _("終了日から")

    code = models.CharField(_("コード"), max_length=50)
    name = models.CharField(_("名称"), max_length=200)
    description = models.TextField(_("説明"), blank=True)
    category = models.CharField(_("分類"), max_length=60, blank=True)
    tags = ArrayField(models.CharField(max_length=40), verbose_name=_("タグ"), default=list, blank=True)
    status = models.CharField(
        _("状態"), max_length=12, choices=ProjectStatus.choices, default=ProjectStatus.PLANNING
    )
    start_date = models.DateField(_("開始日"))
    end_date = models.DateField(_("終了日"))
    budget = MoneyField(_("予算"), max_digits=15, decimal_places=0, default=0)
    contract_amount = MoneyField(_("契約金額"), max_digits=15, decimal_places=0, null=True, blank=True)
    #: How probable the order is, in percent. While a project is being planned, so much of what it needs is counted on.
    order_probability = models.PositiveSmallIntegerField(_("受注確度（%）"), default=100, db_default=100)
    calendar = TenantKey(Calendar, models.PROTECT, related_name="+", verbose_name=_("カレンダー"))
    parent = TenantKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("親プロジェクト")
    )  # fmt: skip

    schedule_from = models.CharField(max_length=6, choices=ScheduleFrom.choices, default=ScheduleFrom.START)
    start_minute = models.BigIntegerField()
    finish_minute = models.BigIntegerField(null=True, blank=True)
    status_on = models.DateField(_("基準日"), null=True, blank=True)
    honours_constraints = models.BooleanField(_("制約を優先する"), default=True)
    critical_slack_minutes = models.IntegerField(default=0)
    minutes_per_day = models.PositiveIntegerField(default=480)
    minutes_per_week = models.PositiveIntegerField(default=2400)
    days_per_month = models.PositiveIntegerField(default=20)
    default_task_type = models.CharField(max_length=14, choices=TaskType.choices, default=TaskType.FIXED_UNITS, db_default=TaskType.FIXED_UNITS)  # fmt: skip
    progress_rule = models.CharField(_("進捗の入力"), max_length=12, choices=ProgressRule.choices, default=ProgressRule.HAND, db_default=ProgressRule.HAND)  # fmt: skip
    #: Its own steps, one a line with its percentage ("製造 60"); empty: the usual ones (`tasks/plan/actions/progress_rules.py`).
    progress_steps = models.CharField(_("進捗の段階"), max_length=600, default="", db_default="", blank=True)

    #: The custom fields that its plan uses, in their order (`tasks.models.CustomField`). An array: a page of a project without any asks
    #: for none. A field that is retired stays in it, and is back where it was when it is brought back.
    field_ids = ArrayField(models.BigIntegerField(), default=list, db_default=Value([], ArrayField(models.BigIntegerField())), blank=True, editable=False)  # fmt: skip

    revision = models.BigIntegerField(default=0)
    audit_sequence = models.BigIntegerField(default=0)
    audit_hash = models.CharField(max_length=64, default="", blank=True)
    # Kept by the rescheduling service, so that lists need not ask the tasks.
    task_count = models.PositiveIntegerField(default=0)
    progress_percentage = models.PositiveSmallIntegerField(default=0)
    progress_weight = models.BigIntegerField(default=0)
    planned_start_minute = models.BigIntegerField(null=True, blank=True)
    planned_finish_minute = models.BigIntegerField(null=True, blank=True)
    #: When it will be done if work goes on as it has, from which day on that is so, and the tasks that make the
    #: difference, with days (`tasks/plan/forecasting.py`).
    forecast_finish_minute = models.BigIntegerField(null=True, blank=True)
    forecast_from = models.DateField(null=True, blank=True)
    forecast_causes = models.JSONField(default=list, db_default=Value([], models.JSONField()), blank=True)

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        db_table = "projects"
        verbose_name = verbose_name_plural = _("プロジェクト")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"],
                name="project_code_is_unique_while_alive",
                condition=Q(deleted_at__isnull=True),
            ),
            models.CheckConstraint(
                name="project_status_is_known", condition=Q(status__in=ProjectStatus.values)
            ),
            models.CheckConstraint(
                name="project_lasts_one_day_to_ten_years",
                condition=Q(end_date__gte=F("start_date")) & Q(end_date__lte=F("start_date") + LONGEST_DAYS),
            ),
            models.CheckConstraint(name="project_budget_is_not_negative", condition=Q(budget__gte=0)),
            models.CheckConstraint(
                name="project_progress_is_a_percentage", condition=Q(progress_percentage__lte=100)
            ),
            models.CheckConstraint(
                name="project_is_not_its_own_parent", condition=Q(parent__isnull=True) | ~Q(parent=F("pk"))
            ),
            models.CheckConstraint(
                name="project_day_has_minutes", condition=Q(minutes_per_day__gt=0, minutes_per_week__gt=0)
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "status"],
                name="idx_projects_org_status",
                condition=Q(deleted_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def expected_finish_minute(self) -> int | None:
        """See `expected_finish`."""
        return expected_finish(self.status, self.planned_finish_minute, self.forecast_finish_minute)

    @property
    def days_over(self) -> int:
        """By how many days it is expected to end after the day it must; 0 while it is not under way."""
        return days_over(self.status, self.expected_finish_minute, self.end_date)

    def may_become(self, status: str) -> bool:
        """Whether the status rules allow this step."""
        return status in STATUS_STEPS[self.status]

    def delete_softly(self, *, at: datetime) -> None:
        """Take the project out of every page; restorable until it is purged."""
        self.deleted_at = at
        self.save(update_fields=["deleted_at", "updated_at"])


class ProjectRole(models.TextChoices):
    """What a member may do in one project."""

    LEADER = "leader", _("リーダー")
    PLANNER = "planner", _("計画者")
    CONTRIBUTOR = "contributor", _("担当者")
    VIEWER = "viewer", _("閲覧者")


def has_not_left(prefix: str = "") -> Q:
    """Members whose leaving date, the last day on which they belong to the project, has not passed."""
    today = timezone.localdate()
    return Q(**{f"{prefix}end_date__isnull": True}) | Q(**{f"{prefix}end_date__gte": today})


class ProjectMemberQuerySet(models.QuerySet["ProjectMember"]):
    """Members of projects."""

    def current(self) -> ProjectMemberQuerySet:
        """Those who have a place in their project today: from the day after their leaving date on they have none."""
        return self.filter(has_not_left())

    def visible_to(self, user: User) -> ProjectMemberQuerySet:
        """Those of the projects this user sees."""
        return self.filter(project__in=Project.objects.visible_to(user))


class ProjectMember(TenantModel):
    """A person in a project."""

    project = TenantKey(
        Project, models.CASCADE, related_name="members", db_index=False, verbose_name=_("プロジェクト")
    )
    user = models.ForeignKey(
        User, models.CASCADE, related_name="project_memberships", verbose_name=_("ユーザー")
    )
    role = models.CharField(
        _("役割"), max_length=12, choices=ProjectRole.choices, default=ProjectRole.CONTRIBUTOR
    )
    job_title = TenantKey(
        JobTitle, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("職種")
    )
    allocation_percentage = models.PositiveSmallIntegerField(_("割当 %"), default=100)
    start_date = models.DateField(_("参加日"), null=True, blank=True)
    end_date = models.DateField(_("離任日"), null=True, blank=True)
    may_see_money = models.BooleanField(_("金額を見られる"), default=False)
    created_at = models.DateTimeField(db_default=Now())

    objects = ProjectMemberQuerySet.as_manager()

    class Meta:
        db_table = "project_members"
        verbose_name = verbose_name_plural = _("プロジェクトのメンバー")
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="user_is_member_of_a_project_once"),
            models.CheckConstraint(name="project_role_is_known", condition=Q(role__in=ProjectRole.values)),
            models.CheckConstraint(
                name="member_allocation_is_one_to_a_hundred",
                condition=Q(allocation_percentage__gte=1, allocation_percentage__lte=100),
            ),
            models.CheckConstraint(
                name="member_leaves_after_he_came",
                condition=Q(end_date__isnull=True)
                | Q(start_date__isnull=True)
                | Q(end_date__gte=F("start_date")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    @property
    def has_left(self) -> bool:
        """Whether the leaving date has passed; the row stays, for what they did."""
        return self.end_date is not None and self.end_date < timezone.localdate()
