"""People and machines, what they can do and when they are away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models import Calendar
from projects.models.base import TenantKey, TenantModel
from projects.models.encrypted import EncryptedDecimalField

if TYPE_CHECKING:
    from projects.models import User

__all__ = [
    "Absence",
    "AbsencePortion",
    "AbsenceReason",
    "Resource",
    "ResourceKind",
    "ResourceRate",
    "ResourceSkill",
    "Skill",
]


class ResourceKind(models.TextChoices):
    """What works: a person, a machine, or something used up."""

    PERSON = "person", _("人")
    EQUIPMENT = "equipment", _("設備")
    MATERIAL = "material", _("資材")


class OrganizationRows(models.QuerySet[Any]):
    """Rows that everybody of an organization may read."""

    def visible_to(self, user: User) -> OrganizationRows:
        """Those of the user's organizations."""
        return self.filter(organization__memberships__user=user)


class Resource(TenantModel):
    """A person or thing that a task can be given to."""

    name = models.CharField(_("名称"), max_length=200)
    kana = models.CharField(_("ふりがな"), max_length=200, blank=True)
    kind = models.CharField(
        _("種類"), max_length=10, choices=ResourceKind.choices, default=ResourceKind.PERSON
    )
    user = models.ForeignKey(
        "projects.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="resources",
        verbose_name=_("ユーザー"),
    )
    department = models.CharField(_("部署"), max_length=100, blank=True)
    calendar = TenantKey(
        Calendar, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("カレンダー")
    )
    capacity_percentage = models.PositiveSmallIntegerField(_("稼働上限 %"), default=100)
    unit = models.CharField(
        _("単位"), max_length=20, blank=True, help_text=_("資材を数える単位（個、t など）。")
    )
    project = TenantKey(
        "projects.Project",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="own_resources",
        verbose_name=_("取り込んだプロジェクト"),
    )
    is_active = models.BooleanField(_("有効"), default=True)

    objects = OrganizationRows.as_manager()

    class Meta:
        db_table = "resources"
        verbose_name = verbose_name_plural = _("リソース")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"],
                name="user_is_a_resource_once",
                condition=Q(user__isnull=False),
            ),
            models.CheckConstraint(name="resource_kind_is_known", condition=Q(kind__in=ResourceKind.values)),
        ]
        indexes = [models.Index(fields=["organization", "kana", "name"], name="idx_resources_reading")]

    def __str__(self) -> str:
        return self.name


class Skill(TenantModel):
    """Something that people can be good at."""

    name = models.CharField(_("名称"), max_length=80)

    objects = OrganizationRows.as_manager()

    class Meta:
        db_table = "skills"
        verbose_name = verbose_name_plural = _("スキル")
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="skill_is_listed_once")]

    def __str__(self) -> str:
        return self.name


class ResourceSkill(TenantModel):
    """How well a person does something, from 1 (初級) to 5."""

    resource = TenantKey(Resource, models.CASCADE, related_name="skills", verbose_name=_("リソース"))
    skill = TenantKey(Skill, models.CASCADE, related_name="holders", verbose_name=_("スキル"))
    level = models.PositiveSmallIntegerField(_("レベル"), default=3)

    class Meta:
        db_table = "resource_skills"
        verbose_name = verbose_name_plural = _("保有スキル")
        constraints = [
            models.UniqueConstraint(fields=["resource", "skill"], name="resource_has_a_skill_once"),
            models.CheckConstraint(
                name="skill_level_is_one_to_five", condition=Q(level__gte=1, level__lte=5)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


class AbsencePortion(models.TextChoices):
    """How much of a day a person is away."""

    DAY = "day", _("終日")
    MORNING = "morning", _("午前")
    AFTERNOON = "afternoon", _("午後")


class AbsenceReason(models.TextChoices):
    """Why a person is away; a note says more where that helps."""

    PAID = "paid", _("有休")
    SPECIAL = "special", _("特別休暇")
    ILLNESS = "illness", _("病欠")
    TRAINING = "training", _("研修")
    CARE = "care", _("育児・介護")
    MAINTENANCE = "maintenance", _("点検・保守")
    OTHER = "other", _("その他")


class Absence(TenantModel):
    """Days a person is away: 有休, training, illness. Plans work around them."""

    resource = TenantKey(Resource, models.CASCADE, related_name="absences", verbose_name=_("リソース"))
    first_on = models.DateField(_("開始日"))
    last_on = models.DateField(_("終了日"))
    portion = models.CharField(
        _("時間"), max_length=10, choices=AbsencePortion.choices, default=AbsencePortion.DAY
    )
    kind = models.CharField(
        _("理由"), max_length=12, choices=AbsenceReason.choices, default=AbsenceReason.PAID
    )
    reason = models.CharField(_("メモ"), max_length=60, blank=True)

    class Meta:
        db_table = "absences"
        verbose_name = verbose_name_plural = _("不在")
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_it_begins", condition=Q(last_on__gte=F("first_on"))
            ),
            models.CheckConstraint(
                name="absence_portion_is_known", condition=Q(portion__in=AbsencePortion.values)
            ),
        ]
        indexes = [models.Index(fields=["resource", "first_on"], name="idx_absences_days")]

    def __str__(self) -> str:
        return f"{self.resource} {self.first_on}–{self.last_on}"


class ResourceRate(TenantModel):
    """What an hour of a resource (of material: one unit) costs, in yen, from a day on until the next rate begins.

    The amount is encrypted, so that no constraint can hold it: the service refuses what is below zero.
    """

    resource = TenantKey(Resource, models.CASCADE, related_name="rates", verbose_name=_("リソース"))
    valid_from = models.DateField(_("適用開始日"))
    cost_per_hour = EncryptedDecimalField(_("単価（円／時）"), max_digits=12, decimal_places=2)

    class Meta:
        db_table = "resource_rates"
        verbose_name = verbose_name_plural = _("単価")
        constraints = [
            models.UniqueConstraint(fields=["resource", "valid_from"], name="rate_begins_on_a_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.valid_from}"
