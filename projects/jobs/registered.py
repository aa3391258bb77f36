"""What is done later or at night."""

from django.conf import settings
from django.utils import timezone

from projects.audit.heads import export_audit_heads as write_audit_heads
from projects.audit.verifying import check_record
from projects.calendars.holidays import ensure_holidays as fill_holidays
from projects.jobs import Queue, job, requeue
from projects.notifications.digests import send_digests as mail_digests
from projects.notifications.services import discard_old_notifications as discard_old
from projects.rls import scope
from projects.sessions.store import SessionStore

#: Plans reach ten years ahead.
YEARS_AHEAD = 11


@job("ensure_holidays", queue=Queue.NIGHT)
def ensure_holidays() -> None:
    """Add the holidays of the years that plans can reach."""
    fill_holidays(until=timezone.localdate().year + YEARS_AHEAD)


@job("export_audit_heads", queue=Queue.NIGHT)
def export_audit_heads() -> None:
    """Write the ends of the record's chains to a file outside of the database."""
    with scope.every_organization():
        write_audit_heads(today=timezone.localdate())


@job("verify_audit", queue=Queue.NIGHT)
def verify_audit() -> None:
    """Look whether the record of changes is whole: where it is not, the job fails and operators are called."""
    with scope.every_organization():
        check_record()


@job("discard_old_notifications", queue=Queue.NIGHT)
def discard_old_notifications() -> None:
    """Delete notifications that are older than a season."""
    with scope.every_organization():
        discard_old(now=timezone.now())


@job("discard_ended_sessions", queue=Queue.NIGHT)
def discard_ended_sessions() -> None:
    """Delete sessions whose time is over, and sign-ins that were never finished."""
    SessionStore.clear_expired()


@job("send_digests", queue=Queue.NIGHT)
def send_digests() -> None:
    """Mail people what they have not read; once a day each, so it may run again where a mail server was away."""
    if settings.SENDS_MAIL:
        mail_digests(now=timezone.now())


@job("send_jobs_again", queue=Queue.NOW)
def send_jobs_again() -> None:
    """Send messages for jobs that wait without one, or whose worker is gone."""
    requeue.requeue_lost(now=timezone.now())


@job("discard_old_jobs", queue=Queue.NIGHT)
def discard_old_jobs() -> None:
    """Delete rows of jobs that are long over."""
    requeue.discard_old(now=timezone.now())
