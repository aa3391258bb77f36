"""Who is in a project, and as what."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from projects.changes import changing
from projects.errors import RuleBrokenError
from projects.models import JobTitle, OrganizationMember, ProjectMember, ProjectRole
from projects.permissions import Right, System

if TYPE_CHECKING:
    from collections.abc import Collection

    from projects.changes import Recorder
    from projects.models import Project, User

FIELDS = ("role", "job_title_id", "allocation_percentage", "start_date", "end_date", "may_see_money")


def add_member(
    *, project: Project, user: User, actor: User | System, role: str = ProjectRole.CONTRIBUTOR, **fields: Any
) -> ProjectMember:
    """Add a person of the organization to a project."""
    with changing(project, actor=actor, needs=Right.MANAGE_MEMBERS) as record:
        if not OrganizationMember.objects.filter(user=user, organization_id=project.organization_id).exists():
            raise RuleBrokenError(_("この人は組織のメンバーではないため、追加できません。"), field="user")
        if ProjectMember.objects.filter(project=project, user=user).exists():
            raise RuleBrokenError(
                _("%(name)sさんはすでにメンバーです。一覧から役割を変更してください。")
                % {"name": user.display_name},
                field="user",
            )
        member = ProjectMember(
            organization_id=project.organization_id, project=project, user=user, role=role, **fields
        )
        _check(member)
        member.save()
        record("member.added", target=member, after={"user": user.pk, **_plain(member)})
    return member


def admit(record: Recorder, *, project: Project, users: Collection[User]) -> None:
    """Make contributors of people of the organization who are no members yet, in a unit of work whose caller has the right."""
    members = ProjectMember.objects.bulk_create(
        ProjectMember(organization_id=project.organization_id, project=project, user=user) for user in users
    )
    for member in members:
        record("member.added", target=member, after={"user": member.user_id, **_plain(member)})


def change_member(*, member: ProjectMember, actor: User | System, **fields: Any) -> None:
    """Change a member's role, job title, allocation or dates."""
    with changing(member.project, actor=actor, needs=Right.MANAGE_MEMBERS) as record:
        member.refresh_from_db()
        before = _plain(member)
        for name, value in fields.items():
            setattr(member, name, value)
        _check(member)
        if before["role"] == ProjectRole.LEADER and (member.role != ProjectRole.LEADER or member.has_left):
            _keep_a_leader(member)
        after = _plain(member)
        if after != before:
            member.save(update_fields=list(FIELDS))
            record("member.changed", target=member, before=before, after=after)


def remove_member(*, member: ProjectMember, actor: User | System) -> None:
    """Take a person out of a project; the last leader stays."""
    with changing(member.project, actor=actor, needs=Right.MANAGE_MEMBERS) as record:
        if member.role == ProjectRole.LEADER:
            _keep_a_leader(member)
        record("member.removed", target=member, before={"user": member.user_id, **_plain(member)})
        member.delete()


def _keep_a_leader(member: ProjectMember) -> None:
    leaders = ProjectMember.objects.current().filter(project=member.project, role=ProjectRole.LEADER)
    if not leaders.exclude(pk=member.pk).exists():
        raise RuleBrokenError(
            _("リーダーは少なくとも1人必要です。先に別の人をリーダーにしてください。"), field="role"
        )


def _check(member: ProjectMember) -> None:
    if member.role not in ProjectRole.values:
        raise RuleBrokenError(_("この役割は選べません。一覧から選び直してください。"), field="role")
    if not 1 <= member.allocation_percentage <= 100:
        raise RuleBrokenError(_("割当は1から100の整数で入力してください。"), field="allocation_percentage")
    if member.start_date and member.end_date and member.end_date < member.start_date:
        raise RuleBrokenError(_("離任日は参加日以後の日にしてください。"), field="end_date")
    if (
        member.job_title_id
        and not JobTitle.objects.filter(
            pk=member.job_title_id, organization_id=member.organization_id
        ).exists()
    ):
        raise RuleBrokenError(_("この職種は選べません。一覧から選び直してください。"), field="job_title")


def _plain(member: ProjectMember) -> dict[str, Any]:
    values = {name: getattr(member, name) for name in FIELDS}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
