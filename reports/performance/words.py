"""Figures of earned value as they are read: each with what it is called, and the numbers that it was computed from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext as _

from config.web import formats
from reports.earned.formulas import shown

if TYPE_CHECKING:
    from reports.earned.earned_schedule import EarnedSchedule
    from reports.earned.formulas import EarnedValue, Number

#: Below it a plan is behind, or dearer than was agreed on.
LEAST_INDEX: Final = Fraction(9, 10)
#: A difference of so many percent, and a forecast of so many percent of the budget, call for a look.
MOST_DIFFERENCE: Final = 30
MOST_FORECAST: Final = 110
#: Of the axis, and of large sums: thousands and millions.
THOUSAND, MILLION = 1_000, 1_000_000


class Unit(NamedTuple):
    """What a sum is counted in."""

    is_money: bool

    def amount(self, value: Number | None) -> str:
        """A sum: minutes of work as hours, or yen."""
        if value is None:
            return formats.NONE
        whole = _whole(value)
        return formats.yen(whole) if self.is_money else formats.hours(whole)

    def axis(self, most: int) -> tuple[int, str]:
        """How much a 1 on the axis of a chart is worth, and what it is called."""
        if not self.is_money:
            return 60, _("時間")
        return (MILLION, _("百万円")) if most >= 2 * MILLION else (THOUSAND, _("千円"))


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its letters, its name, its value, and the formula with the numbers in it."""

    letters: str
    name: str
    value: str
    formula: str
    is_bad: bool = False


def figures(value: EarnedValue, unit: Unit) -> list[Figure]:
    """All that follows from the four sums; what has no meaning is a dash."""
    amount = unit.amount
    budget, planned, earned, actual = (amount(each) for each in (value.bac, value.pv, value.ev, value.ac))
    eac, vac = value.eac, value.vac
    spent = (
        _("報告された工数 × 単価。材料費と固定費、報告のないタスクは、計画 × 進捗")
        if unit.is_money
        else _("報告された工数。報告のないタスクは、計画 × 進捗")
    )
    return [
        Figure("BAC", _("完成時総予算"), budget, _("ベースラインの合計")),
        Figure("PV", _("計画価値"), planned, _("基準日までに終わる予定だった分")),
        Figure("EV", _("出来高"), earned, _("ベースライン × タスクの進捗")),
        Figure("AC", _("実績"), actual, spent),
        Figure("SV", _("スケジュール差異"), amount(value.sv), f"EV − PV = {earned} − {planned}", value.sv < 0),
        Figure("CV", _("コスト差異"), amount(value.cv), f"EV − AC = {earned} − {actual}", value.cv < 0),
        Figure("SV%", _("スケジュール差異率"), percent(value.sv_percent), f"SV ÷ PV = {amount(value.sv)} ÷ {planned}", _is_far(value.sv_percent)),
        Figure("CV%", _("コスト差異率"), percent(value.cv_percent), f"CV ÷ EV = {amount(value.cv)} ÷ {earned}", _is_far(value.cv_percent)),
        Figure("SPI", _("スケジュール効率指数"), index(value.spi), f"EV ÷ PV = {earned} ÷ {planned}", is_low(value.spi)),
        Figure("CPI", _("コスト効率指数"), index(value.cpi), f"EV ÷ AC = {earned} ÷ {actual}", is_low(value.cpi)),
        Figure("EAC", _("完成時総コスト見積り（いまの効率が続く）"), amount(eac.cpi), f"BAC ÷ CPI = {budget} ÷ ({earned} ÷ {actual})", is_over(value, eac.cpi)),
        Figure("EAC", _("同（残りは計画どおり）"), amount(eac.budget_rate), f"AC + (BAC − EV) = {actual} + ({budget} − {earned})", is_over(value, eac.budget_rate)),
        Figure("EAC", _("同（効率と遅れが続く）"), amount(eac.cpi_spi), f"AC + (BAC − EV) ÷ (CPI × SPI) = {actual} + ({budget} − {earned}) ÷ (({earned} ÷ {actual}) × ({earned} ÷ {planned}))", is_over(value, eac.cpi_spi)),
        Figure("ETC", _("残作業コスト見積り"), amount(value.etc.cpi), f"EAC − AC = {amount(eac.cpi)} − {actual}"),
        Figure("VAC", _("完成時差異"), amount(vac.cpi), f"BAC − EAC = {budget} − {amount(eac.cpi)}", vac.cpi is not None and vac.cpi < 0),
        Figure("TCPI", _("残作業効率指数（予算どおりに終えるため）"), index(value.tcpi_bac), f"(BAC − EV) ÷ (BAC − AC) = ({budget} − {earned}) ÷ ({budget} − {actual})"),
    ]  # fmt: skip


def schedule_figures(found: EarnedSchedule | None) -> list[Figure]:
    """The same in time: earned schedule, in working days of the project's calendar."""
    if found is None:
        return []
    earned, actual = days(found.earned), days(found.actual)
    return [
        Figure("ES", _("出来高の日程"), earned, _("いまの出来高が、計画では何日目の値か")),
        Figure("AT", _("経過した稼働日"), actual, _("ベースラインの開始から基準日まで")),
        Figure("SV(t)", _("日程の差異"), days(found.sv), f"ES − AT = {earned} − {actual}", found.sv < 0),
        Figure("SPI(t)", _("日程の効率指数"), index(found.spi), f"ES ÷ AT = {earned} ÷ {actual}", is_low(found.spi)),
    ]  # fmt: skip


def alerts(value: EarnedValue, unit: Unit) -> list[str]:
    """What a manager is to look at, as sentences."""
    found = []
    if value.spi is not None and value.spi < LEAST_INDEX:
        found.append(
            _("予定した出来高の%(share)sしか進んでいません（SPI %(spi)s）。")
            % {"share": percent(100 * value.spi), "spi": index(value.spi)}
        )
    if value.cpi is not None and value.cpi < LEAST_INDEX:
        found.append(_("出来高に対して実績が多くなっています（CPI %(cpi)s）。") % {"cpi": index(value.cpi)})
    elif _is_far(value.cv_percent):
        found.append(
            _("出来高と実績の差が%(share)sあります。実績の報告が足りないかもしれません。")
            % {"share": percent(value.cv_percent)}
        )
    if is_over(value, value.eac.cpi):
        found.append(
            _("このままでは %(eac)s になり、ベースライン %(bac)s の%(share)sです。")
            % {
                "eac": unit.amount(value.eac.cpi), "bac": unit.amount(value.bac),
                "share": percent(100 * Fraction(value.eac.cpi or 0) / Fraction(value.bac)),
            }
        )  # fmt: skip
    return found


def index(value: Number | None) -> str:
    """An index with two places, a dash where it has no meaning."""
    found = shown(value, 2)
    return formats.NONE if found is None else f"{found:.2f}".replace("-", "\N{MINUS SIGN}")


def is_low(value: Number | None) -> bool:
    """Whether an index is below what is let pass."""
    return value is not None and value < LEAST_INDEX


def is_over(value: EarnedValue, forecast: Number | None) -> bool:
    """Whether a forecast is so much above the budget that it calls for a look."""
    if forecast is None or value.bac <= 0:
        return False
    return Fraction(forecast) * 100 >= Fraction(value.bac) * MOST_FORECAST


def _is_far(value: Number | None) -> bool:
    return value is not None and abs(Fraction(value)) >= MOST_DIFFERENCE


def percent(value: Number | None) -> str:
    """A share with one place, a dash where it has no meaning."""
    found = shown(value, 1)
    return formats.NONE if found is None else f"{formats.number(found, 1)}%"


def days(value: Number) -> str:
    """Working days with one place."""
    return formats.tenths_of_days(_whole(Fraction(value) * 480))


def days_late(value: Number | None) -> str:
    """A difference in working days, negative where it is late."""
    if not value:
        return formats.NONE if value is None else days(0)
    return (_("%(days)s遅れ") if value < 0 else _("%(days)s先行")) % {"days": days(abs(Fraction(value)))}


def _whole(value: Number) -> int:
    part = Fraction(value)
    return int((Decimal(part.numerator) / Decimal(part.denominator)).quantize(Decimal(1), ROUND_HALF_UP))
