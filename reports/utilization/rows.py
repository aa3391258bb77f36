"""The heat map as escaped strings: a page has a thousand cells and more, and a template costs more than their figures."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web import elements, formats
from reports.utilization.selectors import Utilization
from reports.utilization.window import period_of

if TYPE_CHECKING:
    from django.http import QueryDict

    from reports.utilization.selectors import Board, HeatMap, PeopleGroup, Someone
    from reports.utilization.window import ShownPeriod, UtilizationFilters, UtilizationWindow

#: From how many percent each step of colour begins; over 100 begins with the first minute.
STEPS: Final = ((150, 6), (120, 5), (101, 4), (80, 3), (50, 2), (1, 1))
#: Cells of one answer: about fifty people with sixteen weeks, and under 100 kB.
CELLS: Final = 800
FEWEST_ROWS: Final = 20


class HeatLine(NamedTuple):
    """A row of the map: a group, or one of its people by place."""

    group: PeopleGroup
    person: int | None


@dataclass(frozen=True, slots=True)
class HeatLook:
    """What all rows of an answer share: words, addresses, and the columns as cells name them."""

    grain: str
    keys: list[str]
    notes_department: bool
    resource_address: str
    group_address: str
    trend_address: str
    inside: str
    nowhere: str
    trend: str
    #: What the address of a cell ends in, where it is about what was worked.
    of: str


def step_of(percentage: int) -> int:
    """The step of colour, 0 to 6."""
    return next((step for least, step in STEPS if percentage >= least), 0)


def lines_of(found: HeatMap, group: str) -> list[HeatLine]:
    """Rows in order; the map of the organization has its departments without their people."""
    lines = [HeatLine(found.whole, None)]
    for each in found.groups:
        lines.append(HeatLine(each, None))
        if group != "organization":
            lines += [HeatLine(each, place) for place in each.people]
    return lines


def rows_at_once(columns: int) -> int:
    """How many rows go into one answer."""
    return max(CELLS // columns, FEWEST_ROWS)


def make_look(filters: UtilizationFilters, query: QueryDict) -> HeatLook:
    """The words, asked for once; `query` is the address of the map."""
    window, group = filters.window, filters.group
    others = query.copy()
    # A department of the map of the organization opens as the people in it.
    for name in ("row", "department", "skill", *(["group"] if group == "organization" else [])):
        others.pop(name, None)
    try:
        resource_address = reverse("resources:resource_detail", args=[0]).replace("/0/", "/{}/")
    except NoReverseMatch:
        resource_address = ""
    return HeatLook(
        grain=window.grain,
        keys=[period.first.isoformat() for period in window.periods],
        notes_department=group == "skill",
        resource_address=resource_address,
        group_address=f"?{others.urlencode()}&" if others else "?",
        trend_address=escape(f"trend/?{query.urlencode()}" if query else "trend/"),
        inside=escape(_("100%を超える日があります")),
        nowhere=_("スキルなし") if group == "skill" else _("部署なし"),
        trend=escape(_("週ごとの推移を見る")),
        of="?of=actual" if filters.is_actual else "",
    )


def heat_rows(lines: Iterable[HeatLine], found: HeatMap, look: HeatLook) -> SafeString:
    """The rows of one section."""
    return mark_safe("".join(_rows(lines, found, look)))  # nosec B308 B703  # names are escaped where they are written


def _rows(lines: Iterable[HeatLine], found: HeatMap, look: HeatLook) -> Iterator[str]:
    board = found.board
    for group, place in lines:
        if place is None:
            yield _group_row(group, group is found.whole, look)
        else:
            head = _person_head(board.people[place], look)
            yield f"<tr>{head}{''.join(_cells(board, place, look))}</tr>"


def _group_row(group: PeopleGroup, is_whole: bool, look: HeatLook) -> str:
    name = escape(group.name or look.nowhere)
    count = ngettext("%(count)d人", "%(count)d人", len(group.people)) % {"count": len(group.people)}
    label = f'<span class="cut" title="{name}">{name}</span>'
    if group.query:
        address = escape(look.group_address + urlencode(group.query))
        label = f'<a class="cut" href="{address}" title="{name}">{name}</a>'
    elif is_whole:
        label = f'<a class="cut" href="{look.trend_address}" title="{look.trend}">{name}</a>'
    figures = itertools.starmap(_figure, group.loads)
    cells = "".join(
        f'<td><span class="heat__cell heat__cell--{css}>{text}</span></td>' for css, text in figures
    )
    return (
        f'<tr class="row--summary"><th scope="row"><span class="tree">{label}'
        f'<span class="faint">{escape(count)}</span></span></th>{cells}</tr>'
    )


def _person_head(someone: Someone, look: HeatLook) -> str:
    name = escape(someone.name)
    inner = f'<span class="cut" title="{name}">{name}</span>'
    if look.resource_address:
        inner = f'<a class="cut" href="{look.resource_address.format(someone.pk)}" title="{name}">{name}</a>'
    note = ""
    if look.notes_department and someone.department:
        note = f'<span class="faint desk cut">{escape(someone.department)}</span>'
    return (
        f'<th scope="row"><span class="tree" data-level="2"><span class="person">'
        f"{elements.avatar(someone.name, someone.pk)}{inner}</span>{note}</span></th>"
    )


def _cells(board: Board, place: int, look: HeatLook) -> Iterator[str]:
    """Links to what the figures were computed from. The heads of row and column name them: no labels of their own."""
    over, base = board.over[place], f'href="{board.people[place].pk}/{look.grain}/'
    figures = zip(look.keys, board.planned[place], board.capacity[place], strict=True)
    for column, (key, planned, capacity) in enumerate(figures):
        inside = look.inside if column in over and planned <= capacity else ""
        css, text = _figure(planned, capacity, inside)
        yield f'<td><a class="heat__cell heat__cell--{css} {base}{key}/{look.of}">{text}</a></td>'


@lru_cache(maxsize=8192)
def _figure(planned: int, capacity: int, inside: str = "") -> tuple[str, str]:
    """The rest of the class, with the quotation mark and attributes behind it, and the text; many cells are the same."""
    if not capacity:
        css = 'off heat__cell--4"' if planned else 'off"'
        return css, f"<span>{formats.hours(planned) if planned else formats.NONE}</span>"
    percentage = Utilization(planned, capacity).percentage or 0
    css = f"{step_of(percentage)}"
    if not inside:
        return f'{css}"', f"{percentage}"
    words = f'<span class="visually-hidden">{inside}</span>'
    return f'{css} heat__cell--inside" title="{inside}"', f"{percentage}{words}"


def heat_head(window: UtilizationWindow, today: dt.date) -> SafeString:
    """The heads of the columns, with the month over the first column of each."""
    now = period_of(window.grain, today).first
    month = None
    heads = []
    for period in window.periods:
        upper = _upper(window.grain, period, month)
        month = (period.first.year, period.first.month)
        css = ""
        if period.first == now:
            css, upper = (
                ' class="now" aria-current="date"',
                {"d": _("今日"), "w": _("今週"), "m": _("今月")}[window.grain],
            )
        heads.append(f'<th scope="col"{css}>{escape(upper)}<br>{escape(_lower(window.grain, period))}</th>')
    return mark_safe("".join(heads))  # nosec B308 B703


def _upper(grain: str, period: ShownPeriod, month: tuple[int, int] | None) -> str:
    first = period.first
    if grain == "m":
        return str(first.year) if month is None or month[0] != first.year else ""
    if month == (first.year, first.month):
        return formats.weekday(first) if grain == "d" else ""
    return formats.month_name(first)


def _lower(grain: str, period: ShownPeriod) -> str:
    if grain == "m":
        return formats.month_name(period.first)
    return f"{period.first.month}/{period.first.day}"
