"""The dates of the cases, and of plans by chance, found once more by walking from minute to minute."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from projects.worktime.errors import WorktimeError
from tasks.scheduling.network import Network
from tasks.scheduling.schedule import schedule
from tasks.scheduling.tests.minute_hours import NotWalked
from tasks.scheduling.tests.minute_walk import MinuteWalk, Walked
from tasks.scheduling.tests.plan_text import CASES, amount, minute, network_of, plans_in
from tasks.scheduling.tests.random_plans import random_network

FIELDS = ("start", "finish", "late_start", "late_finish", "total_slack", "free_slack")
NOT_WALKED = {
    "actual_dates_win",
    "actuals",
    "given_dates_go_before_late_ones",
    "half_minutes_add_up",
    "inactive_task_holds_nobody",
    "last_person_to_finish_decides",
    "leveling_delay",
    "long_times",
    "manual_and_automatic",
    "manual_task",
    "manual_task_without_finish",
    "multiple_critical_paths",
    "remaining_work_resumes",
    "remaining_work_waits_for_the_status_date",
    "slack_of_what_is_done",
    "split_task_keeps_its_pause",
}
FILES = sorted(path for path in (CASES / "right").glob("*.toml") if path.stem not in NOT_WALKED)


def wanted(expected: dict[str, Any]) -> dict[str, int]:
    """What a case says, in minutes; early dates are those that are shown."""
    return {
        key.removeprefix("early_"): amount(value)[0] if key.endswith("slack") else minute(value)
        for key, value in expected.items()
        if key != "critical"
    }


def plain(network: Network) -> Network:
    """Without what the walk does not know."""
    return replace(
        network,
        project=replace(network.project, multiple_critical_paths=False),
        tasks=tuple(
            replace(
                task, is_pinned=False, mode="auto", actual_start_minute=None, actual_finish_minute=None,
                percent_complete=0, splits=(), leveling_delay_minutes=0, is_active=True,
            )
            for task in network.tasks
        ),
        links=tuple(
            replace(link, lag_percent=50.0) if link.lag_percent == 33.3 else link for link in network.links
        ),
        assignments=tuple(
            {each.task_id: replace(each, work_minutes=None) for each in network.assignments}.values()
        ),
    )  # fmt: skip


def walk_all(name: str) -> None:
    """Every task of every plan of a file."""
    for document in plans_in(CASES / "right" / f"{name}.toml"):
        network, ids = network_of(document)
        walk = MinuteWalk(network)
        for pk in ids.values():
            walk.dates(pk)


class TestCases:
    @pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
    def test_expect_what_somebody_finds_who_counts_minutes(self, path):
        for document in plans_in(path):
            network, ids = network_of(document)
            walk = MinuteWalk(network)
            for name, expected in document["expect"].items():
                found = walk.dates(ids[name])._asdict()
                keys = wanted(expected)
                assert {key: found[key] for key in keys} == keys, f"{document['title']}: {name}"

    @pytest.mark.parametrize("name", sorted(NOT_WALKED))
    def test_are_left_out_only_where_the_walk_cannot_go(self, name):
        with pytest.raises(NotWalked):
            walk_all(name)


class TestSchedule:
    @given(st.integers(0, 100_000))
    @settings(max_examples=60, deadline=None)
    def test_finds_the_dates_that_a_walk_finds(self, seed):
        network = plain(random_network(Random(seed), rows=9))
        try:
            plan = schedule(network)
            walk = MinuteWalk(network)
            walked = {task.id: walk.dates(task.id) for task in network.tasks}
        except (NotWalked, WorktimeError):
            reject()
        found = {pk: Walked(*[getattr(dates, key) for key in FIELDS]) for pk, dates in plan.tasks.items()}
        assert found == walked
