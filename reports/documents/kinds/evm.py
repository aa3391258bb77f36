"""予実報告書: a project beside its baseline at the status date, with earned value in hours and, where it may be seen, in money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web import formats
from reports.documents.contents import Is, Mark, Report, ReportColumn, ReportTable, TableRow
from reports.documents.earned_outcome import read_outcome
from reports.documents.earned_tables import (
    curve_of,
    facts_of,
    far_table,
    figures_table,
    months_table,
    rows_table,
)
from reports.documents.heading import head_of, letter_of
from reports.documents.kinds import WRITTEN, ReportKind, Subject
from reports.documents.options import Written
from reports.performance import words
from reports.performance.selectors import chosen_baseline

if TYPE_CHECKING:
    from reports.documents.contents import Letter
    from reports.documents.earned_outcome import Outcome
    from tasks.models import Baseline


def evm_report(subject: Subject) -> Report:
    """Some twenty queries, whatever the size of the plan."""
    project, options = subject.project, subject.options
    baseline, on = chosen_baseline(project), project.status_on or options.on
    head = head_of(project, KIND.title, options)
    if baseline is None:
        return Report(KIND.name, head, (), (_nothing(),), is_flowing=True)
    outcome = read_outcome(project, baseline, on=on, today=options.on, sees_money=options.money)
    return Report(
        kind=KIND.name,
        head=head,
        facts=facts_of(outcome),
        tables=tuple(_tables(outcome)),
        earned=curve_of(outcome),
        is_flowing=True,
        letter=_letter(subject, outcome, baseline),
    )


def _nothing() -> ReportTable:
    said = _(
        "予実は、承認したときの計画（ベースライン）と、いまの進捗と実績を比べます。先にベースラインを設定してください。"
    )
    return ReportTable("rows", _("内訳"), (ReportColumn(_("タスク"), grows=True),), (), said)


def _letter(subject: Subject, outcome: Outcome, baseline: Baseline) -> Letter:
    written = subject.options.written or Written(author=subject.user.display_name)
    return letter_of(
        written, subject.options.on, (_("基準日"), formats.day(outcome.on)),
        (_("ベースライン"), _("%(name)s（%(day)s）") % {"name": baseline.name, "day": formats.day(timezone.localdate(baseline.taken_at))}),
    )  # fmt: skip


def _tables(outcome: Outcome) -> list[ReportTable]:
    alerts = [TableRow((said,), mark=Mark.LATE) for said in words.alerts(outcome.total, outcome.main.unit)]
    found = [ReportTable("alerts", _("注意"), (ReportColumn(_("内容"), Is.TEXT, 80, grows=True),), alerts)]
    return [
        *(found if alerts else ()),
        *(months_table(outcome, each) for each in reversed(outcome.counted)),
        far_table(outcome),
        *(rows_table(outcome, each) for each in reversed(outcome.counted)),
        figures_table(outcome),
    ]


KIND: Final = ReportKind(
    name="evm",
    label=gettext_lazy("予実（EVM）"),
    title=gettext_lazy("予実報告書"),
    read=evm_report,
    position=18,
    fields=WRITTEN,
)
