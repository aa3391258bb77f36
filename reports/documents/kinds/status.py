"""The regular status report, 定例報告: what a leader says of the week, what was done in it, what is late, what comes next."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web import formats
from reports.documents.contents import Report
from reports.documents.heading import head_of, letter_of
from reports.documents.kinds import WRITTEN, ReportKind, Subject
from reports.documents.kinds.progress import progress_report
from reports.documents.late_tasks import late_table
from reports.documents.options import Written
from reports.documents.period_tables import MOST_LATE, done_table, near_table, next_table

WEEK: Final = dt.timedelta(days=7)
DAY: Final = dt.timedelta(days=1)


def status_report(subject: Subject) -> Report:
    """The seven days up to the report's own and the seven behind it; some twenty-five queries, whatever the size of the plan."""
    project, options = subject.project, subject.options
    # The figures are those of the progress report, read in one place.
    stand = progress_report(replace(subject, options=replace(options, parts=("trend", "milestones"))))
    late = late_table(project, options.on, limit=MOST_LATE)
    return Report(
        kind=KIND.name,
        head=head_of(project, KIND.title, options),
        facts=stand.facts,
        tables=(
            *(table for table in stand.tables if table.name == "causes"),
            done_table(project, options.on - WEEK + DAY, options.on, _("今週の実績"), _("今週の進み")),
            replace(late, title=_("遅れているタスク")),
            next_table(project, options.on + DAY, options.on + WEEK, _("次週の予定（%(period)s）")),
            near_table(stand.table("milestones"), options.on),
            *(table for table in stand.tables if table.name == "money"),
        ),
        curve=stand.curve,
        is_flowing=True,
        letter=letter_of(
            options.written or Written(author=subject.user.display_name),
            options.on,
            (_("対象期間"), formats.day_range(options.on - WEEK + DAY, options.on)),
        ),
    )


KIND: Final = ReportKind(
    name="status",
    label=gettext_lazy("定例報告"),
    title=gettext_lazy("定例報告書"),
    read=status_report,
    position=15,
    fields=WRITTEN,
)
