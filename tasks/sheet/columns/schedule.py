"""What the engine has found out of a task, what has really happened, and what the file said that it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy

from config.web import formats
from projects.worktime.moments import day_of, ends_on, first_day_of
from tasks.sheet.columns import comparing
from tasks.sheet.columns.column import Column
from tasks.sheet.columns.finding import label_in, text_in
from tasks.sheet.columns.kinds import ValueKind, flag_text
from tasks.sheet.sources import DRIVERS
from tasks.sheet.text import day_text

if TYPE_CHECKING:
    from datetime import date

    from django.utils.functional import _StrPromise

    from tasks.sheet.columns.column import Row
    from tasks.sheet.look import Look

#: What decides where a task lies, in a word.
DRIVER_WORDS: Final = {
    "project_start": gettext_lazy("プロジェクトの開始日"),
    "project_finish": gettext_lazy("プロジェクトの終了日"),
    "predecessor": gettext_lazy("先行タスク"),
    "parent_predecessor": gettext_lazy("親の先行タスク"),
    "constraint": gettext_lazy("制約"),
    "parent_constraint": gettext_lazy("親の制約"),
    "children": gettext_lazy("子タスク"),
    "actual": gettext_lazy("実績"),
    "manual": gettext_lazy("手動の日付"),
    "pinned": gettext_lazy("ファイルの日付"),
    "leveling": gettext_lazy("平準化"),
}


def _begin(minute: int | None) -> date | None:
    return None if minute is None else day_of(first_day_of(minute))


def _moment(
    name: str, header: _StrPromise, help_: _StrPromise, field: str, *, is_end: bool = False, project: str = ""
) -> Column:
    """The day of a moment; an end at midnight belongs to the day before."""

    def value(row: Row, _look: Look) -> date | None:
        minute = getattr(row, field)
        return ends_on(minute) if is_end else _begin(minute)

    return Column(
        name=name, header=header, help=help_, kind=ValueKind.DAY, fields=(field,), value=value, width=11,
        text=lambda row, look: day_text(value(row, look)), compares=comparing.moment(field, is_end=is_end), sort=(field,),
        groups=True, project_field=project,
    )  # fmt: skip


def _length(
    name: str,
    header: _StrPromise,
    help_: _StrPromise,
    field: str,
    *,
    project: str = "",
    hides_nothing: bool = False,
) -> Column:
    """Working time, always in days: hours among days are not compared at a glance."""

    def value(row: Row, look: Look) -> float | None:
        minutes = getattr(row, field)
        if minutes is None or (hides_nothing and not minutes):
            return None
        return round(float(minutes / look.project.minutes_per_day), 1)

    def text(row: Row, look: Look) -> str:
        if value(row, look) is None:
            return ""
        return formats.tenths_of_days(getattr(row, field), look.project.minutes_per_day)

    return Column(
        name=name, header=header, help=help_, kind=ValueKind.DAYS, fields=(field,), value=value, text=text, width=8,
        compares=comparing.length(field, hides_nothing=hides_nothing), sort=(field,), project_field=project,
    )  # fmt: skip


def _deadline_margin(row: Row, _look: Look) -> int | None:
    if row.deadline_minute is None or row.finish_minute is None:
        return None
    deadline, finish = ends_on(row.deadline_minute), ends_on(row.finish_minute)
    return None if deadline is None or finish is None else (deadline - finish).days


def _driver_word(row: Row, _look: Look) -> str:
    return str(DRIVER_WORDS.get(row.driver_kind, ""))


COLUMNS: Final = (
    _moment("early_start", gettext_lazy("最早開始"), gettext_lazy("先行タスクと制約が許すいちばん早い開始。"), "early_start_minute", project="EarlyStart"),
    _moment("early_finish", gettext_lazy("最早終了"), gettext_lazy("先行タスクと制約が許すいちばん早い終了。"), "early_finish_minute", is_end=True, project="EarlyFinish"),
    _moment("late_start", gettext_lazy("最遅開始"), gettext_lazy("プロジェクトを遅らせないいちばん遅い開始。"), "late_start_minute", project="LateStart"),
    _moment("late_finish", gettext_lazy("最遅終了"), gettext_lazy("プロジェクトを遅らせないいちばん遅い終了。"), "late_finish_minute", is_end=True, project="LateFinish"),
    _length("total_slack", gettext_lazy("総余裕"), gettext_lazy("プロジェクトを遅らせずに遅れてよい日数。"), "total_slack_minutes", project="TotalSlack"),
    _length("free_slack", gettext_lazy("自由余裕"), gettext_lazy("後続タスクを遅らせずに遅れてよい日数。"), "free_slack_minutes", project="FreeSlack"),
    Column(
        name="critical", header=gettext_lazy("クリティカル"), help=gettext_lazy("遅れるとプロジェクトの終了が遅れるかどうか。"), fields=("is_critical",),
        text=lambda row, _look: flag_text(row.is_critical), compares=comparing.flag("is_critical"),
        sort=("is_critical",), groups=True, project_field="Critical",
    ),
    Column(
        name="driver", header=gettext_lazy("決め手"), help=gettext_lazy("日程を決めているものの種類。"), fields=("driver_kind",), value=_driver_word,
        finds=label_in("driver_kind", DRIVER_WORDS),
        sort=("driver_kind",), groups=True,
    ),
    Column(
        name="driver_task", header=gettext_lazy("決め手のタスク"), help=gettext_lazy("日程を決めているタスク。"), sources=(DRIVERS,),
        finds=text_in("driver_task__wbs_code", "driver_task__name"),
        value=lambda row, _look: row.driving, width=24,
    ),
    Column(
        name="deadline_margin", header=gettext_lazy("期限までの余り"), help=gettext_lazy("終了から期限までの暦の日数。負なら間に合いません。"),
        kind=ValueKind.DAYS, fields=("deadline_minute", "finish_minute"), value=_deadline_margin,
    ),
    _length("leveling_delay", gettext_lazy("平準化の遅れ"), gettext_lazy("負荷をならすために遅らせた日数。"), "leveling_delay_minutes", project="LevelingDelay", hides_nothing=True),
    _moment("actual_start", gettext_lazy("実績の開始"), gettext_lazy("実際に始まった日。"), "actual_start_minute", project="ActualStart"),
    _moment("actual_finish", gettext_lazy("実績の終了"), gettext_lazy("実際に終わった日。"), "actual_finish_minute", is_end=True, project="ActualFinish"),
    _length("actual_duration", gettext_lazy("実績の期間"), gettext_lazy("始まってから終わった分の期間。"), "actual_duration_minutes", project="ActualDuration", hides_nothing=True),
    _length("remaining_duration", gettext_lazy("残りの期間"), gettext_lazy("始まったタスクの残りの期間。"), "remaining_minutes", project="RemainingDuration"),
    _moment("stop", gettext_lazy("中断した日"), gettext_lazy("作業が止まった日。"), "stop_minute", is_end=True, project="Stop"),
    _moment("resume", gettext_lazy("再開する日"), gettext_lazy("止まった作業を始め直す日。"), "resume_minute", project="Resume"),
    _moment("recorded_start", gettext_lazy("ファイルの開始"), gettext_lazy("取り込んだファイルにあった開始。"), "recorded_start_minute"),
    _moment("recorded_finish", gettext_lazy("ファイルの終了"), gettext_lazy("取り込んだファイルにあった終了。"), "recorded_finish_minute", is_end=True),
)  # fmt: skip
