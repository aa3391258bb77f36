"""The mail of a scheduled report: a link that asks for sign-in, so that no mailbox holds figures.

As with the morning mail, it is claimed first and sent then: a worker that is killed in between loses one mail, and
none goes out twice.
"""

from __future__ import annotations

import datetime as dt
from email.utils import formataddr
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from projects.notifications.digests import MailServerDownError
from projects.rls import scope
from reports.documents.services import title_of
from reports.models import GeneratedReport, ReportSchedule, ReportState


def send_mail_of(report_id: int, *, now: dt.datetime) -> bool:
    """Mail it, once. False where there is nothing to mail. Raises MailServerDownError; the job is then tried again."""
    with scope.every_organization():
        report = _claim(report_id, now)
    if report is None:
        return False
    try:
        _message(report).send()
    except (SMTPException, OSError) as error:
        with scope.every_organization():
            GeneratedReport.objects.filter(pk=report_id).update(mailed_at=None)
        raise MailServerDownError from error
    return True


def _claim(report_id: int, now: dt.datetime) -> GeneratedReport | None:
    """Marked as mailed by this run; None where another has it, or it is gone, or the user has no address."""
    rows = GeneratedReport.objects.filter(
        pk=report_id, state=ReportState.DONE, schedule_id__isnull=False, mailed_at__isnull=True,
        requested_by__is_active=True,
    ).exclude(requested_by__email="")  # fmt: skip
    if not rows.update(mailed_at=now):
        return None
    return GeneratedReport.objects.select_related("requested_by", "project").get(pk=report_id)


def _message(report: GeneratedReport) -> EmailMessage:
    user = report.requested_by
    with translation.override(user.language):
        title = title_of(report)
        context = {
            "user": user, "title": title, "by": _added_by(report),
            "url": settings.SITE_URL + reverse("reports:report_download", args=[report.pk]),
            "list_url": settings.SITE_URL + reverse("reports:report_list"),
            "until": report.expires_at,
        }  # fmt: skip
        return EmailMessage(
            # A title is a name that people typed: no mail has two lines of subject.
            subject=" ".join((_("ITDO：%(title)s") % {"title": title}).split()),
            body=render_to_string("emails/report.txt", context), from_email=settings.DEFAULT_FROM_EMAIL,
            to=[formataddr((user.display_name, user.email))],
            reply_to=[settings.REPLY_TO_EMAIL] if settings.REPLY_TO_EMAIL else None,
            headers={"Auto-Submitted": "auto-generated"},
        )  # fmt: skip


def _added_by(report: GeneratedReport) -> str:
    """Who set the schedule up, to whom one says that one needs no more of it."""
    with scope.every_organization():
        found = ReportSchedule.objects.filter(pk=report.schedule_id or 0).values_list(
            "added_by__display_name"
        )
        name = found.first()
    return name[0] if name else ""
