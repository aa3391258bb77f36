"""月次報告書: what a leader says of the month, how far the plan is beside what was agreed on, what was done, what is late, what comes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web import formats
from reports.documents.earned_outcome import read_outcome
from reports.documents.earned_tables import facts_of, months_table
from reports.documents.kinds import WRITTEN, ReportKind, Subject
from reports.documents.months import DAY, Month, month_of_report
from reports.documents.regular import Period, regular_report
from reports.performance.selectors import chosen_baseline

if TYPE_CHECKING:
    from reports.documents.contents import Fact, Report, ReportTable


def monthly_report(subject: Subject) -> Report:
    """Some ten queries more than a status report. Progress is that of the report's day, earned value that of the month's end."""
    on = subject.options.on
    month = month_of_report(on)
    period = Period(
        *month, *Month.of(month.last + DAY), _("この月の実績"), _("この月の進み"), _("次の月の予定（%(period)s）")
    )  # fmt: skip
    facts, tables = _earned(subject, min(month.last, on))
    found = regular_report(subject, KIND, period, (_("対象月"), formats.day_range(*month)), tables)
    return replace(found, facts=(*found.facts[:3], *facts))


def _earned(subject: Subject, on: dt.date) -> tuple[tuple[Fact, ...], list[ReportTable]]:
    """Indices and months beside the baseline, where there is one. Six figures fit in a line on upright paper."""
    baseline = chosen_baseline(subject.project)
    if baseline is None:
        return (), []
    options = subject.options
    outcome = read_outcome(subject.project, baseline, on=on, today=options.on, sees_money=options.money)
    return facts_of(outcome)[1:4], [months_table(outcome, each) for each in reversed(outcome.counted)]


KIND: Final = ReportKind(
    name="monthly",
    label=gettext_lazy("月次報告"),
    title=gettext_lazy("月次報告書"),
    read=monthly_report,
    position=16,
    fields=WRITTEN,
)
