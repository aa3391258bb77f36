"""Why does it end on Friday?"""

from hypothesis import given, settings

from projects.worktime.rules import INHERITED, OFFICE_WEEK, CalendarException, CalendarRules, Recurrence
from tasks.scheduling.explain.ending import DaysOff, Run, Runs, why_finish
from tasks.scheduling.network import Assignment, Network, ProjectSettings, Resource, Task
from tasks.scheduling.reference.passes import reference_plan
from tasks.scheduling.tests.plan_text import CASES, minute, network_from
from tasks.scheduling.tests.test_properties import networks

SITE = CalendarRules(
    1,
    week=OFFICE_WEEK,
    exceptions=(
        CalendarException(
            minute("2026-01-12 00:00") // 1440, minute("2026-01-12 00:00") // 1440, (), "成人の日"
        ),
    ),
)


def day(text: str) -> int:
    return minute(f"{text} 00:00") // 1440


def off(first: str, last: str = "", shifts: tuple[tuple[int, int], ...] = ()) -> CalendarException:
    return CalendarException(day(first), day(last or first), shifts, "通院")


def run_of(name: str, case: str) -> Run | None:
    network, ids, _ = network_from(CASES / "right" / f"{case}.toml")
    return Runs(network, reference_plan(network)).of(ids[name])


def run_on(*away: CalendarException, base: CalendarRules = SITE, days: int = 10) -> Run | None:
    """Of a task of so many days from January 5 on, with a person who is away at times."""
    network = Network(
        project=ProjectSettings(start_minute=minute("2026-01-05 08:00"), calendar_id=1),
        tasks=(Task(1, days * 480),),
        calendars=(base, CalendarRules(-7, base_id=1, week=INHERITED, exceptions=away)),
        resources=(Resource(7, calendar_id=-7),),
        assignments=(Assignment(1, 7),),
    )
    return Runs(network, reference_plan(network)).of(1)


class TestRun:
    def test_is_on_the_clock_for_an_elapsed_duration(self):
        assert run_of("Dry", "elapsed_duration") == Run("elapsed")

    def test_is_on_the_calendar_of_the_project_where_no_one_has_their_own(self):
        assert run_of("Read", "last_person_to_finish_decides") == Run("calendar", None)
        assert run_of("Order", "several_predecessors") == Run("calendar", None)

    def test_names_who_is_done_last_and_when_they_are_away(self):
        assert run_of("Dig", "last_person_to_finish_decides") == Run(
            "resource", 2, 0, (DaysOff(day("2026-01-06"), day("2026-01-06"), "calendar"),)
        )

    def test_tells_days_away_from_holidays_and_the_days_of_every_week(self):
        assert run_on(off("2026-01-08", "2026-01-09"), off("2026-01-15", shifts=((480, 720),))) == Run(
            "resource",
            7,
            4,
            (
                DaysOff(day("2026-01-08"), day("2026-01-09"), "resource"),
                DaysOff(day("2026-01-12"), day("2026-01-12"), "calendar", "成人の日"),
                DaysOff(day("2026-01-15"), day("2026-01-15"), "resource"),
            ),
        )

    def test_leaves_out_material_and_days_away_at_other_times(self):
        network = Network(
            project=ProjectSettings(start_minute=minute("2026-01-05 08:00"), calendar_id=1),
            tasks=(Task(1, 480),),
            calendars=(SITE, CalendarRules(-7, base_id=1, week=INHERITED, exceptions=(off("2026-03-02"),))),
            resources=(Resource(7, calendar_id=-7), Resource(8, kind="material")),
            assignments=(Assignment(1, 8), Assignment(1, 7)),
        )
        assert Runs(network, reference_plan(network)).of(1) == Run("resource", 7)

    def test_counts_a_weekend_within_a_leave_as_a_weekend(self):
        run = run_on(off("2026-01-09", "2026-01-13"))
        assert run is not None
        assert [(item.first - day("2026-01-01") + 1, item.kind) for item in run.special] == [
            (9, "resource"), (12, "calendar"), (13, "resource")
        ]  # fmt: skip

    def test_finds_recurring_days_of_a_calendar(self):
        fridays = CalendarException(
            day("2026-01-01"), day("2026-12-31"), (), "棚卸し", Recurrence("weekly", weekdays=(4,))
        )
        run = run_on(base=CalendarRules(1, week=OFFICE_WEEK, exceptions=(fridays,)))
        assert run is not None
        assert {(item.name, (item.first + 3) % 7) for item in run.special} == {("棚卸し", 4)}

    def test_holds_two_calendars_where_the_task_has_its_own(self):
        run = run_of("Test", "task_calendar_and_person")
        assert run is not None
        assert (run.kind, run.id, len(run.special)) == ("resource", 1, 1)

    def test_leaves_people_out_where_the_task_does(self):
        run = run_of("Test", "task_calendar_ignores_person")
        assert run is not None
        assert run.kind == "calendar"

    def test_knows_the_hours_of_a_week_that_is_a_persons_own(self):
        run = run_of("Dig", "calendar_inherits_holidays")
        assert run is not None
        assert (run.kind, [item.kind for item in run.special]) == ("resource", ["calendar"])

    def test_is_nothing_for_dates_that_are_given_and_for_summaries(self):
        assert run_of("Fair", "manual_task") is None
        assert run_of("House", "link_out_of_a_summary") is None


class TestWhyFinish:
    def test_follows_the_last_child_of_a_summary(self):
        network, ids, _ = network_from(CASES / "right" / "link_out_of_a_summary.toml")
        names = {task_id: name for name, task_id in ids.items()}
        chain = why_finish(reference_plan(network), ids["House"], network)
        assert [names[reason.task_id] for reason in chain] == ["House", "Roof"]

    def test_of_a_task_is_the_chain_of_its_start(self):
        network, ids, _ = network_from(CASES / "right" / "several_predecessors.toml")
        chain = why_finish(reference_plan(network), ids["Build"], network)
        assert [reason.task_id for reason in chain] == [ids["Build"], ids["Order"]]


class TestRandomPlans:
    @settings(max_examples=60)
    @given(networks())
    def test_are_explained_task_by_task(self, network):
        plan = reference_plan(network)
        runs = Runs(network, plan)
        for task in network.tasks:
            assert why_finish(plan, task.id, network)
            run = runs.of(task.id)
            if run is None:
                continue
            dates = plan[task.id]
            days = [day for item in run.special for day in range(item.first, item.last + 1)]
            assert len(days) == len(set(days))
            assert all(dates.start // 1440 <= day <= (dates.finish - 1) // 1440 for day in days)
            assert len(days) + run.weekly <= dates.finish // 1440 - dates.start // 1440 + 1
