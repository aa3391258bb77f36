"""Rows as copies of an empty one, and many of them in one statement."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.models import AuditEntry, Calendar, Project
from projects.storing import made, store


class TestMade:
    def test_is_as_the_constructor_makes_it(self, project: Project) -> None:
        values: dict[str, Any] = {"organization_id": project.organization_id, "action": "task.edited"}
        row, other = made(AuditEntry, **values), AuditEntry(**values)
        state = {"_state"}
        assert {name: value for name, value in row.__dict__.items() if name not in state} == {
            name: value for name, value in other.__dict__.items() if name not in state
        }
        assert row._state.adding

    def test_knows_what_is_at_the_other_end_of_a_key(
        self, project: Project, django_assert_num_queries: Any
    ) -> None:
        row = made(AuditEntry, {"project": project}, project_id=project.pk)
        with django_assert_num_queries(0):
            assert row.project is project

    def test_shares_nothing_with_another(self) -> None:
        first, second = made(AuditEntry), made(AuditEntry)
        first.action = "task.moved"
        assert (second.action, second._state is first._state) == ("", False)

    def test_refuses_a_model_whose_defaults_are_made_anew(self) -> None:
        with pytest.raises(TypeError, match="another value"):
            made(Calendar)


class TestStore:
    def test_gives_ids_in_order_and_keeps_moments_whole(self, project: Project) -> None:
        at = timezone.now().replace(microsecond=123_457)
        rows = [
            made(
                AuditEntry, organization_id=project.organization_id, project_id=project.pk, sequence=number,
                happened_at=at, action="task.edited", hash_version=2, after={"name": f"{number}"},
            )
            for number in range(1, 40)
        ]  # fmt: skip
        assert store(rows) == 39
        stored = {row.pk: row for row in AuditEntry.objects.filter(project=project)}
        assert [stored[row.pk].sequence for row in rows] == [*range(1, 40)]
        assert {(row.happened_at, row.hash_version) for row in stored.values()} == {(at, 2)}
        assert not any(row._state.adding for row in rows)

    @pytest.mark.parametrize("count", [1, 30])
    def test_says_once_what_all_rows_share(self, project: Project, count: int) -> None:
        rows = [
            made(
                AuditEntry, organization_id=project.organization_id, project_id=project.pk, sequence=number,
                happened_at=timezone.now(), action="task.edited", hash_version=2, system_name="shared by all",
                before=None if number % 2 else {"priority": number},
            )
            for number in range(1, count + 1)
        ]  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            store(rows)
        [query] = queries
        assert query["sql"].count("shared by all") == 1
        stored = AuditEntry.objects.filter(project=project).order_by("sequence")
        assert [(row.system_name, row.before) for row in stored] == [
            (row.system_name, row.before) for row in rows
        ]
