"""Addresses of people, equipment and material."""

from django.urls import path

from resources.views import absences, rates, resources, skills

app_name = "resources"
urlpatterns = [
    path("resources/", resources.resource_list_page, name="resource_list"),
    path("resources/new/", resources.resource_add, name="resource_add"),
    path("resources/skills/", skills.skill_list, name="skill_list"),
    path("resources/skills/add/", skills.skill_add, name="skill_add"),
    path("resources/skills/<int:skill_id>/", skills.skill_rename, name="skill_rename"),
    path("resources/skills/<int:skill_id>/remove/", skills.skill_remove, name="skill_remove"),
    path("resources/<int:resource_id>/", resources.resource_detail, name="resource_detail"),
    path("resources/<int:resource_id>/edit/", resources.resource_edit, name="resource_edit"),
    path(
        "resources/<int:resource_id>/deactivate/", resources.resource_deactivate, name="resource_deactivate"
    ),
    path("resources/<int:resource_id>/activate/", resources.resource_activate, name="resource_activate"),
    path("resources/<int:resource_id>/skills/", skills.resource_skills, name="resource_skills"),
    path("resources/<int:resource_id>/absences/new/", absences.absence_add, name="absence_add"),
    path(
        "resources/<int:resource_id>/absences/<int:absence_id>/", absences.absence_edit, name="absence_edit"
    ),
    path(
        "resources/<int:resource_id>/absences/<int:absence_id>/remove/",
        absences.absence_remove,
        name="absence_remove",
    ),
    path("resources/<int:resource_id>/rates/new/", rates.rate_add, name="rate_add"),
    path("resources/<int:resource_id>/rates/<int:rate_id>/", rates.rate_edit, name="rate_edit"),
    path("resources/<int:resource_id>/rates/<int:rate_id>/remove/", rates.rate_remove, name="rate_remove"),
]
