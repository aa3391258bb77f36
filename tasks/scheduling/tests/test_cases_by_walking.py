"""The dates of the cases, and of plans by chance, found once more by walking from minute to minute."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from projects.worktime.errors import WorktimeError
from tasks.scheduling.network import Network
from tasks.scheduling.reference.passes import reference_plan
from tasks.scheduling.tests.minute_hours import NotWalked
from tasks.scheduling.tests.minute_walk import MinuteWalk, Walked
from tasks.scheduling.tests.plan_text import CASES, amount, minute, network_of, plans_in
from tasks.scheduling.tests.random_plans import random_network

FIELDS = ("start", "finish", "late_start", "late_finish", "total_slack", "free_slack")
NOT_WALKED = {"half_minutes_add_up", "long_times"}  # parts of a minute, and years of minutes
FILES = sorted(path for path in (CASES / "right").glob("*.toml") if path.stem not in NOT_WALKED)


def wanted(expected: dict[str, Any]) -> dict[str, int]:
    """What a case says, in minutes; early dates are those that are shown."""
    return {
        key.removeprefix("early_"): amount(value)[0] if key.endswith("slack") else minute(value)
        for key, value in expected.items()
        if key != "critical"
    }


def in_whole_minutes(network: Network) -> Network:
    """With lags that are no thirds of anything."""
    links = [replace(link, lag_percent=50.0) if link.lag_percent == 33.3 else link for link in network.links]
    return replace(network, links=tuple(links))


def walk_all(name: str) -> None:
    """Every task of every plan of a file."""
    for document in plans_in(CASES / "right" / f"{name}.toml"):
        network, ids = network_of(document)
        walk = MinuteWalk(network)
        for pk in ids.values():
            walk.dates(pk)


class TestCases:
    @pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
    def test_expect_what_counting_minutes_finds(self, path):
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
    @settings(max_examples=60)
    def test_finds_the_dates_that_a_walk_finds(self, seed):
        network = in_whole_minutes(random_network(Random(seed), rows=9))
        try:
            plan = reference_plan(network)
            walk = MinuteWalk(network)
            walked = {task.id: walk.dates(task.id) for task in network.tasks}
        except (NotWalked, WorktimeError):
            reject()
        found = {pk: Walked(*[getattr(dates, key) for key in FIELDS]) for pk, dates in plan.tasks.items()}
        assert found == walked
