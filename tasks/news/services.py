"""Noting that a person looks at a plan."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from tasks.models import PlanLook

if TYPE_CHECKING:
    from datetime import datetime

    from projects.models import Project, User

#: Who comes back within this time is still on the same visit: a reload does not make news old.
SAME_VISIT: Final = timedelta(minutes=30)

_NOTE: Final = """
INSERT INTO plan_looks AS look
    (organization_id, project_id, user_id, since_revision, since_at, seen_revision, seen_at)
VALUES (%(organization)s, %(project)s, %(user)s, %(revision)s, NULL, %(revision)s, %(now)s)
ON CONFLICT (project_id, user_id) DO UPDATE SET
    since_revision = CASE WHEN look.seen_at < %(begun)s THEN look.seen_revision ELSE look.since_revision END,
    since_at = CASE WHEN look.seen_at < %(begun)s THEN look.seen_at ELSE look.since_at END,
    seen_revision = excluded.seen_revision, seen_at = excluded.seen_at
RETURNING id
"""


def note_look(*, project: Project, user: User, now: datetime) -> PlanLook:
    """The user looks at the plan; what they have not seen counts from their visit before. The first one has seen everything.

    Nothing of the plan changes, so there is no unit of work and no line in the record.
    """
    values: dict[str, Any] = {
        "organization": project.organization_id, "project": project.pk, "user": user.pk, "revision": project.revision,
        "now": now, "begun": now - SAME_VISIT,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, values)
        (pk,) = cursor.fetchone()
    return PlanLook.objects.get(pk=pk)
