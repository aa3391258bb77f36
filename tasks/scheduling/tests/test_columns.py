"""A plan as arrays."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.worktime.errors import WorktimeError
from tasks.scheduling.columns import (
    LARGEST,
    NOTHING,
    AssignmentColumns,
    LinkColumns,
    TaskColumns,
    columns_from,
    columns_of,
    network_of,
)
from tasks.scheduling.errors import CircularLinks, DateOutOfRange, NetworkError
from tasks.scheduling.network import Assignment, Link, Network, ProjectSettings, Resource, Task
from tasks.scheduling.reference.passes import reference_plan
from tasks.scheduling.schedule import schedule
from tasks.scheduling.tests.random_plans import MONDAY, random_network

PROJECT = ProjectSettings(MONDAY)


class TestColumns:
    @settings(max_examples=60)
    @given(st.randoms(use_true_random=False))
    def test_hold_a_network_and_give_it_back(self, chance):
        network = random_network(chance)
        assert network_of(columns_of(network)) == network

    def test_hold_the_pieces_of_a_split_task(self):
        task = Task(1, 120, splits=((MONDAY, MONDAY + 60), (MONDAY + 1440, MONDAY + 1500)))
        network = Network(PROJECT, (task, Task(2, 480)))
        assert network_of(columns_of(network)) == network

    def test_hold_every_field_but_the_names(self):
        kinds = ((TaskColumns, Task), (LinkColumns, Link), (AssignmentColumns, Assignment))
        for columns, row in kinds:
            assert {each.name for each in fields(columns)} == {each.name for each in fields(row)} - {"name"}

    def test_know_no_names(self):
        columns = columns_of(Network(PROJECT, (Task(1, name="設計"),)))
        assert network_of(columns).tasks[0].name == ""

    def test_are_empty_for_an_empty_plan(self):
        columns = columns_of(Network(PROJECT))
        assert len(columns.tasks) == len(columns.links) == len(columns.assignments) == 0
        assert network_of(columns) == Network(PROJECT)

    @pytest.mark.parametrize("number", [LARGEST + 1, -LARGEST - 1, 10**30, NOTHING])
    def test_refuse_numbers_that_no_plan_has(self, number):
        with pytest.raises(DateOutOfRange) as caught:
            columns_of(Network(PROJECT, (Task(1), Task(2, start_minute=number))))
        assert (caught.value.task_ids, caught.value.what) == ((2,), "start_minute")

    @pytest.mark.parametrize(
        "said",
        [
            {"links": (Link(1, 2, lag_minutes=10**30),)},
            {"assignments": (Assignment(2, 1, work_minutes=10**30),)},
        ],
    )
    def test_name_the_task_of_a_number_that_no_plan_has(self, said):
        with pytest.raises(DateOutOfRange) as caught:
            columns_of(Network(PROJECT, (Task(1), Task(2)), **said))
        assert caught.value.task_ids == (2,)

    def test_are_made_of_values_with_the_defaults_for_the_rest(self):
        tasks = columns_from(TaskColumns, {"id": [1, 2], "deadline_minute": [None, MONDAY]})
        assert tasks.deadline_minute.tolist() == [NOTHING, MONDAY]
        assert tasks.priority.tolist() == [500, 500]
        assert tasks.is_active.tolist() == [True, True]
        assert tasks.constraint_type.dtype == np.int8
        assert tasks.splits == {}


class TestScheduleColumns:
    @settings(max_examples=60)
    @given(st.randoms(use_true_random=False))
    def test_gives_the_plan_of_the_network(self, chance):
        network = random_network(chance)
        try:
            wanted = reference_plan(network)
        except (NetworkError, WorktimeError) as error:
            with pytest.raises(type(error)):
                schedule(columns_of(network))
            return
        found = schedule(columns_of(network))
        assert found.plan() == wanted
        assert dict(found.plan().tasks) == dict(wanted.tasks)
        assert len(found) == len(wanted)

    def test_gives_the_period_of_an_empty_plan(self):
        found = schedule(columns_of(Network(PROJECT)))
        assert (found.project_start, found.project_finish, len(found)) == (MONDAY, MONDAY, 0)
        assert found.plan() == reference_plan(Network(PROJECT))

    def test_refuses_a_circle_with_the_circle(self):
        network = Network(PROJECT, (Task(1), Task(2)), (Link(1, 2), Link(2, 1)))
        with pytest.raises(CircularLinks) as caught:
            schedule(columns_of(network))
        assert caught.value.task_ids == (1, 2)

    def test_answers_in_the_numbers_of_the_language(self):
        """A plan goes into JSON and into statements of the database."""
        network = Network(
            PROJECT, (Task(1, 480), Task(2, 480)), (Link(1, 2),), (), (Resource(1),), (Assignment(1, 1),)
        )
        dates = schedule(columns_of(network)).plan()[2]
        values = [*dates[:9], dates.duration_minutes, *dates.driver[1:]]
        assert {type(value) for value in values} <= {int, bool, type(None)}
