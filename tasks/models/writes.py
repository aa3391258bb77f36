"""Which rows of a plan were written since, so that a process that holds the plan reads only those again.

Triggers write it, whatever writes the plan and however (see the migration and `tasks/plan/warm.py`). No key to the project hangs on it:
it comes with each change, and goes with the project by a trigger.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from projects.models import Project
from projects.models.base import TenantKey, TenantPart


class PlanWrite(TenantPart):
    """Rows of one table of one plan that one statement has written."""

    project = TenantKey(Project, models.DO_NOTHING, related_name="+", db_index=False)
    #: All that one transaction wrote of a plan has one; it rises with each.
    version = models.BigIntegerField()
    #: The transaction, by which a version of another life of the database is told apart.
    writer = models.BigIntegerField()
    #: The table.
    kind = models.CharField(max_length=20)
    #: None: more rows than reading them one by one would pay for.
    ids = ArrayField(models.BigIntegerField(), null=True)

    class Meta:
        db_table = "plan_writes"
        indexes = [models.Index(fields=["project", "version"], name="idx_plan_writes_version")]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"
