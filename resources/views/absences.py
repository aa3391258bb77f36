"""Enter, change and remove when a person is away."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.web.features import feature
from config.web.htmx import render, toast
from projects.lifecycle.forms import apply
from projects.permissions import Right
from projects.requests import SignedInRequest
from resources.forms import AbsenceForm
from resources.models import Absence, AbsenceReason, Resource, ResourceKind
from resources.services.absences import FIELDS, add_absence, days_of, edit_absence, remove_absence
from resources.views.finding import context_of, find_resource


def _find(request: SignedInRequest, resource_id: int) -> Resource:
    return find_resource(request, resource_id, Right.MANAGE_RESOURCES, or_own=True)


def _find_absence(request: SignedInRequest, resource_id: int, absence_id: int) -> Absence:
    resource = _find(request, resource_id)
    absence: Absence = get_object_or_404(Absence.objects.filter(resource=resource), pk=absence_id)
    absence.resource = resource
    return absence


def _answer(
    request: SignedInRequest, resource: Resource, form: AbsenceForm, absence: Absence | None
) -> HttpResponse:
    context = context_of(request, resource, form=form, absence=absence)
    return render(request, "resources/absence_form.html", context, status=422 if form.errors else 200)


@feature("RESOURCE_MANAGEMENT")
@require_http_methods(["GET", "POST"])
@login_required
def absence_add(request: SignedInRequest, resource_id: int) -> HttpResponse:
    """A person will be away."""
    resource = _find(request, resource_id)
    usual = AbsenceReason.PAID if resource.kind == ResourceKind.PERSON else AbsenceReason.MAINTENANCE
    form = AbsenceForm(request.POST or None, initial={"kind": usual})
    if request.method == "POST" and form.is_valid():
        absence = apply(form, lambda: add_absence(resource=resource, actor=request.user, **form.cleaned_data))
        if absence is not None:
            days = days_of(absence.first_on, absence.last_on)
            toast(request, _("%(days)sの不在を登録しました。計画に反映しています") % {"days": days})
            return redirect("resources:resource_detail", resource.pk)
    return _answer(request, resource, form, None)


@feature("RESOURCE_MANAGEMENT")
@require_http_methods(["GET", "POST"])
@login_required
def absence_edit(request: SignedInRequest, resource_id: int, absence_id: int) -> HttpResponse:
    """Other days, or another reason."""
    absence = _find_absence(request, resource_id, absence_id)
    form = AbsenceForm(request.POST or None, initial={name: getattr(absence, name) for name in FIELDS})
    if request.method == "POST" and form.is_valid() and apply(form, lambda: _edit(absence, form, request)):
        toast(request, _("不在を保存しました。計画に反映しています"))
        return redirect("resources:resource_detail", resource_id)
    return _answer(request, absence.resource, form, absence)


def _edit(absence: Absence, form: AbsenceForm, request: SignedInRequest) -> bool:
    edit_absence(absence=absence, actor=request.user, **form.cleaned_data)
    return True


@feature("RESOURCE_MANAGEMENT")
@require_http_methods(["GET", "POST"])
@login_required
def absence_remove(request: SignedInRequest, resource_id: int, absence_id: int) -> HttpResponse:
    """Ask, then remove."""
    absence = _find_absence(request, resource_id, absence_id)
    days = days_of(absence.first_on, absence.last_on)
    if request.method == "POST":
        remove_absence(absence=absence, actor=request.user)
        toast(request, _("%(days)sの不在を取り消しました。計画に反映しています") % {"days": days})
        return redirect("resources:resource_detail", resource_id)
    context = context_of(
        request, absence.resource,
        question=_("%(days)sの不在を取り消しますか") % {"days": days},
        details=_("この期間にも作業できるものとして、担当しているタスクの日程を計算し直します。"),
        act=_("取り消す"), symbol="trash-2", act_url=request.path,
    )  # fmt: skip
    return render(request, "resources/confirm.html", context, partials=["dialog"])
