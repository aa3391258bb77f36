"""How much work a task is, how far it is, and who does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web import elements, formats
from projects.errors import RuleBrokenError
from projects.permissions import Right
from projects.person_time import person_time_of
from tasks.allocation.overallocation import worst
from tasks.gantt.geometry.markup import escape
from tasks.models import TaskType
from tasks.plan.actions.people import set_people
from tasks.plan.actions.progress import set_progress
from tasks.plan.actions.progress_rules import percent_named
from tasks.plan.lateness import DaysLate, PlannedProgress
from tasks.sheet.columns import comparing
from tasks.sheet.columns.choices import CHOICE_HINT, chosen, labels_of
from tasks.sheet.columns.column import Column, Edit
from tasks.sheet.columns.finding import label_in, person_in
from tasks.sheet.columns.kinds import Face, SummaryRule, ValueKind
from tasks.sheet.parsing import read_yen
from tasks.sheet.sources import DEPARTMENTS, OVERALLOCATED, PEOPLE
from tasks.sheet.text import names_text, people_text, work_text

if TYPE_CHECKING:
    from tasks.allocation.overallocation import Overallocated
    from tasks.models import Task
    from tasks.sheet.columns.column import Row
    from tasks.sheet.look import Look
    from tasks.sheet.reading import Reader


def _read_progress(text: str, task: Task, reader: Reader) -> int:
    """A percentage, or the name of a step of the project's rule."""
    named = percent_named(reader.project, text)
    return reader.percent(text, task) if named is None else named


def _progress_cell(row: Row, _look: Look) -> str:
    progress = row.progress_percentage
    tone = " progress--done" if progress == 100 else " progress--late" if row.days_late > 0 else ""
    # The figure stands beside it, so the picture says nothing more to a screen reader. What it fills the style sheet draws.
    filled = f'<rect class="progress__fill" width="{progress}" height="6"/>' if progress else ""
    return (
        f'<span class="meter"><svg class="progress{tone}" viewBox="0 -3 100 12" preserveAspectRatio="none"'
        f' aria-hidden="true">{filled}</svg><span>{progress}%</span></span>'
    )


def _read_work(text: str, task: Task, reader: Reader) -> int:
    if task.is_summary:
        raise RuleBrokenError(
            _("サマリータスクの工数は子タスクの合計です。子タスクの工数を変更してください。"), field="work"
        )
    return reader.work(text, task)


def _remaining_work(row: Row, _look: Look) -> int:
    return max(int(row.work_minutes) - int(row.actual_work_minutes), 0)


def _work_fact(row: Row, look: Look) -> str:
    minutes, person_time = row.work_minutes, person_time_of(look.project)
    planned = formats.hours(minutes) if minutes else formats.NONE
    if minutes and minutes >= person_time.minutes_per_month:
        planned += _("（%(amount)s）") % {"amount": person_time.in_months(minutes)}
    if not row.actual_work_minutes:
        return escape(planned)
    actual = _("実績 %(hours)s") % {"hours": formats.hours(row.actual_work_minutes)}
    return format_html('{}<span class="faint">　{}</span>', planned, actual)


def _kind_fact(row: Row, _look: Look) -> str:
    if row.is_summary or row.is_milestone or row.is_elapsed:
        return ""
    label = TaskType(row.task_type).label
    if not row.is_effort_driven:
        return escape(str(label))
    return format_html('{}<span class="faint">　{}</span>', label, _("残存作業優先"))


def _people_cell(row: Row, look: Look) -> str:
    if not row.people:
        return ""
    first = row.people[0]
    who = (
        f'<span class="person"><span class="avatar avatar--{first.resource_id % 5 + 1}" aria-hidden="true">'
        f"{escape(first.name[:1].upper())}</span><span>{escape(_people_text(row, look))}</span></span>"
    )
    over = overallocation_of(row)
    return who if over is None else f'<span class="cell">{who}{_over(over, look)}</span>'


def overallocation_of(row: Row) -> Overallocated | None:
    """The fullest days of its people; of what is done, nothing can be taken off them."""
    return worst(row.over) if row.over and row.progress_percentage < 100 else None


def _over(over: Overallocated, look: Look) -> str:
    """Beside the names and not among them: the cell's text is what editing begins with."""
    return (
        f'<span class="over" title="{escape(over.sentence)}"><svg class="icon icon--s" aria-hidden="true">'
        f'<use href="{look.icons}#octagon-alert"/></svg><span class="visually-hidden">{escape(look.over)}</span>'
        f"{escape(over.text)}</span>"
    )


def _people_text(row: Row, _look: Look) -> str:
    return people_text((share.name, share.units) for share in row.people)


def _people_fact(row: Row, _look: Look) -> str:
    return format_html_join(
        "", '<span class="cell">{}<span class="quiet num">{}</span></span>',
        ((elements.person(one.name, one.resource_id), formats.percent(one.units)) for one in row.people),
    ) or formats.NONE  # fmt: skip


#: By their names, and how these are read.
_PERSON: Final = person_in("resource__name", "resource__kana")

COLUMNS: Final = (
    Column(
        name="progress",
        header=gettext_lazy("進捗"),
        help=gettext_lazy("どこまで終わったか。"),
        kind=ValueKind.PERCENT,
        places={Face.SHEET: 40, Face.DRAWER: 40, Face.REPORT: 80},
        fields=("progress_percentage",),
        annotations={"days_late": DaysLate},
        cell=_progress_cell,
        fact=lambda row, look: elements.meter(row.progress_percentage, look.given["planned"]),
        edit=Edit(
            read=_read_progress,
            write=set_progress,
            turn=60,
            hint=gettext_lazy("進捗は 0 から 100 の整数で入力してください。"),
            needs=Right.REPORT_PROGRESS,
            of_leaves=True,
        ),
        width=7,
        sort=("progress_percentage",),
        summary=SummaryRule.WEIGHTED,
        project_field="PercentComplete",
    ),
    Column(
        name="work",
        header=gettext_lazy("工数"),
        help=gettext_lazy("必要な作業の量。"),
        kind=ValueKind.HOURS,
        places={Face.SHEET: 80, Face.DRAWER: 80, Face.REPORT: 70},
        fields=("work_minutes",),
        text=lambda row, _look: work_text(row.work_minutes),
        cell=lambda row, _look: work_text(row.work_minutes),
        fact=_work_fact,
        fact_fields=("actual_work_minutes",),
        printed=lambda row, _look: row.work_minutes or None,
        edit=Edit(
            read=_read_work,
            sets="work_minutes",
            turn=20,
            hint=gettext_lazy("工数は 16h、2人日、0.5人月 のように入力してください。"),
            of_leaves=True,
        ),
        width=9,
        sort=("work_minutes",),
        compares=comparing.without_nothing("work_minutes"),
        summary=SummaryRule.SUM,
        project_field="Work",
    ),
    Column(
        name="actual_work",
        header=gettext_lazy("実績工数"),
        help=gettext_lazy("報告された作業の量。"),
        kind=ValueKind.HOURS,
        fields=("actual_work_minutes",),
        text=lambda row, _look: work_text(row.actual_work_minutes),
        compares=comparing.without_nothing("actual_work_minutes"),
        sort=("actual_work_minutes",),
        project_field="ActualWork",
    ),
    Column(
        name="remaining_work",
        header=gettext_lazy("残存工数"),
        help=gettext_lazy("予定の工数から実績を引いた量。"),
        kind=ValueKind.HOURS,
        fields=("work_minutes", "actual_work_minutes"),
        value=_remaining_work,
        text=lambda row, look: work_text(_remaining_work(row, look)),
        project_field="RemainingWork",
    ),
    Column(
        name="work_days",
        header=gettext_lazy("工数（人日）"),
        help=gettext_lazy("組織の換算で数えた人日。"),
        kind=ValueKind.HOURS,
        fields=("work_minutes",),
        text=lambda row, look: (
            person_time_of(look.project).in_days(row.work_minutes) if row.work_minutes else ""
        ),
        compares=comparing.without_nothing("work_minutes"),
        sort=("work_minutes",),
    ),
    Column(
        name="work_months",
        header=gettext_lazy("工数（人月）"),
        help=gettext_lazy("組織の換算で数えた人月。"),
        kind=ValueKind.HOURS,
        fields=("work_minutes",),
        text=lambda row, look: (
            person_time_of(look.project).in_months(row.work_minutes) if row.work_minutes else ""
        ),
        compares=comparing.without_nothing("work_minutes"),
        sort=("work_minutes",),
    ),
    Column(
        name="planned_progress",
        header=gettext_lazy("予定の進捗"),
        help=gettext_lazy("昨日までに終わっているはずの割合。"),
        kind=ValueKind.PERCENT,
        annotations={"planned_percentage": PlannedProgress},
        value=lambda row, _look: row.planned_percentage,
        compares=comparing.planned_progress(),
        sort=("planned_percentage",),
    ),
    Column(
        name="fixed_cost",
        header=gettext_lazy("固定コスト"),
        help=gettext_lazy("人と物のほかにタスクにかかる費用。"),
        kind=ValueKind.YEN,
        fields=("fixed_cost",),
        text=lambda row, _look: formats.yen(row.fixed_cost) if row.fixed_cost else "",
        edit=Edit(
            read=lambda text, _task, _reader: read_yen(text),
            sets="fixed_cost",
            hint=gettext_lazy("金額は 12万円 のように、または数字だけで入力してください。"),
        ),
        sort=("fixed_cost",),
        project_field="FixedCost",
    ),
    Column(
        name="people_names",
        header=gettext_lazy("担当者名"),
        help=gettext_lazy("割当を書かない担当者の名前。"),
        sources=(PEOPLE,),
        finds=_PERSON,
        compares=comparing.people(),
        value=lambda row, _look: _("、").join(share.name for share in row.people),
        width=24,
    ),
    Column(
        name="people_groups",
        header=gettext_lazy("担当部署"),
        help=gettext_lazy("担当する人の部署。"),
        sources=(DEPARTMENTS,),
        finds=person_in("resource__department"),
        value=lambda row, _look: _("、").join(row.departments),
        width=16,
        groups=True,
    ),
    Column(
        name="people_count",
        header=gettext_lazy("担当者数"),
        help=gettext_lazy("担当する人と物の数。"),
        kind=ValueKind.COUNT,
        sources=(PEOPLE,),
        value=lambda row, _look: len(row.people) or None,
    ),
    Column(
        name="units",
        header=gettext_lazy("割当の合計"),
        help=gettext_lazy("担当する人の割当を足した割合。"),
        kind=ValueKind.PERCENT,
        sources=(PEOPLE,),
        value=lambda row, _look: round(sum(share.units for share in row.people)) if row.people else None,
    ),
    Column(
        name="overallocated",
        header=gettext_lazy("過負荷"),
        help=gettext_lazy("担当者の稼働率が100%を超える日の、いちばん高い割合。"),
        fields=("progress_percentage",),
        sources=(OVERALLOCATED,),
        value=lambda row, _look: over.text if (over := overallocation_of(row)) else "",
    ),
    Column(
        name="task_type",
        header=gettext_lazy("タスクの種類"),
        help=gettext_lazy("期間、工数、割当のどれかを変えたとき、変えずに残すもの。"),
        places={Face.DRAWER: 85},
        fields=("task_type", "is_effort_driven", "is_elapsed"),
        finds=label_in("task_type", dict(TaskType.choices)),
        text=lambda row, _look: str(TaskType(row.task_type).label),
        fact=_kind_fact,
        edit=Edit(read=chosen(TaskType), sets="task_type", hint=CHOICE_HINT, offers=labels_of(TaskType)),
        compares=comparing.choice("task_type", TaskType),
        sort=("task_type",),
        groups=True,
        project_field="Type",
    ),
    Column(
        name="assignees",
        header=gettext_lazy("担当"),
        help=gettext_lazy("担当する人と、その割当。"),
        places={Face.SHEET: 90, Face.DRAWER: 90, Face.REPORT: 30},
        sources=(PEOPLE, OVERALLOCATED),
        finds=_PERSON,
        compares=comparing.people(),
        fact_sources=(PEOPLE,),
        value=lambda row, _look: tuple(share.name for share in row.people),
        text=_people_text,
        cell=_people_cell,
        fact=_people_fact,
        printed=lambda row, _look: names_text([share.name for share in row.people]),
        edit=Edit(
            read=lambda text, _task, reader: reader.people(text),
            write=set_people,
            turn=10,
            hint=gettext_lazy("担当は 氏名、氏名[50%] のように入力してください。"),
            names="people",
        ),
        width=26,
        groups=True,
    ),
)
