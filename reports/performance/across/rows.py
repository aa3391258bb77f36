"""Lines of the page as escaped strings: fifty of them through a template cost more than their queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from config.web import elements, formats
from reports.charts.bubbles import Bubble, Point, Scale, bubbles, scale_of
from reports.figures.finish import finish_of
from reports.performance import words
from reports.performance.across.selectors import Across, expected

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reports.earned.formulas import EarnedValue, Number
    from reports.performance.across.groups import Group
    from reports.performance.words import Unit

#: More bubbles would not be told apart.
MOST_BUBBLES: Final = 100
#: An index that has changed by less is the same.
SAME: Final = 0.005


def project_lines(rows: Iterable[Across], before: Mapping[int, EarnedValue], unit: Unit) -> SafeString:
    """The body of the table of projects; `before` is what they were, by their ids."""
    address = _addresses(unit)
    return _safe(_project_line(row, before.get(row.project.id), unit, address) for row in rows)


def _project_line(row: Across, before: EarnedValue | None, unit: Unit, address: str) -> str:
    name = escape(row.project.name)
    return (
        f'<tr><th scope="row" class="w-fill"><a class="cut" href="{address.format(row.project.id, row.day)}" title="{name}">{name}</a></th>'
        f"{_sums(row.value, unit)}{_index(row.value.spi, before.spi if before else None)}"
        f"{_index(row.value.cpi, before.cpi if before else None)}{_ends(row.value, expected(row.value), row.margin, unit)}"
        f'<td class="num quiet col-desk">{formats.day_plain(finish_of(row.project).expected_on)}</td></tr>'
    )


def group_lines(
    groups: Iterable[Group], names: Iterable[str], addresses: Iterable[str], unit: Unit
) -> SafeString:
    """The body of the table of groups; a group without an address is not to be opened."""
    return _safe(
        f'<tr><th scope="row" class="w-fill">{_linked(name, address)}</th><td class="num">{formats.number(group.count)}</td>{figures_of(group, unit)}</tr>'
        for group, name, address in zip(groups, names, addresses, strict=True)
    )


def figures_of(group: Group, unit: Unit) -> SafeString:
    """Cells of projects that are put together."""
    value = group.value
    return _safe(
        [
            _sums(value, unit),
            _index(value.spi),
            _index(value.cpi),
            _ends(value, group.eac, group.margin, unit),
        ]
    )


def group_name(group: Group, by: str, first_month: int) -> str:
    """Its category, or 2026年度 第1四半期."""
    if group.is_rest:
        return _("そのほか")
    if group.begins is None:
        return group.key or (_("分類なし") if by == "category" else _("終了の見込みなし"))
    return period_name(group.begins, by, first_month)


def period_name(begins: tuple[int, int], by: str, first_month: int) -> str:
    """A period of the office's year by its first month, counted from 0."""
    year, month = begins
    if by == "month":
        return f"{year}/{month + 1:02}"
    office = year if month + 1 >= first_month else year - 1
    if by == "year":
        return _("%(year)d年度") % {"year": office}
    quarter = (month + 1 - first_month) % 12 // 3 + 1
    return _("%(year)d年度 第%(quarter)d四半期") % {"year": office, "quarter": quarter}


class Chart(NamedTuple):
    """Bubbles and the names above them, on their scale."""

    drawn: SafeString
    scale: Scale
    #: How many bubbles there are, and how many projects have no place: an index of theirs means nothing.
    shown: int
    unplaced: int

    @property
    def levels(self) -> list[tuple[str, float, float]]:
        """Lines across and upwards with their labels."""
        return [(f"{level:.1f}", self.scale.x(level), self.scale.y(level)) for level in self.scale.levels]

    @property
    def low(self) -> tuple[float, float]:
        """Below which indices call for a look."""
        least = float(words.LEAST_INDEX)
        return self.scale.x(least), self.scale.y(least)


def chart(rows: Sequence[Across], unit: Unit) -> Chart:
    """The largest projects by SPI and CPI, each leading to its own figures."""
    known = [(row, row.spi, row.cpi) for row in rows if row.spi is not None and row.cpi is not None]
    known.sort(key=lambda each: (-each[0].value.bac, each[0].project.id))
    shown = known[:MOST_BUBBLES]
    points = [Point(row.project.name, spi, cpi, float(row.value.bac)) for row, spi, cpi in shown]
    scale = scale_of(points)
    found = bubbles(points, scale)
    address = _addresses(unit)
    drawn = [_bubble(each, *shown[each.place], address) for each in found]
    drawn += [_name(each) for each in found if each.name]
    return Chart(_safe(drawn), scale, len(shown), len(rows) - len(known))


def _bubble(bubble: Bubble, row: Across, spi: float, cpi: float, address: str) -> str:
    low = words.is_low(row.value.spi) + words.is_low(row.value.cpi)
    # For the pointer alone: the table below has the same links for keys, and its words.
    return (
        f'<a href="{address.format(row.project.id, row.day)}" tabindex="-1"><circle class="bubble bubble--{low}" cx="{bubble.x}"'
        f' cy="{bubble.y}" r="{bubble.radius}"><title>{escape(row.project.name)} SPI {spi:.2f} CPI {cpi:.2f}</title>'
        "</circle></a>"
    )


def _addresses(unit: Unit) -> str:
    """The figures of a project at the day and in the unit of the list, to be filled in: built once and not for every row."""
    address = reverse("reports:project_performance", args=[0]).replace("/0/", "/{}/")
    return f"{address}?on={{}}" + "&amp;in=money" * unit.is_money


def _name(bubble: Bubble) -> str:
    end = ' text-anchor="end"' if bubble.is_left else ""
    return f'<text class="bubble__name" x="{bubble.name_x}" y="{bubble.y}" dy="4"{end}>{escape(bubble.name)}</text>'


def _sums(value: EarnedValue, unit: Unit) -> str:
    return "".join(
        f'<td class="num col-desk">{escape(unit.amount(each))}</td>'
        for each in (value.bac, value.pv, value.ev, value.ac)
    )


def _index(value: Number | None, before: Number | None = None) -> str:
    low = " is-late" if words.is_low(value) else ""
    return f'<td class="num nowrap{low}">{words.index(value)}{_trend(value, before)}</td>'


def _trend(value: Number | None, before: Number | None) -> str:
    """An arrow where an index differs from that of four weeks before, which its words say."""
    if value is None or before is None:
        return ""
    change = float(value) - float(before)
    is_same = abs(change) < SAME
    symbol, css = "arrow-right" if is_same else "trending-up", " trend--down" * (change < 0 and not is_same)
    said = escape(_("4週間前 %(index)s") % {"index": words.index(before)})
    return f' <span class="trend{css}" title="{said}">{elements.icon(symbol, "s")}<span class="visually-hidden">{said}</span></span>'


def _ends(value: EarnedValue, eac: Number | None, margin: Number | None, unit: Unit) -> str:
    over = " is-late" if words.is_over(value, eac) else ""
    cells = f'<td class="num{over}">{escape(unit.amount(eac))}</td>'
    if unit.is_money:
        lost = " is-late" if margin is not None and margin < 0 else ""
        cells += f'<td class="num col-desk{lost}">{escape(unit.amount(margin))}</td>'
    return cells


def _linked(name: str, address: str) -> str:
    text = escape(name)
    return (
        f'<a class="cut" href="{escape(address)}" title="{text}">{text}</a>'
        if address
        else f'<span class="cut">{text}</span>'
    )


def _safe(parts: Iterable[str]) -> SafeString:
    # All that a user has typed was escaped where it was put in.
    return mark_safe("".join(parts))  # nosec B308 B703
