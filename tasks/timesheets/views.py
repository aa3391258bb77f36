"""工数: one's own week, written cell by cell or as a whole, filled, and handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.web.htmx import render, toast
from projects.context import current_organization
from projects.errors import Refusal, RuleBrokenError
from projects.permissions import Right, rights_in_organization
from tasks.models import Task
from tasks.timesheets import filling, rows, services
from tasks.timesheets.approvers import decides_about_any
from tasks.timesheets.entering import enter_hours
from tasks.timesheets.forms import CellForm, RowField, WeekForm, read_hours
from tasks.timesheets.refusals import CellChangedError
from tasks.timesheets.remaining import report_remaining
from tasks.timesheets.selectors import WeekSheet, found_tasks, resource_of, week_row, week_sheet
from tasks.timesheets.weeks import Week

if TYPE_CHECKING:
    from django import forms

    from projects.requests import SignedInRequest
    from resources.models import Resource

MOST_ADDED = 20


def read_week(text: str) -> Week:
    """The week of an address; raises Http404."""
    week = Week.read(text)
    if week is None:
        raise Http404
    return week


def _find(request: SignedInRequest) -> Resource | None:
    organization = current_organization(request.user)
    return resource_of(request.user, organization) if organization else None


def _own(request: SignedInRequest) -> Resource:
    """The person that the user is; hours have no place without."""
    resource = _find(request)
    if resource is None:
        raise RuleBrokenError(
            _("リソースに登録されていないため、工数を入力できません。組織の管理者に登録を依頼してください。")
        )
    return resource


def _sheet(request: SignedInRequest, resource: Resource, week: Week) -> WeekSheet:
    added = [
        int(pk)
        for pk in request.GET.getlist("add")[:MOST_ADDED]
        if pk.isascii() and pk.isdigit() and len(pk) < 19
    ]
    return week_sheet(resource, week, reader=request.user, today=timezone.localdate(), added=added)


@require_safe
@login_required
def timesheet_now(request: SignedInRequest) -> HttpResponse:
    """The week of today, at an address that stays the same."""
    return _page(request, _find(request), Week.of(timezone.localdate()))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def timesheet_week(request: SignedInRequest, week: str) -> HttpResponse:
    """One's own week; a browser without scripts sends all of it."""
    shown = read_week(week)
    if request.method == "POST":
        return _write(request, _own(request), shown)
    return _page(request, _find(request), shown)


def _page(
    request: SignedInRequest,
    resource: Resource | None,
    week: Week,
    form: WeekForm | None = None,
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    context: dict[str, Any] = {
        "section": "timesheet", "week": week, "this_week": Week.of(today), "earlier": week.later(-1), "later": week.later(1),
        "resource": resource, "approves": decides_about_any(request.user),
    }  # fmt: skip
    organization = current_organization(request.user)
    if organization is not None:
        context["closes_months"] = Right.CLOSE_MONTHS in rights_in_organization(request.user, organization)
    if resource is not None:
        sheet = _sheet(request, resource, week)
        is_written = sheet.is_written and week <= Week.of(today)
        find = request.GET.get("find", "").strip()[:100]
        context |= {
            "sheet": sheet, "is_written": is_written, "form": form, "find": find,
            "body": rows.sheet_rows(sheet, form, is_written=is_written), "foot": rows.day_sums(sheet),
            "found": found_tasks(find, request.user, resource.organization) if find else (),
        }  # fmt: skip
    return render(request, "tasks/timesheets/week.html", context, partials=["hours-found"], status=status)


def _write(request: SignedInRequest, resource: Resource, week: Week) -> HttpResponse:
    form = WeekForm.read(request.POST, week, resource.organization)
    if form.errors:
        return _page(request, resource, week, form, status=422)
    try:
        enter_hours(
            resource=resource, week=week, typed=form.typed, actor=request.user, today=timezone.localdate()
        )
    except Refusal as refusal:
        toast(request, str(refusal), level="error")
        return _page(request, resource, week, form, status=refusal.status)
    toast(request, _("工数を保存しました"))
    return redirect("tasks:timesheet_week", str(week))


@require_POST
@login_required
def timesheet_cell(request: SignedInRequest, week: str) -> HttpResponse:
    """One cell, as soon as it is left; answers with what follows from it, or with why it was not taken."""
    shown, resource = read_week(week), _own(request)
    form = CellForm(request.POST, organization=resource.organization)
    if not form.is_valid():
        return _refused(_first(form), 422)
    typed = form.typed(shown)
    try:
        enter_hours(
            resource=resource, week=shown, typed=[typed], actor=request.user, today=timezone.localdate()
        )
    except CellChangedError as refusal:
        return _refused(str(refusal), refusal.status, now=refusal.minutes)
    except Refusal as refusal:
        return _refused(str(refusal), refusal.status)
    if "plain" in request.POST:
        toast(request, _("コメントを保存しました"))
        return redirect("tasks:timesheet_week", week)
    sheet = week_row(resource, shown, typed.row, reader=request.user, today=timezone.localdate())
    row = sheet.row(typed.row)
    return HttpResponse(rows.after_save(sheet, row, form.cleaned_data["day"]) if row else "")


def _first(form: forms.Form) -> str:
    return str(next(iter(form.errors.values()))[0])


def _refused(words: str, status: int, now: int | None = None) -> HttpResponse:
    """Words for the cell; with what another screen has written, so that the next answer counts from it."""
    return HttpResponse(
        format_html('<p data-refused data-now="{}">{}</p>', "" if now is None else now, words), status=status
    )


@require_POST
@login_required
def timesheet_remaining(request: SignedInRequest, week: str) -> HttpResponse:
    """How much of a task is left."""
    read_week(week)
    resource = _own(request)
    try:
        key = RowField().clean(request.POST.get("row", ""))
        minutes = read_hours(request.POST.get("hours", ""), resource.organization)
    except ValidationError as error:
        return _refused(str(error.messages[0]), 422)
    task = get_object_or_404(Task.objects.visible_to(request.user).select_related("project"), pk=key.id)
    try:
        report_remaining(task=task, minutes=minutes, actor=request.user)
    except Refusal as refusal:
        return _refused(str(refusal), refusal.status)
    sheet = week_row(resource, read_week(week), key, reader=request.user, today=timezone.localdate())
    row = sheet.row(key)
    return HttpResponse(rows.remaining_html(row, is_written=sheet.is_written) if row else "")


@require_POST
@login_required
def timesheet_copy(request: SignedInRequest, week: str) -> HttpResponse:
    """Fill empty cells with last week's hours."""
    count = filling.copy_last_week(
        resource=_own(request), week=read_week(week), actor=request.user, today=timezone.localdate()
    )
    return _filled(request, week, count, _("写せる工数は先週にありません。"))


@require_POST
@login_required
def timesheet_fill(request: SignedInRequest, week: str) -> HttpResponse:
    """Fill empty cells with what the plan has."""
    count = filling.fill_from_plan(
        resource=_own(request), week=read_week(week), actor=request.user, today=timezone.localdate()
    )
    return _filled(request, week, count, _("この週の空いている欄に、計画の工数はありません。"))


def _filled(request: SignedInRequest, week: str, count: int, nothing: str) -> HttpResponse:
    words = ngettext("%(count)d欄に入れました", "%(count)d欄に入れました", count) % {"count": count}
    toast(request, words if count else nothing)
    return redirect("tasks:timesheet_week", week)


@require_POST
@login_required
def timesheet_submit(request: SignedInRequest, week: str) -> HttpResponse:
    """Hand the week in."""
    services.submit_week(resource=_own(request), week=read_week(week), actor=request.user)
    toast(request, _("提出しました。承認されるまでは取り消せます"))
    return redirect("tasks:timesheet_week", week)


@require_POST
@login_required
def timesheet_withdraw(request: SignedInRequest, week: str) -> HttpResponse:
    """Take back a week that was handed in."""
    services.withdraw_week(resource=_own(request), week=read_week(week), actor=request.user)
    toast(request, _("提出を取り消しました"))
    return redirect("tasks:timesheet_week", week)
