"""Users, organizations and who belongs where: the tables of sign-in, outside of the row policies."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models.base import TenantModel


class OrganizationRole(models.TextChoices):
    """What a person may do in a whole organization."""

    ADMIN = "admin", _("管理者")
    PMO = "pmo", _("PMO")
    MEMBER = "member", _("メンバー")
    GUEST = "guest", _("ゲスト")


class Organization(models.Model):
    """A company. Organizations of one installation never see each other."""

    code = models.SlugField(_("コード"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=200)
    # What a person's day and month of work are (`projects/person_time.py`); days of durations are the projects' own.
    minutes_per_day = models.PositiveIntegerField(
        _("1人日の分数"), default=480,
        help_text=_("工数を人日で表すときの換算です。8時間は 480 分です。期間の1日は、プロジェクトの稼働時間に従います。"),
    )  # fmt: skip
    days_per_month = models.PositiveIntegerField(
        _("1人月の日数"), default=20, help_text=_("工数を人月で表すときの換算です。1人月は、1人日の分数にこの日数を掛けたものです。")
    )  # fmt: skip
    fiscal_year_start_month = models.PositiveSmallIntegerField(_("年度の開始月"), default=4)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "organizations"
        verbose_name = verbose_name_plural = _("組織")
        constraints = [
            models.CheckConstraint(
                name="organization_has_a_sensible_working_day",
                condition=Q(minutes_per_day__gte=60, minutes_per_day__lte=1440),
                violation_error_message=_("1人日の分数は 60 から 1440 にしてください。"),
            ),
            models.CheckConstraint(
                name="organization_has_a_sensible_month",
                condition=Q(days_per_month__gte=1, days_per_month__lte=31),
                violation_error_message=_("1人月の日数は 1 から 31 にしてください。"),
            ),
            models.CheckConstraint(
                name="organization_year_starts_in_a_month",
                condition=Q(fiscal_year_start_month__gte=1, fiscal_year_start_month__lte=12),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UserQuerySet(models.QuerySet["User"]):
    """People, as others may see them."""

    def visible_to(self, user: User) -> UserQuerySet:
        """Those who share an organization with this user."""
        organizations = OrganizationMember.objects.filter(user=user).values("organization")
        return self.filter(
            pk__in=OrganizationMember.objects.filter(organization__in=organizations).values("user")
        )


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]  # a dynamic base
    """Makes users; passwords are the identity provider's part."""

    def create_user(self, username: str, display_name: str = "", **fields: object) -> User:
        """A person who signs in through the identity provider."""
        user = self.model(username=username, display_name=display_name or username, **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user  # type: ignore[no-any-return]  # the manager's base is dynamic

    def create_superuser(self, username: str, password: str | None = None, **fields: object) -> User:
        """An operator of the installation, for Django admin."""
        fields |= {"is_staff": True, "is_superuser": True}
        user = self.create_user(username, **fields)  # type: ignore[arg-type]  # fields are model fields
        if password:
            user.set_password(password)
            user.save(using=self._db, update_fields=["password"])
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person, with how they like the pages to look."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("システムに合わせる")
        LIGHT = "light", _("ライト")
        DARK = "dark", _("ダーク")

    class Density(models.TextChoices):
        DENSE = "dense", _("標準")
        COMFORTABLE = "comfortable", _("ゆったり")

    username = models.CharField(_("ユーザー名"), max_length=150, unique=True)
    display_name = models.CharField(_("氏名"), max_length=100)
    kana = models.CharField(_("ふりがな"), max_length=100, blank=True, help_text=_("並べ替えに使います。"))
    email = models.EmailField(_("メールアドレス"), blank=True)
    language = models.CharField(
        _("言語"), max_length=5, default="ja", choices=[("ja", "日本語"), ("en", "English")]
    )
    theme = models.CharField(_("配色"), max_length=10, choices=Theme.choices, default=Theme.SYSTEM)
    density = models.CharField(_("行の高さ"), max_length=12, choices=Density.choices, default=Density.DENSE)
    wants_digest = models.BooleanField(_("未読の通知を毎朝メールで受け取る"), default=True)
    is_rail_folded = models.BooleanField(_("メニューをたたむ"), default=False)
    knows_sheet = models.BooleanField(_("WBS の使い方を見た"), default=False, db_default=False)
    current_organization = models.ForeignKey(
        Organization, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("表示中の組織")
    )
    is_staff = models.BooleanField(_("運用者"), default=False)
    is_active = models.BooleanField(_("有効"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]
    objects = UserManager()

    class Meta:
        db_table = "users"
        verbose_name = verbose_name_plural = _("ユーザー")

    def __str__(self) -> str:
        return self.display_name


class OrganizationMember(models.Model):
    """A person's place in an organization."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("ユーザー"))
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="memberships", verbose_name=_("組織")
    )
    role = models.CharField(
        _("役割"), max_length=10, choices=OrganizationRole.choices, default=OrganizationRole.MEMBER
    )
    may_see_money = models.BooleanField(_("金額を見られる"), default=False)
    #: A group or role of the identity provider has made it, and its end there ends it here.
    is_claimed = models.BooleanField(_("認証サービスによる"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "organization_members"
        verbose_name = verbose_name_plural = _("組織のメンバー")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"], name="user_is_member_of_an_organization_once"
            ),
            models.CheckConstraint(
                name="organization_role_is_known", condition=Q(role__in=OrganizationRole.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organization}"


class Memberships(dict[int, "OrganizationMember | None"]):
    """All places of a person, by organization, as they were when a request began; None where there was none.

    A program that asks with a token of theirs reaches less: the projects that the token names, where it names any, and as much as
    its scope lets it do (`projects/permissions.py`).
    """

    scope: str = ""
    projects: frozenset[int] = frozenset()

    def organizations(self, *roles: str) -> list[int]:
        """Where the person has one of these roles, or any at all."""
        return [pk for pk, member in self.items() if member and (not roles or member.role in roles)]


class JobTitleQuerySet(models.QuerySet["JobTitle"]):
    """Job titles of an organization."""

    def visible_to(self, user: User) -> JobTitleQuerySet:
        """Those of the user's organizations."""
        return self.filter(organization__memberships__user=user)


class JobTitle(TenantModel):
    """What a person is called in a project; each organization edits its own list."""

    name = models.CharField(_("名称"), max_length=60)
    position = models.PositiveIntegerField(_("並び順"), default=0)

    objects = JobTitleQuerySet.as_manager()

    class Meta:
        db_table = "job_titles"
        verbose_name = verbose_name_plural = _("職種")
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="job_title_is_listed_once")
        ]

    def __str__(self) -> str:
        return self.name
