"""The regular status report, 定例報告: what a leader says of the week, what was done in it, what is late, what comes next."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web import formats
from reports.documents.kinds import WRITTEN, ReportKind, Subject
from reports.documents.regular import Period, regular_report

if TYPE_CHECKING:
    from reports.documents.contents import Report

WEEK: Final = dt.timedelta(days=7)
DAY: Final = dt.timedelta(days=1)


def status_report(subject: Subject) -> Report:
    """The seven days up to the report's own and the seven behind it."""
    on = subject.options.on
    period = Period(
        on - WEEK + DAY, on, on + DAY, on + WEEK, _("今週の実績"), _("今週の進み"), _("次週の予定（%(period)s）")
    )  # fmt: skip
    about = (_("対象期間"), formats.day_range(period.first, period.last))
    return regular_report(subject, KIND, period, about)


KIND: Final = ReportKind(
    name="status",
    label=gettext_lazy("定例報告"),
    title=gettext_lazy("定例報告書"),
    read=status_report,
    position=15,
    fields=WRITTEN,
)
