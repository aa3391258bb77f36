"""Who and what there is: people, equipment and material of an organization."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from projects.changes import changing_organization
from projects.errors import RuleBrokenError
from projects.models import Calendar, OrganizationMember
from projects.permissions import Right
from resources.models import Resource, ResourceKind

if TYPE_CHECKING:
    from projects.models import Organization, User
    from projects.permissions import System

#: What can be changed; a kind stays, since plans count people and material in different ways.
EDITABLE: Final = ("name", "kana", "user_id", "department", "calendar_id", "capacity_percentage", "unit")
#: A row of equipment may stand for ten machines alike: 1000 % is ten tasks at a time. A person is one.
MOST_CAPACITY: Final = {ResourceKind.PERSON: 100, ResourceKind.EQUIPMENT: 1000, ResourceKind.MATERIAL: 100}


def add_resource(
    *, organization: Organization, actor: User | System, kind: str = ResourceKind.PERSON, **fields: Any
) -> Resource:
    """Bring a person or thing into the organization's list."""
    with changing_organization(organization, actor=actor, needs=Right.MANAGE_RESOURCES) as record:
        resource = Resource(organization=organization, kind=kind)
        _fill(resource, fields)
        with _linked_once():
            resource.save()
        values = {name: getattr(resource, name) for name in EDITABLE if getattr(resource, name)}
        record("resource.added", target=resource, after={"resource": resource.pk, "kind": kind, **values})
    return resource


def edit_resource(*, resource: Resource, actor: User | System, **fields: Any) -> frozenset[str]:
    """Change what is known of a resource; returns the names of what changed."""
    with changing_organization(resource.organization, actor=actor, needs=Right.MANAGE_RESOURCES) as record:
        resource.refresh_from_db(
            fields=EDITABLE, from_queryset=Resource.objects.select_for_update(no_key=True)
        )
        before = {name: getattr(resource, name) for name in EDITABLE}
        _fill(resource, fields)
        after = {name: value for name in EDITABLE if (value := getattr(resource, name)) != before[name]}
        if after:
            with _linked_once():
                resource.save(update_fields=list(after))
            record(
                "resource.edited", target=resource, before={name: before[name] for name in after},
                after={"resource": resource.pk, **after},
            )  # fmt: skip
    return frozenset(after)


def set_active(*, resource: Resource, is_active: bool, actor: User | System) -> None:
    """Take a resource out of the lists to choose from, or back into them; what it is assigned to stays."""
    with changing_organization(resource.organization, actor=actor, needs=Right.MANAGE_RESOURCES) as record:
        changed = Resource.objects.filter(pk=resource.pk, is_active=not is_active).update(is_active=is_active)
        resource.is_active = is_active
        if changed:
            action = "resource.activated" if is_active else "resource.deactivated"
            record(action, target=resource, after={"resource": resource.pk})


def _fill(resource: Resource, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        if name not in EDITABLE:
            raise ValueError(f"not editable: {name}")
        setattr(resource, name, value)
    if resource.kind != ResourceKind.PERSON:
        resource.user_id = None
    if resource.kind == ResourceKind.MATERIAL:
        resource.calendar_id, resource.capacity_percentage = None, 100
    else:
        resource.unit = ""
    _check(resource)


def _check(resource: Resource) -> None:
    if resource.kind not in ResourceKind.values:
        raise RuleBrokenError(_("この種類は選べません。一覧から選び直してください。"), field="kind")
    if not resource.name.strip():
        raise RuleBrokenError(_("名称を入力してください。"), field="name")
    most = MOST_CAPACITY[ResourceKind(resource.kind)]
    if not 1 <= resource.capacity_percentage <= most:
        raise RuleBrokenError(
            _("稼働上限は1から%(most)sの整数で入力してください。") % {"most": most},
            field="capacity_percentage",
        )
    own = Q(project=None) | Q(project=resource.project_id)
    calendars = Calendar.objects.filter(own, organization=resource.organization_id)
    if resource.calendar_id and not calendars.filter(pk=resource.calendar_id).exists():
        raise RuleBrokenError(_("このカレンダーは選べません。一覧から選び直してください。"), field="calendar")
    if resource.user_id:
        _check_user(resource)


def _check_user(resource: Resource) -> None:
    members = OrganizationMember.objects.filter(organization=resource.organization_id)
    if not members.filter(user=resource.user_id).exists():
        raise RuleBrokenError(_("このユーザーは組織のメンバーではないため、選べません。"), field="user")
    others = Resource.objects.filter(organization=resource.organization_id, user=resource.user_id)
    other = others.exclude(pk=resource.pk).first()
    if other:
        raise RuleBrokenError(
            _("このユーザーは「%(name)s」に結び付いています。先にそちらを外してください。")
            % {"name": other.name},
            field="user",
        )


@contextmanager
def _linked_once() -> Iterator[None]:
    """Two people who link one account at the same moment: the second one is told, as if it came later."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "user_is_a_resource_once" not in str(error):
            raise
        message = _("このユーザーは、今ほかの人が別のリソースに結び付けました。一覧を開き直してください。")
        raise RuleBrokenError(message, field="user") from error
