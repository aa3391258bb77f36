"""Issues and risks are written down, and kept up with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from projects.changes import changing
from projects.errors import StaleRevisionError
from projects.permissions import Right
from tasks.models import ProjectIssue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projects.models import Project, User

#: What is typed of one; `owner` is a user.
FIELDS: Final = (
    "kind", "title", "detail", "probability", "impact", "owner", "due_on", "measure", "state", "task_ids",
)  # fmt: skip


def add_issue(*, project: Project, actor: User, values: Mapping[str, Any]) -> ProjectIssue:
    """Write one down. Users who may comment may do so, since those who do the work see first what stands in its way."""
    with changing(project, actor=actor, needs=Right.COMMENT) as record:
        issue = ProjectIssue.objects.create(
            organization_id=project.organization_id, project=project, added_by=actor, **values
        )
        typed = [name for name in FIELDS if getattr(issue, name) not in (None, "", [])]
        record("issue.added", target=issue, after=_recorded(issue, typed))
    return issue


def edit_issue(*, issue: ProjectIssue, actor: User, values: Mapping[str, Any], version: int) -> ProjectIssue:
    """Write what is new of it. Raises StaleRevisionError where another user has changed it since `version`."""
    with changing(issue.project, actor=actor, needs=Right.COMMENT) as record:
        rows = ProjectIssue.objects.select_for_update(no_key=True, of=("self",))
        locked = rows.select_related("owner").get(pk=issue.pk)
        if locked.version != version:
            raise StaleRevisionError(seen=version, current=locked.version)
        changed = [name for name, value in values.items() if getattr(locked, name) != value]
        if not changed:
            return locked
        before = _recorded(locked, changed)
        for name in changed:
            setattr(locked, name, values[name])
        locked.version += 1
        locked.save(update_fields=[*changed, "version"])
        record("issue.edited", target=locked, before=before, after=_recorded(locked, changed))
    return locked


def _recorded(issue: ProjectIssue, names: Any) -> dict[str, Any]:
    """As the record holds them: the owner by id, tasks as their number."""
    found = {name: getattr(issue, name) for name in names}
    if "owner" in found:
        found["owner"] = issue.owner_id
    if "task_ids" in found:
        found["tasks"] = len(found.pop("task_ids"))
    return {name: value for name, value in found.items() if value not in (None, "")}
