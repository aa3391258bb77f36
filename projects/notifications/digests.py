"""The morning mail: what a person was told and has not read, at most once a day.

A person is claimed first (row locked, notifications marked as sent, all committed), then the mail goes out. A worker
that is killed in between loses that mail: what it said stays unread in the app, and a mail that is missing annoys less than
the same one ten times. When the mail server refuses, the mark is taken back and the next run tries again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from email.utils import formataddr
from itertools import groupby
from smtplib import SMTPException
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.message import BadHeaderError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from projects.models import Notification, OrganizationMember, User
from projects.notifications.notify import told
from projects.rls import scope

if TYPE_CHECKING:
    from datetime import datetime

    from django.core.mail.backends.base import BaseEmailBackend

#: Older news is not worth a mail.
NEWS_DAYS: Final = 7
#: A mail lists this many, and says how many more there are.
MOST_LISTED: Final = 50
#: After so many failures in a row it is the server, not the person.
MOST_FAILURES: Final = 3
_FAILURES: Final = (SMTPException, OSError, BadHeaderError, ValueError)
_log = logging.getLogger(__name__)


class MailServerDownError(ConnectionError):
    """The mail server takes nothing; the job is tried again in a while."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A person whose mail is being sent by this run alone."""

    user: User
    listed: list[Notification]
    ids: list[int]


def send_digests(*, now: datetime) -> int:
    """Send all who want it their unread news; returns how many mails went out."""
    sent, failures = 0, 0
    connection = get_connection()
    for user_id in _waiting(now):
        claim = _claim(user_id, now)
        if claim is None:
            continue
        try:
            _message(claim, now, connection).send()
        except _FAILURES:
            # The id, never the address: logs are read by others.
            _log.exception("no digest for user %d", user_id)
            _give_back(claim)
            connection.close()
            failures += 1
            if failures == MOST_FAILURES:
                raise MailServerDownError from None
        else:
            sent, failures = sent + 1, 0
    connection.close()
    return sent


def _waiting(now: datetime) -> list[int]:
    with scope.every_organization():
        news = Notification.objects.filter(
            emailed_at__isnull=True, read_at__isnull=True, created_at__gt=now - timedelta(days=NEWS_DAYS),
            user__is_active=True, user__wants_digest=True,
        ).exclude(user__email="")  # fmt: skip
        return list(news.order_by("user").values_list("user", flat=True).distinct())


def _claim(user_id: int, now: datetime) -> Claim | None:
    """Mark a person's news as sent and commit; None when another run has them, or had them today."""
    with scope.scope(_organizations(user_id)):
        people = User.objects.filter(pk=user_id, is_active=True, wants_digest=True).exclude(email="")
        user = people.select_for_update(no_key=True, skip_locked=True).first()
        midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        own = Notification.objects.filter(user=user_id)
        if user is None or own.filter(emailed_at__gte=midnight).exists():
            return None
        news = (
            Notification.objects.visible_to(user)
            .unread()
            .filter(emailed_at__isnull=True, created_at__gt=now - timedelta(days=NEWS_DAYS))
        )
        ids = list(news.values_list("pk", flat=True))
        rows = news.select_related("project", "organization").order_by(
            "organization__name", "organization", "project__name", "project", "-created_at", "-pk"
        )
        listed = list(rows[:MOST_LISTED])
        if ids:
            own.filter(pk__in=ids).update(emailed_at=now)
        return Claim(user, listed, ids) if ids else None


def _give_back(claim: Claim) -> None:
    with scope.scope(_organizations(claim.user.pk)):
        Notification.objects.filter(pk__in=claim.ids).update(emailed_at=None)


def _organizations(user_id: int) -> list[int]:
    return list(OrganizationMember.objects.filter(user=user_id).values_list("organization", flat=True))


def _message(claim: Claim, now: datetime, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    user, count = claim.user, len(claim.ids)
    preferences = settings.SITE_URL + reverse("projects:preferences") + "#messages"
    with translation.override(user.language):
        context = {
            "user": user,
            "count": count,
            "more": count - len(claim.listed),
            "groups": _groups(claim.listed),
            "day": timezone.localtime(now).date(),
            "list_url": settings.SITE_URL + reverse("projects:notification_list"),
            "preferences_url": preferences,
            "language": user.language,
        }
        subject = ngettext(
            "ITDO：未読の通知が%(count)d件あります", "ITDO：未読の通知が%(count)d件あります", count
        )
        mail = EmailMultiAlternatives(
            subject=subject % {"count": count},
            body=render_to_string("emails/digest.txt", context),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[formataddr((user.display_name, user.email))],
            reply_to=[settings.REPLY_TO_EMAIL] if settings.REPLY_TO_EMAIL else None,
            headers={"List-Unsubscribe": f"<{preferences}>", "Auto-Submitted": "auto-generated"},
            connection=connection,
        )
        mail.attach_alternative(render_to_string("emails/digest.html", context), "text/html")
    return mail


def _groups(rows: list[Notification]) -> list[dict[str, Any]]:
    """News by project; what belongs to none, by organization."""
    groups = []
    for _key, some in groupby(rows, key=lambda row: (row.organization_id, row.project_id)):
        of_group = list(some)
        about = of_group[0].project or of_group[0].organization
        groups.append({"name": about.name, "lines": [_line(row) for row in of_group]})
    return groups


def _line(row: Notification) -> dict[str, Any]:
    words = told(row)
    return {
        "title": words.title,
        "more": words.more,
        "url": settings.SITE_URL + words.url if words.url else "",
        "at": row.created_at,
    }
