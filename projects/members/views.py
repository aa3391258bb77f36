"""Who takes part in a project."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config.web.htmx import render, toast
from projects.lifecycle.forms import apply
from projects.members.forms import MemberForm
from projects.members.selectors import members_of
from projects.members.services import add_member, change_member, remove_member
from projects.models import Project, ProjectMember
from projects.permissions import Right, require, rights_in
from projects.requests import SignedInRequest, find_project


def _find_member(request: SignedInRequest, project_id: int, member_id: int) -> ProjectMember:
    members = ProjectMember.objects.visible_to(request.user).filter(project=project_id)
    return get_object_or_404(members.select_related("user", "project__organization"), pk=member_id)


def _context(project: Project, request: SignedInRequest, **more: Any) -> dict[str, Any]:
    rights = rights_in(request.user, project)
    return {"section": "projects", "tab": "members", "project": project, "rights": rights, **more}


@require_safe
@login_required
def member_list(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Members by role and reading."""
    project = find_project(request, project_id, "organization")
    context = _context(project, request, members=members_of(project))
    return render(request, "projects/members/list.html", context, partials=["members"])


@require_http_methods(["GET", "POST"])
@login_required
def member_add(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Bring a person in."""
    project = find_project(request, project_id, "organization")
    require(request.user, Right.MANAGE_MEMBERS, project)
    form = MemberForm(request.POST or None, project=project, rights=rights_in(request.user, project))
    if request.method == "POST" and form.is_valid():
        user = form.cleaned_data["user"]
        if apply(form, lambda: add_member(project=project, user=user, actor=request.user, **form.values)):
            toast(request, _("%(person)sさんをメンバーに加えました") % {"person": user})
            return redirect("projects:member_list", project.pk)
    context = _context(project, request, form=form)
    return render(request, "projects/members/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@login_required
def member_edit(request: SignedInRequest, project_id: int, member_id: int) -> HttpResponse:
    """Change role, title, share or dates."""
    member = _find_member(request, project_id, member_id)
    project = member.project
    require(request.user, Right.MANAGE_MEMBERS, project)
    names = ("role", "job_title", "allocation_percentage", "start_date", "end_date", "may_see_money")
    form = MemberForm(
        request.POST or None, project=project, rights=rights_in(request.user, project), member=member,
        initial={name: getattr(member, name) for name in names},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and apply(form, lambda: _change(member, form, request)):
        toast(request, _("%(person)sさんの役割や期間を保存しました") % {"person": member.user})
        return redirect("projects:member_list", project.pk)
    context = _context(project, request, form=form, member=member)
    return render(request, "projects/members/form.html", context, status=422 if form.errors else 200)


def _change(member: ProjectMember, form: MemberForm, request: SignedInRequest) -> bool:
    change_member(member=member, actor=request.user, **form.values)
    return True


@require_http_methods(["GET", "POST"])
@login_required
def member_remove(request: SignedInRequest, project_id: int, member_id: int) -> HttpResponse:
    """Ask, then take a person out; the last leader stays."""
    member = _find_member(request, project_id, member_id)
    require(request.user, Right.MANAGE_MEMBERS, member.project)
    if request.method == "POST":
        remove_member(member=member, actor=request.user)
        toast(request, _("%(person)sさんをメンバーから外しました") % {"person": member.user})
        return redirect("projects:member_list", project_id)
    told = _("このプロジェクトを見られなくなります。担当しているタスクとこれまでの記録は、そのまま残ります。")
    context = _context(
        member.project, request, details=[told], act=_("外す"), symbol="user-minus",
        question=_("%(person)sさんをメンバーから外しますか") % {"person": member.user},
        act_url=reverse("projects:member_remove", args=[project_id, member_id]),
        back_url=reverse("projects:member_list", args=[project_id]),
    )  # fmt: skip
    return render(request, "projects/confirm.html", context, partials=["dialog"])
