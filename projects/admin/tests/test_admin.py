"""Operators see everything, and change plans through services only."""

from typing import Any

from django.contrib import admin
from django.test import Client
from django.urls import reverse

from projects.models import AuditEntry, Holiday, Project


class TestAdmin:
    def test_opens_and_searches_every_list(self, operator_client: Client, chain: dict[str, Any]) -> None:
        for model in admin.site._registry:
            url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            assert operator_client.get(url).status_code == 200, url
            if admin.site._registry[model].search_fields:
                assert operator_client.get(url, {"q": "設計"}).status_code == 200, url

    def test_has_every_model_of_ours(self) -> None:
        from django.apps import apps

        ours = {
            m
            for app in ("projects", "resources", "tasks", "reports")
            for m in apps.get_app_config(app).get_models()
        }
        # The first is amounts and nothing else, which are for those who see money.
        derived_or_inline = {
            "BudgetAmount",
            "BaselineTask", "CalendarException", "PlanWrite", "TaskGram", "ResourceLoad", "ReportFile",
        }  # fmt: skip
        # Addresses and checkboxes of the admin carry keys, and the key of a session opens it.
        keys = {"UserSession", "ProviderSession"}
        # What a person may take back, has seen and wants to see: the record says the same of plans, and keeps amounts apart.
        of_one_person = {"ApiAnswer", "ChosenColumns", "PlanLook", "PlanStep", "PlanStepRow"}
        assert {
            m.__name__ for m in ours - set(admin.site._registry)
        } == derived_or_inline | keys | of_one_person

    def test_does_not_let_plan_data_be_edited(self, operator_client: Client, chain: dict[str, Any]) -> None:
        url = reverse("admin:tasks_task_change", args=[chain["設計"].pk])
        assert operator_client.get(url).status_code == 200
        assert operator_client.post(url, {"name": "x"}).status_code == 403
        assert operator_client.get(reverse("admin:tasks_task_add")).status_code == 403

    def test_deletes_tasks_through_the_service(
        self, operator_client: Client, chain: dict[str, Any], project: Project
    ) -> None:
        operator_client.post(
            reverse("admin:tasks_task_changelist"),
            {"action": "delete_with_all_below", "_selected_action": [chain["開発"].pk]},
        )
        project.refresh_from_db()
        assert project.task_count == 3
        entry = AuditEntry.objects.order_by("-sequence").filter(project=project).first()
        assert entry is not None
        assert (entry.action, entry.system_name, entry.actor and entry.actor.username) == (
            "task.deleted",
            "admin",
            "operator",
        )

    def test_restores_a_deleted_project(self, operator_client: Client, project: Project, cast: Any) -> None:
        url = reverse("admin:projects_project_changelist")
        for action, is_gone in (("delete_softly", True), ("restore", False)):
            operator_client.post(url, {"action": action, "_selected_action": [project.pk]})
            project.refresh_from_db()
            assert (project.deleted_at is not None) is is_gone

    def test_lets_a_holiday_be_called_off(self, operator_client: Client) -> None:
        day = Holiday.objects.get(held_on="2026-11-23")
        url = reverse("admin:projects_holiday_change", args=[day.pk])
        operator_client.post(url, {"held_on": "2026-11-23", "name": day.name})
        day.refresh_from_db()
        assert not day.is_observed

    def test_is_closed_to_other_people(self, leader_client: Client) -> None:
        assert leader_client.get("/admin/").status_code == 302
