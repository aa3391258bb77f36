"""予実: a project beside the baseline that it is compared with, in hours or in money, at a date."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.auth.decorators import login_required
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.web import query
from config.web.htmx import render
from config.web.pagination import paginate
from projects.models import Project
from projects.permissions import Right, require, rights_in
from projects.requests import find_project
from reports.earned.formulas import ratio
from reports.performance import selectors, words
from reports.performance.words import Unit

if TYPE_CHECKING:
    from django.http import HttpResponse

    from projects.requests import SignedInRequest

#: How far a status date may lie from today.
MOST_YEARS = 20
LARGEST_ID = 2**62


class Stat(NamedTuple):
    """A figure that is asked for first; its formula stands further down."""

    label: str
    letters: str
    value: str
    note: str
    is_bad: bool = False


@require_safe
@login_required
def project_performance(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Earned value with the formula of each figure, the curve, months, and the rows behind it."""
    project = find_project(request, project_id)
    rights = rights_in(request.user, project)
    unit = Unit(is_money=request.GET.get("in") == "money")
    if unit.is_money:
        require(request.user, Right.SEE_MONEY, project)
    context: dict[str, Any] = {
        "section": "projects", "tab": "performance", "project": project, "unit": unit, "on": _day(request, project),
        "sees_money": Right.SEE_MONEY in rights, "may_edit": Right.EDIT_PLAN in rights,
        "baseline": selectors.chosen_baseline(project),
    }  # fmt: skip
    if context["baseline"] is not None:
        context |= _shown(request, context)
    return render(
        request, "reports/performance/page.html", context, partials=["performance", "performance-parts"]
    )


def _day(request: SignedInRequest, project: Project) -> dt.date:
    """The status date: of the address, else of the project, else today. A day that is none, or far away, is left out."""
    today = timezone.localdate()
    try:
        day = parse_date(query.text(request.GET, "on"))
    except ValueError:
        day = None
    if day is None or abs(day.year - today.year) > MOST_YEARS:
        return project.status_on or today
    return day


def _shown(request: SignedInRequest, context: dict[str, Any]) -> dict[str, Any]:
    project, unit, on = context["project"], context["unit"], context["on"]
    asked = query.positive(request.GET.get("under"), 0, LARGEST_ID) if request.GET.get("under") else None
    above = selectors.above(project, asked)
    under = above[-1].pk if above else None
    sums = selectors.sums_of(project, context["baseline"], on=on, unit=unit, under=under)
    chart, axis = sums.chart(unit)
    page = paginate(request, list(sums.parts.items()))
    return {
        "sums": sums, "chart": chart, "axis": axis, "page": page, "above": above, "under": under,
        "has_children": Project.objects.alive().filter(parent=project).exists(), "stats": _stats(sums, unit),
        "parts": [_part(part, unit) for part in selectors.named(page.items)],
        "removed": _value(sums.removed, unit) if sums.removed.bac and not above else None,
        "figure_parts": [words.figures(sums.total, unit), words.schedule_figures(sums.schedule)],
        "alerts": words.alerts(sums.total, unit), "periods": [_period(each, unit) for each in sums.periods],
        "total": _value(sums.total, unit), "whole": _value(sums.whole or sums.total, unit), "nothing": not sums.total.bac,
    }  # fmt: skip


def _stats(sums: selectors.Sums, unit: Unit) -> list[Stat]:
    total, schedule, amount = sums.total, sums.schedule, unit.amount
    late = schedule.sv if schedule else None
    return [
        Stat(_("出来高"), "EV", words.percent(total.percent_complete), _("計画 %(share)s") % {"share": words.percent(ratio(100 * total.pv, total.bac))}),
        Stat(_("スケジュール効率"), "SPI", words.index(total.spi), f"SV {amount(total.sv)}", words.is_low(total.spi)),
        Stat(_("コスト効率"), "CPI", words.index(total.cpi), f"CV {amount(total.cv)}", words.is_low(total.cpi)),
        Stat(_("着地見込"), "EAC", amount(total.eac.cpi), f"BAC {amount(total.bac)}", words.is_over(total, total.eac.cpi)),
        Stat(
            _("日程の差"), "SV(t)", words.days_late(late), f"SPI(t) {words.index(schedule.spi if schedule else None)}",
            late is not None and late < 0,
        ),
    ]  # fmt: skip


def _value(value: Any, unit: Unit) -> dict[str, Any]:
    return {
        "bac": unit.amount(value.bac), "pv": unit.amount(value.pv), "ev": unit.amount(value.ev),
        "ac": unit.amount(value.ac), "sv": unit.amount(value.sv), "cv": unit.amount(value.cv),
        "sv_is_bad": value.sv < 0, "cv_is_bad": value.cv < 0, "spi": words.index(value.spi),
        "cpi": words.index(value.cpi), "spi_is_low": words.is_low(value.spi), "cpi_is_low": words.is_low(value.cpi),
    }  # fmt: skip


def _part(part: selectors.Part, unit: Unit) -> dict[str, Any]:
    return {"part": part, **_value(part.value, unit)}


def _period(period: selectors.Period, unit: Unit) -> dict[str, Any]:
    return {
        "period": period, "planned": unit.amount(period.planned), "earned": unit.amount(period.earned),
        "actual": unit.amount(period.actual), "spi": words.index(period.spi), "cpi": words.index(period.cpi),
        "spi_is_low": words.is_low(period.spi), "cpi_is_low": words.is_low(period.cpi),
        "one_month": period.first.month == period.last.month and period.first.year == period.last.year,
    }  # fmt: skip
