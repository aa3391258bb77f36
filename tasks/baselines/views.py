"""ベースライン: what was agreed on, by whom and why, and what has become of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.web import formats
from config.web.conditional import conditional
from config.web.htmx import render, toast
from config.web.pagination import paginate
from projects.caching import generation
from projects.etags import page_parts
from projects.lifecycle.forms import apply
from projects.permissions import Right, require, rights_in
from projects.requests import find_project
from tasks.baselines import compare_page, selectors, services
from tasks.baselines.comparing import Comparison
from tasks.baselines.forms import NameForm, TakeForm
from tasks.models import Baseline
from tasks.models.baselines import LARGEST_NUMBER

if TYPE_CHECKING:
    from projects.models import Project
    from projects.requests import SignedInRequest

PER_PAGE: Final = 20
#: So many rows are taken over from the sheet.
MOST_ASKED: Final = 20_000
#: So many others are offered to compare with.
MOST_OTHERS: Final = 100


def _find(request: SignedInRequest, project: Project, baseline_id: int) -> Baseline:
    baselines = Baseline.objects.visible_to(request.user).filter(project=project)
    return get_object_or_404(baselines.select_related("taken_by", "project"), pk=baseline_id)


def _context(request: SignedInRequest, project: Project, **more: Any) -> dict[str, Any]:
    may_edit = Right.EDIT_PLAN in rights_in(request.user, project)
    return {"section": "projects", "tab": "baselines", "project": project, "may_edit": may_edit, **more}


@require_safe
@login_required
def baseline_list(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The baselines of a project, the newest first, each with its finish of then and of now."""
    project = find_project(request, project_id)

    def make() -> HttpResponse:
        page = paginate(request, selectors.baselines_of(project), per_page=PER_PAGE)
        context = _context(request, project, page=page, rows=selectors.listed(project, page.items))
        return render(request, "tasks/baselines/list.html", context, partials=["baselines"])

    # Names of people and calendars change with the organization.
    return conditional(request, page_parts(request, project, generation(project.organization_id)), make)


@require_safe
@login_required
def baseline_compare(request: SignedInRequest, project_id: int, baseline_id: int) -> HttpResponse:
    """What became of a baseline up to now, or up to another one (`?with=`), of one kind (`?kind=`) or of all."""
    project = find_project(request, project_id)
    baseline = _find(request, project, baseline_id)
    asked = request.GET.get("with", "")
    other = (
        _find(request, project, int(asked))
        if asked.isascii() and asked.isdigit() and len(asked) < 19
        else None
    )
    rights = rights_in(request.user, project)

    def make() -> HttpResponse:
        context = _compared(request, project, baseline, other, sees_money=Right.SEE_MONEY in rights)
        return render(request, "tasks/baselines/compare.html", context, partials=["compared"])

    return conditional(request, page_parts(request, project, generation(project.organization_id)), make)


def _compared(
    request: SignedInRequest,
    project: Project,
    baseline: Baseline,
    other: Baseline | None,
    *,
    sees_money: bool,
) -> dict[str, Any]:
    comparison = Comparison(project, baseline, other, sees_money=sees_money)
    sums = comparison.sums()
    words = compare_page.kind_words()
    asked = request.GET.get("kind", "")
    kind = asked if asked in comparison.kinds else ""
    page = paginate(request, range(sums.counts[kind] if kind else sums.changed))
    found = comparison.rows(kind, first=page.first - 1, count=page.per_page) if page.total else []
    return _context(
        request, project, baseline=baseline, other=other, kind=kind, comparison=comparison, page=page,
        changed=sums.changed, kinds=[(name, words[name], count) for name, count in sums.counts.items()],
        totals=compare_page.totals(project, comparison, sums), heads=compare_page.heads(sees_money=sees_money),
        lines=compare_page.lines(project, found, sees_money=sees_money),
        others=selectors.baselines_of(project).exclude(pk=baseline.pk)[:MOST_OTHERS],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def baseline_take(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The form for a new baseline, and its answer; the sheet posts with `opens` which rows it begins with."""
    project = find_project(request, project_id)
    require(request.user, Right.EDIT_PLAN, project)
    is_sent = request.method == "POST" and "opens" not in request.POST
    form = TakeForm(request.POST if is_sent else None, initial=_usual(project, _rows_asked(request, project)))
    if is_sent and form.is_valid():
        made = apply(form, lambda: services.take_baseline(project=project, actor=request.user, **form.values))
        if made is not None:
            toast(request, _("「%(name)s」を設定しました") % {"name": made.name})
            return redirect("tasks:baseline_list", project.pk)
    context = _context(request, project, form=form)
    return render(request, "tasks/baselines/take.html", context, status=422 if form.errors else 200)


def _rows_asked(request: SignedInRequest, project: Project) -> str:
    """The rows that the form begins with: those that were selected in the sheet, as their numbers.

    They are posted: hundreds of ids are longer than an address may be.
    """
    asked = request.POST.get("tasks", "").split(",")[:MOST_ASKED]
    ids = [int(text) for text in asked if text.isascii() and text.isdigit() and len(text) < 19]
    return selectors.row_words(project, ids) if ids else request.GET.get("rows", "")


def _usual(project: Project, rows: str) -> dict[str, Any]:
    """What the form begins with: the day as the name, and the first number that is free."""
    taken = set(Baseline.objects.filter(project=project).values_list("number", flat=True))
    free = (number for number in range(LARGEST_NUMBER + 1) if number not in taken)
    return {
        "name": _("%(day)s の計画") % {"day": formats.day_plain(timezone.localdate())},
        "rows": rows, "with_summaries": True, "number": next(free, ""), "is_chosen": True,
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def baseline_rename(request: SignedInRequest, project_id: int, baseline_id: int) -> HttpResponse:
    """Another name for a baseline."""
    project = find_project(request, project_id)
    baseline = _find(request, project, baseline_id)
    require(request.user, Right.EDIT_PLAN, project)
    form = NameForm(request.POST or None, initial={"name": baseline.name})
    if request.method == "POST" and form.is_valid():
        services.rename_baseline(baseline=baseline, actor=request.user, name=form.cleaned_data["name"])
        toast(request, _("名前を「%(name)s」にしました") % {"name": baseline.name})
        return redirect("tasks:baseline_list", project.pk)
    context = _context(request, project, form=form, baseline=baseline)
    return render(request, "tasks/baselines/rename.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def baseline_choose(request: SignedInRequest, project_id: int, baseline_id: int) -> HttpResponse:
    """Compare with this one in sheet and chart."""
    project = find_project(request, project_id)
    baseline = _find(request, project, baseline_id)
    services.choose_baseline(baseline=baseline, actor=request.user)
    toast(request, _("「%(name)s」を比較の基準にしました") % {"name": baseline.name})
    return redirect("tasks:baseline_list", project.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def baseline_delete(request: SignedInRequest, project_id: int, baseline_id: int) -> HttpResponse:
    """Ask, saying what goes; then forget it."""
    project = find_project(request, project_id)
    baseline = _find(request, project, baseline_id)
    require(request.user, Right.EDIT_PLAN, project)
    if request.method == "POST":
        services.delete_baseline(baseline=baseline, actor=request.user)
        toast(request, _("「%(name)s」を削除しました") % {"name": baseline.name})
        return redirect("tasks:baseline_list", project.pk)
    return render(
        request, "projects/confirm.html", _question(request, project, baseline), partials=["dialog"]
    )


def _question(request: SignedInRequest, project: Project, baseline: Baseline) -> dict[str, Any]:
    rows = baseline.task_count
    details = [
        ngettext(
            "このベースラインに残したタスク%(rows)s件の日付、期間、工数、コストがなくなります。計画は変わりません。",
            "このベースラインに残したタスク%(rows)s件の日付、期間、工数、コストがなくなります。計画は変わりません。",
            rows,
        )
        % {"rows": formats.number(rows)}
    ]
    if baseline.is_chosen:
        details.append(_("比較の基準です。別のベースラインを選ぶまで、基準はなくなります。"))
    return _context(
        request, project, details=details, note=_("元に戻せません。"), act=_("削除する"), symbol="trash-2",
        question=_("「%(name)s」を削除しますか") % {"name": baseline.name},
        act_url=reverse("tasks:baseline_delete", args=[project.pk, baseline.pk]),
        back_url=reverse("tasks:baseline_list", args=[project.pk]),
    )  # fmt: skip
