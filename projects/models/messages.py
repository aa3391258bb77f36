"""What the product tells people by itself: notifications, and the calendars that they subscribe to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models.base import TenantKey, TenantModel
from projects.models.people import User
from projects.models.projects import Project


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Notifications, each for one person alone."""

    def visible_to(self, user: User) -> NotificationQuerySet:
        """The user's own, as long as they see the project that they are about."""
        own = self.filter(user=user, organization__memberships__user=user)
        return own.filter(Q(project__isnull=True) | Q(project__in=Project.objects.visible_to(user)))

    def unread(self) -> NotificationQuerySet:
        """Those that the person has not opened."""
        return self.filter(read_at__isnull=True)


class Notification(TenantModel):
    """One thing that one person should know.

    The words are made when it is shown, from `kind` and `facts`, so that they are in the reader's language.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="notifications", verbose_name=_("宛先"))
    kind = models.CharField(_("種類"), max_length=40)
    project = TenantKey(
        Project, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("プロジェクト")
    )
    target_id = models.BigIntegerField(null=True, blank=True)
    facts = models.JSONField(default=dict)
    #: What makes it the same notification when a job runs twice, such as "task.late:41:2026-11-24".
    key = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    emailed_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        db_table = "notifications"
        verbose_name = verbose_name_plural = _("通知")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="person_is_told_once")]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="idx_notifications_person"),
            models.Index(
                fields=["organization", "user"],
                name="idx_notifications_unread",
                condition=Q(read_at__isnull=True),
            ),
            models.Index(
                fields=["organization", "created_at"],
                name="idx_notifications_unsent",
                condition=Q(emailed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id}"


class CalendarFeed(models.Model):
    """The secret address of a person's iCalendar feed.

    Outside of the row policies like all tables of sign-in: the address decides who is asking. Only the hash of
    the secret is kept, so that a copy of the database opens no feed.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="calendar_feeds")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_read_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "calendar_feeds"
        verbose_name = verbose_name_plural = _("カレンダーの購読")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], name="person_has_one_feed_at_a_time", condition=Q(revoked_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d}"
