"""What becomes of notifications: read, and after a season gone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from projects.models import Notification

if TYPE_CHECKING:
    from datetime import datetime

    from projects.models import User

#: How long a notification is kept.
KEPT_DAYS: Final = 90


def mark_read(*, notification: Notification) -> None:
    """Note that its person has seen it; the first time counts."""
    Notification.objects.filter(pk=notification.pk, read_at__isnull=True).update(read_at=timezone.now())


def mark_all_read(*, user: User, until: int) -> int:
    """Note that a person has seen all up to the newest one that their page showed; returns how many that were."""
    return Notification.objects.visible_to(user).unread().filter(pk__lte=until).update(read_at=timezone.now())


def discard_old_notifications(*, now: datetime) -> int:
    """Delete what is older than a season, read or not; returns how many that were."""
    old = Notification.objects.filter(created_at__lt=now - timedelta(days=KEPT_DAYS))
    return old.delete()[0]
