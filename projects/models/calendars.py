"""Working calendars: when work can happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models.base import TenantKey, TenantModel

if TYPE_CHECKING:
    from projects.models.people import User


class CalendarQuerySet(models.QuerySet["Calendar"]):
    """Calendars of an organization."""

    def visible_to(self, user: User) -> CalendarQuerySet:
        """Those of the user's organizations."""
        return self.filter(organization__memberships__user=user)


class Calendar(TenantModel):
    """Weekly hours, with exceptions beside it; may inherit from a base calendar.

    `week` holds seven entries, Monday first: a list of [from, to] in minutes of the day
    (an end above 1440 runs into the next day), or null to take the day from the base.
    """

    name = models.CharField(_("名称"), max_length=200)
    base = TenantKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="derived",
        verbose_name=_("基準カレンダー"),
    )
    week = models.JSONField(_("週の勤務時間"))
    work_weeks = models.JSONField(_("期間限定の勤務時間"), default=list, blank=True)
    follows_japanese_holidays = models.BooleanField(_("祝日を休みにする"), default=False)
    project = TenantKey(
        "projects.Project",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="own_calendars",
        verbose_name=_("このプロジェクトだけで使う"),
    )
    is_default = models.BooleanField(_("組織の標準"), default=False)

    objects = CalendarQuerySet.as_manager()

    class Meta:
        db_table = "calendars"
        verbose_name = verbose_name_plural = _("カレンダー")
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                name="organization_has_one_default_calendar",
                condition=Q(is_default=True),
            ),
            models.CheckConstraint(
                name="calendar_is_not_its_own_base", condition=Q(base__isnull=True) | ~Q(base=F("pk"))
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CalendarException(TenantModel):
    """Days that differ from the week: a holiday, a working Saturday, a shutdown.

    A row of an operator wins over the holidays that come with the product (祝日), so that a law
    that moves a holiday needs no new release: `shifts` empty makes the days free, and with the ordinary
    hours a day that is listed as a holiday becomes a working day.
    """

    calendar = TenantKey(Calendar, models.CASCADE, related_name="exceptions", verbose_name=_("カレンダー"))
    name = models.CharField(_("名称"), max_length=200, blank=True)
    first_on = models.DateField(_("開始日"))
    last_on = models.DateField(_("終了日"))
    shifts = models.JSONField(_("勤務時間"), default=list, blank=True)
    recurrence = models.JSONField(_("繰り返し"), null=True, blank=True)

    class Meta:
        db_table = "calendar_exceptions"
        verbose_name = verbose_name_plural = _("カレンダーの例外")
        constraints = [
            models.CheckConstraint(
                name="calendar_exception_ends_after_it_begins", condition=Q(last_on__gte=F("first_on"))
            ),
        ]
        indexes = [models.Index(fields=["calendar", "first_on"], name="idx_calendar_exceptions_days")]

    def __str__(self) -> str:
        return self.name or f"{self.first_on}–{self.last_on}"


class Holiday(models.Model):
    """A day off in all of Japan (国民の祝日, 振替休日, 国民の休日).

    Filled ahead by `ensure_holidays`; when a law moves a holiday, an operator corrects the rows here.
    A row that says `is_observed = False` stays, so that the daily job does not bring the day back.
    """

    held_on = models.DateField(_("日付"), unique=True)
    name = models.CharField(_("名称"), max_length=60)
    is_observed = models.BooleanField(_("休日とする"), default=True)

    class Meta:
        db_table = "holidays"
        verbose_name = verbose_name_plural = _("祝日")

    def __str__(self) -> str:
        return f"{self.held_on} {self.name}"
