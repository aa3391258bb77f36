"""Questions about who takes part in a project."""

from __future__ import annotations

from typing import Final

from projects.models import Project, ProjectMember, ProjectRole

_ROLE_ORDER: Final = {role: place for place, role in enumerate(ProjectRole.values)}


def members_of(project: Project) -> list[ProjectMember]:
    """Members of a project: leaders first, then by role and reading."""
    found = ProjectMember.objects.filter(project=project).select_related("user", "job_title")
    return sorted(found.order_by("user__kana", "pk"), key=lambda member: _ROLE_ORDER[member.role])
