"""People, equipment and material: the list, and one of them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.web.features import feature
from config.web.htmx import render, toast
from config.web.pagination import paginate
from projects.lifecycle.forms import apply
from projects.models import Organization
from projects.permissions import Right, rights_in_organization
from projects.requests import SignedInRequest
from resources.forms import LEVEL_WORDS, ResourceForm
from resources.models import Resource, ResourceKind
from resources.rows import KIND_ICONS, month_tables, resource_rows
from resources.selectors import detail
from resources.selectors.listing import ResourceFilters, resource_list, rows_of, skills_of, skills_to_choose
from resources.services.resources import EDITABLE, add_resource, edit_resource, set_active
from resources.views.finding import context_of, find_resource, own_organization

PAST_A_PAGE = 10


@feature("RESOURCE_MANAGEMENT")
@require_safe
@login_required
def resource_list_page(request: SignedInRequest) -> HttpResponse:
    """Resources by view, department, skill and words."""
    organization = own_organization(request)
    today, filters = timezone.localdate(), ResourceFilters.read(request.GET)
    found = resource_list(request.user, organization, filters, today=today)
    page = paginate(request, found.ids)
    rights = rights_in_organization(request.user, organization)
    own = Resource.objects.filter(organization=organization, user=request.user)
    skills = skills_to_choose(organization)
    context = {
        "section": "resources",
        "filters": filters,
        "page": page,
        "rows": resource_rows(rows_of(page.items, today=today), today=today),
        "counts": found.counts,
        "kinds": ResourceKind.choices,
        "departments": found.departments,
        "skills": skills,
        "chosen_skill": next((skill for skill in skills if skill.pk == filters.skill), None),
        "may_manage": Right.MANAGE_RESOURCES in rights,
        "own_id": own.values_list("pk", flat=True).first(),
    }
    return render(request, "resources/resource_list.html", context, partials=["resources"])


@feature("RESOURCE_MANAGEMENT")
@require_safe
@login_required
def resource_detail(request: SignedInRequest, resource_id: int) -> HttpResponse:
    """What it can do, when it is away, and for those who may see money what it costs."""
    resource = find_resource(request, resource_id)
    today = timezone.localdate()
    context = context_of(request, resource)
    context |= {
        "today": today,
        "skills": [(each, LEVEL_WORDS[each.level]) for each in skills_of([resource.pk])],
        "is_material": resource.kind == ResourceKind.MATERIAL,
    }
    if resource.kind != ResourceKind.MATERIAL:
        context |= _away(request, resource, reasons=context["may_enter_absences"])
    if Right.SEE_MONEY in context["rights"]:
        context["rates"] = detail.rates_of(resource, today=today)
    return render(request, "resources/resource_detail.html", context, partials=["months", "past-absences"])


def _away(request: SignedInRequest, resource: Resource, *, reasons: bool) -> dict[str, Any]:
    """Absences in three months and as lists; 有休 only for who may know why a person is away."""
    today, time = timezone.localdate(), detail.working_time_of(resource)
    first = detail.read_month(request.GET.get("month"), today)
    return {
        "months": month_tables(detail.months_of(resource, time, first=first), today=today),
        "month_before": f"{detail.add_months(first, -detail.MONTHS_SHOWN):%Y-%m}",
        "month_after": f"{detail.add_months(first, detail.MONTHS_SHOWN):%Y-%m}",
        "is_this_month": first == today.replace(day=1),
        "coming": detail.coming_absences(resource, today=today),
        "page": paginate(request, detail.past_absences(resource, today=today), per_page=PAST_A_PAGE),
        "paid": detail.paid_leave(resource, time, today=today)
        if reasons and resource.kind == ResourceKind.PERSON
        else None,
    }


@feature("RESOURCE_MANAGEMENT")
@require_http_methods(["GET", "POST"])
@login_required
def resource_add(request: SignedInRequest) -> HttpResponse:
    """The form for a new person or thing; `?kind=` says what."""
    organization = own_organization(request, Right.MANAGE_RESOURCES)
    kind = request.GET.get("kind", "")
    kind = kind if kind in ResourceKind.values else ResourceKind.PERSON.value
    form = ResourceForm(request.POST or None, organization=organization, kind=kind)
    if request.method == "POST" and form.is_valid():
        resource = apply(form, lambda: _add(form, organization, kind, request))
        if resource is not None:
            toast(request, _("「%(name)s」を登録しました") % {"name": resource.name})
            return redirect("resources:resource_detail", resource.pk)
    context = {
        "section": "resources",
        "form": form,
        "kind": kind,
        "kinds": [(value, label, KIND_ICONS[ResourceKind(value)]) for value, label in ResourceKind.choices],
    }
    return render(request, "resources/resource_form.html", context, status=422 if form.errors else 200)


def _add(form: ResourceForm, organization: Organization, kind: str, request: SignedInRequest) -> Resource:
    return add_resource(organization=organization, actor=request.user, kind=kind, **form.values)


@feature("RESOURCE_MANAGEMENT")
@require_http_methods(["GET", "POST"])
@login_required
def resource_edit(request: SignedInRequest, resource_id: int) -> HttpResponse:
    """Change the facts."""
    resource = find_resource(request, resource_id, Right.MANAGE_RESOURCES)
    initial = {name.removesuffix("_id"): getattr(resource, name) for name in EDITABLE}
    form = ResourceForm(
        request.POST or None, organization=resource.organization, kind=resource.kind, resource=resource,
        initial=initial,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        changed = apply(form, lambda: edit_resource(resource=resource, actor=request.user, **form.values))
        if changed is not None:
            toast(request, _("「%(name)s」を保存しました") % {"name": resource.name})
            return redirect("resources:resource_detail", resource.pk)
    context = context_of(request, resource, form=form)
    return render(request, "resources/resource_form.html", context, status=422 if form.errors else 200)


@feature("RESOURCE_MANAGEMENT")
@require_http_methods(["GET", "POST"])
@login_required
def resource_deactivate(request: SignedInRequest, resource_id: int) -> HttpResponse:
    """Ask, then take it out of the lists to choose from."""
    resource = find_resource(request, resource_id, Right.MANAGE_RESOURCES)
    if request.method == "POST":
        set_active(resource=resource, is_active=False, actor=request.user)
        undo = reverse("resources:resource_activate", args=[resource.pk])
        toast(request, _("「%(name)s」を無効にしました") % {"name": resource.name}, undo=undo)
        return redirect("resources:resource_detail", resource.pk)
    context = context_of(
        request, resource,
        question=_("「%(name)s」を無効にしますか") % {"name": resource.name},
        details=_("新しく担当に選べなくなります。今の担当と記録はそのまま残り、いつでも有効に戻せます。"),
        act=_("無効にする"), symbol="circle-slash", act_url=request.path,
    )  # fmt: skip
    return render(request, "resources/confirm.html", context, partials=["dialog"])


@feature("RESOURCE_MANAGEMENT")
@require_POST
@login_required
def resource_activate(request: SignedInRequest, resource_id: int) -> HttpResponse:
    """Bring it back into the lists to choose from."""
    resource = find_resource(request, resource_id, Right.MANAGE_RESOURCES)
    set_active(resource=resource, is_active=True, actor=request.user)
    toast(request, _("「%(name)s」を有効にしました") % {"name": resource.name})
    return redirect("resources:resource_detail", resource.pk)
