"""What was agreed on of a task, and how far it is from that: of the baseline that the project is compared with.

Variances are now less then: later, longer, more and dearer are positive. A row that the baseline does not have is empty and not 0,
as it is in files of Microsoft Project, where a task that was added later looks as if all of it were a variance.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy

from config.web import formats
from projects.worktime.moments import MINUTES_PER_DAY, day_of, ends_on, first_day_of
from tasks.gantt.geometry.markup import escape
from tasks.plan.agreed_costs import HUNDREDTHS
from tasks.sheet.columns.column import Column
from tasks.sheet.columns.kinds import ValueKind
from tasks.sheet.sources import AGREED, COST_AGREED, COST_NOW
from tasks.sheet.text import day_text, duration_text, work_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.utils.functional import _StrPromise

    from tasks.sheet.columns.column import Row
    from tasks.sheet.look import Look


def _start(row: Row, _look: Look) -> date | None:
    return day_of(first_day_of(row.agreed.start)) if row.agreed else None


def _finish(row: Row, _look: Look) -> date | None:
    return ends_on(row.agreed.finish) if row.agreed else None


def _days(minutes: int, look: Look, *, is_elapsed: bool) -> float:
    return minutes / (MINUTES_PER_DAY if is_elapsed else look.project.minutes_per_day)


def _duration(row: Row, look: Look) -> float | None:
    if not row.agreed:
        return None
    return round(_days(row.agreed.duration, look, is_elapsed=row.agreed.is_elapsed), 1)


def _duration_text(row: Row, look: Look) -> str:
    if not row.agreed or (row.is_milestone and not row.agreed.duration):
        return ""
    per_day = look.project.minutes_per_day
    if row.is_summary:
        return formats.tenths_of_days(row.agreed.duration, per_day)
    return duration_text(row.agreed.duration, is_elapsed=row.agreed.is_elapsed, minutes_per_day=per_day)


def _yen(hundredths: int) -> int:
    """Whole yen, half up."""
    return int((Decimal(hundredths) / HUNDREDTHS).quantize(Decimal(1), ROUND_HALF_UP))


def _cost(row: Row, _look: Look) -> int | None:
    return _yen(row.cost_agreed) if row.agreed else None


def _moved(end: str) -> Callable[[Row, Look], float | None]:
    """Working days from the agreed start or finish to the one of now."""

    def value(row: Row, look: Look) -> float | None:
        minutes = getattr(row.agreed, end) if row.agreed else None
        return None if minutes is None else round(minutes / look.project.minutes_per_day, 1)

    return value


def _longer(row: Row, look: Look) -> float | None:
    if not row.agreed:
        return None
    then = _days(row.agreed.duration, look, is_elapsed=row.agreed.is_elapsed)
    return round(_days(row.duration_minutes, look, is_elapsed=row.is_elapsed) - then, 1)


def _more_work(row: Row, _look: Look) -> int | None:
    return row.work_minutes - row.agreed.work if row.agreed else None


def _dearer(row: Row, _look: Look) -> int | None:
    return _yen(row.cost_now - row.cost_agreed) if row.agreed else None


def _signed(value: float | None, text: str) -> str:
    return "" if value is None else f"+{text}" if value > 0 else text


def _difference_in_days(
    name: str, header: _StrPromise, help_: _StrPromise, value: Callable[[Row, Look], float | None],
    *, fields: tuple[str, ...] = (), project: str = "", is_of_dates: bool = False,
) -> Column:  # fmt: skip
    """Days with one place, with a sign; a date that is later than agreed on looks late."""

    def text(row: Row, look: Look) -> str:
        days = value(row, look)
        return _signed(days, "" if days is None else formats.tenths_of_days(round(days * 10), 10))

    def late(row: Row, look: Look) -> str:
        words, days = escape(text(row, look)), value(row, look)
        return f'<span class="is-late">{words}</span>' if days and days > 0 else words

    return Column(
        name=name, header=header, help=help_, kind=ValueKind.DAYS, fields=fields, sources=(AGREED,), value=value,
        text=text, cell=late if is_of_dates else None, width=9, project_field=project,
    )  # fmt: skip


def _work(row: Row, _look: Look) -> int | None:
    return row.agreed.work if row.agreed else None


COLUMNS: Final = (
    Column(
        name="baseline_start", header=gettext_lazy("ベースライン開始"), help=gettext_lazy("比較の基準にしたベースラインの開始。"),
        kind=ValueKind.DAY, sources=(AGREED,), value=_start, text=lambda row, look: day_text(_start(row, look)), width=11,
        project_field="Baseline",
    ),
    Column(
        name="baseline_finish", header=gettext_lazy("ベースライン終了"), help=gettext_lazy("比較の基準にしたベースラインの終了。"),
        kind=ValueKind.DAY, sources=(AGREED,), value=_finish, text=lambda row, look: day_text(_finish(row, look)), width=11,
        project_field="Baseline",
    ),
    Column(
        name="baseline_duration", header=gettext_lazy("ベースライン期間"), help=gettext_lazy("比較の基準にしたベースラインの期間。"),
        kind=ValueKind.DAYS, sources=(AGREED,), value=_duration, text=_duration_text, project_field="Baseline",
    ),
    Column(
        name="baseline_work", header=gettext_lazy("ベースライン工数"), help=gettext_lazy("比較の基準にしたベースラインの工数。"),
        kind=ValueKind.HOURS, sources=(AGREED,), value=_work, text=lambda row, look: work_text(_work(row, look) or 0),
        project_field="Baseline",
    ),
    Column(
        name="baseline_cost", header=gettext_lazy("ベースラインコスト"),
        help=gettext_lazy("比較の基準にしたベースラインのコスト。サマリーは下のタスクの合計を含みます。"),
        kind=ValueKind.YEN, sources=(AGREED, COST_AGREED), value=_cost, width=13, project_field="Baseline",
    ),
    _difference_in_days(
        "start_variance", gettext_lazy("開始の差異"), gettext_lazy("ベースラインの開始からいまの開始までの稼働日数。遅いと正になります。"),
        _moved("start_later"), project="StartVariance", is_of_dates=True,
    ),
    _difference_in_days(
        "finish_variance", gettext_lazy("終了の差異"), gettext_lazy("ベースラインの終了からいまの終了までの稼働日数。遅いと正になります。"),
        _moved("finish_later"), project="FinishVariance", is_of_dates=True,
    ),
    _difference_in_days(
        "duration_variance", gettext_lazy("期間の差異"), gettext_lazy("いまの期間からベースラインの期間を引いた日数。"),
        _longer, fields=("duration_minutes", "is_elapsed"),
    ),
    Column(
        name="work_variance", header=gettext_lazy("工数の差異"), help=gettext_lazy("いまの工数からベースラインの工数を引いた時間。"),
        kind=ValueKind.HOURS, fields=("work_minutes",), sources=(AGREED,), value=_more_work,
        text=lambda row, look: _signed(_more_work(row, look), formats.hours(_more_work(row, look))),
        project_field="WorkVariance",
    ),
    Column(
        name="cost_variance", header=gettext_lazy("コストの差異"),
        help=gettext_lazy("いまのコストからベースラインのコストを引いた金額。サマリーは下のタスクの合計を含みます。"),
        kind=ValueKind.YEN, sources=(AGREED, COST_AGREED, COST_NOW), value=_dearer,
        text=lambda row, look: _signed(_dearer(row, look), formats.yen(_dearer(row, look))), width=13,
    ),
)  # fmt: skip
