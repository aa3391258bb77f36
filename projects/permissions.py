"""Who may do what: this table is the only source.

Seeing is decided by `visible_to` (a stranger meets 404); doing by `require` (a wrong role meets 403).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from projects.errors import NotAllowedError
from projects.models import OrganizationMember, OrganizationRole, ProjectMember, ProjectRole, TokenScope

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from projects.models import Organization, Project, User


class Right(enum.StrEnum):
    """Something that a role allows."""

    VIEW = "view"
    COMMENT = "comment"
    REPORT_PROGRESS = "report_progress"  # on one's own tasks
    EDIT_PLAN = "edit_plan"
    EDIT_PROJECT = "edit_project"
    MANAGE_MEMBERS = "manage_members"
    DELETE_PROJECT = "delete_project"
    RESTORE_PROJECT = "restore_project"
    CREATE_PROJECT = "create_project"
    MANAGE_ORGANIZATION = "manage_organization"
    DEFINE_FIELDS = "define_fields"  # custom fields of the organization's plans
    SHARE_VIEWS = "share_views"  # views of sheet and chart that the whole organization is offered
    VIEW_RESOURCES = "view_resources"  # people and equipment, and one's own absences
    MANAGE_RESOURCES = "manage_resources"
    SEE_MONEY = "see_money"
    KEEP_HOURS = "keep_hours"  # one's own week
    APPROVE_HOURS = "approve_hours"  # the weeks of those who worked on the project
    CLOSE_MONTHS = "close_months"  # and say which kinds of indirect work there are
    VIEW_RECORD = "view_record"  # who did what in the whole organization, sign-ins included


_VIEWER = frozenset({Right.VIEW})
_CONTRIBUTOR = _VIEWER | {Right.COMMENT, Right.REPORT_PROGRESS}
_PLANNER = _CONTRIBUTOR | {Right.EDIT_PLAN}
_LEADER = _PLANNER | {
    Right.EDIT_PROJECT, Right.MANAGE_MEMBERS, Right.DELETE_PROJECT, Right.APPROVE_HOURS,
}  # fmt: skip

PROJECT_RIGHTS: dict[str, frozenset[Right]] = {
    ProjectRole.LEADER: _LEADER,
    ProjectRole.PLANNER: _PLANNER,
    ProjectRole.CONTRIBUTOR: _CONTRIBUTOR,
    ProjectRole.VIEWER: _VIEWER,
}
#: What an organization role adds, in every project of the organization and in the organization itself.
ORGANIZATION_RIGHTS: dict[str, frozenset[Right]] = {
    OrganizationRole.ADMIN: frozenset(Right),
    OrganizationRole.PMO: _LEADER
    | {
        Right.CREATE_PROJECT,
        Right.DEFINE_FIELDS,
        Right.SHARE_VIEWS,
        Right.VIEW_RESOURCES,
        Right.MANAGE_RESOURCES,
        Right.KEEP_HOURS,
        Right.CLOSE_MONTHS,
    },
    OrganizationRole.MEMBER: frozenset({Right.VIEW_RESOURCES, Right.KEEP_HOURS}),
    OrganizationRole.GUEST: frozenset({Right.KEEP_HOURS}),
}
#: Guests look and report; they never plan, whatever role a project gave them.
GUEST_CEILING = _CONTRIBUTOR
_READS = frozenset({Right.VIEW, Right.VIEW_RESOURCES, Right.SEE_MONEY})
_REPORTS = _READS | {Right.COMMENT, Right.REPORT_PROGRESS, Right.KEEP_HOURS}
#: A program does no more than the scope of its token says, whatever its person may.
TOKEN_CEILINGS: dict[str, frozenset[Right]] = {
    TokenScope.READ: _READS,
    TokenScope.PROGRESS: _REPORTS,
    TokenScope.PLAN: _REPORTS | {Right.EDIT_PLAN},
}


@dataclass(frozen=True, slots=True)
class System:
    """A job, a command or an operator in Django admin; it may do everything, and the record names it."""

    name: str
    user: User | None = None


def _membership(user: User, organization_id: int) -> OrganizationMember | None:
    known = user.__dict__.setdefault("_memberships", {})
    if organization_id not in known:
        known[organization_id] = OrganizationMember.objects.filter(
            user=user, organization_id=organization_id
        ).first()
    found: OrganizationMember | None = known[organization_id]
    return found


def rights_in_organization(user: User, organization: Organization | int) -> frozenset[Right]:
    """What the user's organization role allows."""
    member = _membership(user, organization if isinstance(organization, int) else organization.pk)
    if member is None:
        return frozenset()
    money = {Right.SEE_MONEY} if member.may_see_money else set()
    return _within_token(user, ORGANIZATION_RIGHTS[member.role] | money)


def _within_token(user: User, rights: frozenset[Right]) -> frozenset[Right]:
    """As much of it as a token leaves, where a program asks with one."""
    scope = getattr(user.__dict__.get("_memberships"), "scope", "")
    return rights & TOKEN_CEILINGS[scope] if scope else rights


def rights_in(user: User, project: Project) -> frozenset[Right]:
    """What the user may do in a project, by organization and project role together."""
    return rights_in_each(user, [project])[project.pk]


def rights_in_each(user: User, projects: Collection[Project]) -> dict[int, frozenset[Right]]:
    """The same for several projects: one query for all of them, and one for each organization."""
    members = {project.pk: _membership(user, project.organization_id) for project in projects}
    places = _places(user, [project for project in projects if members[project.pk] is not None])
    found: dict[int, frozenset[Right]] = {}
    for project in projects:
        member, place = members[project.pk], places.get(project.pk)
        rights = rights_in_organization(user, project.organization_id)
        if member is not None and place is not None:
            role, sees_money = place
            given = PROJECT_RIGHTS[role] | ({Right.SEE_MONEY} if sees_money else frozenset())
            rights |= given & GUEST_CEILING if member.role == OrganizationRole.GUEST else given
        found[project.pk] = _within_token(user, rights)
    return found


def _places(user: User, projects: Collection[Project]) -> dict[int, tuple[str, bool]]:
    """Role, and whether money is seen, by project; asked for unless the project was found with them (`with_place_of`)."""
    found = {}
    unknown = []
    for project in projects:
        if getattr(project, "place_of", None) != user.pk:
            unknown.append(project.pk)
        elif project.place_role is not None:  # type: ignore[attr-defined]  # an annotation
            found[project.pk] = (project.place_role, project.place_sees_money)  # type: ignore[attr-defined]  # annotations
    if unknown:
        rows = ProjectMember.objects.current().filter(project__in=unknown, user=user)
        found |= {
            pk: (role, money) for pk, role, money in rows.values_list("project_id", "role", "may_see_money")
        }
    return found


def require(actor: User | System, right: Right, project: Project) -> None:
    """Raise `NotAllowedError` unless the actor holds the right in this project."""
    if not isinstance(actor, System) and right not in rights_in(actor, project):
        raise NotAllowedError(right, roles=_holders(right, PROJECT_RIGHTS, ORGANIZATION_RIGHTS))


def require_in_organization(actor: User | System, right: Right, organization: Organization | int) -> None:
    """Raise `NotAllowedError` unless the actor holds the right in this organization."""
    if not isinstance(actor, System) and right not in rights_in_organization(actor, organization):
        raise NotAllowedError(right, roles=_holders(right, ORGANIZATION_RIGHTS), of_organization=True)


def _holders(right: Right, *tables: Mapping[str, frozenset[Right]]) -> str:
    """The roles that a user is told of who may not do something."""
    labels = dict((*ProjectRole.choices, *OrganizationRole.choices))
    return _("、").join(
        str(labels[role]) for table in tables for role, rights in table.items() if right in rights
    )
