"""Tokens by which programs ask in a person's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models.base import TenantKey, TenantModel
from projects.models.people import User

if TYPE_CHECKING:
    from datetime import datetime

#: More than any person has programs; lists and look-ups stay short.
MOST_PROJECTS: Final = 100


class TokenScope(models.TextChoices):
    """What a program may do with a token, as far as its person may."""

    READ = "read", _("閲覧")
    PROGRESS = "progress", _("閲覧と進捗・実績の報告")
    PLAN = "plan", _("閲覧・進捗と計画の変更")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Tokens, each of one person alone."""

    def visible_to(self, user: User) -> ApiTokenQuerySet:
        """The person's own, in organizations that they belong to."""
        return self.filter(user=user, organization__memberships__user=user)

    def unrevoked(self) -> ApiTokenQuerySet:
        """Those that have not been taken back; some may have expired."""
        return self.filter(revoked_at__isnull=True)


class ApiToken(TenantModel):
    """A token of a person in one organization. Only the hash of its secret is kept, so that a copy of the database opens nothing.

    It names its organization, so that the row policies hold for finding it, too (`projects/tokens/services.py`).
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens", verbose_name=_("ユーザー"))
    name = models.CharField(_("名前"), max_length=80)
    #: How it begins, by which its person knows it again.
    prefix = models.CharField(_("先頭"), max_length=32)
    secret_hash = models.CharField(max_length=64, unique=True)
    scope = models.CharField(_("できること"), max_length=8, choices=TokenScope.choices)
    #: The projects that it reaches; empty: all that its person sees.
    project_ids = ArrayField(
        models.BigIntegerField(), verbose_name=_("プロジェクト"), default=list, blank=True
    )
    created_at = models.DateTimeField(_("作成"), auto_now_add=True)
    expires_at = models.DateTimeField(_("期限"))
    last_used_at = models.DateTimeField(_("最後の利用"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("取り消し"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        db_table = "api_tokens"
        verbose_name = verbose_name_plural = _("API トークン")
        constraints = [
            models.CheckConstraint(name="token_scope_is_known", condition=Q(scope__in=TokenScope.values)),
            models.CheckConstraint(name="token_is_named", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.user}"

    def is_open(self, now: datetime) -> bool:
        """Whether a program gets in with it."""
        return self.revoked_at is None and self.expires_at > now


class ApiAnswer(TenantModel):
    """What a program was answered under a key of its own (`Idempotency-Key`): asked once more, it gets the same, and nothing is done twice.

    Written in the transaction of the change that it tells of; kept for two days.
    """

    token = TenantKey(ApiToken, models.CASCADE, related_name="answers", db_index=False)
    key = models.CharField(max_length=200)
    #: Of the request that it answers: another one under the same key is refused.
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    body = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "api_answers"
        verbose_name = verbose_name_plural = _("API の応答")
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="program_is_answered_once")]
        indexes = [models.Index(fields=["token", "created_at"], name="idx_api_answers_age")]

    def __str__(self) -> str:
        return f"{self.token_id} {self.key}"
