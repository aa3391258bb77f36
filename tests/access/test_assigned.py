"""Fields that no form has: sent beside a good request, they change no organization, owner or role."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client

from projects.models import Organization, OrganizationMember, User
from tests.access.test_recorded import WRITING, address_and_data
from tests.access.world import World

#: Columns that tables have and that a form which took everything would set.
OWNERS: Final = ("organization", "organization_id", "current_organization")
PEOPLE: Final = (
    "owner", "author", "author_id", "created_by", "requested_by", "requested_by_id", "uploaded_by", "uploaded_by_id",
    "actor", "actor_id", "user_id", "leader_id", "recorded_by",
)  # fmt: skip
FLAGS: Final = ("is_staff", "is_superuser", "is_active", "may_see_money", "is_claimed")
ROWS: Final = ("id", "pk", "project_id", "task_id", "revision_id", "audit_sequence", "audit_hash", "state")


def unasked(typed: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """Fields beyond those that a good request has."""
    more = dict.fromkeys(OWNERS, theirs["organization"]) | dict.fromkeys(PEOPLE, theirs["user"])
    more |= dict.fromkeys(FLAGS, "on") | dict.fromkeys(ROWS, theirs["task"])
    more |= {"role": "admin", "organization_role": "admin", "memberships": "admin"}
    return {name: value for name, value in more.items() if name not in typed}


def fingerprint(organization_id: int) -> dict[str, str]:
    """Every row of an organization, by table."""
    found = {}
    for model in apps.get_models():
        fields = {field.name for field in model._meta.concrete_fields}
        if (
            "organization" in fields
            and model._meta.managed
            and not model._meta.db_table.startswith("project_summary")
        ):
            rows = model._default_manager.filter(organization=organization_id).order_by("pk").values_list()
            found[model.__name__] = hashlib.sha256(repr(list(rows)).encode()).hexdigest()
    return found


def privileges() -> list[Any]:
    """Who may do what anywhere."""
    people = User.objects.order_by("pk").values_list("pk", *FLAGS[:3])
    return [
        *people,
        *OrganizationMember.objects.order_by("pk").values_list(
            "user", "organization", "role", "may_see_money"
        ),
    ]


class TestFieldsThatNobodyAskedFor:
    @pytest.mark.parametrize("part", range(2))
    def test_change_no_organization_owner_or_role(
        self,
        world: World,
        things: dict[str, Any],
        theirs: dict[str, Any],
        part: int,
    ) -> None:
        client = next(actor for actor in world.actors if actor.is_maker).client()
        before = fingerprint(theirs["organization"]), privileges(), Organization.objects.count()
        changed, taken = [], 0
        for name in WRITING[part::2]:
            address, typed = address_and_data(world, things, client, name)
            cookies: Any = client.cookies.copy()
            with transaction.atomic():
                answer = client.post(address, typed | unasked(typed, theirs))
                taken += answer.status_code in {200, 302}
                after = fingerprint(theirs["organization"]), privileges(), Organization.objects.count()
                if after != before:
                    changed.append(f"{name} answered {answer.status_code}")
                changed += [f"{name}: {row}" for row in strays(theirs)]
                transaction.set_rollback(True)
            client.cookies = cookies
        assert taken > 20
        assert not changed, "\n".join(changed)

    def test_would_be_seen(self, theirs: dict[str, Any]) -> None:
        before = fingerprint(theirs["organization"])
        apps.get_model("tasks", "Task").objects.filter(pk=theirs["task"]).update(name="x")
        assert fingerprint(theirs["organization"]) != before
        assert len(before) > 20


def strays(theirs: dict[str, Any]) -> list[str]:
    """Rows of ours that belong to the stranger now."""
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is User and model._meta.managed:
                rows = model._default_manager.filter(**{field.name: theirs["user"]})
                names = {each.name for each in model._meta.concrete_fields}
                if "organization" in names:
                    found += [
                        f"{model.__name__}.{field.name}"
                        for _ in rows.exclude(organization=theirs["organization"])[:1]
                    ]
    return found


#: What a browser cannot send by a form of another site, or what proves itself in another way.
NO_TOKEN: Final = {
    "csp-report": "browsers send reports by themselves",
    "projects:sign_in_back_channel": "the provider signs what it says",
}


class TestForgedRequests:
    @pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["form", "htmx"])
    def test_are_refused_everywhere(
        self,
        world: World,
        things: dict[str, Any],
        headers: dict[str, str],
    ) -> None:
        maker = next(actor for actor in world.actors if actor.is_maker)
        usual, strict = maker.client(), Client(enforce_csrf_checks=True)
        strict.cookies = usual.cookies
        taken = {}
        for name in sorted(set(WRITING) - set(NO_TOKEN)):
            address, typed = address_and_data(world, things, usual, name)
            answer = strict.post(address, typed, headers=headers)
            if answer.status_code != 403:
                taken[name] = answer.status_code
        assert not taken
