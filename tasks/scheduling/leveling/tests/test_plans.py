"""Levelled plans whose dates are counted out by hand (see ``counted``)."""

from dataclasses import replace

import pytest

from tasks.scheduling.leveling.diagnose import Clash, LevelingRefused
from tasks.scheduling.leveling.leveled import Delay
from tasks.scheduling.leveling.tests.counted import ANN, BEN, DAY, at, made
from tasks.scheduling.network import Assignment, Link, Resource, Task


class TestOnePerson:
    def test_does_one_task_after_the_other(self):
        found, dates = made([Task(1, DAY), Task(2, DAY)], {1: [ANN], 2: [ANN]})
        assert dates == {1: (at(0), at(0, 17)), 2: (at(1), at(1, 17))}
        # From Monday 8:00 to Tuesday 8:00 a day of the clock passes.
        assert found.delays == (Delay(2, 1440, at(0), at(1), ANN, 1, "order"),)
        assert (found.finish_before, found.finish_after) == (at(0, 17), at(1, 17))
        assert (found.too_many_units, found.clashes) == ((), ())

    def test_does_first_what_has_less_slack(self):
        # The second has a successor of three days: it must be done on Monday, the first has until Thursday.
        tasks = [Task(1, DAY), Task(2, DAY), Task(3, 3 * DAY)]
        found, dates = made(tasks, {1: [ANN], 2: [ANN]}, [Link(2, 3)])
        assert dates == {1: (at(1), at(1, 17)), 2: (at(0), at(0, 17)), 3: (at(1), at(3, 17))}
        assert [(one.task_id, one.blocking_task_id, one.why) for one in found.delays] == [(1, 2, "slack")]
        assert found.finish_after == found.finish_before

    def test_does_first_what_has_the_higher_priority(self):
        found, dates = made([Task(1, DAY), Task(2, DAY, priority=600)], {1: [ANN], 2: [ANN]})
        assert dates[1] == (at(1), at(1, 17))
        assert [(one.blocking_task_id, one.why) for one in found.delays] == [(2, "priority")]

    def test_goes_on_while_another_task_still_waits(self):
        # The third is more urgent than the second, but can begin on Tuesday only, after what Ben does with the least priority.
        tasks = [Task(1, DAY, priority=100), Task(2, 2 * DAY), Task(3, DAY, priority=900)]
        found, dates = made(tasks, {1: [BEN], 2: [ANN], 3: [ANN]}, [Link(1, 3)])
        assert dates == {1: (at(0), at(0, 17)), 2: (at(0), at(1, 17)), 3: (at(2), at(2, 17))}
        assert [(one.task_id, one.minutes, one.why) for one in found.delays] == [(3, 1440, "waited")]

    def test_does_nothing_on_a_day_of_leave(self):
        # Ben is away on Tuesday: the second task waits for Wednesday.
        found, dates = made(
            [Task(1, DAY), Task(2, DAY)], {1: [BEN], 2: [BEN]}, resources=(Resource(BEN, calendar_id=-2),), calendar_id=3
        )  # fmt: skip
        assert dates == {1: (at(0), at(0, 17)), 2: (at(2), at(2, 17))}
        assert [one.minutes for one in found.delays] == [2 * 1440]

    def test_is_parted_between_tasks_by_units(self):
        half = {pk: [Assignment(pk, ANN, 0.5)] for pk in (1, 2, 3)}
        assert [start for start, _ in made([Task(pk, DAY) for pk in half], half)[1].values()] == [
            at(0),
            at(0),
            at(1),
        ]
        third = {pk: [Assignment(pk, ANN, 0.3333)] for pk in (1, 2, 3, 4)}
        assert [start for start, _ in made([Task(pk, DAY) for pk in third], third)[1].values()] == [
            at(0)
        ] * 3 + [at(1)]
        two = (Resource(ANN, max_units=2.0),)
        whole = {pk: [ANN] for pk in (1, 2, 3)}
        assert [start for start, _ in made([Task(pk, DAY) for pk in whole], whole, resources=two)[1].values()] == [
            at(0), at(0), at(1),
        ]  # fmt: skip

    def test_is_free_when_the_own_part_is_done(self):
        # Of two days Ann is there for the first, and for the second of the other task: on Tuesday both have been hers.
        first = [Assignment(1, ANN, work_minutes=DAY), Assignment(1, BEN)]
        _, dates = made([Task(1, 2 * DAY), Task(2, DAY)], {1: first, 2: [ANN]})
        assert dates == {1: (at(0), at(1, 17)), 2: (at(1), at(1, 17))}
        late = [Assignment(1, ANN, work_minutes=DAY, delay_minutes=DAY), Assignment(1, BEN)]
        _, dates = made([Task(1, 2 * DAY), Task(2, DAY)], {1: late, 2: [ANN]})
        assert dates == {1: (at(0), at(1, 17)), 2: (at(0), at(0, 17))}
        # The own work begins a day after the task: with the second first, the task need not wait.
        _, dates = made([Task(1, 2 * DAY), Task(2, DAY, priority=600)], {1: late, 2: [ANN]})
        assert dates == {1: (at(0), at(1, 17)), 2: (at(0), at(0, 17))}
        _, dates = made([Task(1, 2 * DAY), Task(2, 2 * DAY, priority=600)], {1: late, 2: [ANN]})
        assert dates == {1: (at(1), at(2, 17)), 2: (at(0), at(1, 17))}

    def test_begins_within_a_day(self):
        # Four hours, then a day: from Monday 13:00 to Tuesday 12:00.
        found, dates = made([Task(1, 240), Task(2, DAY)], {1: [ANN], 2: [ANN]})
        assert dates == {1: (at(0), at(0, 12)), 2: (at(0, 13), at(1, 12))}
        assert [one.minutes for one in found.delays] == [300]


class TestTwoPeople:
    def test_begin_when_both_are_free(self):
        tasks = [Task(1, DAY), Task(2, DAY), Task(3, 2 * DAY, priority=900)]
        found, dates = made(tasks, {1: [ANN, BEN], 2: [ANN], 3: [BEN]})
        assert dates == {1: (at(2), at(2, 17)), 2: (at(0), at(0, 17)), 3: (at(0), at(1, 17))}
        assert found.delays == (Delay(1, 2 * 1440, at(0), at(2), BEN, 3, "priority"),)

    def test_begin_when_the_last_of_them_is_free_in_whatever_order_they_stand(self):
        tasks = [Task(1, DAY), Task(2, DAY, priority=900), Task(3, 2 * DAY, priority=900)]
        found, dates = made(tasks, {1: [BEN, ANN], 2: [ANN], 3: [BEN]})
        assert dates[1] == (at(2), at(2, 17))
        assert [(one.person_id, one.blocking_task_id) for one in found.delays] == [(BEN, 3)]

    def test_work_each_in_their_own_hours(self):
        # Ben is there from 10 to 12 and 13 to 19. Both tasks of Ann and Ben run from 8 (Ann) to 19 (Ben).
        later = (Resource(ANN), Resource(BEN, calendar_id=4))
        _, dates = made([Task(1, DAY), Task(2, DAY)], {1: [ANN, BEN], 2: [ANN, BEN]}, resources=later)
        assert dates == {1: (at(0), at(0, 19)), 2: (at(1), at(1, 19))}


class TestCalendars:
    def test_of_a_task_leave_the_other_days_to_other_tasks(self):
        # The first works on Wednesdays only. Two days fit before it; three would be torn apart and begin on Thursday.
        only = Task(1, DAY, calendar_id=1, priority=900)
        for days, start in ((2, at(0)), (3, at(3))):
            _, dates = made([only, Task(2, days * DAY)], {1: [ANN], 2: [ANN]})
            assert dates[1] == (at(2), at(2, 17))
            assert dates[2][0] == start

    def test_that_override_those_of_people_count_at_night_too(self):
        # A task on the clock holds Ann from Monday 8:00 to Tuesday 8:00.
        _, dates = made([Task(1, 1440, is_elapsed=True, priority=900), Task(2, DAY)], {1: [ANN], 2: [ANN]})
        assert dates == {1: (at(0), at(1)), 2: (at(1), at(1, 17))}
        own = Task(1, DAY, calendar_id=1, ignores_resource_calendar=True, priority=900)
        _, dates = made([own, Task(2, 3 * DAY)], {1: [ANN], 2: [ANN]})
        assert dates == {1: (at(2), at(2, 17)), 2: (at(3), at(7, 17))}


class TestLinks:
    @pytest.mark.parametrize(
        ("link", "first", "second"),
        [
            # One day after the beginning of the first would be Monday 17:00; Ann is free on Wednesday.
            (Link(1, 2, "SS", "working", DAY), at(0), at(2)),
            # Done together on Tuesday 17:00 would be on Tuesday.
            (Link(1, 2, "FF"), at(0), at(2)),
            # Done three days after the first begins: on Wednesday, which is free.
            (Link(1, 2, "SF", "working", 3 * DAY), at(0), at(2)),
            # A lead of half a day would be Tuesday 13:00.
            (Link(1, 2, "FS", "working", -240), at(0), at(2)),
            (Link(1, 2, "FS", "elapsed", 2 * 1440), at(0), at(4)),
            (Link(1, 2, "FS", "percent", 0, 50.0), at(0), at(3)),
        ],
    )
    def test_of_all_kinds_are_kept(self, link: Link, first: int, second: int):
        _, dates = made([Task(1, 2 * DAY), Task(2, DAY)], {1: [ANN], 2: [ANN]}, [link])
        assert (dates[1][0], dates[2][0]) == (first, second)

    def test_with_parts_of_a_minute_are_kept(self):
        # A third of a day and a bit after Monday 17:00, by 33.3 % of 480 minutes: Tuesday 10:39 and 50 seconds, when Ann is busy
        # until Wednesday 17:00.
        tasks = [Task(1, DAY), Task(2, DAY), Task(3, 2 * DAY, priority=900)]
        link = Link(1, 2, "FS", "percent", 0, 33.3)
        found, dates = made(tasks, {1: [BEN], 2: [ANN], 3: [ANN]}, [link, Link(1, 3)])
        assert dates == {1: (at(0), at(0, 17)), 2: (at(3), at(3, 17)), 3: (at(1), at(2, 17))}
        assert [one.task_id for one in found.delays] == [2]

    def test_of_several_predecessors_are_all_waited_for(self):
        tasks = [Task(1, DAY), Task(2, DAY), Task(3, DAY)]
        _, dates = made(tasks, {1: [ANN], 2: [ANN], 3: [BEN]}, [Link(1, 3), Link(2, 3)])
        assert dates == {1: (at(0), at(0, 17)), 2: (at(1), at(1, 17)), 3: (at(2), at(2, 17))}

    def test_move_what_follows_without_a_delay_of_its_own(self):
        found, dates = made(
            [Task(1, DAY), Task(2, DAY), Task(3, DAY)], {1: [ANN], 2: [ANN], 3: [BEN]}, [Link(2, 3)]
        )
        assert dates == {1: (at(1), at(1, 17)), 2: (at(0), at(0, 17)), 3: (at(1), at(1, 17))}
        found, dates = made(
            [Task(1, DAY, priority=600), Task(2, DAY), Task(3, DAY)],
            {1: [ANN], 2: [ANN], 3: [BEN]},
            [Link(2, 3)],
        )
        assert dates[3] == (at(2), at(2, 17))
        assert [one.task_id for one in found.delays] == [2]

    def test_of_a_summary_hold_its_rows(self):
        tasks = [Task(1, 2 * DAY), Task(2), Task(3, DAY, 2), Task(4, DAY, 2)]
        _, dates = made(tasks, {1: [ANN], 3: [ANN], 4: [ANN]}, [Link(1, 2)])
        assert dates == {
            1: (at(0), at(1, 17)),
            2: (at(2), at(3, 17)),
            3: (at(2), at(2, 17)),
            4: (at(3), at(3, 17)),
        }


class TestWhatMayNotMove:
    def test_is_worked_around(self):
        manual = Task(1, DAY, mode="manual", start_minute=at(1), finish_minute=at(1, 17))
        found, dates = made([manual, Task(2, DAY), Task(3, 2 * DAY)], {1: [ANN], 2: [ANN], 3: [ANN]})
        assert dates == {1: (at(1), at(1, 17)), 2: (at(0), at(0, 17)), 3: (at(2), at(3, 17))}
        assert [(one.task_id, one.blocking_task_id, one.why) for one in found.delays] == [(3, 1, "fixed")]

    @pytest.mark.parametrize(
        "held",
        [
            {"priority": 1000},
            {"actual_start_minute": at(0)},
            {"is_pinned": True, "start_minute": at(0), "finish_minute": at(0, 17)},
            {"constraint_type": "MSO", "constraint_minute": at(0)},
            {"constraint_type": "MFO", "constraint_minute": at(0, 17)},
            {"splits": ((at(0), at(0, 17)),)},
        ],
    )
    def test_goes_before_what_is_more_urgent(self, held: dict):
        found, dates = made(
            [Task(1, DAY, priority=999), Task(2, DAY, **{"priority": 1} | held)], {1: [ANN], 2: [ANN]}
        )
        assert dates == {1: (at(1), at(1, 17)), 2: (at(0), at(0, 17))}
        assert [one.why for one in found.delays] == ["fixed"]

    def test_lets_what_it_waits_for_go_first(self):
        # The third may not move and follows the second: so the second is done on Monday in spite of its priority.
        tasks = [Task(1, DAY, priority=900), Task(2, DAY), Task(3, DAY, priority=1000)]
        found, dates = made(tasks, {1: [ANN], 2: [ANN], 3: [ANN]}, [Link(2, 3)])
        assert dates == {1: (at(2), at(2, 17)), 2: (at(0), at(0, 17)), 3: (at(1), at(1, 17))}
        assert [(one.task_id, one.blocking_task_id, one.why) for one in found.delays] == [(1, 3, "fixed")]
        _, dates = made(
            [*tasks[:2], replace(tasks[2], duration_minutes=0)], {1: [ANN], 2: [ANN]}, [Link(2, 3)]
        )
        assert dates[1] == (at(0), at(0, 17))

    def test_lets_what_its_summary_waits_for_go_first(self):
        # The fourth may not move, and all below the third follow the second.
        tasks = [Task(1, DAY, priority=900), Task(2, DAY), Task(3), Task(4, DAY, 3, priority=1000)]
        found, dates = made(tasks, {1: [ANN], 2: [ANN], 4: [ANN]}, [Link(2, 3)])
        assert dates == {
            1: (at(2), at(2, 17)),
            2: (at(0), at(0, 17)),
            3: (at(1), at(1, 17)),
            4: (at(1), at(1, 17)),
        }
        assert found.clashes == ()

    def test_takes_no_time_where_it_is_inactive(self):
        found, dates = made([Task(1, DAY, is_active=False), Task(2, DAY)], {1: [ANN], 2: [ANN]})
        assert (found.delays, dates[2]) == ((), (at(0), at(0, 17)))

    def test_keeps_the_delay_that_it_has(self):
        held = Task(1, DAY, priority=1000, leveling_delay_minutes=1440)
        moved = Task(2, DAY, leveling_delay_minutes=5 * 1440)
        found, dates = made([held, moved], {1: [ANN], 2: [ANN]})
        assert dates == {1: (at(1), at(1, 17)), 2: (at(0), at(0, 17))}
        assert found.columns.tasks.leveling_delay_minutes.tolist() == [1440, 0]


class TestWhatAsksNoTimeOfPeople:
    def test_delays_nothing(self):
        # Material, and an assignment without units.
        sand = Resource(7, kind="material")
        people = {1: [ANN, 7], 2: [Assignment(2, ANN, 0.0), 7]}
        found, dates = made([Task(1, DAY), Task(2, DAY)], people, resources=(Resource(ANN), sand))
        assert (found.delays, dates[2]) == ((), (at(0), at(0, 17)))


class TestElsewhere:
    def test_is_worked_around(self):
        # All of Monday and half of Tuesday are spent on something else.
        busy = {ANN: [(at(0), at(0, 12), 10_000), (at(0, 13), at(0, 17), 10_000), (at(1), at(1, 17), 5_000)]}
        found, dates = made([Task(1, DAY)], {1: [ANN]}, elsewhere=busy)
        assert dates == {1: (at(2), at(2, 17))}
        assert found.delays == (Delay(1, 2 * 1440, at(0), at(2), ANN, None, "elsewhere"),)
        # Half of a person finds a place on Tuesday.
        _, dates = made([Task(1, DAY)], {1: [Assignment(1, ANN, 0.5)]}, elsewhere=busy)
        assert dates == {1: (at(1), at(1, 17))}

    def test_asks_never_more_than_there_is(self):
        found, dates = made([Task(1, DAY)], {1: [ANN]}, elsewhere={ANN: [(at(0), at(0, 17), 30_000)]})
        assert (dates[1], found.clashes) == ((at(1), at(1, 17)), ())

    def test_counts_at_night_where_a_task_does(self):
        task = Task(1, 1440, is_elapsed=True)
        _, dates = made([task], {1: [ANN]}, elsewhere={ANN: [(at(0, 22), at(0, 23), 10_000)]})
        assert dates == {1: (at(0, 23), at(1, 23))}

    def test_takes_no_time_outside_of_the_own_calendar(self):
        found, dates = made([Task(1, DAY)], {1: [ANN]}, elsewhere={ANN: [(at(0, 18), at(0, 20), 10_000)]})
        assert (dates[1], found.delays) == ((at(0), at(0, 17)), ())


class TestWithinSlack:
    def test_moves_only_what_does_not_move_the_finish(self):
        tasks = [Task(1, DAY), Task(2, DAY), Task(3, 2 * DAY)]
        found, dates = made(tasks, {1: [ANN], 2: [ANN], 3: [BEN]}, within_slack=True)
        assert dates == {1: (at(0), at(0, 17)), 2: (at(1), at(1, 17)), 3: (at(0), at(1, 17))}
        assert (found.finish_after, found.clashes) == (at(1, 17), ())

    def test_names_what_would_move_it(self):
        found, dates = made([Task(1, DAY), Task(2, DAY)], {1: [ANN], 2: [ANN]}, within_slack=True)
        assert dates == {1: (at(0), at(0, 17)), 2: (at(0), at(0, 17))}
        assert [(one.cause, one.task_ids) for one in found.clashes] == [("slack", (1, 2))]
        assert found.delays == ()

    def test_leaves_some_of_the_slack_where_a_lag_grows_with_what_is_moved(self):
        # The fourth begins after the summary and as many days again. Moved to Tuesday, within its slack, the third would make that
        # two days more.
        tasks = [Task(1), Task(2, DAY, 1), Task(3, DAY, 1), Task(4, DAY), Task(5, 4 * DAY)]
        link = Link(1, 4, "FS", "percent", 0, 100.0)
        found, dates = made(tasks, {2: [ANN], 3: [ANN], 4: [BEN]}, [link], within_slack=True)
        assert (dates[3], dates[4]) == ((at(0), at(0, 17)), (at(2), at(2, 17)))
        assert (found.finish_after, [one.cause for one in found.clashes]) == (at(3, 17), ["slack"])


class TestAsLateAsPossible:
    def test_is_kept_where_it_has_to_be(self):
        # The second lies on Friday, the last day of the plan; Ann does the third before it, the first is long.
        tasks = [Task(1, 5 * DAY), Task(2, DAY, constraint_type="ALAP"), Task(3, 2 * DAY)]
        found, dates = made(tasks, {1: [BEN], 2: [ANN], 3: [ANN]})
        assert dates == {1: (at(0), at(4, 17)), 2: (at(4), at(4, 17)), 3: (at(0), at(1, 17))}
        assert found.delays == ()

    def test_is_worked_around(self):
        # On Friday Ann is needed for the second, so the third begins on Monday and not on Tuesday with more priority for the fourth.
        tasks = [Task(1, 5 * DAY), Task(2, DAY, constraint_type="ALAP"), Task(3, 4 * DAY), Task(4, DAY)]
        found, dates = made(tasks, {1: [BEN], 2: [ANN], 3: [ANN], 4: [Assignment(4, BEN, 0.0)]})
        assert (dates[2], dates[3], found.clashes) == ((at(4), at(4, 17)), (at(0), at(3, 17)), ())

    def test_that_others_lead_away_again_and_again_is_only_counted(self):
        # With Tuesday kept free the third takes Wednesday and Thursday; then the second lies on Thursday; then the third is back.
        tasks = [Task(1, 2 * DAY), Task(2, DAY, constraint_type="ALAP"), Task(3, 2 * DAY)]
        found, dates = made(tasks, {1: [BEN], 2: [ANN], 3: [ANN]})
        assert dates == {1: (at(0), at(1, 17)), 2: (at(1), at(1, 17)), 3: (at(0), at(1, 17))}
        assert found.clashes == (Clash("late", ANN, (2, 3), at(1), at(1, 17)),)

    def test_that_comes_to_no_rest_is_refused(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("tasks.scheduling.leveling.level.MOST_ROUNDS", 0)
        with pytest.raises(LevelingRefused, match="no place that stays") as refused:
            made([Task(1, DAY), Task(2, DAY, constraint_type="ALAP")], {1: [ANN], 2: [ANN]})
        assert (refused.value.reason, refused.value.task_ids) == ("as_late_as_possible", (2,))
