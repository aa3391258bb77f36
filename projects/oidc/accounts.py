"""From what the provider says to people and memberships of ours."""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from projects.audit import installation
from projects.changes import changing_organization
from projects.models import Identity, Organization, OrganizationMember, OrganizationRole, User
from projects.oidc import provider
from projects.oidc.refusals import RefusalReason, SignInRefusedError
from projects.permissions import System
from projects.rls import scope

if TYPE_CHECKING:
    from projects.changes import Recorder
    from projects.oidc.claims import ClaimedPerson

logger = logging.getLogger(__name__)
DOOR: Final = "keycloak"


def find_or_make(person: ClaimedPerson) -> Identity:
    """The account of issuer and subject, made when it is new and belongs somewhere; then as the provider describes it.

    Never found by name or address: who may choose those could choose another person's.
    """
    with transaction.atomic():
        identity = _identity(person) or _make(person)
        if not identity.user.is_active:
            raise SignInRefusedError(RefusalReason.SWITCHED_OFF, user=identity.user)
        describe(identity.user, person)
        settle_memberships(identity.user, person)
        belongs = OrganizationMember.objects.filter(user=identity.user).exists()
    # After the commit: what the provider has taken away stays away, also where that was the last.
    if not belongs and not identity.user.is_staff:
        raise SignInRefusedError(RefusalReason.NO_PLACE, user=identity.user)
    return identity


def _identity(person: ClaimedPerson) -> Identity | None:
    found = Identity.objects.select_related("user").filter(issuer=provider.issuer(), subject=person.subject)
    return found.first()


def _make(person: ClaimedPerson) -> Identity:
    if not Organization.objects.filter(code__in=person.places).exists():
        raise SignInRefusedError(RefusalReason.NO_PLACE)
    try:
        return _insert(person, _free_username(person))
    except IntegrityError:
        # Two windows at once, and the other one was first; or another person took the name in this very moment.
        return _identity(person) or _insert(person, _own_username(person))


def _insert(person: ClaimedPerson, username: str) -> Identity:
    with transaction.atomic():
        user = User.objects.create_user(
            username, person.display_name or person.username, language=person.language
        )
        installation.note(
            "user.added", actor=System(DOOR, user=user), target=user, after={"username": username}
        )
        return Identity.objects.create(user=user, issuer=provider.issuer(), subject=person.subject)


def _free_username(person: ClaimedPerson) -> str:
    """The provider's name for the person, as long as it is not taken: it is for reading only."""
    is_free = person.username and not User.objects.filter(username__iexact=person.username).exists()
    return person.username if is_free else _own_username(person)


def _own_username(person: ClaimedPerson) -> str:
    """The name with something added that no one else can have."""
    digest = hashlib.sha256(f"{provider.issuer()} {person.subject}".encode()).hexdigest()
    return f"{person.username or 'user'}-{digest[:16]}"


def describe(user: User, person: ClaimedPerson) -> None:
    """Name and address as the provider has them; an address that it has not verified is left out."""
    new = {"display_name": person.display_name, "email": person.email}
    changed = {name: value for name, value in new.items() if value and value != getattr(user, name)}
    for name, value in changed.items():
        setattr(user, name, value)
    if changed:
        user.save(update_fields=list(changed))


def settle_memberships(user: User, person: ClaimedPerson) -> None:
    """Memberships as the groups and roles say; what others have entered by hand stays, where those say nothing."""
    with transaction.atomic():
        # One session of the person after the other.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        known = Organization.objects.in_bulk(list(person.places), field_name="code")
        wanted = {known[code].pk: role for code, role in person.places.items() if code in known}
        members = {member.organization_id: member for member in OrganizationMember.objects.filter(user=user)}
        gone = {pk for pk, member in members.items() if member.is_claimed and pk not in wanted}
        differ = {pk for pk, role in wanted.items() if not _is_settled(members.get(pk), role)}
        for organization in Organization.objects.filter(pk__in=gone | differ).order_by("pk"):
            with (
                scope.scope([organization.pk]),
                changing_organization(organization, actor=System(DOOR, user=user)) as record,
            ):
                _settle(record, user, organization, members.get(organization.pk), wanted.get(organization.pk))
    unknown = sorted(set(person.places) - set(known))
    if unknown:
        logger.warning("Groups of %s organizations that do not exist here.", len(unknown))


def _is_settled(member: OrganizationMember | None, role: str) -> bool:
    return member is not None and member.role == role and member.is_claimed


def _settle(
    record: Recorder,
    user: User,
    organization: Organization,
    member: OrganizationMember | None,
    role: str | None,
) -> None:
    before = {"user": user.pk, "role": member.role} if member else None
    if member is not None and role is None:
        record("organizationmember.removed", target=member, before=before)
        member.delete()
    elif member is None and role is not None:
        member = OrganizationMember.objects.create(
            user=user, organization=organization, role=role, is_claimed=True
        )
        record("organizationmember.added", target=member, after={"user": user.pk, "role": role})
    elif member is not None and role is not None:
        member.role, member.is_claimed = role, True
        member.save(update_fields=["role", "is_claimed"])
        record(
            "organizationmember.edited", target=member, before=before, after={"user": user.pk, "role": role}
        )


def note_use(identity: Identity) -> None:
    """Remember when the person signed in last."""
    Identity.objects.filter(pk=identity.pk).update(signed_in_at=timezone.now())


def needs_second_factor(user: User) -> bool:
    """Whether the person can do so much that a password is not enough: admins and operators."""
    if user.is_staff:
        return True
    known: dict[int, OrganizationMember] | None = user.__dict__.get("_memberships")
    if known is not None:
        return any(member is not None and member.role == OrganizationRole.ADMIN for member in known.values())
    return OrganizationMember.objects.filter(user=user, role=OrganizationRole.ADMIN).exists()
