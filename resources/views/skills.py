"""The organization's list of skills, and how good a person is at them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.web.features import feature
from config.web.htmx import render, toast
from projects.lifecycle.forms import apply
from projects.models import Organization
from projects.permissions import Right, require_in_organization, rights_in_organization
from projects.requests import SignedInRequest
from resources.forms import SkillForm, SkillLevelsForm
from resources.models import Skill
from resources.selectors.listing import holders_of_skills, skills_of, skills_to_choose
from resources.services.skills import add_skill, remove_skill, rename_skill, set_skills
from resources.views.finding import context_of, find_resource, own_organization


def _find_skill(request: SignedInRequest, skill_id: int) -> Skill:
    skills = Skill.objects.visible_to(request.user).select_related("organization")
    skill: Skill = get_object_or_404(skills, pk=skill_id)
    require_in_organization(request.user, Right.MANAGE_RESOURCES, skill.organization_id)
    return skill


def _list(request: SignedInRequest, organization: Organization, form: SkillForm) -> HttpResponse:
    holders = holders_of_skills(organization)
    context = {
        "section": "resources",
        "skills": [(skill, holders.get(skill.pk, 0)) for skill in skills_to_choose(organization)],
        "may_manage": Right.MANAGE_RESOURCES in rights_in_organization(request.user, organization),
        "form": form,
    }
    return render(request, "resources/skill_list.html", context, status=422 if form.errors else 200)


@feature("RESOURCE_MANAGEMENT")
@require_safe
@login_required
def skill_list(request: SignedInRequest) -> HttpResponse:
    """All skills, and how many have them."""
    return _list(request, own_organization(request), SkillForm())


@feature("RESOURCE_MANAGEMENT")
@require_POST
@login_required
def skill_add(request: SignedInRequest) -> HttpResponse:
    """One more for the list."""
    organization = own_organization(request, Right.MANAGE_RESOURCES)
    form = SkillForm(request.POST)
    if form.is_valid():
        name = form.cleaned_data["name"]
        skill = apply(form, lambda: add_skill(organization=organization, name=name, actor=request.user))
        if skill is not None:
            toast(request, _("「%(name)s」を加えました") % {"name": skill.name})
            return redirect("resources:skill_list")
    return _list(request, organization, form)


@feature("RESOURCE_MANAGEMENT")
@require_http_methods(["GET", "POST"])
@login_required
def skill_rename(request: SignedInRequest, skill_id: int) -> HttpResponse:
    """Another name; who has it keeps it."""
    skill = _find_skill(request, skill_id)
    form = SkillForm(request.POST or None, initial={"name": skill.name})
    if request.method == "POST" and form.is_valid() and apply(form, lambda: _rename(skill, form, request)):
        toast(request, _("「%(name)s」に変えました") % {"name": skill.name})
        return redirect("resources:skill_list")
    context = {"section": "resources", "skill": skill, "form": form}
    return render(request, "resources/skill_form.html", context, status=422 if form.errors else 200)


def _rename(skill: Skill, form: SkillForm, request: SignedInRequest) -> bool:
    rename_skill(skill=skill, name=form.cleaned_data["name"], actor=request.user)
    return True


@feature("RESOURCE_MANAGEMENT")
@require_http_methods(["GET", "POST"])
@login_required
def skill_remove(request: SignedInRequest, skill_id: int) -> HttpResponse:
    """Ask, then take a skill that no person has off the list."""
    skill = _find_skill(request, skill_id)
    if request.method == "POST":
        remove_skill(skill=skill, actor=request.user)
        toast(request, _("「%(name)s」を削除しました") % {"name": skill.name})
        return redirect("resources:skill_list")
    context: dict[str, Any] = {
        "section": "resources",
        "question": _("スキル「%(name)s」を削除しますか") % {"name": skill.name},
        "details": _("保有している人がいないスキルだけを削除できます。"),
        "act": _("削除する"),
        "symbol": "trash-2",
        "act_url": request.path,
    }
    return render(request, "resources/confirm.html", context, partials=["dialog"])


@feature("RESOURCE_MANAGEMENT")
@require_http_methods(["GET", "POST"])
@login_required
def resource_skills(request: SignedInRequest, resource_id: int) -> HttpResponse:
    """What a person is good at, from the organization's list."""
    resource = find_resource(request, resource_id, Right.MANAGE_RESOURCES)
    skills = skills_to_choose(resource.organization)
    initial = {f"skill-{each.skill_id}": each.level for each in skills_of([resource.pk])}
    form = SkillLevelsForm(request.POST or None, skills=skills, initial=initial)
    if request.method == "POST" and form.is_valid():
        set_skills(resource=resource, levels=form.levels, actor=request.user)
        toast(request, _("「%(name)s」のスキルを保存しました") % {"name": resource.name})
        return redirect("resources:resource_detail", resource.pk)
    context = context_of(request, resource, form=form)
    return render(request, "resources/resource_skills.html", context, status=422 if form.errors else 200)
