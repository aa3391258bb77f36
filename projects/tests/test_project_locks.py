"""Families of projects are locked in one order, for all who ask."""

from datetime import date
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.lifecycle.services import update_project
from projects.models import Project


class TestUpdateProject:
    def test_locks_project_and_parents_in_ascending_order_first(self, project: Project, cast: Any) -> None:
        others = [
            Project.objects.create(
                organization=project.organization, code=code, name=code, start_date=project.start_date,
                end_date=date(2027, 3, 31), start_minute=project.start_minute, calendar=project.calendar,
            )
            for code in ("OLD", "NEW")
        ]  # fmt: skip
        Project.objects.filter(pk=project.pk).update(parent=others[0])
        project.refresh_from_db()
        with CaptureQueriesContext(connection) as queries:
            update_project(project=project, actor=cast.admin, changes={"parent": others[1]})
        first = next(query["sql"] for query in queries if "FOR NO KEY UPDATE" in query["sql"])
        assert all(str(pk) in first for pk in (project.pk, others[0].pk, others[1].pk))
        assert "ORDER BY 1 ASC" in first  # the id, which is all that is selected
        project.refresh_from_db()
        assert project.parent == others[1]
