"""A comparison in words: what its page shows of each task, and of both sides as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.web import formats
from projects.worktime.moments import MINUTES_PER_DAY, day_of, ends_on, first_day_of
from tasks.baselines.selectors import clock_of
from tasks.plan.agreed import later_by, later_words
from tasks.plan.agreed_costs import HUNDREDTHS
from tasks.sheet.text import duration_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from projects.models import Project
    from tasks.baselines.comparing import Comparison, Difference, Side, Sums


class Cell(NamedTuple):
    """One value on both sides: of now, of then where it was another, and the difference; a worse one is marked."""

    now: str
    then: str = ""
    difference: str = ""
    is_worse: bool = False
    is_same: bool = False


class Line(NamedTuple):
    """One task of the page."""

    found: Difference
    tags: tuple[str, ...]
    cells: tuple[Cell, ...]


class Total(NamedTuple):
    """One figure of both sides as a whole."""

    label: str
    now: str
    note: str
    is_worse: bool = False


def kind_words() -> dict[str, str]:
    """What kinds of differences are called."""
    return {
        "added": pgettext("difference", "追加"),
        "removed": pgettext("difference", "削除"),
        "moved": pgettext("difference", "移動"),
        "longer": _("延長"),
        "dearer": _("コスト増"),
        "critical": _("クリティカルの変化"),
    }


def heads(*, sees_money: bool) -> tuple[str, ...]:
    """The columns behind the name."""
    return (_("開始"), _("終了"), _("期間"), *((_("コスト"),) if sees_money else ()))


def lines(project: Project, found: Sequence[Difference], *, sees_money: bool) -> list[Line]:
    """Tasks as the page shows them."""
    words = kind_words()
    return [
        Line(each, tuple(_tag(each, kind, words) for kind in each.kinds), _cells(project, each, sees_money=sees_money))
        for each in found
    ]  # fmt: skip


def _tag(each: Difference, kind: str, words: dict[str, str]) -> str:
    if kind != "critical":
        return words[kind]
    return _("クリティカルになった") if each.is_critical else _("クリティカルでなくなった")


def _cells(project: Project, each: Difference, *, sees_money: bool) -> tuple[Cell, ...]:
    per_day = project.minutes_per_day
    found = [
        _dated(each, each.start_later, per_day, lambda side: formats.day_plain(day_of(first_day_of(side.start)))),
        _dated(each, each.finish_later, per_day, lambda side: formats.day_plain(ends_on(side.finish))),
        _length(each, per_day),
    ]  # fmt: skip
    return (*found, _cost(each)) if sees_money else tuple(found)


def _cell(each: Difference, spell: Callable[[Side], str], difference: str, *, is_worse: bool) -> Cell:
    """The text of now and that of then, which is left out where it is the same."""
    now = spell(each.now) if each.now else formats.NONE
    then = spell(each.then) if each.then else ""
    return Cell(now, "" if now == then else then, difference, is_worse, now == then)


def _dated(each: Difference, later: int | None, per_day: int, spell: Callable[[Side], str]) -> Cell:
    words = later_words(later, per_day) if later else ""
    return _cell(each, spell, words, is_worse=bool(later and later > 0))


def _length(each: Difference, per_day: int) -> Cell:
    def spell(side: Side) -> str:
        return duration_text(side.duration, is_elapsed=side.is_elapsed, minutes_per_day=per_day)

    def days(side: Side) -> float:
        return side.duration / (MINUTES_PER_DAY if side.is_elapsed else per_day)

    longer = round(days(each.now) - days(each.then), 1) if each.now and each.then else 0
    words = _signed(longer, formats.tenths_of_days(round(longer * 10), 10))
    return _cell(each, spell, words, is_worse=longer > 0)


def _cost(each: Difference) -> Cell:
    def yen(side: Side) -> int:
        return round((side.cost or 0) / HUNDREDTHS)

    more = yen(each.now) - yen(each.then) if each.now and each.then else 0
    return _cell(
        each, lambda side: formats.yen(yen(side)), _signed(more, formats.yen(more)), is_worse=more > 0
    )


def _signed(value: float, text: str) -> str:
    return "" if not value else f"+{text}" if value > 0 else text


def totals(project: Project, comparison: Comparison, sums: Sums) -> list[Total]:
    """Finish and work of both sides, and what is critical where both say it; two queries at most."""
    later = later_by(clock_of(project), sums.finish_then, sums.finish_now)
    more = sums.work_now - sums.work_then
    found = [
        _total(
            _("終了"), formats.day_plain(ends_on(sums.finish_now)), formats.day_plain(ends_on(sums.finish_then)),
            later_words(later, project.minutes_per_day), is_worse=bool(later and later > 0),
        ),
        _total(
            _("工数"), formats.hours(sums.work_now), formats.hours(sums.work_then),
            _signed(more, formats.hours(more)), is_worse=more > 0,
        ),
    ]  # fmt: skip
    if comparison.knows_critical:
        more = sums.critical_now - sums.critical_then
        found.append(
            _total(
                _("クリティカルなタスク"), formats.number(sums.critical_now), formats.number(sums.critical_then),
                _signed(more, formats.number(more)), is_worse=False,
            )
        )  # fmt: skip
    return found


def _total(label: str, now: str, then: str, difference: str, *, is_worse: bool) -> Total:
    note = _("当時と同じ")
    if now != then:
        note = _("当時 %(then)s、%(difference)s") % {"then": then, "difference": difference}
    return Total(label, now, note, is_worse)
