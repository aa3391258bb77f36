"""What a resource costs, for those who look after resources and may see money."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.web import formats
from config.web.features import feature
from config.web.htmx import render, toast
from projects.lifecycle.forms import apply
from projects.permissions import Right
from projects.requests import SignedInRequest
from resources.forms import RateForm
from resources.models import Resource, ResourceRate
from resources.services.rates import add_rate, edit_rate, remove_rate
from resources.views.finding import context_of, find_resource


def _find(request: SignedInRequest, resource_id: int) -> Resource:
    return find_resource(request, resource_id, Right.SEE_MONEY, Right.MANAGE_RESOURCES)


def _find_rate(request: SignedInRequest, resource_id: int, rate_id: int) -> ResourceRate:
    resource = _find(request, resource_id)
    rate: ResourceRate = get_object_or_404(ResourceRate.objects.filter(resource=resource), pk=rate_id)
    rate.resource = resource
    return rate


def _answer(
    request: SignedInRequest, resource: Resource, form: RateForm, rate: ResourceRate | None
) -> HttpResponse:
    context = context_of(request, resource, form=form, rate=rate)
    return render(request, "resources/rate_form.html", context, status=422 if form.errors else 200)


@feature("RESOURCE_MANAGEMENT")
@require_http_methods(["GET", "POST"])
@login_required
def rate_add(request: SignedInRequest, resource_id: int) -> HttpResponse:
    """A rate from a day on."""
    resource = _find(request, resource_id)
    form = RateForm(request.POST or None, initial={"valid_from": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        rate = apply(form, lambda: add_rate(resource=resource, actor=request.user, **form.cleaned_data))
        if rate is not None:
            toast(request, _("%(day)sからの単価を登録しました") % {"day": formats.day_plain(rate.valid_from)})
            return redirect("resources:resource_detail", resource.pk)
    return _answer(request, resource, form, None)


@feature("RESOURCE_MANAGEMENT")
@require_http_methods(["GET", "POST"])
@login_required
def rate_edit(request: SignedInRequest, resource_id: int, rate_id: int) -> HttpResponse:
    """Correct a rate or its first day."""
    rate = _find_rate(request, resource_id, rate_id)
    initial = {"valid_from": rate.valid_from, "cost_per_hour": rate.cost_per_hour}
    form = RateForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and apply(form, lambda: _edit(rate, form, request)):
        toast(request, _("単価を保存しました"))
        return redirect("resources:resource_detail", resource_id)
    return _answer(request, rate.resource, form, rate)


def _edit(rate: ResourceRate, form: RateForm, request: SignedInRequest) -> bool:
    edit_rate(rate=rate, actor=request.user, **form.cleaned_data)
    return True


@feature("RESOURCE_MANAGEMENT")
@require_http_methods(["GET", "POST"])
@login_required
def rate_remove(request: SignedInRequest, resource_id: int, rate_id: int) -> HttpResponse:
    """Ask, then remove."""
    rate = _find_rate(request, resource_id, rate_id)
    day = formats.day_plain(rate.valid_from)
    if request.method == "POST":
        remove_rate(rate=rate, actor=request.user)
        toast(request, _("%(day)sからの単価を削除しました") % {"day": day})
        return redirect("resources:resource_detail", resource_id)
    context = context_of(
        request, rate.resource,
        question=_("%(day)sからの単価を削除しますか") % {"day": day},
        details=_("この期間は一つ前の単価で計算します。前の単価がないときは、費用に数えません。"),
        act=_("削除する"), symbol="trash-2", act_url=request.path,
    )  # fmt: skip
    return render(request, "resources/confirm.html", context, partials=["dialog"])
