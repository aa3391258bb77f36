"""Plans of activities that share resources, and what no plan is shorter than."""

import json
import os
from pathlib import Path
from random import Random

import numpy as np
import pytest

from tasks.scheduling.leveling import bounds, certificate, ready, solving
from tasks.scheduling.leveling.activities import LONGEST, ActivitiesRefused, activities_of
from tasks.scheduling.leveling.cases import read_cases, result_of
from tasks.scheduling.leveling.certificate import Bound, lower_bound
from tasks.scheduling.leveling.checking import faults_of
from tasks.scheduling.leveling.solving import PlanRejected, solve
from tasks.scheduling.leveling.tests.small import made, shortest, small_case

SHARED = Path(__file__).parents[5] / "shared" / "cases" / "rcpsp"
TINY = int(os.environ.get("LEVELING_TINY_CASES", "120"))
"""How many tiny cases are compared with every order there is; `LEVELING_TINY_CASES=2000` for the whole."""


@pytest.fixture(scope="module", autouse=True)
def _kernels():
    """Those of the sources as they are now."""
    ready.prepare()


class TestRefusals:
    @pytest.mark.parametrize(
        ("given", "said"),
        [
            (([1], [], [1], [[]]), "belong together"),
            (([-1], [[0]], [1], [[]]), "negative"),
            (([1], [[-1]], [1], [[]]), "negative"),
            (([1], [[1]], [1], [[1]]), "not there"),
            (([1], [[2]], [1], [[]]), "more of a resource"),
            (([1, 1], [[0], [0]], [1], [[1], [0]]), "circle"),
            (([LONGEST, 1], [[0], [0]], [1], [[], []]), "longer"),
        ],
    )
    def test_are_said(self, given, said) -> None:
        with pytest.raises(ActivitiesRefused, match=said):
            activities_of(*given)

    def test_of_a_seed_that_is_none(self) -> None:
        with pytest.raises(ValueError, match="seed"):
            solve(activities_of([1], [[1]], [1], [[]]), seed=0)


class TestPlans:
    def test_of_nothing_ends_at_once(self) -> None:
        assert solve(activities_of([], [], [1], [])).finish == 0

    def test_of_what_takes_no_time_ends_at_once(self) -> None:
        solved = solve(activities_of([0, 0], [[9], [0]], [1], [[1], []]))
        assert (solved.finish, solved.bound.finish) == (0, 0)

    def test_wait_for_what_is_taken(self) -> None:
        solved = solve(activities_of([3, 2, 2], [[1], [1], [2]], [2], [[], [2], []]))
        assert solved.finish == 5
        assert sorted(solved.start.tolist()) == [0, 0, 3]

    def test_are_the_same_for_a_seed_and_passes(self) -> None:
        case = small_case(Random(3), 12)
        first, second = (solve(made(case), seed=9, passes=400) for _ in range(2))
        assert first.start.tolist() == second.start.tolist()
        assert first.passes == second.passes

    def test_are_given_at_once_when_nothing_is_to_be_searched(self) -> None:
        case = _with_gap()
        solved = solve(made(case), keep_going=lambda: False)
        assert faults_of(solved.start.tolist(), *case) == []
        assert solved.bound.finish < solved.finish

    def test_go_on_with_other_lists_when_all_are_alike(self, monkeypatch) -> None:
        monkeypatch.setattr(solving, "CHUNK", 60)
        case = _with_gap()
        solved = solve(made(case), passes=1_000)
        assert faults_of(solved.start.tolist(), *case) == []
        assert solved.passes >= 1_000

    def test_hold_where_rows_wait_for_several(self) -> None:
        for seed in range(4):
            case = small_case(Random(seed), 30)
            solved = solve(made(case), passes=300)
            assert faults_of(solved.start.tolist(), *case) == [], seed
            assert solved.bound.finish <= solved.finish

    def test_that_are_broken_are_not_given(self, monkeypatch) -> None:
        monkeypatch.setattr(solving, "faults_of", lambda *_: ["broken"])
        with pytest.raises(PlanRejected, match="broken"):
            solve(activities_of([1], [[1]], [1], [[]]))


def _with_gap():
    """Six units of work that two could do in three, and no plan ends before four: nothing is split."""
    return [2, 2, 2], [[1], [1], [1]], [2], [[], [], []]


class TestChecker:
    CASE = ([2, 2], [[1], [1]], [1], [[1], []])

    def test_finds_what_is_broken(self) -> None:
        assert faults_of([0, 2], *self.CASE) == []
        assert faults_of([-1, 2], *self.CASE) == ["Row 0 starts before the plan."]
        assert faults_of([0, 1], *self.CASE) == [
            "Row 1 starts before row 0 has ended.",
            "Resource 0 has too much at 1.",
        ]


class TestBounds:
    def test_by_a_chain(self) -> None:
        bound = lower_bound(activities_of([2, 3], [[0], [0]], [1], [[1], []]), 9)
        assert bound == Bound(5, "path")

    def test_by_work_in_a_window(self) -> None:
        bound = lower_bound(activities_of([2] * 5, [[1]] * 5, [2], [[]] * 5), 6)
        assert bound == Bound(5, "window", 0, 0, 4, 10, 8)

    def test_by_rows_that_cannot_run_at_once(self) -> None:
        """Work of twelve on three that are there is four long, but the two are one after the other."""
        bound = lower_bound(activities_of([3, 3], [[2], [2]], [3], [[], []]), 6)
        assert bound == Bound(6, "order")

    def test_look_at_some_windows_of_many(self) -> None:
        moments = np.arange(500)
        chosen = bounds.some(moments).tolist()
        assert (len(chosen), chosen[0], chosen[-1]) == (bounds.WINDOWS, 0, 499)

    def test_leave_pairs_of_many_rows(self, monkeypatch) -> None:
        monkeypatch.setattr(certificate, "PAIRS_UP_TO", 1)
        bound = lower_bound(activities_of([3, 3], [[2], [2]], [3], [[], []]), 6)
        assert bound == Bound(4, "window", 0, 0, 3, 12, 9)

    @pytest.mark.many
    def test_are_never_above_the_shortest_plan(self) -> None:
        for seed in range(TINY):
            case = small_case(Random(seed))
            solved, best = solve(made(case), passes=300), shortest(case)
            assert solved.bound.finish <= best <= solved.finish, seed
            assert faults_of(solved.start.tolist(), *case) == [], seed

    @pytest.mark.many
    def test_are_found_for_plans_drawn_at_random(self) -> None:
        for seed in range(20):
            case = small_case(Random(seed), 40)
            solved = solve(made(case), passes=200)
            assert faults_of(solved.start.tolist(), *case) == [], seed
            assert solved.bound.finish <= solved.finish


@pytest.mark.many
@pytest.mark.skipif(not SHARED.is_dir(), reason="the example cases are not beside this repository")
class TestPublishedCases:
    @pytest.mark.parametrize(("name", "most"), [("j30", 1.02), ("j60", 1.03), ("j120", 1.07)])
    def test_are_near_the_best_known(self, name, most) -> None:
        cases = read_cases((SHARED / f"rcpsp-{name}.json").read_text())[::15]
        shares = []
        for case in cases:
            solved = solve(case.activities, passes=600)
            assert solved.bound.finish <= case.best_known <= solved.finish
            shares.append(solved.finish / case.best_known)
        assert sum(shares) / len(shares) <= most


class TestFilesOfCases:
    def test_that_are_none_are_refused(self) -> None:
        odd = '{"duration": [1.5], "demand": [[]], "capacity": [], "successors": [[]], "id": "a"}'
        for text in (
            "no",
            "[]",
            f'{{"cases": [{odd}]}}',
            '{"cases": [{"duration": 1}]}',
            '{"cases": [{"duration": ["a"]}]}',
        ):
            with pytest.raises(ActivitiesRefused, match="no file of cases"):
                read_cases(text)

    def test_say_what_is_known_of_a_case(self) -> None:
        case = {"id": "a", "duration": [2], "demand": [[1]], "capacity": [1], "successors": [[]]}
        first, second = read_cases(json.dumps({"cases": [case, case | {"best_known": {"upper": 2}}]}))
        assert (first.id, first.best_known, second.best_known) == ("a", None, 2)
        assert result_of(solve(first.activities)) == {"start": [0], "makespan": 2, "lower_bound": 2}

    def test_that_cannot_be_planned_say_why(self) -> None:
        case = {"id": "a", "duration": [1], "demand": [[2]], "capacity": [1], "successors": [[]]}
        with pytest.raises(ActivitiesRefused, match="more of a resource"):
            read_cases(json.dumps({"cases": [case]}))
