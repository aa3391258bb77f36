"""Rows of a project's overview as escaped strings: late tasks with what they push, and milestones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web import elements, formats
from reports.late.rows import people

if TYPE_CHECKING:
    from datetime import date

    from reports.late.pushes import Push
    from reports.overview.selectors import LateLine, MilestoneLine


def late_lines(lines: Iterable[LateLine]) -> SafeString:
    """The body of the table of late tasks."""
    address = reverse("tasks:task_detail", args=[0]).replace("/0/", "/{}/")
    label = escape(_("クリティカルパス"))
    mark = f'<span class="status" title="{label}">{elements.icon("route", "s")}<span class="visually-hidden">{label}</span></span>'
    # Everything typed by a person is escaped in `_late`.
    return mark_safe("".join(_late(line, address, mark) for line in lines))  # nosec B308 B703


def _late(line: LateLine, address: str, mark: str) -> str:
    name = escape(line.label)
    days = ngettext("%(days)s日", "%(days)s日", line.days) % {"days": line.days}
    return (
        f'<tr><td class="w-fill"><span class="cell">{mark if line.is_critical else ""}'
        f'<a class="cut" href="{address.format(line.id)}" title="{name}">{name}</a></span></td>'
        f'<td class="col-desk">{people(line.people)}</td>'
        f'<td class="num">{formats.day_dense(line.end_date)}</td>'
        f'<td class="num is-late">{days}</td>'
        f'<td class="num">{formats.percent(line.progress)}</td>'
        f'<td class="col-wide">{escape(push_words(line.push))}</td></tr>'
    )


def push_words(push: Push) -> str:
    """What follows a late task, and what that does to the end."""
    values = {"first": push.first, "more": push.followers - 1, "end": push.end_days, "slack": push.slack_days}
    if push.followers > 1:
        if push.end_days:
            return (
                ngettext(
                    "%(first)s ほか %(more)s件（終了を %(end)s営業日押す）",
                    "%(first)s ほか %(more)s件（終了を %(end)s営業日押す）",
                    push.followers - 1,
                )
                % values
            )
        return (
            ngettext(
                "%(first)s ほか %(more)s件（余裕 %(slack)s日）",
                "%(first)s ほか %(more)s件（余裕 %(slack)s日）",
                push.followers - 1,
            )
            % values
        )
    if push.followers:
        words = (
            _("%(first)s（終了を %(end)s営業日押す）")
            if push.end_days
            else _("%(first)s（余裕 %(slack)s日）")
        )
    else:
        words = _("終了を %(end)s営業日押す") if push.end_days else _("なし（余裕 %(slack)s日）")
    return words % values


def milestone_lines(lines: Iterable[MilestoneLine]) -> SafeString:
    """The lines of the list of milestones."""
    address = reverse("tasks:task_detail", args=[0]).replace("/0/", "/{}/")
    today = timezone.localdate()
    # Names are escaped in `_milestone`.
    return mark_safe("".join(_milestone(line, address, today) for line in lines))  # nosec B308 B703


def _milestone(line: MilestoneLine, address: str, today: date) -> str:
    name = escape(line.name)
    tone, symbol = (
        ("done", "circle-check") if line.is_reached else ("late", "triangle-alert") if line.days_late else ("", "diamond")
    )  # fmt: skip
    css = f" status--{tone}" if tone else ""
    return (
        f'<li><span class="status{css}">{elements.icon(symbol)}</span>'
        f'<a class="list__main cut" href="{address.format(line.id)}" title="{name}">{name}</a>'
        f'<span class="quiet num">{formats.day(line.end_date)}</span>{_badge(line, today)}</li>'
    )


def _badge(line: MilestoneLine, today: date) -> str:
    if line.is_reached:
        return elements.badge(_("達成"), "good", "check")
    if line.days_late:
        words = ngettext("%(days)s日遅れ", "%(days)s日遅れ", line.days_late) % {"days": line.days_late}
        return elements.badge(words, "late", "triangle-alert")
    if line.end_date is None:
        return ""
    ahead = (line.end_date - today).days
    if ahead == 0:
        return elements.badge(_("今日"), "active")
    return elements.badge(ngettext("あと %(days)s日", "あと %(days)s日", ahead) % {"days": ahead})
