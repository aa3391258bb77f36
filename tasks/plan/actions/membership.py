"""Who comes onto a task comes into its project: without a place there they would be planned, hear nothing of it and not find it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from config.web import formats
from projects.errors import RuleBrokenError
from projects.members.services import admit
from projects.models import OrganizationMember, ProjectMember, ProjectRole, User
from projects.models.projects import SEES_ALL
from projects.permissions import Right, System, rights_in, rights_in_each
from resources.models import Resource
from tasks.plan.outcome import JOINED

if TYPE_CHECKING:
    from collections.abc import Collection

    from projects.changes import Recorder
    from projects.models import Project

#: So many are named in one sentence.
MOST_NAMED: Final = 3


def bring_in(record: Recorder, project: Project, resources: Collection[Resource]) -> None:
    """Make members of those who do not see the project, where the actor may; else say who can. Raises RuleBrokenError.

    Two queries where one of the resources has an account, none where none has.
    """
    places = Places(project, record.actor, resources)
    places.admit(record, places.coming(resources))


class Places:
    """Who of some resources has no place in a project, and whether the actor gives them one; each question asked once."""

    def __init__(self, project: Project, actor: User | System, resources: Collection[Resource]) -> None:
        self._project, self._actor, self._resources = project, actor, resources

    @cached_property
    def _outside(self) -> dict[int, User]:
        return {user.pk: user for user in outside(self._project, self._resources)}

    @cached_property
    def _former(self) -> dict[int, ProjectMember]:
        left = ProjectMember.objects.filter(project=self._project, user__in=list(self._outside))
        return {member.user_id: member for member in left.select_related("user").order_by("pk")}

    @cached_property
    def _is_open(self) -> bool:
        return may_bring_in(self._actor, self._project)

    @cached_property
    def _who_may(self) -> str:
        leaders = ProjectMember.objects.current().filter(project=self._project, role=ProjectRole.LEADER)
        leader = leaders.select_related("user").order_by("created_at", "pk").first()
        return (
            _("リーダーの%(name)sさん") % {"name": leader.user.display_name} if leader else _("組織の管理者")
        )

    def coming(self, resources: Collection[Resource]) -> list[User]:
        """Those of them who have to become members. Raises RuleBrokenError where the actor cannot make them so.

        Who only was a member comes back by hand: their leaving date was put there by a user who meant it.
        """
        accounts = sorted({resource.user_id for resource in resources if resource.user_id is not None})
        users = [self._outside[pk] for pk in accounts if pk in self._outside] if accounts else []
        if not users:
            return []
        for member in (self._former[user.pk] for user in users if user.pk in self._former):
            raise RuleBrokenError(_has_left(member), field="assignees")
        if not self._is_open:
            raise RuleBrokenError(self._not_a_member(users), field="assignees")
        return users

    def _not_a_member(self, users: Collection[User]) -> str:
        """What, why, and what now."""
        text = _(
            "%(names)sはこのプロジェクトのメンバーではないため、割り当てても通知もタスクも届きません。メンバーに加えるよう、%(leader)sに依頼してください。"
        )
        return text % {"names": named([user.display_name for user in users]), "leader": self._who_may}

    def admit(self, record: Recorder, users: Collection[User]) -> None:
        """Make members of them, and note who joined."""
        if not users:
            return
        admit(record, project=self._project, users=users)
        joined: list[str] = record.notes.setdefault(JOINED, [])
        joined += [user.display_name for user in users]
        for user in users:
            self._outside.pop(user.pk, None)


def may_bring_in(actor: User | System, project: Project) -> bool:
    """Whether those whom this actor assigns become members by it."""
    return isinstance(actor, System) or Right.MANAGE_MEMBERS in rights_in(actor, project)


def outside(project: Project, resources: Collection[Resource]) -> list[User]:
    """Those of them with an account in the organization who do not see the project; others have none to be told by."""
    ids = {resource.user_id for resource in resources if resource.user_id is not None}
    if not ids:
        return []
    belong = OrganizationMember.objects.filter(organization=project.organization_id, user__in=ids)
    inside = ProjectMember.objects.current().filter(project=project, user__in=ids)
    return list(
        User.objects.filter(is_active=True, pk__in=belong.exclude(role__in=SEES_ALL).values("user"))
        .exclude(pk__in=inside.values("user"))
        .order_by("pk")
    )


def barred(actor: User, projects: Collection[Project], resource_ids: Collection[int]) -> dict[int, set[int]]:
    """By project those resources that this actor could not put onto its tasks; four queries, whatever their number."""
    belong = OrganizationMember.objects.filter(organization__in={each.organization_id for each in projects})
    rows = Resource.objects.filter(
        pk__in=resource_ids,
        user__is_active=True,
        user__in=belong.exclude(role__in=SEES_ALL).values("user"),
    )
    accounts = dict(rows.values_list("pk", "user"))
    members = ProjectMember.objects.filter(project__in=projects, user__in=accounts.values())
    places = {(member.project_id, member.user_id): member for member in members}
    rights = rights_in_each(actor, projects)
    found: dict[int, set[int]] = {}
    for project in projects:
        is_open = Right.MANAGE_MEMBERS in rights[project.pk]
        seats = {pk: places.get((project.pk, user_id)) for pk, user_id in accounts.items()}
        found[project.pk] = {pk for pk, seat in seats.items() if (seat.has_left if seat else not is_open)}
    return found


def _has_left(member: ProjectMember) -> str:
    return _(
        "%(name)sさんは %(day)s に離任したため、割り当てても通知もタスクも届きません。続けて担当する場合は、メンバーのページで離任日を変えてから割り当ててください。"
    ) % {"name": member.user.display_name, "day": formats.day_plain(member.end_date)}


def named(names: Collection[str]) -> str:
    """藍沢 湊さん、常磐 朝陽さん; of many the first ones and how many more."""
    shown = _("、").join(_("%(name)sさん") % {"name": name} for name in list(names)[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    if more <= 0:
        return shown
    return _("%(names)sほか%(count)d人") % {"names": shown, "count": more}


def joined_words(names: Collection[str]) -> str:
    """What a planner is told of those who became members by what they did; nothing of no one."""
    if not names:
        return ""
    return _("%(names)sを担当者としてメンバーに加えました。") % {"names": named(names)}
