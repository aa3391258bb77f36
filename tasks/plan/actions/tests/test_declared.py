"""An action with an inverse leaves in the record what takes it back."""

from __future__ import annotations

from typing import Any

import pytest

from projects.actions import Undo, Values, declared
from projects.models import AuditEntry
from tasks.editing.fields import edit_task
from tasks.editing.links import set_predecessors
from tasks.editing.moving import move_task, resize_task
from tasks.models import TaskLink
from tasks.plan.link_text import LAG_FIELDS
from tasks.progress.services import report_progress


@pytest.fixture
def entries(chain: dict[str, Any], cast: Any) -> list[AuditEntry]:
    """What is recorded of each kind of change of a task."""
    first, last = chain["設計"], chain["試験"]
    newest = AuditEntry.objects.latest("pk").pk
    move_task(task=first, start_minute=first.start_minute + 7 * 1440, actor=cast.planner)
    resize_task(task=first, finish_minute=first.finish_minute + 10 * 1440, actor=cast.planner)
    edit_task(task=first, changes={"name": "基本設計", "duration_minutes": 960}, actor=cast.planner)
    set_predecessors(task=last, text="1SS+1d", actor=cast.planner)
    report_progress(task=first, percentage=40, actor=cast.planner)
    return list(AuditEntry.objects.filter(pk__gt=newest).order_by("pk"))


class TestInverse:
    def test_names_before_all_that_it_names_after(self, entries: list[AuditEntry]) -> None:
        inverse = [entry for entry in entries if declared(entry.action).undo is Undo.INVERSE]
        assert {entry.action for entry in inverse} == {
            "task.moved", "task.resized", "task.edited", "link.changed", "progress.reported"
        }  # fmt: skip
        for entry in inverse:
            if declared(entry.action).values is Values.FIELDS:
                assert entry.after
                assert set(entry.after) <= set(entry.before), entry.action

    def test_names_every_property_of_a_link(self, entries: list[AuditEntry]) -> None:
        entry = next(entry for entry in entries if entry.action == "link.changed")
        assert {len(link) for link in (entry.before | entry.after).values()} == {len(LAG_FIELDS)}
        ours = {field.name for field in TaskLink._meta.get_fields()} - {"id", "organization", "project"}
        assert ours - {"predecessor", "successor"} == set(LAG_FIELDS)
