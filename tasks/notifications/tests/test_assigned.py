"""Who is put on a task hears of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.changes import changing
from projects.models import Notification
from projects.permissions import System
from resources.models import Resource
from tasks.editing.fields import set_assignees


@pytest.fixture
def other(organization, cast):
    """The viewer as a person who can be assigned."""
    return Resource.objects.create(
        organization=organization, name=cast.viewer.display_name, kind="person", user=cast.viewer
    )


def facts() -> list[tuple[int, str, Any]]:
    return list(Notification.objects.order_by("pk").values_list("user", "kind", "facts"))


class TestTellAssigned:
    def test_tells_who_is_new_on_a_task(self, chain, cast, resource, other):
        set_assignees(task=chain["設計"], units={resource.pk: 100}, actor=cast.planner)
        told = {"task": "設計", "by": cast.planner.display_name}
        assert facts() == [(cast.contributor.pk, "task.assigned", told)]
        set_assignees(task=chain["設計"], units={resource.pk: 50, other.pk: 50}, actor=cast.planner)
        assert facts()[1:] == [(cast.viewer.pk, "task.assigned", told)]
        assert Notification.objects.first().target_id == chain["設計"].pk

    def test_tells_no_one_what_they_did_themselves(self, chain, cast, organization):
        mine = Resource.objects.create(
            organization=organization, name="自分", kind="person", user=cast.planner
        )
        set_assignees(task=chain["設計"], units={mine.pk: 100}, actor=cast.planner)
        assert not facts()

    def test_has_no_one_to_tell_about_machines_and_those_without_account(self, chain, cast, organization):
        machine = Resource.objects.create(organization=organization, name="試験機", kind="equipment")
        set_assignees(task=chain["設計"], units={machine.pk: 100}, actor=cast.planner)
        assert not facts()

    def test_does_not_nag_when_a_hand_wavers(self, chain, cast, resource):
        for units in ({resource.pk: 100}, {}, {resource.pk: 100}):
            set_assignees(task=chain["設計"], units=units, actor=cast.planner)
        assert len(facts()) == 1

    def test_names_no_person_when_a_job_did_it(self, chain, resource):
        set_assignees(task=chain["設計"], units={resource.pk: 100}, actor=System("test"))
        assert facts()[0][2] == {"task": "設計", "by": ""}

    def test_tells_of_many_tasks_in_one_sentence(self, project, chain, cast, resource):
        with changing(project, actor=cast.planner):
            for task in chain.values():
                set_assignees(task=task, units={resource.pk: 20}, actor=cast.planner)
        assert facts() == [
            (cast.contributor.pk, "task.assigned.many", {"count": 4, "by": cast.planner.display_name})
        ]

    def test_tells_nothing_of_a_change_that_was_refused(self, project, chain, cast, resource):
        def give_and_fail() -> None:
            with changing(project, actor=cast.planner):
                set_assignees(task=chain["設計"], units={resource.pk: 100}, actor=cast.planner)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            give_and_fail()
        assert not facts()

    def test_asks_nothing_when_no_one_is_new(self, chain, cast, resource):
        set_assignees(task=chain["設計"], units={resource.pk: 100}, actor=cast.planner)
        with CaptureQueriesContext(connection) as queries:
            set_assignees(task=chain["設計"], units={resource.pk: 50}, actor=cast.planner)
        assert not [query for query in queries if "notifications" in query["sql"]]
