"""Django admin of people and machines, for operators."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from projects.admin.site import RecordedAdmin, reschedule_all_open
from projects.models import Project
from resources.models import Absence, Resource, ResourceRate, ResourceSkill, Skill


@admin.register(Resource)
class ResourceAdmin(RecordedAdmin):
    """People, equipment and material."""

    list_display = ("name", "kana", "kind", "department", "organization", "is_active")
    list_filter = ("organization", "kind", "is_active")
    search_fields = ("name", "kana", "department")
    raw_id_fields = ("user", "calendar", "project")


@admin.register(Skill)
class SkillAdmin(RecordedAdmin):
    """What people can be good at."""

    list_display = ("name", "organization")
    list_filter = ("organization",)
    search_fields = ("name",)


@admin.register(ResourceSkill)
class ResourceSkillAdmin(RecordedAdmin):
    """Who can do what, and how well."""

    list_display = ("resource", "skill", "level")
    list_filter = ("organization", "skill")
    list_select_related = ("resource", "skill")
    search_fields = ("resource__name", "skill__name")
    raw_id_fields = ("resource", "skill")


@admin.register(Absence)
class AbsenceAdmin(RecordedAdmin):
    """Leave; the plans of the organization are computed again after a change."""

    list_display = ("resource", "first_on", "last_on", "portion", "kind", "reason")
    list_filter = ("organization", "kind", "portion")
    list_select_related = ("resource",)
    search_fields = ("resource__name", "reason")
    raw_id_fields = ("resource",)
    date_hierarchy = "first_on"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, then let the plans follow."""
        super().save_model(request, obj, form, change)
        reschedule_all_open(Project.objects.filter(organization=obj.organization))


@admin.register(ResourceRate)
class ResourceRateAdmin(RecordedAdmin):
    """What an hour costs, and from when."""

    list_display = ("resource", "valid_from", "cost_per_hour")
    # The database cannot sort what it cannot read.
    sortable_by = ("resource", "valid_from")
    list_filter = ("organization",)
    list_select_related = ("resource",)
    search_fields = ("resource__name",)
    raw_id_fields = ("resource",)
