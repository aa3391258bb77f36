"""How a task is planned, as its form says it: what holds its dates, what it counts on, what it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tasks.models import Mode
from tasks.plan.actions.constraints import constrain_to
from tasks.plan.constraint_days import constraint_day
from tasks.sheet.columns import comparing
from tasks.sheet.columns.choices import CHOICE_HINT, chosen, labels_of
from tasks.sheet.columns.column import Column, Edit
from tasks.sheet.columns.finding import label_in, text_in
from tasks.sheet.columns.kinds import SummaryRule, ValueKind, flag_text
from tasks.sheet.parsing import UnreadableError, plain, read_flag
from tasks.sheet.text import day_text

if TYPE_CHECKING:
    from datetime import date

    from django.utils.functional import _StrPromise

    from tasks.models import Task
    from tasks.sheet.columns.column import Row
    from tasks.sheet.look import Look
    from tasks.sheet.reading import Reader

_FLAG_HINT: Final = gettext_lazy("はい、いいえ のどちらかを入力してください。")
_DAY_HINT: Final = gettext_lazy("日付は 2026/11/24 のように入力してください。")
#: More digits than a priority has.
_LONGEST_PRIORITY: Final = 4


def _flags() -> list[str]:
    return [_("はい"), _("いいえ")]


def _flag(name: str, header: _StrPromise, help_: _StrPromise, field: str, *, project: str = "") -> Column:
    """A question with two answers."""
    return Column(
        name=name,
        header=header,
        help=help_,
        fields=(field,),
        text=lambda row, _look: flag_text(getattr(row, field)),
        edit=Edit(
            read=lambda text, _task, _reader: read_flag(text), sets=field, hint=_FLAG_HINT, offers=_flags
        ),
        compares=comparing.flag(field),
        sort=(field,),
        summary=SummaryRule.OWN,
        groups=True,
        project_field=project,
    )


def _read_priority(text: str, _task: Task, _reader: Reader) -> int:
    clean = plain(text)
    if not clean.isascii() or not clean.isdigit() or len(clean) > _LONGEST_PRIORITY:
        raise UnreadableError(text)
    return int(clean)


def _read_calendar(text: str, _task: Task, reader: Reader) -> int | None:
    return reader.calendar(text) if text.strip() else None


def _calendar_text(row: Row, _look: Look) -> str:
    return row.calendar__name or ""


def _read_constraint_day(text: str, task: Task, reader: Reader) -> date | None:
    stands = constraint_day(task.constraint_type, task.constraint_minute)
    return reader.day(text, task, stands or task.start_date) if text.strip() else None


def _constraint_day(row: Row, _look: Look) -> date | None:
    return constraint_day(row.constraint_type, row.constraint_minute)


COLUMNS: Final = (
    Column(
        name="description",
        header=gettext_lazy("説明"),
        help=gettext_lazy("タスクの内容や前提を書く欄です。"),
        fields=("description",),
        finds=text_in("description"),
        edit=Edit(
            read=lambda text, _task, _reader: text.strip(),
            sets="description",
            hint=gettext_lazy("説明を入力してください。"),
        ),
        width=40,
        summary=SummaryRule.OWN,
        project_field="Notes",
    ),
    Column(
        name="priority",
        header=gettext_lazy("優先度"),
        help=gettext_lazy("0 から 1000 までの数。負荷を平準化するとき、大きいものほど動きません。"),
        kind=ValueKind.COUNT,
        fields=("priority",),
        edit=Edit(
            read=_read_priority,
            sets="priority",
            hint=gettext_lazy("優先度は 0 から 1000 の整数で入力してください。"),
        ),
        sort=("priority",),
        summary=SummaryRule.OWN,
        groups=True,
        project_field="Priority",
    ),
    _flag(
        "milestone",
        gettext_lazy("マイルストーン"),
        gettext_lazy("期間のない節目かどうか。"),
        "is_milestone",
        project="Milestone",
    ),
    _flag(
        "active",
        gettext_lazy("有効"),
        gettext_lazy("無効なタスクは計画に残り、日程と負荷には数えません。"),
        "is_active",
        project="Active",
    ),
    _flag(
        "estimated",
        gettext_lazy("見積もり"),
        gettext_lazy("期間がまだ見積もりかどうか。"),
        "is_estimated",
        project="Estimated",
    ),
    _flag(
        "effort_driven",
        gettext_lazy("残存作業優先"),
        gettext_lazy("担当を増やすと期間が縮むかどうか。"),
        "is_effort_driven",
        project="EffortDriven",
    ),
    _flag(
        "ignores_people",
        gettext_lazy("担当者の休みを無視"),
        gettext_lazy("担当者の休みでも、タスクのカレンダーで働くとみなすかどうか。"),
        "ignores_resource_calendar",
        project="IgnoreResourceCalendar",
    ),
    Column(
        name="mode",
        header=gettext_lazy("スケジュール"),
        help=gettext_lazy("日付を計算する（自動）か、入力のままにする（手動）か。"),
        fields=("mode",),
        finds=label_in("mode", dict(Mode.choices)),
        text=lambda row, _look: str(Mode(row.mode).label),
        edit=Edit(read=chosen(Mode), sets="mode", hint=CHOICE_HINT, offers=labels_of(Mode)),
        compares=comparing.choice("mode", Mode),
        sort=("mode",),
        summary=SummaryRule.OWN,
        groups=True,
        project_field="Manual",
    ),
    Column(
        name="calendar",
        header=gettext_lazy("カレンダー"),
        help=gettext_lazy("タスクの期間を数えるカレンダー。空ならプロジェクトのものです。"),
        fields=("calendar__name",),
        finds=text_in("calendar__name"),
        text=_calendar_text,
        edit=Edit(
            read=_read_calendar, sets="calendar_id", hint=gettext_lazy("カレンダーの名前を入力してください。")
        ),
        sort=("calendar__name",),
        summary=SummaryRule.OWN,
        groups=True,
        project_field="CalendarUID",
    ),
    Column(
        name="constraint_on",
        header=gettext_lazy("制約の日付"),
        help=gettext_lazy("制約の日付。種類がないときは「指定日以後に開始」になります。"),
        kind=ValueKind.DAY,
        fields=("constraint_type", "constraint_minute"),
        value=_constraint_day,
        text=lambda row, look: day_text(_constraint_day(row, look)),
        edit=Edit(read=_read_constraint_day, write=constrain_to, turn=28, hint=_DAY_HINT),
        sort=("constraint_minute",),
        summary=SummaryRule.OWN,
        groups=True,
        project_field="ConstraintDate",
    ),
)
