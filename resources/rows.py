"""Rows of resources and their months as escaped strings, as they repeat by the hundred."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from config.web import elements, formats
from resources.forms import LEVEL_WORDS
from resources.models import Absence, AbsencePortion, Resource, ResourceKind, ResourceSkill
from resources.selectors.detail import CalendarDay, CalendarMonth
from resources.selectors.listing import ResourceRow

KIND_ICONS: Final = {
    ResourceKind.PERSON: "user",
    ResourceKind.EQUIPMENT: "wrench",
    ResourceKind.MATERIAL: "package",
}
SHOWN_SKILLS: Final = 3
_NONE: Final = f'<span class="faint">{formats.NONE}</span>'


def resource_rows(rows: Iterable[ResourceRow], *, today: dt.date) -> SafeString:
    """The body of the list."""
    kinds = {value: str(label) for value, label in ResourceKind.choices}
    address = reverse("resources:resource_detail", args=[0]).replace("/0/", "/{}/")
    return mark_safe("".join(_row(row, kinds, address, today) for row in rows))  # nosec B308 B703


def _row(row: ResourceRow, kinds: dict[str, str], address: str, today: dt.date) -> str:
    resource, name = row.resource, escape(row.resource.name)
    css = "" if resource.is_active else ' class="row--done"'
    is_material = resource.kind == ResourceKind.MATERIAL
    amount = _NONE if is_material else formats.percent(resource.capacity_percentage)
    return (
        f"<tr{css}>"
        f'<th scope="row"><span class="person">{mark_of(resource)}'
        f'<a class="cut" href="{address.format(resource.pk)}" title="{name}">{name}</a></span></th>'
        f'<td class="col-desk">{kinds[resource.kind]}</td>'
        f"<td>{_cut(resource.department)}</td>"
        f'<td class="col-desk">{_skills(row.skills)}</td>'
        f'<td class="col-wide">{_cut(resource.calendar.name if resource.calendar else "")}</td>'
        f'<td class="num col-desk">{amount}</td>'
        f"<td>{_next_absence(row.next_absence, today)}</td>"
        f'<td class="col-wide quiet">{escape(resource.user.username) if resource.user else _NONE}</td>'
        "</tr>"
    )


def _cut(text: str) -> str:
    return f'<span class="cut" title="{escape(text)}">{escape(text)}</span>' if text else _NONE


def mark_of(resource: Resource) -> SafeString:
    """What stands before a name: the avatar of a person, the icon of a thing.

    A person's tone is that of their account, as on the other pages.
    """
    if resource.kind == ResourceKind.PERSON:
        return elements.avatar(resource.name, resource.user_id or resource.pk)
    mark = elements.icon(KIND_ICONS[ResourceKind(resource.kind)], "s")
    return format_html('<span class="avatar avatar--5" aria-hidden="true">{}</span>', mark)


def _skills(skills: list[ResourceSkill]) -> str:
    if not skills:
        return _NONE
    tags = " ".join(
        f'<span class="tag" title="{level_of(each)}">{escape(each.skill.name)} {each.level}</span>'
        for each in skills[:SHOWN_SKILLS]
    )
    rest = [f"{each.skill.name} {level_of(each)}" for each in skills[SHOWN_SKILLS:]]
    more = f' <span class="faint" title="{escape(_("、").join(rest))}">+{len(rest)}</span>' if rest else ""
    return tags + more


def level_of(skill: ResourceSkill) -> str:
    """4 上級."""
    return f"{skill.level} {LEVEL_WORDS[skill.level]}"


def _next_absence(absence: Absence | None, today: dt.date) -> str:
    """Days only: why a person is away is their own business."""
    if absence is None:
        return _NONE
    if absence.portion == AbsencePortion.DAY and absence.first_on <= today:
        words = _("%(day)sまで不在") % {"day": _short(absence.last_on, today)}
        return f'<span class="status status--hold">{elements.icon("tree-palm")}{words}</span>'
    first = max(absence.first_on, today)
    days = _short(first, today)
    if absence.last_on > first:
        days = f"{days}–{_short(absence.last_on, first)}"
    is_half = absence.portion != AbsencePortion.DAY
    half = f' <span class="faint">{absence.get_portion_display()}</span>' if is_half else ""
    return f'<span class="num">{days}</span>{half}'


def _short(day: dt.date, beside: dt.date) -> str:
    """A day without its year, where the one beside it is of the same."""
    return formats.day_dense(day) if day.year == beside.year else formats.day_plain(day)


# -- months ----------------------------------------------------------------------------------------------------


def month_tables(months: Iterable[CalendarMonth], *, today: dt.date) -> SafeString:
    """Months side by side: what is free, when a person is away, and today. Said in words too, never by hue alone."""
    weekdays = [formats.weekday(dt.date(2024, 1, 1) + dt.timedelta(days=number)) for number in range(7)]
    head = "".join(f'<th scope="col">{day}</th>' for day in weekdays)
    words = {"day": _("不在"), "morning": _("午前は不在"), "afternoon": _("午後は不在"), "off": _("休業日")}
    return mark_safe("".join(_month(month, head, words, today) for month in months))  # nosec B308 B703


def _month(month: CalendarMonth, head: str, words: dict[str, str], today: dt.date) -> str:
    caption = f"{month.first.year}/{month.first.month:02}"
    weeks = "".join(f"<tr>{''.join(_cell(day, words, today) for day in week)}</tr>" for week in month.weeks)
    return (
        f'<table class="month"><caption class="num">{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{weeks}</tbody></table>"
    )


def _cell(day: CalendarDay | None, words: dict[str, str], today: dt.date) -> str:
    if day is None:
        return "<td></td>"
    state = _state(day)
    css = f"month__day month__day--{state}" if state else "month__day"
    said = f'<span class="visually-hidden"> {words[state]}</span>' if state else ""
    hint = f' title="{words[state]}"' if state else ""
    now = ' aria-current="date"' if day.on == today else ""
    return f'<td{now}><span class="{css}"{hint}>{day.on.day}{said}</span></td>'


def _state(day: CalendarDay) -> str:
    if not day.works:
        return "off"
    if AbsencePortion.DAY in day.away or len(day.away) > 1:
        return "day"
    return next(iter(day.away), "")
