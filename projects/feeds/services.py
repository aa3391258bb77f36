"""Secret addresses of calendars. The secret is told once, when it is made; only its hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from projects.models import CalendarFeed, User
from projects.permissions import System
from projects.sessions.records import note_sign_in

if TYPE_CHECKING:
    from datetime import datetime

SECRET_BYTES: Final = 32
#: A holder of the address reads without signing in: who made it, and until when it was open, is in the record.
ACTOR: Final = "calendar"
#: Reading stays reading: when a feed was read last is written at most once a minute.
WRITTEN_EVERY: Final = timedelta(minutes=1)


def make_feed(*, user: User) -> str:
    """A new address for a person; the old one is worth nothing from now on. Returns the secret, for the only time."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        # Two clicks at once make one feed after the other.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        _close(user)
        CalendarFeed.objects.create(user=user, secret_hash=_hash(secret))
        note_sign_in(user, "feed.made", by=System(ACTOR, user=user))
    return secret


def revoke_feed(*, user: User) -> None:
    """Close a person's address."""
    with transaction.atomic():
        if _close(user):
            note_sign_in(user, "feed.revoked", by=System(ACTOR, user=user))


def _close(user: User) -> int:
    return CalendarFeed.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=timezone.now())


def open_feed(user: User) -> CalendarFeed | None:
    """The feed that a person has now."""
    return CalendarFeed.objects.filter(user=user, revoked_at__isnull=True).first()


def find_feed(secret: str) -> CalendarFeed | None:
    """The feed of a secret, while it is open and its person active."""
    feeds = CalendarFeed.objects.select_related("user").filter(revoked_at__isnull=True, user__is_active=True)
    return feeds.filter(secret_hash=_hash(secret)).first()


def note_reading(feed: CalendarFeed, *, now: datetime) -> None:
    """Remember that it is read."""
    before = Q(last_read_at__isnull=True) | Q(last_read_at__lte=now - WRITTEN_EVERY)
    CalendarFeed.objects.filter(before, pk=feed.pk).update(last_read_at=now)


def _hash(secret: str) -> str:
    # As random as a key: a slow hash would protect nothing more.
    return hashlib.sha256(secret.encode()).hexdigest()
