"""収支 of a project: its table by month, and the lines that stand behind it as a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from config.web import formats
from config.web.htmx import render, toast
from projects.errors import Refusal
from projects.permissions import Right, require, rights_in
from projects.requests import find_project
from reports.budget.selectors import COSTS, LABOUR, REVENUE, budget_of, window_of
from tasks.budget.forms import forms_of
from tasks.budget.services import LAYERS, OvertakenLinesError, save_lines
from tasks.models import BudgetLine
from tasks.staffing.months import first_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from projects.models import Project
    from projects.requests import SignedInRequest
    from reports.budget.selectors import Budget
    from tasks.budget.forms import LineForm
    from tasks.staffing.selectors import MonthWindow

NAMES: Final = {
    LABOUR: gettext_lazy("人件費"),
    **{kind.value: kind.label for kind in BudgetLine.Kind},
    "cost": gettext_lazy("原価計"),
    "profit": gettext_lazy("利益"),
}
LAYER_NAMES: Final = {
    "planned": gettext_lazy("予定"), "actual": gettext_lazy("実績"), "forecast": gettext_lazy("見込")
}  # fmt: skip
ORDER: Final = (*COSTS, "cost", REVENUE, "profit")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def project_budget(request: SignedInRequest, project_id: int) -> HttpResponse:
    """For those who see money; those who edit the project type its lines, one layer at a time."""
    project = find_project(request, project_id, "organization")
    require(request.user, Right.SEE_MONEY, project)
    if request.method == "POST":
        require(request.user, Right.EDIT_PROJECT, project)
    today = timezone.localdate()
    window = window_of(project, request.GET.get("from", ""), today)
    asked = request.GET.get("of", "")
    layer = asked if asked in LAYERS else LAYERS[0]
    budget = budget_of(project, window, today)
    data = request.POST if request.method == "POST" else None
    rows = forms_of(budget.lines, budget.amounts[layer], data=data, months=window.months)
    if request.method != "POST":
        return _page(request, project, window, layer, budget, rows)
    if not all(row.is_valid() for row in rows):
        return _page(request, project, window, layer, budget, rows, status=422)
    try:
        changed = save_lines(
            project=project, actor=request.user, layer=layer, typed=[row.typed for row in rows]
        )
    except OvertakenLinesError:
        return _overtaken(request, project, window, layer)
    except Refusal as refusal:
        return _page(
            request, project, window, layer, budget, rows, status=refusal.status, refused=str(refusal)
        )
    toast(request, _("収支明細を保存しました") if changed else _("変わったところはありません"))
    address = reverse("reports:project_budget", args=[project.pk])
    return redirect(f"{address}?from={first_of(window.first):%Y-%m}&of={layer}")


def _overtaken(request: SignedInRequest, project: Project, window: MonthWindow, layer: str) -> HttpResponse:
    """What is there now; what was typed is not laid over amounts that its user has not seen."""
    budget = budget_of(project, window, timezone.localdate())
    rows = forms_of(budget.lines, budget.amounts[layer], data=None, months=window.months)
    refused = _(
        "編集している間に、ほかの人がこの表を変えました。今の値を表示しています。確かめてから、もう一度入力してください。"
    )
    return _page(request, project, window, layer, budget, rows, status=409, refused=refused)


def _page(
    request: SignedInRequest, project: Project, window: MonthWindow, layer: str, budget: Budget,
    rows: Sequence[LineForm], *, status: int = 200, refused: str = "",
) -> HttpResponse:  # fmt: skip
    context: dict[str, Any] = {
        "section": "projects", "tab": "performance", "project": project, "rows": rows, "layer": layer, "refused": refused,
        "may_edit": Right.EDIT_PROJECT in rights_in(request.user, project), "table": _table(budget),
        "layers": LAYER_NAMES.items(), "heads": [first_of(month) for month in window.months],
        "earlier": first_of(window.turned(-1).first), "later": first_of(window.turned(1).first),
        "without_rate": budget.without_rate, "lines": [] if layer not in budget.amounts else _lines(budget, layer, window),
    }  # fmt: skip
    return render(request, "reports/budget/page.html", context, status=status)


def _table(budget: Budget) -> list[dict[str, Any]]:
    """Rows by kind and layer; a loss is marked, and so is a cost that is more than was planned."""
    found = []
    for kind in ORDER:
        for layer in LAYERS:
            row = budget.rows[kind, layer]
            found.append({
                "name": NAMES[kind], "is_first": layer == "planned", "layer": LAYER_NAMES[layer], "is_sum": kind in {"cost", "profit"},
                "cells": [(formats.number(value) if value else "", value < 0) for value in row.months],
                "total": formats.number(row.total), "is_bad": row.total < 0,
            })  # fmt: skip
    return found


def _lines(budget: Budget, layer: str, window: MonthWindow) -> list[dict[str, Any]]:
    """The lines as they are read."""
    found = []
    for line in budget.lines:
        own = budget.amounts[layer].get(line.pk, {})
        cells = [formats.number(own[month]) if month in own else "" for month in window.months]
        found.append({"line": line, "cells": cells, "total": formats.number(sum(own.values()))})
    return found
