"""Dates that break links."""

from dataclasses import replace

import pytest

from tasks.scheduling.explain.conflicts import impossible_constraints
from tasks.scheduling.network import Link, Network, ProjectSettings, Task
from tasks.scheduling.reference.passes import reference_plan

MONDAY = 20458 * 1440 + 480  # 2026-01-05 08:00
DAY = 480
PROJECT = ProjectSettings(MONDAY)


def about(network: Network) -> list[tuple[int, ...]]:
    return [error.task_ids for error in impossible_constraints(reference_plan(network), network)]


def held(kind: str, moment: int, *links: Link) -> Network:
    tasks = (Task(1, 2 * DAY), Task(2, DAY, constraint_type=kind, constraint_minute=moment))  # type: ignore[arg-type]  # one of the eight
    return Network(PROJECT, tasks, links)


class TestImpossibleConstraints:
    @pytest.mark.parametrize(
        ("kind", "too_early", "in_time"),
        [
            ("MSO", MONDAY, MONDAY + 2 * 1440),
            ("SNLT", MONDAY, MONDAY + 2 * 1440),
            ("MFO", MONDAY + 540, MONDAY + 2 * 1440 + 540),
            ("FNLT", MONDAY + 540, MONDAY + 2 * 1440 + 540),
        ],
    )
    def test_name_the_task_and_whom_it_cannot_wait_for(self, kind, too_early, in_time):
        assert about(held(kind, too_early, Link(1, 2))) == [(2, 1)]
        assert about(held(kind, in_time, Link(1, 2))) == []

    def test_are_none_with_room_to_spare(self):
        assert about(held("MSO", MONDAY + 9 * 1440, Link(1, 2))) == []

    def test_say_what_to_do(self):
        network = held("MSO", MONDAY, Link(1, 2))
        (error,) = impossible_constraints(reference_plan(network), network)
        assert error.kind == "impossible_constraint"
        assert str(error) == (
            "Task 2 is held by its constraint MSO before task 1 lets it; move the date, or remove the link."
        )

    def test_are_none_where_links_win(self):
        network = held("MSO", MONDAY, Link(1, 2))
        assert about(replace(network, project=replace(PROJECT, honors_constraints=False))) == []

    def test_count_the_lag_and_the_ends_of_a_link(self):
        wednesday = MONDAY + 2 * 1440
        assert about(held("MSO", wednesday, Link(1, 2, "FS", "working", DAY))) == [(2, 1)]
        assert about(held("MSO", MONDAY, Link(1, 2, "SS"))) == []
        assert about(held("MSO", MONDAY, Link(1, 2, "FF"))) == [(2, 1)]

    def test_are_none_where_only_half_a_minute_is_in_the_way(self):
        # A quarter of 330 minutes is 82.5; the date is the minute that is shown.
        tasks = (Task(1, 330), Task(2, DAY, constraint_type="SNLT", constraint_minute=MONDAY + 83))
        for lag, found in ((25.0, []), (26.0, [(2, 1)])):
            assert about(Network(PROJECT, tasks, (Link(1, 2, "SS", "percent", 0, lag),))) == found

    def test_are_found_through_the_summary_above(self):
        tasks = (Task(1, 2 * DAY), Task(2), Task(3, DAY, 2, constraint_type="MSO", constraint_minute=MONDAY))
        assert about(Network(PROJECT, tasks, (Link(1, 2),))) == [(3, 1)]

    def test_are_none_where_it_has_begun_or_lies_earlier_anyway(self):
        begun = Task(2, DAY, actual_start_minute=MONDAY, constraint_type="MSO", constraint_minute=MONDAY)
        assert about(Network(PROJECT, (Task(1, 2 * DAY), begun), (Link(1, 2),))) == []
        assert about(held("FNLT", MONDAY + 9 * 1440)) == []
