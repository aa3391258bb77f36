"""A week is handed in, taken back, approved or sent back; each under the lock of its sheet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from projects.changes import Recorder, changing_organization
from projects.errors import NotAllowedError, RuleBrokenError
from projects.notifications.notify import notify
from projects.permissions import Right
from tasks.models import Timesheet
from tasks.models.timesheets import LONGEST_COMMENT
from tasks.timesheets.approvers import may_approve
from tasks.timesheets.entering import WRITTEN, closed_months, lock_sheet
from tasks.timesheets.refusals import MonthClosedError, WeekDecidedError, WeekLockedError, not_waiting
from tasks.timesheets.weeks import Week

if TYPE_CHECKING:
    from projects.models import User
    from resources.models import Resource

FIELDS = ("state", "version", "submitted_at", "decided_at", "decided_by", "words")
State = Timesheet.State


@contextmanager
def _deciding(sheet: Timesheet, actor: User) -> Iterator[tuple[Timesheet, Recorder]]:
    """The organization's unit of work with the sheet locked first, as those who write its cells lock it."""
    organization = sheet.resource.organization
    with changing_organization(organization, actor=actor, needs=Right.KEEP_HOURS) as record:
        yield lock_sheet(sheet.resource, Week(sheet.week_on)), record


def _move(sheet: Timesheet, record: Recorder, action: str, state: str, **values: Any) -> None:
    before = {"state": sheet.state, "week_on": sheet.week_on}
    sheet.state = state
    sheet.version += 1
    for name, value in values.items():
        setattr(sheet, name, value)
    sheet.save(update_fields=list(FIELDS))
    after = {"state": state, "resource": sheet.resource_id, "week_on": sheet.week_on}
    record(action, target=sheet, before=before, after=after | ({"words": sheet.words} if sheet.words else {}))


def submit_week(*, resource: Resource, week: Week, actor: User) -> Timesheet:
    """Hand in one's own week. Raises WeekLockedError where that was done already."""
    _require_own(resource, actor)
    with changing_organization(resource.organization, actor=actor, needs=Right.KEEP_HOURS) as record:
        sheet = lock_sheet(resource, week)
        if sheet.state not in WRITTEN:
            raise WeekLockedError(sheet)
        _move(sheet, record, "timesheet.submitted", State.SUBMITTED, submitted_at=timezone.now(), words="")
    return sheet


def withdraw_week(*, resource: Resource, week: Week, actor: User) -> Timesheet:
    """Take a week back that was handed in and not decided about. Raises WeekDecidedError."""
    _require_own(resource, actor)
    with changing_organization(resource.organization, actor=actor, needs=Right.KEEP_HOURS) as record:
        locked = lock_sheet(resource, week)
        if locked.state != State.SUBMITTED:
            raise not_waiting(locked)
        _move(locked, record, "timesheet.withdrawn", State.OPEN, submitted_at=None)
    return locked


def approve_week(*, sheet: Timesheet, version: int, actor: User) -> Timesheet:
    """Approve a week as it was seen in this version. Raises NotAllowedError and WeekDecidedError."""
    with _deciding(sheet, actor) as (locked, record):
        _require_waiting(locked, actor)
        if locked.version != version:
            raise WeekDecidedError(
                _("この週は、表示したあとに変更されています。もう一度確かめてから承認してください。")
            )
        _move(
            locked, record, "timesheet.approved", State.APPROVED, decided_at=timezone.now(), decided_by=actor
        )
    return locked


def send_week_back(*, sheet: Timesheet, words: str, actor: User) -> Timesheet:
    """Send a week back with the reason, also one that was approved, as long as none of its months is closed.

    Raises NotAllowedError, RuleBrokenError, WeekDecidedError and MonthClosedError.
    """
    words = words.strip()
    if not words or len(words) > LONGEST_COMMENT:
        raise RuleBrokenError(
            _("差し戻す理由を%(count)d文字以内で入力してください。") % {"count": LONGEST_COMMENT},
            field="words",
        )
    with _deciding(sheet, actor) as (locked, record):
        if locked.state != State.APPROVED:
            _require_waiting(locked, actor)
        elif not may_approve(actor, locked):
            raise NotAllowedError(Right.APPROVE_HOURS)
        for month in sorted(closed_months(locked.organization_id, Week(locked.week_on).days)):
            raise MonthClosedError(month)
        _move(
            locked, record, "timesheet.returned", State.RETURNED, decided_at=timezone.now(), decided_by=actor,
            words=words,
        )  # fmt: skip
        _tell(locked, actor)
    return locked


def _require_own(resource: Resource, actor: User) -> None:
    if resource.user_id != actor.pk:
        raise NotAllowedError(Right.KEEP_HOURS)


def _require_waiting(sheet: Timesheet, actor: User) -> None:
    if not may_approve(actor, sheet):
        raise NotAllowedError(Right.APPROVE_HOURS)
    if sheet.state != State.SUBMITTED:
        raise not_waiting(sheet)


def _tell(sheet: Timesheet, actor: User) -> None:
    """The person whose week it is; each time it is sent back is a message of its own."""
    user = sheet.resource.user
    if user is not None and user.is_active:
        notify(
            user, kind="timesheet.returned", key=f"timesheet.returned:{sheet.pk}:{sheet.version}", by=actor,
            organization=sheet.resource.organization, target_id=sheet.pk,
            facts={"week": sheet.week_on, "by": actor.display_name, "reason": sheet.words},
        )  # fmt: skip
