"""Asking for runs: what is varied, what is refused, and that it can be repeated."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tasks.scheduling.columns import columns_of
from tasks.scheduling.errors import NetworkError
from tasks.scheduling.network import Link, Network, Task
from tasks.scheduling.risk.simulate import AT_ONCE, simulate
from tasks.scheduling.risk.tests.plans import CLOCK, PROJECT, START, chains, plan_of, ranges
from tasks.scheduling.risk.uncertain import (
    RiskDriver,
    RiskRefused,
    Uncertainty,
    by_template,
    remaining_of,
    with_remaining,
)

BEGUN: dict[str, Any] = {"actual_start_minute": START}
GIVEN: dict[str, Any] = {"start_minute": START, "finish_minute": START + 90}


class TestRemaining:
    @pytest.mark.parametrize(
        ("task", "minutes"),
        [
            (Task(1, 100), 100),
            (Task(1, 0), 0),
            (Task(1, 100, is_active=False), 0),
            (Task(1, 100, **BEGUN), 100),
            (Task(1, 100, **BEGUN, percent_complete=40), 60),
            (Task(1, 100, **BEGUN, percent_complete=40, actual_duration_minutes=10), 90),
            (Task(1, 100, **BEGUN, remaining_minutes=30), 30),
            (Task(1, 0, **BEGUN, remaining_minutes=30), 0),
            (Task(1, 100, **BEGUN, percent_complete=100), 0),
            (Task(1, 100, **BEGUN, actual_finish_minute=START + 50), 0),
            (Task(1, 100, mode="manual", **GIVEN), 0),
            (Task(1, 100, mode="manual"), 100),
            (Task(1, 100, mode="manual", **GIVEN, **BEGUN), 100),
            (Task(1, 100, is_pinned=True, **GIVEN), 0),
            (Task(1, 100, is_pinned=True, start_minute=START), 100),
        ],
    )
    def test_is_what_may_still_vary(self, task, minutes):
        assert remaining_of(plan_of(task)).tolist() == [minutes]

    def test_is_nothing_of_summaries_and_below_idle_ones(self):
        columns = plan_of(
            Task(1, 50), Task(2, 100, 1), Task(3, is_active=False), Task(4, 50, 3), Task(5, 50, 4)
        )
        assert remaining_of(columns).tolist() == [0, 100, 0, 0, 0]

    def test_is_written_into_a_plan_with_what_is_done(self):
        columns = plan_of(Task(1, 100, **BEGUN, percent_complete=40), Task(2, 100), Task(3, 100))
        tasks = with_remaining(columns, np.array([0, 1]), np.array([90, 150])).tasks
        assert tasks.duration_minutes.tolist() == [130, 150, 100]
        assert tasks.actual_duration_minutes.tolist() == [40, 0, 0]
        assert tasks.remaining_minutes[0] == 90


class TestTemplate:
    def test_is_a_range_in_percent(self):
        some = by_template(np.array([480, 0, 1]), 10, 30)
        assert [each.tolist() for each in some] == [[432, 0, 1], [480, 0, 1], [624, 0, 1]]


class TestSimulate:
    def test_gives_the_same_to_the_byte(self):
        columns = chains(5, 5)
        found = [
            simulate(columns, ranges(10, 500, 1000, 3000), runs=3 * AT_ONCE + 1, seed=seed, threads=threads)
            for seed, threads in ((1, 1), (1, 3), (2, 1))
        ]
        bytes_of = [
            b"".join(
                some.tobytes()
                for some in (each.ends, each.criticality, each.influence, *each.finishes.values())
            )
            for each in found
        ]
        assert bytes_of[0] == bytes_of[1] != bytes_of[2]

    def test_says_how_far_it_is(self):
        heard: list[int] = []
        simulate(chains(2), ranges(2, 500, 1000, 3000), runs=AT_ONCE + 5, told=heard.append)
        assert heard == [AT_ONCE, AT_ONCE + 5]

    def test_takes_the_slow_road_for_plans_that_the_quick_runs_leave(self):
        tasks = (Task(1, 1000), Task(2, 100, constraint_type="ALAP"))
        heard: list[int] = []
        found = simulate(plan_of(*tasks), ranges(2, 500, 1000, 3000), runs=20, told=heard.append)
        assert found.criticality.sum() == 1
        assert heard == list(range(1, 21))

    def test_says_by_row_when_it_is_done_and_whether_in_time(self):
        tasks = (Task(1, 1000, deadline_minute=START + 1000), Task(2, 1000))
        found = simulate(plan_of(*tasks, links=(Link(1, 2),)), ranges(2, 900, 1000, 1100), runs=100)
        assert found.runs == 100
        assert found.planned == START + 2000
        assert found.in_time.tolist() == [0.5, -1.0]
        assert found.finishes[50].tolist()[0] == pytest.approx(START + 1000, abs=2)
        assert found.finishes[50][1] == found.percentile(50).moment
        assert found.finishes[10][0] < found.finishes[50][0] < found.finishes[80][0] < found.finishes[90][0]

    def test_says_what_moves_the_finish(self):
        columns = chains(2, 1)
        low, high = np.array([900, 500, 10]), np.array([1100, 1500, 20])
        found = simulate(columns, Uncertainty(low, (low + high) // 2, high), runs=500)
        assert found.influence[1] > 0.9
        assert 0.05 < found.influence[0] < 0.35
        assert abs(found.influence[2]) < 0.15
        assert found.criticality.tolist() == [1, 1, 0]

    def test_leaves_what_is_certain_alone(self):
        columns = plan_of(Task(1, 1000), Task(2, 1000, mode="manual", **GIVEN))
        low = np.array([500, 1000])
        found = simulate(columns, Uncertainty(low, low + 100, low + 300), runs=10)
        assert set(found.finishes[90] - found.finishes[10]) > {0}
        assert found.finishes[10][1] == found.finishes[90][1] == START + 90
        assert found.influence[1] == 0


class TestRefused:
    @pytest.mark.parametrize(
        ("reason", "change"),
        [
            ("range", {"optimistic": np.array([1200, 500])}),
            ("range", {"likely": np.array([4000, 1000])}),
            ("range", {"optimistic": np.array([0, 500])}),
            ("range", {"pessimistic": np.array([1 << 40, 3000])}),
            ("correlation", {"group": np.array([0, 0]), "correlation": (1.2,)}),
            ("driver", {"drivers": (RiskDriver("a", 1.2, 1, 2, (0,)),)}),
            ("driver", {"drivers": (RiskDriver("a", 0.2, 2, 1, (0,)),)}),
            ("driver", {"drivers": (RiskDriver("a", 0.2, 0, 1, (0,)),)}),
            ("nothing_uncertain", {"optimistic": np.array([3000, 3000]), "likely": np.array([3000, 3000])}),
        ],
    )
    def test_is_what_is_no_range(self, reason, change):
        with pytest.raises(RiskRefused) as refused:
            simulate(chains(2), replace(ranges(2, 500, 1000, 3000), **change))
        assert refused.value.reason == reason

    @pytest.mark.parametrize("asked", [{"runs": 0}, {"runs": 10_001}, {"seed": 0}, {"seed": 1 << 31}])
    def test_are_too_many_runs_and_other_seeds(self, asked):
        with pytest.raises(RiskRefused) as refused:
            simulate(chains(2), ranges(2, 500, 1000, 3000), **asked)
        assert refused.value.reason == "amount"

    def test_is_a_plan_from_its_finish(self):
        project = replace(PROJECT, from_finish=True)
        with pytest.raises(RiskRefused) as refused:
            simulate(columns_of(Network(project, (Task(1, 100),), (), CLOCK)), ranges(1, 1, 2, 3))
        assert refused.value.reason == "from_finish"

    def test_is_a_plan_that_is_wrong(self):
        with pytest.raises(NetworkError):
            simulate(plan_of(Task(1, 5), Task(2, 5), links=(Link(1, 2), Link(2, 1))), ranges(2, 1, 2, 3))
