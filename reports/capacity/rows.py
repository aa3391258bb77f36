"""The tables of capacity as escaped strings: three years of many groups are thousands of cells."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.web import formats
from reports.utilization.rows import step_of
from reports.utilization.selectors import Utilization
from tasks.staffing.months import first_of, month_number

if TYPE_CHECKING:
    import datetime as dt

    from django.http import QueryDict

    from projects.person_time import PersonTime
    from reports.capacity.selectors import CapacityAsked, CapacityFound, CapacityGroup
    from tasks.staffing.selectors import MonthWindow

#: Lines of the one that is looked at: name of the figures, and what they are called.
LINES: Final = (
    ("capacity", gettext_lazy("能力")),
    ("committed", gettext_lazy("確定")),
    ("likely", gettext_lazy("見込み（確度で数える）")),
    ("roles", gettext_lazy("役割（名前なし）")),
    ("free", gettext_lazy("空き")),
)


def figure(amount: int, unit: PersonTime) -> str:
    """Hundredths of minutes as 人月 with one place: −1.2; nothing at all stays empty."""
    if not amount:
        return ""
    exact = (Decimal(amount) / (unit.minutes_per_month * 100)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    sign = "\N{MINUS SIGN}" if exact < 0 else ""
    return f"{sign}{abs(exact):,}"


def heads(window: MonthWindow, today: dt.date) -> SafeString:
    """The heads of the columns, with the year over the first month of each."""
    now, parts = month_number(today), []
    for place, month in enumerate(window.months):
        day = first_of(month)
        upper = str(day.year) if not place or day.month == 1 else ""
        css = ""
        if month == now:
            css, upper = ' class="num now" aria-current="date"', _("今月")
        parts.append(
            f'<th scope="col"{css or " class=num"}>{escape(upper)}<br>{escape(formats.month_name(day))}</th>'
        )
    return mark_safe("".join(parts))  # nosec B308 B703


def line_rows(group: CapacityGroup, unit: PersonTime) -> SafeString:
    """What there is, what is asked for, and what is left."""
    rows = []
    for name, label in LINES:
        amounts: list[int] = getattr(group, name)
        swatch = f'<i class="capacity__swatch capacity__{name}"></i>' if name != "free" else ""
        css = ' class="row--summary"' if name == "free" else ""
        cells = "".join(_cell(amount, unit) for amount in amounts)
        rows.append(
            f'<tr{css}><th scope="row"><span class="tree">{swatch}{escape(label)}</span></th>{cells}'
            f'<td class="num">{figure(sum(amounts), unit)}</td></tr>'
        )
    # Labels and figures of ours.
    return mark_safe("".join(rows))  # nosec B308 B703


def _cell(amount: int, unit: PersonTime) -> str:
    css = "num late" if amount < 0 else "num"
    return f'<td class="{css}">{figure(amount, unit)}</td>'


def group_rows(found: CapacityFound, asked: CapacityAsked, unit: PersonTime, query: QueryDict) -> SafeString:
    """What is left by group, coloured by how full it is; of a group that is looked at, by person."""
    others = query.copy()
    others.pop("group", None)
    base = f"?{others.urlencode()}&" if others else "?"
    if found.people:
        rows = [_row(escape(each.name), each, unit) for each in found.people]
    else:
        rows = [_row(_label(group, asked, base), group, unit) for group in found.groups]
    return mark_safe("".join(rows))  # nosec B308 B703  # names are escaped where they are written


def _label(group: CapacityGroup, asked: CapacityAsked, base: str) -> str:
    nowhere = _("スキルなし") if asked.by == "skill" else _("部署なし")
    name = escape(group.name or nowhere)
    count = ngettext("%(count)d人", "%(count)d人", len(group.people)) % {"count": len(group.people)}
    address = escape(base + urlencode({"group": group.key}))
    return (
        f'<a class="cut" href="{address}" title="{name}">{name}</a><span class="faint">{escape(count)}</span>'
    )


def _row(label: str, group: CapacityGroup, unit: PersonTime) -> str:
    cells = "".join(_heat(free, there, unit) for free, there in zip(group.free, group.capacity, strict=True))
    return (
        f'<tr><th scope="row"><span class="tree">{label}</span></th>{cells}'
        f'<td class="num">{figure(sum(group.free), unit)}</td></tr>'
    )


def _heat(free: int, there: int, unit: PersonTime) -> str:
    """A cell of the heat map whose figure is what is left, not how full it is."""
    needed = there - free
    if not there and not needed:
        css = "off"
    else:
        css = str(step_of(Utilization(needed, there).percentage or 0) if there else step_of(101))
    return f'<td><span class="heat__cell heat__cell--{css}">{figure(free, unit) or "0.0"}</span></td>'
