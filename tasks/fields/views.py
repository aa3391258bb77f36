"""Pages of custom fields: those of the organization, and those that a project uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.db.models import BigIntegerField, Count, F, Func
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.web.htmx import render, toast
from projects.context import current_organization
from projects.errors import RuleBrokenError
from projects.lifecycle.forms import apply
from projects.models import Project
from projects.permissions import Right, require, require_in_organization, rights_in, rights_in_organization
from projects.requests import find_project
from tasks.fields import from_file, services
from tasks.fields.forms import FieldForm, UseForm
from tasks.models import CustomField, FieldKind, RollUp, Tone
from tasks.sheet.columns.custom import declared
from tasks.sheet.formulas import shown, titles_of

if TYPE_CHECKING:
    from projects.models import Organization
    from projects.requests import SignedInRequest


def _organization(request: SignedInRequest) -> Organization:
    organization = current_organization(request.user)
    if organization is None:
        raise Http404
    require_in_organization(request.user, Right.DEFINE_FIELDS, organization)
    return organization


def _find(request: SignedInRequest, field_id: int) -> CustomField:
    """A field of an organization in which the user has a place; 403 where they may not declare any."""
    field = get_object_or_404(CustomField.objects.select_related("organization"), pk=field_id)
    require_in_organization(request.user, Right.DEFINE_FIELDS, field.organization)
    return field


def _used_by(organization: Organization) -> dict[int, int]:
    """How many projects use each field; one query."""
    used = Func(F("field_ids"), function="unnest", output_field=BigIntegerField())
    projects = Project.objects.alive().filter(organization=organization)
    return dict(projects.values(used=used).annotate(count=Count("pk")).values_list("used", "count"))


def _row(field: CustomField, projects: int, formula: str) -> dict[str, Any]:
    return {
        "field": field, "formula": formula, "projects": projects, "is_offered": field.retired_at is None,
        "rule": RollUp(field.roll_up).label if field.roll_up else "",
        "choices": _("、").join(each[1] for each in field.choices if len(each) == 2),
    }  # fmt: skip


@require_safe
@login_required
def field_list(request: SignedInRequest) -> HttpResponse:
    """All fields that the organization has declared, retired ones below."""
    organization = _organization(request)
    used = _used_by(organization)
    fields = CustomField.objects.filter(organization=organization).order_by("position", "pk")
    known = [declared(field) for field in fields]
    rows = [_row(field, used.get(field.pk, 0), shown(field.formula, known)) for field in fields]
    context = {
        "section": "projects",
        "rows": [row for row in rows if row["is_offered"]],
        "retired": [row for row in rows if not row["is_offered"]],
    }
    return render(request, "tasks/fields/list.html", context)


def _form_context(form: FieldForm, organization_id: int) -> dict[str, Any]:
    rows = CustomField.objects.filter(organization_id=organization_id, retired_at__isnull=True)
    fields = [declared(row) for row in rows.order_by("position", "pk")]
    has_marks = any(form[f"mark_{tone}"].value() for tone in Tone.values)
    return {"section": "projects", "form": form, "has_marks": has_marks, "columns": titles_of(fields)}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def field_add(request: SignedInRequest) -> HttpResponse:
    """The form of a new field; its kind is chosen first, since the rest of the form hangs on it."""
    organization = _organization(request)
    asked = (request.POST if request.method == "POST" else request.GET).get("kind", "")
    kind = asked if asked in FieldKind.values else FieldKind.TEXT
    form = FieldForm(request.POST if request.method == "POST" else None, kind=kind)
    made = None
    if form.is_valid():
        made = apply(
            form,
            lambda: services.add_field(
                organization=organization, kind=kind, said=form.said, actor=request.user
            ),
        )
    if made is not None:
        toast(request, _("「%(name)s」を加えました。使うプロジェクトで選んでください") % {"name": made.name})
        return redirect("tasks:field_list")
    context = _form_context(form, organization.pk) | {"kind": kind, "kinds": FieldKind.choices}
    return render(request, "tasks/fields/form.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def field_edit(request: SignedInRequest, field_id: int) -> HttpResponse:
    """The form of a field; its kind stays."""
    field = _find(request, field_id)
    form = FieldForm(request.POST if request.method == "POST" else None, kind=field.kind, field=field)
    if form.is_valid():
        apply(form, lambda: services.edit_field(field=field, said=form.said, actor=request.user))
        if not form.errors:
            toast(request, _("「%(name)s」を保存しました") % {"name": field.name})
            return redirect("tasks:field_list")
        field.refresh_from_db()
    context = _form_context(form, field.organization_id) | {"kind": field.kind, "field": field}
    return render(request, "tasks/fields/form.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@login_required
def field_retire(request: SignedInRequest, field_id: int) -> HttpResponse:
    """Take a field out of all plans; it can be brought back."""
    field = _find(request, field_id)
    services.retire_field(field=field, actor=request.user)
    toast(request, _("「%(name)s」をしまいました。入力された値は残っています") % {"name": field.name})
    return redirect("tasks:field_list")


@require_POST
@login_required
def field_bring_back(request: SignedInRequest, field_id: int) -> HttpResponse:
    """Have a retired field again."""
    field = _find(request, field_id)
    services.bring_back_field(field=field, actor=request.user)
    toast(request, _("「%(name)s」を戻しました") % {"name": field.name})
    return redirect("tasks:field_list")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def fields_use(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Choose the fields that the plan of a project uses."""
    project = find_project(request, project_id)
    require(request.user, Right.EDIT_PROJECT, project)
    offered = list(
        CustomField.objects.filter(organization_id=project.organization_id, retired_at__isnull=True).order_by(
            "position", "pk"
        )
    )
    form = UseForm(
        request.POST if request.method == "POST" else None, offered=offered, used=project.field_ids
    )
    if form.is_valid():
        apply(form, lambda: services.use_fields(project=project, ids=form.ids, actor=request.user))
        if not form.errors:
            toast(request, _("使うカスタムフィールドを保存しました"))
            return redirect("tasks:wbs", project.pk)
    context = _use_context(request, project, form, offered)
    return render(request, "tasks/fields/use.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@login_required
def fields_take(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Have fields of the imported file as custom fields."""
    project = find_project(request, project_id)
    require(request.user, Right.EDIT_PROJECT, project)
    count = from_file.take_over(
        project=project, field_ids=request.POST.getlist("file_fields"), actor=request.user
    )
    if not count:
        raise RuleBrokenError(_("カスタムフィールドにするファイルのフィールドを選んでください。"))
    said = ngettext(
        "ファイルのフィールド%(count)d個をカスタムフィールドにしました",
        "ファイルのフィールド%(count)d個をカスタムフィールドにしました",
        count,
    )
    toast(request, said % {"count": count})
    return redirect("tasks:wbs", project.pk)


def _use_context(
    request: SignedInRequest, project: Project, form: UseForm, offered: list[CustomField]
) -> dict[str, Any]:
    chosen = {str(pk) for pk in (form["fields_used"].value() or ())}
    rows = [
        {"field": field, "is_used": str(field.pk) in chosen, "kind": FieldKind(field.kind).label}
        for field in offered
    ]
    rights = rights_in_organization(request.user, project.organization_id)
    return {
        "section": "projects", "tab": "wbs", "project": project, "form": form, "rows": rows,
        "may_declare": Right.DEFINE_FIELDS in rights, "file_fields": _of_file(request, project, may_declare=Right.DEFINE_FIELDS in rights),
    }  # fmt: skip


def _of_file(request: SignedInRequest, project: Project, *, may_declare: bool) -> list[from_file.Offered]:
    """What this user may take over of the imported file: amounts where they see money, new fields where they may declare some."""
    sees_money = Right.SEE_MONEY in rights_in(request.user, project)
    return [
        each
        for each in from_file.offered(project)
        if (may_declare or each.same) and (sees_money or each.kind != FieldKind.MONEY)
    ]
