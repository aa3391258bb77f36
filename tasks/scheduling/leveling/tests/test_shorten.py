"""The search for an order in which a plan with people ends sooner (see ``counted`` for the days)."""

from typing import Any

import pytest

from tasks.scheduling.columns import columns_of
from tasks.scheduling.leveling.construct import Construction
from tasks.scheduling.leveling.diagnose import LevelingRefused
from tasks.scheduling.leveling.level import Ground, level
from tasks.scheduling.leveling.leveled import Leveled
from tasks.scheduling.leveling.shorten import LARGEST_SEED, Chance, Search, shortened
from tasks.scheduling.leveling.tests.counted import ANN, BEN, DAY, OFFICE, at
from tasks.scheduling.leveling.verify import verify
from tasks.scheduling.network import Assignment, Link, Network, ProjectSettings, Resource, Task


def led_astray(**more: Any) -> Network:
    """Ann and Ben share 1 and 2. By latest finish 1 goes first, on Monday; but 3, of Ben alone for three days, waits for 2 only.

    1 (two days, Ann) is followed by 4 (two days, no one); 2 (a day, Ann and Ben) by 3 (two days, Ben) and 5 (a day, Ben).
    """
    tasks = (
        Task(1, 2 * DAY, **more), Task(2, DAY), Task(3, 2 * DAY), Task(4, 2 * DAY), Task(5, 2 * DAY),
    )  # fmt: skip
    people = (
        Assignment(1, ANN),
        Assignment(2, ANN),
        Assignment(2, BEN),
        Assignment(3, BEN),
        Assignment(5, BEN),
    )
    links = (Link(1, 4), Link(2, 3), Link(2, 5))
    return Network(ProjectSettings(at(0)), tasks, links, (OFFICE,), (Resource(ANN), Resource(BEN)), people)


def found(passes: int, seed: int = 1, **more: Any) -> Leveled:
    leveled = level(columns_of(led_astray(**more)), search=Search(passes, seed))
    verify(leveled)
    return leveled


class TestSearch:
    def test_finds_the_order_in_which_the_plan_ends_sooner(self):
        # First, 1 on Monday and Tuesday, 2 on Wednesday, 3 and 5 until the Tuesday after.
        assert level(columns_of(led_astray())).finish_after == at(8, 17)
        # 2 on Monday, then 3 and 5 until Friday; 1 on Tuesday and Wednesday, 4 until Friday.
        sooner = found(60)
        assert sooner.finish_after == at(4, 17)
        assert [(one.task_id, one.why) for one in sooner.delays if one.person_id == ANN] == [(1, "sooner")]

    def test_gives_the_same_plan_for_a_seed_and_passes_and_again(self):
        first, second = found(30, seed=7), found(30, seed=7)
        assert (first.start, first.delays) == (second.start, second.delays)
        again = level(first.columns, search=Search(30, 7))
        assert (again.start, again.delays) == (first.start, first.delays)

    def test_keeps_priorities(self):
        assert found(60, priority=600).finish_after == at(8, 17)

    def test_stops_when_it_is_told_and_where_nothing_is_to_be_won(self):
        answers = iter((True, False))
        asked = Search(1000, keep_going=lambda: next(answers))
        leveled = level(columns_of(led_astray()), search=asked)
        assert list(answers) == []
        verify(leveled)
        alone = Network(
            ProjectSettings(at(0)), (Task(1, DAY),), (), (OFFICE,), (Resource(ANN),), (Assignment(1, ANN),)
        )
        assert level(columns_of(alone), search=Search(10, keep_going=pytest.fail)).finish_after == at(0, 17)

    def test_leaves_out_orders_in_which_nothing_comes_to_rest(self):
        ground = Ground(columns_of(led_astray()), {})
        first = ground.settled()

        def place(_keys: list[int]) -> Construction:
            raise LevelingRefused("as_late_as_possible", (1,))

        assert shortened(first, ground.alone, place, Search(5)) is first

    def test_keeps_the_best_of_all(self):
        ground = Ground(columns_of(led_astray()), {})
        best = shortened(ground.settled(), 0, lambda keys: ground.settled(keys=keys), Search(60))
        assert best.finish == at(4, 17)

    def test_refuses_what_is_no_seed_and_no_number(self):
        for passes, seed in ((1, 0), (1, LARGEST_SEED + 1), (-1, 1)):
            with pytest.raises(ValueError, match="A seed is"):
                Search(passes, seed)

    def test_draws_the_numbers_of_the_generator(self):
        # The ten thousandth number after 1 is known of this generator.
        chance = Chance(1)
        for _ in range(10_000):
            chance.drawn(1)
        assert chance.last == 399_268_537
