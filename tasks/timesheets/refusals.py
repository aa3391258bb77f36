"""Why hours are not taken, and why a week is not decided about; each a sentence with what to do now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from config.web import formats
from projects.errors import Refusal
from tasks.models import Timesheet

if TYPE_CHECKING:
    from datetime import date


class WeekLockedError(Refusal):
    """The week was handed in or approved, here or on another screen."""

    status = 409

    def __init__(self, sheet: Timesheet) -> None:
        words = (
            _("この週は承認済みです。直すときは、承認した人に差し戻しを依頼してください。")
            if sheet.state == Timesheet.State.APPROVED
            else _("この週は提出済みです。直すときは、先に提出を取り消してください。")
        )
        super().__init__(words)


class MonthClosedError(Refusal):
    """The month was closed meanwhile."""

    status = 409

    def __init__(self, day: date) -> None:
        super().__init__(
            _("%(month)sは締められているため、工数を変えられません。訂正は承認者に依頼してください。")
            % {"month": f"{day:%Y/%m}"}
        )


class CellChangedError(Refusal):
    """Another screen has written this cell since it was shown."""

    status = 409

    def __init__(self, minutes: int) -> None:
        super().__init__(
            _(
                "この欄は、ほかの画面で%(hours)sに変わっています。それでも変えるときは、もう一度入力してください。"
            )
            % {"hours": formats.hours(minutes)}
        )
        self.minutes = minutes


class WeekDecidedError(Refusal):
    """The week is not, or no longer, as the one who decides about it has seen it."""

    status = 409


def not_waiting(sheet: Timesheet) -> WeekDecidedError:
    """It is not handed in, or another approver was first."""
    if sheet.state == Timesheet.State.OPEN:
        return WeekDecidedError(_("この週は提出されていません。提出が取り消されたか、まだ入力中です。"))
    by = sheet.decided_by.display_name if sheet.decided_by else formats.NONE
    if sheet.state == Timesheet.State.APPROVED:
        return WeekDecidedError(_("この週は、%(by)sさんが先に承認しました。") % {"by": by})
    return WeekDecidedError(_("この週は、%(by)sさんが先に差し戻しました。") % {"by": by})
