"""When a person looked at a plan last: what others have changed since is marked for them."""

from __future__ import annotations

from django.db import models

from projects.models import Project
from projects.models.base import TenantKey, TenantModel


class PlanLook(TenantModel):
    """One row a person and project. A visit lasts as long as its page loads are not far apart."""

    project = TenantKey(Project, models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey("projects.User", models.CASCADE, related_name="+")
    #: What the visit before this one saw last: marks count from there.
    since_revision = models.BigIntegerField()
    since_at = models.DateTimeField(null=True)
    #: What this visit has seen last.
    seen_revision = models.BigIntegerField()
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "plan_looks"
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="plan_is_looked_at_once_by_each")
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.user_id}"
