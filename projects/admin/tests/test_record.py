"""What operators change is in the records of whom it concerns."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django_celery_beat.models import PeriodicTask

from projects.admin.installation import RecordedEverywhere
from projects.admin.organizations import IdentityAdmin
from projects.admin.site import ReadOnlyAdmin, RecordedAdmin
from projects.models import (
    AuditEntry,
    Calendar,
    Holiday,
    InstallationEntry,
    JobTitle,
    Organization,
    OrganizationMember,
    User,
)


def told(action: str) -> list[tuple[str, str, Any, Any]]:
    """Whose records tell of it, who did it, and the values before and after."""
    found = AuditEntry.objects.filter(action=action, system_name="admin").order_by("organization__code", "pk")
    names = ("organization__code", "actor__username", "before", "after")
    return list(found.values_list(*names))


def filled(operator_client: Client, address: str, **changes: Any) -> dict[str, Any]:
    """What a browser would send of a page of the admin, with some fields changed."""
    form = operator_client.get(address).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    typed = {
        name: value for name, value in values.items() if value is not None and value is not False
    } | changes
    return {name: value for name, value in typed.items() if value is not None}


def change(operator_client: Client, person: User, **changes: Any) -> None:
    address = reverse("admin:projects_user_change", args=[person.pk])
    answer = operator_client.post(address, filled(operator_client, address, **changes))
    assert answer.status_code == 302, answer.context["errors"]


class TestEveryPage:
    def test_is_for_reading_or_recorded(self) -> None:
        kinds = (ReadOnlyAdmin, RecordedAdmin, RecordedEverywhere, IdentityAdmin)
        assert not [model for model, page in admin.site._registry.items() if not isinstance(page, kinds)]


class TestPeople:
    @pytest.mark.parametrize("field", ["is_staff", "is_superuser"])
    def test_becoming_an_operator_is_in_all_records(
        self, operator_client: Client, cast: Any, field: str, operator: User
    ) -> None:
        change(operator_client, cast.leader, **{"is_staff": "on", field: "on"})
        lines = told("user.edited")
        assert [line[:2] for line in lines] == [("kaku", "operator"), ("yoso", "operator")]
        for _code, _actor, before, after in lines:
            assert (before[field], after[field]) == (False, True)

    def test_no_longer_being_one_too(self, operator_client: Client, cast: Any) -> None:
        User.objects.filter(pk=cast.leader.pk).update(is_staff=True)
        change(operator_client, cast.leader, is_staff=None)
        assert [(line[0], line[3]) for line in told("user.edited")] == [
            ("kaku", {"is_staff": False}),
            ("yoso", {"is_staff": False}),
        ]

    def test_switched_off_is_in_the_records_of_their_own(self, operator_client: Client, cast: Any) -> None:
        change(operator_client, cast.leader, is_active=None)
        assert told("user.edited") == [("kaku", "operator", {"is_active": True}, {"is_active": False})]

    def test_passwords_are_told_without_them(self, operator_client: Client, cast: Any) -> None:
        address = reverse("admin:auth_user_password_change", args=[cast.leader.pk])
        new = "a very long pass phrase"
        answer = operator_client.post(
            address, {"password1": new, "password2": new, "usable_password": "true"}
        )
        assert answer.status_code == 302
        assert told("user.password_changed") == [("kaku", "operator", None, None)]
        typed = {
            "username": "new",
            "display_name": "新人",
            "password1": new,
            "password2": new,
            "usable_password": "true",
        }
        operator_client.post(reverse("admin:projects_user_add"), typed)
        hashes = User.objects.filter(username__in=["leader", "new"]).values_list("password", flat=True)
        kept = str(list(AuditEntry.objects.values_list("before", "after")))
        assert len(hashes) == 2
        assert not [secret for secret in (new, *hashes) if secret in kept]


class TestRecordOfTheInstallation:
    def lines(self) -> list[tuple[str, Any, Any]]:
        found = InstallationEntry.objects.order_by("sequence")
        return list(found.values_list("action", "actor__username", "target_id"))

    def test_has_people_who_belong_nowhere(self, operator_client: Client, operator: User) -> None:
        typed = {
            "username": "new", "display_name": "新人", "password1": "a very long pass phrase",
            "password2": "a very long pass phrase", "usable_password": "true",
        }  # fmt: skip
        answer = operator_client.post(reverse("admin:projects_user_add"), typed)
        assert answer.status_code == 302
        assert self.lines() == [("user.added", "operator", User.objects.get(username="new").pk)]

    def test_has_sign_ins_of_operators(self, client: Client, operator: User) -> None:
        typed = {"username": "operator", "password": "wrong"}  # pragma: allowlist secret
        client.post("/admin/login/", typed)
        client.post("/admin/login/", typed | {"password": "secret-of-the-test"})  # pragma: allowlist secret
        client.post("/sign-out/")
        told = [
            (action, "operator", operator.pk)
            for action in ("session.refused", "session.started", "session.ended")
        ]
        assert self.lines() == told

    def test_has_the_password_that_operators_change_themselves(
        self, operator_client: Client, operator: User, cast: Any
    ) -> None:
        new = "a very long pass phrase"
        typed = {"old_password": "secret-of-the-test", "new_password1": new, "new_password2": new}
        wrong = operator_client.post("/admin/password_change/", typed | {"old_password": "x"})
        assert (wrong.status_code, self.lines()) == (200, [])
        assert operator_client.post(reverse("admin:password_change"), typed).status_code == 302
        operator.refresh_from_db()
        assert operator.check_password(new)
        assert self.lines() == [("user.password_changed", "operator", operator.pk)]
        assert [line[0] for line in told("user.password_changed")] == ["kaku", "yoso"]

    def test_has_accounts_of_the_provider(self, operator_client: Client, operator: User) -> None:
        typed = {"user": operator.pk, "issuer": "https://id.example.jp/realms/itdo", "subject": "f:1"}
        operator_client.post(reverse("admin:projects_identity_add"), typed)
        assert self.lines() == [("identity.added", "operator", operator.pk)]

    def test_is_read_in_admin_and_not_changed(self, operator_client: Client, operator: User) -> None:
        operator_client.get("/admin/")
        typed = {"user": operator.pk, "issuer": "https://id.example.jp/realms/itdo", "subject": "f:1"}
        operator_client.post(reverse("admin:projects_identity_add"), typed)
        entry = InstallationEntry.objects.get()
        address = reverse("admin:projects_installationentry_change", args=[entry.pk])
        assert "identity.added" in operator_client.get(address).content.decode()
        assert operator_client.post(address, {"action": "x"}).status_code == 403

    def test_of_a_moved_place_is_in_those_of_both_companies(
        self, operator_client: Client, cast: Any, organization: Organization
    ) -> None:
        place = OrganizationMember.objects.get(user=cast.outsider)
        other = Organization.objects.get(code="yoso")
        address = reverse("admin:projects_organizationmember_change", args=[place.pk])
        sent = filled(operator_client, address, organization=other.pk, role="guest")
        assert operator_client.post(address, sent).status_code == 302
        place.refresh_from_db()
        assert (place.organization_id, place.role) == (other.pk, "guest")
        user = cast.outsider.pk
        assert told("organizationmember.removed") == [
            ("kaku", "operator", {"user": user, "role": "member"}, None)
        ]
        assert told("organizationmember.added") == [
            ("yoso", "operator", None, {"user": user, "role": "guest"})
        ]
        assert told("organizationmember.edited") == []
        (entry,) = InstallationEntry.objects.all()
        assert (entry.before["organization"], entry.after["organization"]) == (organization.pk, other.pk)


class TestInstallation:
    def test_holidays_are_in_all_records(self, operator_client: Client, cast: Any) -> None:
        day = Holiday.objects.get(held_on="2026-11-23")
        address = reverse("admin:projects_holiday_change", args=[day.pk])
        operator_client.post(address, {"held_on": "2026-11-23", "name": day.name})
        assert [(line[0], line[3]) for line in told("holiday.edited")] == [
            ("kaku", {"is_observed": False}),
            ("yoso", {"is_observed": False}),
        ]

    def test_what_the_clock_is_told_by_a_list_is_too(
        self, operator_client: Client, organization: Organization
    ) -> None:
        task = PeriodicTask.objects.order_by("pk").first()
        address = reverse("admin:django_celery_beat_periodictask_changelist")
        operator_client.post(address, {"action": "disable_tasks", "_selected_action": [task.pk]})
        task.refresh_from_db()
        assert not task.enabled
        assert told("periodictask.edited") == [("kaku", "operator", None, {"action": "disable_tasks"})]

    def test_deleting_is(self, operator_client: Client, organization: Organization) -> None:
        day = Holiday.objects.get(held_on="2026-11-23")
        address = reverse("admin:projects_holiday_changelist")
        operator_client.post(
            address, {"action": "delete_selected", "_selected_action": [day.pk], "post": "yes"}
        )
        assert not Holiday.objects.filter(pk=day.pk).exists()
        assert [line[0] for line in told("holiday.removed")] == ["kaku"]


class TestOrganizations:
    def test_new_ones_begin_with_a_calendar(self, operator_client: Client) -> None:
        sent = {
            "code": "shin", "name": "新会社", "minutes_per_day": "480", "days_per_month": "20", "fiscal_year_start_month": "4",
        }  # fmt: skip
        answer = operator_client.post(reverse("admin:projects_organization_add"), sent)
        assert answer.status_code == 302
        made = Organization.objects.get(code="shin")
        assert Calendar.objects.get(organization=made, is_default=True).name == "会社カレンダー"
        assert [line[0] for line in (*told("organization.added"), *told("calendar.added"))] == [
            "shin",
            "shin",
        ]

    def test_rows_stay_in_their_own(self, operator_client: Client, cast: Any) -> None:
        title = JobTitle.objects.get(organization__code="kaku")
        address = reverse("admin:projects_jobtitle_change", args=[title.pk])
        other = Organization.objects.get(code="yoso")
        operator_client.post(address, filled(operator_client, address, organization=other.pk))
        title.refresh_from_db()
        assert title.organization.code == "kaku"

    def test_rows_are_in_the_record_of_their_own(
        self, operator_client: Client, cast: Any, organization: Organization
    ) -> None:
        title = JobTitle.objects.get(organization=organization)
        address = reverse("admin:projects_jobtitle_change", args=[title.pk])
        operator_client.post(address, filled(operator_client, address, name="設計者"))
        assert told("jobtitle.edited") == [("kaku", "operator", {"name": "開発者"}, {"name": "設計者"})]

    def test_days_of_a_calendar_are(self, operator_client: Client, calendar: Calendar) -> None:
        address = reverse("admin:projects_calendar_change", args=[calendar.pk])
        page = operator_client.get(address)
        rows = page.context["inline_admin_formsets"][0].formset
        sent = {f"{rows.prefix}-{name}": value for name, value in rows.management_form.initial.items()}
        for place, row in enumerate(rows.forms):
            sent |= {
                f"{rows.prefix}-{place}-{name}": row[name].value()
                for name in row.fields
                if row[name].value() is not None
            }
        place = sent[f"{rows.prefix}-INITIAL_FORMS"]
        sent |= {
            f"{rows.prefix}-TOTAL_FORMS": place + 1, f"{rows.prefix}-{place}-name": "創立記念日",
            f"{rows.prefix}-{place}-first_on": "2026-05-20", f"{rows.prefix}-{place}-last_on": "2026-05-20",
            f"{rows.prefix}-{place}-shifts": "[]", f"{rows.prefix}-{place}-recurrence": "null",
            f"{rows.prefix}-{place}-calendar": calendar.pk,
        }  # fmt: skip
        answer = operator_client.post(address, filled(operator_client, address) | sent)
        assert answer.status_code == 302, answer.context["errors"]
        ((code, actor, before, after),) = told("calendar.edited")
        assert (code, actor, before) == ("kaku", "operator", {"exceptions": []})
        assert any("創立記念日" in name for name in after["exceptions"])
