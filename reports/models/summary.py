"""What is read about plans; the view's rows are written by PostgreSQL (see `reports/jobs.py`)."""

from django.db import models


class ProjectSummary(models.Model):
    """A row of `project_summary`: the part of the materialized view that this transaction may see."""

    id = models.BigIntegerField(primary_key=True)
    organization = models.ForeignKey("projects.Organization", models.DO_NOTHING, related_name="+")
    name = models.CharField(max_length=200)
    task_count = models.IntegerField()
    avg_progress = models.FloatField(null=True)
    member_count = models.IntegerField()
    refreshed_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "project_summary"

    def __str__(self) -> str:
        return self.name
