"""What regular reports have in common: how the plan stands, what was done in a period, what is late, what comes in the next one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from reports.documents.contents import Report
from reports.documents.heading import head_of, letter_of
from reports.documents.issue_table import issue_table
from reports.documents.kinds.progress import progress_report
from reports.documents.late_tasks import late_table
from reports.documents.options import Written
from reports.documents.period_tables import MOST_LATE, done_table, near_table, next_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.documents.contents import ReportTable
    from reports.documents.kinds import ReportKind, Subject


class Period(NamedTuple):
    """The days that a report is about and those that follow, with what each is called in it."""

    first: dt.date
    last: dt.date
    next_first: dt.date
    next_last: dt.date
    done: str
    moved: str
    #: Holds %(period)s.
    coming: str


def regular_report(
    subject: Subject,
    kind: ReportKind,
    period: Period,
    about: tuple[str, str],
    more: Sequence[ReportTable] = (),
) -> Report:
    """Some twenty-six queries, whatever the size of the plan. `about` says of which days it is, `more` stands behind what was done."""
    project, options = subject.project, subject.options
    # The figures are those of the progress report, read in one place.
    stand = progress_report(replace(subject, options=replace(options, parts=("trend", "milestones"))))
    late = late_table(project, options.on, limit=MOST_LATE)
    return Report(
        kind=kind.name,
        head=head_of(project, kind.title, options),
        facts=stand.facts,
        tables=(
            *(table for table in stand.tables if table.name == "causes"),
            done_table(project, period.first, period.last, period.done, period.moved),
            *more,
            replace(late, title=_("遅れているタスク")),
            issue_table(project, options.on),
            next_table(project, period.next_first, period.next_last, period.coming),
            near_table(stand.table("milestones"), options.on),
            *(table for table in stand.tables if table.name == "money"),
        ),
        curve=stand.curve,
        is_flowing=True,
        letter=letter_of(options.written or Written(author=subject.user.display_name), options.on, about),
    )
