"""What levelling reports, refuses and rejects (see ``counted`` for the days)."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tasks.scheduling.leveling.diagnose import Clash, LevelingRefused, TooManyUnits
from tasks.scheduling.leveling.leveled import Leveled
from tasks.scheduling.leveling.tests.counted import ANN, DAY, at, made
from tasks.scheduling.leveling.verify import LevelingRejected, verify
from tasks.scheduling.network import Assignment, Task
from tasks.scheduling.schedule import schedule


class TestDiagnosis:
    def test_names_a_task_that_asks_more_than_there_is(self):
        found, dates = made(
            [Task(1, DAY), Task(2, DAY)], {1: [Assignment(1, ANN, 2.0)], 2: [Assignment(2, ANN, 0.5)]}
        )
        assert found.too_many_units == (TooManyUnits(1, ANN, 20_000, 10_000),)
        assert dates == {1: (at(0), at(0, 17)), 2: (at(1), at(1, 17))}
        twice = [Assignment(1, ANN, 0.6), Assignment(1, ANN, 0.6)]
        assert made([Task(1, DAY)], {1: twice})[0].too_many_units == (TooManyUnits(1, ANN, 12_000, 10_000),)

    def test_names_tasks_that_may_not_move_and_overlap(self):
        one = Task(1, DAY, mode="manual", start_minute=at(0), finish_minute=at(0, 17))
        other = Task(2, DAY, mode="manual", start_minute=at(0, 13), finish_minute=at(1, 12))
        found, _ = made([one, other], {1: [ANN], 2: [ANN]})
        assert found.clashes == (Clash("fixed", ANN, (1, 2), at(0, 13), at(0, 17)),)
        assert "another person" in found.clashes[0].way_out

    def test_says_once_what_the_same_tasks_do_to_a_person_without_a_pause(self):
        # The first asks for all of Ann until noon and for half of her then.
        parts = [Assignment(1, ANN, 0.5), Assignment(1, ANN, 0.5, work_minutes=DAY // 4)]
        found, _ = made([Task(1, DAY, priority=1000), Task(2, DAY, priority=1000)], {1: parts, 2: [ANN]})
        assert found.clashes == (Clash("fixed", ANN, (1, 2), at(0), at(0, 17)),)

    def test_names_a_task_that_may_not_move_and_meets_other_work(self):
        one = Task(1, DAY, mode="manual", start_minute=at(0), finish_minute=at(0, 17))
        found, _ = made([one], {1: [ANN]}, elsewhere={ANN: [(at(0), at(0, 12), 5_000)]})
        assert found.clashes == (Clash("elsewhere", ANN, (1,), at(0), at(0, 12)),)

    def test_tells_what_is_done_from_what_can_be_changed(self):
        done: dict[str, Any] = {"actual_start_minute": at(0), "actual_finish_minute": at(0, 17)}
        found, _ = made([Task(1, DAY, **done), Task(2, DAY, **done)], {1: [ANN], 2: [ANN]})
        assert [one.cause for one in found.clashes] == ["done"]

    @pytest.mark.parametrize(("kind", "moment"), [("SNLT", at(0)), ("FNLT", at(0, 17)), ("SNLT", at(0, 13))])
    def test_names_a_date_that_keeps_a_task_from_moving(self, kind: Any, moment: int):
        tasks = [Task(1, DAY, priority=900), Task(2, DAY, constraint_type=kind, constraint_minute=moment)]
        found, dates = made(tasks, {1: [ANN], 2: [ANN]})
        assert dates[2] == (at(0), at(0, 17))
        assert [(one.cause, one.task_ids) for one in found.clashes] == [("must_date", (1, 2))]
        # Where links win over dates, the task moves.
        found, dates = made(tasks, {1: [ANN], 2: [ANN]}, honors_constraints=False)
        assert (dates[2][0], found.clashes) == (at(1), ())

    def test_moves_a_task_as_far_as_its_date_lets_it(self):
        tasks = [Task(1, DAY, priority=900), Task(2, DAY, constraint_type="SNLT", constraint_minute=at(1))]
        found, dates = made(tasks, {1: [ANN], 2: [ANN]})
        assert (dates[2], found.clashes) == ((at(1), at(1, 17)), ())

    def test_refuses_what_is_placed_from_its_end(self):
        with pytest.raises(LevelingRefused, match="from its finish"):
            made([Task(1, DAY)], {1: [ANN]}, from_finish=True)

    def test_finds_nothing_in_an_empty_plan(self):
        found, dates = made([], {})
        assert (dates, found.delays, found.finish_after) == ({}, (), at(0))


class TestVerify:
    @pytest.fixture
    def leveled(self) -> Leveled:
        return made([Task(1, DAY), Task(2, DAY)], {1: [ANN], 2: [ANN]})[0]

    def test_rejects_dates_that_the_engine_does_not_find(self, leveled: Leveled):
        with pytest.raises(LevelingRejected, match="Task 2 lies at"):
            verify(replace(leveled, start=(at(0), at(2))))
        with pytest.raises(LevelingRejected, match="The plan ends at"):
            verify(replace(leveled, finish_after=at(0)))

    def test_rejects_a_person_with_too_much(self, leveled: Leveled):
        # Eight hours after Monday 8:00 the second begins: at 16:00, when the first has an hour left.
        tasks = replace(leveled.columns.tasks, leveling_delay_minutes=np.array([0, 480]))
        columns = replace(leveled.columns, tasks=tasks)
        plan = schedule(columns)
        false = replace(
            leveled, columns=columns, start=tuple(plan.start.tolist()), finish=tuple(plan.finish.tolist()),
            finish_after=plan.project_finish,
        )  # fmt: skip
        with pytest.raises(LevelingRejected, match=f"Person {ANN} has too much at {at(0, 16)}"):
            verify(false)
        busy = {ANN: [(at(1, 13), at(1, 14), 10_000)]}
        with pytest.raises(LevelingRejected, match=f"Person {ANN} has too much at {at(1, 13)}"):
            verify(replace(leveled, elsewhere=busy))
        reported = Clash("fixed", ANN, (1, 2), at(0, 16), at(0, 17))
        verify(replace(false, clashes=(reported,)))
        with pytest.raises(LevelingRejected):
            verify(replace(false, clashes=(replace(reported, end=reported.end - 1),)))
