"""Who a user is to the identity provider, and where they are signed in: tables of sign-in, outside the row policies."""

from __future__ import annotations

import hashlib
from importlib import import_module
from typing import ClassVar

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models.people import User


class Identity(models.Model):
    """An account of an identity provider: issuer and subject, the two things about it that never change.

    An address or a name is none: both are given to another person when a person leaves.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="identities", verbose_name=_("ユーザー"))
    issuer = models.CharField(_("発行者"), max_length=255)
    subject = models.CharField(_("識別子"), max_length=255)
    created_at = models.DateTimeField(_("登録"), auto_now_add=True)
    signed_in_at = models.DateTimeField(_("最後のサインイン"), null=True, blank=True)

    class Meta:
        db_table = "identities"
        verbose_name = verbose_name_plural = _("認証サービスのアカウント")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_belongs_to_one_person"),
            models.CheckConstraint(name="identity_is_named", condition=~Q(issuer="") & ~Q(subject="")),
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.user}"


def handle_of(session_key: str) -> str:
    """A session's name for pages: the key itself opens the session and is never shown."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:20]


class UserSessionManager(BaseSessionManager["UserSession"]):
    """Sessions, and those of one person."""

    def visible_to(self, user: User) -> models.QuerySet[UserSession]:
        """The person's own."""
        return self.filter(user=user)


class UserSession(AbstractBaseSession):
    """A session that knows whose it is, so that its user can see it and end it from elsewhere."""

    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="sessions")

    objects: ClassVar[UserSessionManager] = UserSessionManager()

    class Meta:
        db_table = "user_sessions"
        verbose_name = verbose_name_plural = _("セッション")

    @classmethod
    def get_session_store_class(cls) -> type:
        """The engine that keeps these rows: by its name in the settings, since it is made of this class."""
        store: type = import_module(settings.SESSION_ENGINE).SessionStore
        return store

    @property
    def handle(self) -> str:
        """The session's name for pages."""
        return handle_of(self.session_key)


class ProviderSession(models.Model):
    """What a session holds of the identity provider.

    Apart from the session's own data: two requests at once would overwrite each other's tokens there, and copies of
    those data lie in the cache. Tokens are encrypted.
    """

    session = models.OneToOneField(
        UserSession, models.CASCADE, primary_key=True, related_name="provider", db_column="session_key"
    )
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="sessions")
    #: The provider's own name of the session (`sid`), by which it says that it has ended.
    provider_key = models.CharField(max_length=255, blank=True, db_index=True)
    refresh_secret = models.TextField(blank=True)
    id_secret = models.TextField(blank=True)
    refresh_due_at = models.DateTimeField()

    class Meta:
        db_table = "provider_sessions"
        verbose_name = verbose_name_plural = _("認証サービスのセッション")

    def __str__(self) -> str:
        return f"{self.identity_id} {self.refresh_due_at}"
