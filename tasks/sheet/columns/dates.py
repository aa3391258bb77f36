"""When a task lies, how long it takes, and which dates it has to keep."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web import formats
from projects.worktime.moments import MINUTES_PER_DAY, ends_on
from tasks.gantt.geometry.markup import escape
from tasks.models import Constraint
from tasks.plan.actions.constraints import constrain, set_deadline
from tasks.plan.actions.days import finish_on, last_for, start_on
from tasks.plan.constraint_days import constraint_day
from tasks.plan.lateness import DaysLate
from tasks.reasons.negative_slack import COLUMNS as SLACK
from tasks.reasons.negative_slack import NegativeSlack, negative_slack_words
from tasks.sheet.columns import comparing
from tasks.sheet.columns.choices import CHOICE_HINT, chosen, labels_of
from tasks.sheet.columns.column import Column, Edit
from tasks.sheet.columns.finding import label_in
from tasks.sheet.columns.kinds import Face, SummaryRule, ValueKind
from tasks.sheet.text import day_text, duration_text

if TYPE_CHECKING:
    from datetime import date

    from tasks.models import Task
    from tasks.sheet.columns.column import Row
    from tasks.sheet.look import Look
    from tasks.sheet.reading import Reader

_slack_of: Final = attrgetter(*SLACK)
_DAY_HINT: Final = gettext_lazy("日付は 2026/11/24 のように入力してください。")


def _link(row: Row, look: Look, text: str, end: str = "") -> str:
    """A date leads to its reasons."""
    before, behind = look.why_url
    return f'<a href="{before}{row.id}{behind}{end}">{text}</a>' if text else ""


def _finish_cell(row: Row, look: Look) -> str:
    return f"{_slack_mark(row, look)}{_link(row, look, day_text(row.end_date), '?end=finish')}"


def slack_words(row: Row, look: Look) -> str:
    """Which date a task cannot keep, and by how much, or nothing."""
    slack = row.total_slack_minutes
    return negative_slack_words(NegativeSlack(*_slack_of(row)), look.project) if slack and slack < 0 else ""


def _slack_mark(row: Row, look: Look) -> str:
    """A picture with a name: the cell's text is what editing begins with."""
    words = slack_words(row, look)
    if not words:
        return ""
    return (
        f'<svg class="icon icon--s tight" role="img"><title>{escape(words)}</title>'
        f'<use href="{look.icons}#calendar-clock"/></svg>'
    )


def length_text(row: Row, look: Look) -> str:
    """How long a task takes; a milestone has no length."""
    if row.is_summary:
        # Beside the days of its children hours would not be compared, and no edit begins with this text.
        return formats.tenths_of_days(row.duration_minutes, look.project.minutes_per_day)
    if row.is_milestone:
        return ""
    return duration_text(
        row.duration_minutes, is_elapsed=row.is_elapsed, minutes_per_day=look.project.minutes_per_day
    )


def _length_in_days(row: Row, look: Look) -> float | None:
    if row.is_milestone and not row.is_summary:
        return None
    days: float = row.duration_minutes / (MINUTES_PER_DAY if row.is_elapsed else look.project.minutes_per_day)
    return round(days, 1)


def _length_fact(row: Row, look: Look) -> str:
    text, slack = length_text(row, look), row.total_slack_minutes
    if not text or slack is None:
        return escape(text)
    side = "is-late" if slack < 0 and row.progress_percentage < 100 else "faint"
    words = _("余裕 %(slack)s") % {"slack": formats.days(slack, look.project.minutes_per_day)}
    return format_html('{}<span class="{}">　{}</span>', text, side, words)


def _constraint_fact(row: Row, _look: Look) -> str:
    day = constraint_day(row.constraint_type, row.constraint_minute)
    if day is None:
        return ""
    label = Constraint(row.constraint_type).label
    return format_html('{} <span class="num">{}</span>', label, formats.day_plain(day))


def _read_start(text: str, task: Task, reader: Reader) -> date:
    return reader.day(text, task, task.start_date)


def _read_finish(text: str, task: Task, reader: Reader) -> date:
    return reader.day(text, task, task.end_date)


def _read_deadline(text: str, task: Task, reader: Reader) -> date | None:
    return reader.day(text, task, ends_on(task.deadline_minute) or task.end_date) if text.strip() else None


COLUMNS: Final = (
    Column(
        name="start",
        header=gettext_lazy("開始"),
        help=gettext_lazy("始まる日。計算で決まり、入力すると「指定日以後に開始」になります。"),
        kind=ValueKind.DAY,
        places={Face.SHEET: 50, Face.DRAWER: 50, Face.REPORT: 40},
        fields=("start_date",),
        cell=lambda row, look: _link(row, look, day_text(row.start_date)),
        fact=lambda row, _look: formats.day(row.start_date),
        edit=Edit(read=_read_start, write=start_on, turn=30, hint=_DAY_HINT, of_leaves=True),
        width=11,
        sort=("start_minute",),
        summary=SummaryRule.EARLIEST,
        groups=True,
        project_field="Start",
    ),
    Column(
        name="finish",
        header=gettext_lazy("終了"),
        help=gettext_lazy("終わる日。入力すると期間が変わります。"),
        kind=ValueKind.DAY,
        places={Face.SHEET: 60, Face.DRAWER: 60, Face.REPORT: 50},
        fields=("end_date", *SLACK),
        cell=_finish_cell,
        fact=lambda row, _look: formats.day(row.end_date),
        edit=Edit(read=_read_finish, write=finish_on, turn=40, hint=_DAY_HINT, of_leaves=True),
        width=11,
        sort=("finish_minute",),
        summary=SummaryRule.LATEST,
        groups=True,
        project_field="Finish",
    ),
    Column(
        name="duration",
        header=gettext_lazy("期間"),
        help=gettext_lazy("働く時間で数えた長さ。"),
        kind=ValueKind.DAYS,
        places={Face.SHEET: 70, Face.DRAWER: 70, Face.REPORT: 60},
        fields=("duration_minutes", "is_elapsed"),
        value=_length_in_days,
        text=length_text,
        cell=lambda row, look: escape(length_text(row, look)),
        fact=_length_fact,
        fact_fields=("total_slack_minutes",),
        edit=Edit(
            read=lambda text, task, reader: reader.duration(text, task),
            write=lambda plan, task, length: last_for(plan, task, length[0], length[1]),
            turn=20,
            hint=gettext_lazy("期間は 5d、5日、3h のように入力してください。"),
            of_leaves=True,
        ),
        width=8,
        compares=comparing.duration(),
        sort=("duration_minutes",),
        summary=SummaryRule.SPAN,
        project_field="Duration",
    ),
    Column(
        name="late",
        header=gettext_lazy("遅れ"),
        help=gettext_lazy("計画に比べて何日遅れているか。"),
        kind=ValueKind.DELAY,
        places={Face.REPORT: 100},
        annotations={"days_late": DaysLate},
        value=lambda row, _look: row.days_late or None,
        width=7,
        compares=comparing.days_late(),
        sort=("days_late",),
    ),
    Column(
        name="deadline",
        header=gettext_lazy("期限"),
        help=gettext_lazy("守りたい日。日程は動かさず、間に合わないときに知らせます。"),
        kind=ValueKind.DAY,
        places={Face.DRAWER: 120},
        fields=("deadline_minute",),
        value=lambda row, _look: ends_on(row.deadline_minute),
        fact=lambda row, _look: formats.day(ends_on(row.deadline_minute)) if row.deadline_minute else "",
        edit=Edit(read=_read_deadline, write=set_deadline, hint=_DAY_HINT),
        compares=comparing.moment("deadline_minute", is_end=True),
        sort=("deadline_minute",),
        summary=SummaryRule.OWN,
        groups=True,
        project_field="Deadline",
    ),
    Column(
        name="constraint",
        header=gettext_lazy("制約"),
        help=gettext_lazy("日程を縛る条件。"),
        places={Face.DRAWER: 130},
        fields=("constraint_type", "constraint_minute"),
        finds=label_in("constraint_type", dict(Constraint.choices)),
        text=lambda row, _look: str(Constraint(row.constraint_type).label),
        fact=_constraint_fact,
        edit=Edit(
            read=chosen(Constraint), write=constrain, turn=25, hint=CHOICE_HINT, offers=labels_of(Constraint)
        ),
        compares=comparing.choice("constraint_type", Constraint),
        sort=("constraint_type",),
        summary=SummaryRule.OWN,
        groups=True,
        project_field="ConstraintType",
    ),
)
