"""What a person has changed of a plan, step by step, so that it can be taken back and done again.

Triggers of the database write the rows while a unit of work of a person is open (see the migration and `tasks/plan/steps.py`);
the record of changes stays what it is, append-only and beside this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import models

from projects.models import Project
from projects.models.base import TenantKey, TenantModel, TenantPart

if TYPE_CHECKING:
    from projects.models import User

#: Steps that are kept of one person and project, and rows of all of them together.
MOST_STEPS: Final = 200
MOST_ROWS: Final = 50_000


class PlanStepQuerySet(models.QuerySet["PlanStep"]):
    """Steps, as their person goes through them."""

    def of(self, user: User, project: Project) -> PlanStepQuerySet:
        """Those of one person in one plan."""
        return self.filter(user=user, project=project)

    def to_undo(self) -> PlanStepQuerySet:
        """Those that stand, the newest first."""
        return self.filter(is_undone=False).order_by("-pk")

    def to_redo(self) -> PlanStepQuerySet:
        """Those that were taken back, the last of them first."""
        return self.filter(is_undone=True).order_by("pk")


class PlanStep(TenantModel):
    """One unit of work of one person on one plan."""

    project = TenantKey(Project, models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey("projects.User", models.CASCADE, related_name="+")
    #: The revision that it made, or made again, or that took it back.
    revision = models.BigIntegerField()
    #: The right that it needed, and needs again.
    needs = models.CharField(max_length=30)
    is_undone = models.BooleanField(default=False)
    row_count = models.PositiveIntegerField(default=0)
    #: Which rows of the plan changed places: {"before": runs, "after": runs} (`tasks/plan/order.py`).
    order = models.JSONField(null=True)
    #: What was done, for its name: the first action of the record, and how many there were.
    facts = models.JSONField(default=dict)
    happened_at = models.DateTimeField()

    objects = PlanStepQuerySet.as_manager()

    class Meta:
        db_table = "plan_steps"
        indexes = [
            models.Index(fields=["project", "user", "-id"], name="idx_plan_steps_person"),
            models.Index(fields=["project", "revision"], name="idx_plan_steps_revision"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class PlanStepRow(TenantPart):
    """One row of a plan as a step found and left it: columns by name, as far as they differ.

    Without `before` the step has made the row, without `after` removed it. What `before` names and `after` does not is no
    longer what a person wrote, but was lost to what the plan computes since: the dates of a task that is no longer set by hand.
    """

    step = TenantKey(PlanStep, models.CASCADE, related_name="rows")
    #: The table.
    kind = models.CharField(max_length=20)
    row_id = models.BigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        db_table = "plan_step_rows"

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id}"
