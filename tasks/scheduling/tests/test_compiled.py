"""The compiled passes: the same plans as the plain ones make. With ``NUMBA_DISABLE_JIT=1`` their branches are counted."""

import json
from dataclasses import fields, replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.worktime.errors import WorktimeError
from projects.worktime.rules import OFFICE_WEEK, CalendarException, CalendarRules, WorkWeek
from tasks.interchange.pmcase import network_from_case
from tasks.scheduling.columns import columns_of
from tasks.scheduling.compiled import ready, working_time
from tasks.scheduling.compiled.kernel import KERNELS
from tasks.scheduling.compiled.passes import schedule_compiled
from tasks.scheduling.errors import NetworkError, Unsuitable
from tasks.scheduling.network import Assignment, Link, Network, ProjectSettings, Resource, Task
from tasks.scheduling.reference.passes import reference_plan
from tasks.scheduling.schedule import QuickPasses, schedule, use
from tasks.scheduling.scheduled import ScheduledColumns, scheduled_columns_of
from tasks.scheduling.tests.plan_text import CASES, network_of, plans_in
from tasks.scheduling.tests.random_plans import CALENDARS, MONDAY, random_network
from tasks.scheduling.tests.test_properties import networks

PROJECT = ProjectSettings(MONDAY)
REFUSED = (NetworkError, WorktimeError)
DAY = 480
SHARED = Path(__file__).parents[4] / "shared" / "cases"
IS_COMPILED = bool(KERNELS)
some = settings(max_examples=300 if IS_COMPILED else 40)


@pytest.fixture(scope="module", autouse=True)
def _kernels():
    """Those of the sources as they are now."""
    if IS_COMPILED:
        ready.make()


@pytest.fixture
def small_window(monkeypatch):
    """Tables that passes leave again and again."""
    monkeypatch.setattr(working_time, "WINDOW", 3)
    monkeypatch.setattr(working_time, "MARGIN", 1)
    monkeypatch.setattr(working_time, "LAST_DAY", MONDAY // 1440 + 8_000)


def assert_same(network: Network) -> None:
    """The plain passes answer, and the compiled ones the same; or the plain ones refuse, and the others do not answer."""
    columns = columns_of(network)
    try:
        wanted = scheduled_columns_of(reference_plan(network))
    except REFUSED:
        with pytest.raises(Unsuitable):
            schedule_compiled(columns)
        return
    found = schedule_compiled(columns)
    for each in fields(ScheduledColumns):
        np.testing.assert_array_equal(getattr(found, each.name), getattr(wanted, each.name), each.name)
        assert np.asarray(getattr(found, each.name)).dtype == np.asarray(getattr(wanted, each.name)).dtype


def is_left(network: Network) -> bool:
    """Whether the compiled passes leave a plan to the plain ones."""
    try:
        schedule_compiled(columns_of(network))
    except Unsuitable:
        return True
    return False


def chain(count: int, **named: object) -> Network:
    tasks = tuple(Task(number, DAY) for number in range(count))
    return Network(PROJECT, tasks, tuple(Link(number, number + 1) for number in range(count - 1)), **named)  # type: ignore[arg-type]


@pytest.mark.usefixtures("small_window")
class TestEveryPlan:
    @some
    @given(st.randoms(use_true_random=False))
    def test_is_the_same_with_everything_in_it(self, chance):
        assert_same(random_network(chance))

    @pytest.mark.parametrize("seed", range(8, 18))
    def test_is_the_same_with_something_of_everything(self, seed):
        """The same plans in each run: with those of the other classes they walk every branch."""
        assert_same(random_network(Random(seed)))

    @some
    @given(networks())
    def test_is_the_same_with_constraints_calendars_and_people(self, network):
        assert_same(network)

    @some
    @given(st.randoms(use_true_random=False), st.integers(0, 1 << 50))
    def test_is_the_same_whatever_its_ids_and_in_whatever_order_its_rows_stand(self, chance, far):
        network = random_network(chance)
        ids = {task.id: far + task.id * chance.randint(1, 9) * 1000 for task in network.tasks}
        rows = [replace(task, id=ids[task.id], parent_id=ids.get(task.parent_id)) for task in network.tasks]
        chance.shuffle(rows)
        links = [
            replace(link, predecessor_id=ids[link.predecessor_id], successor_id=ids[link.successor_id])
            for link in network.links
        ]
        people = [replace(item, task_id=ids[item.task_id]) for item in network.assignments]
        assert_same(replace(network, tasks=tuple(rows), links=tuple(links), assignments=tuple(people)))

    @some
    @given(st.randoms(use_true_random=False))
    def test_is_left_to_the_plain_passes_where_links_run_anywhere(self, chance):
        network = random_network(chance)
        ids = [task.id for task in network.tasks]
        more = {(chance.choice(ids), chance.choice(ids)) for _ in range(chance.randint(1, 3))}
        assert_same(replace(network, links=(*network.links, *(Link(*pair) for pair in more))))


@pytest.mark.usefixtures("small_window")
class TestCases:
    @pytest.mark.parametrize(
        "name",
        [
            "right/constraints",
            "right/constraints_from_the_finish",
            "right/dates_on_days_off",
            "right/milestones",
            "wrong/calendar_circle",
            "wrong/calendar_without_work",
        ],
    )
    def test_that_walk_branches_of_their_own_are_the_same(self, name):
        for document in plans_in(CASES / f"{name}.toml"):
            assert_same(network_of(document)[0])

    @pytest.mark.many
    @pytest.mark.parametrize("kind", ["right", "wrong"])
    def test_that_a_planner_could_read_are_the_same(self, kind):
        count = 0
        for path in sorted((CASES / kind).glob("*.toml")):
            for document in plans_in(path):
                assert_same(network_of(document)[0])
                count += 1
        assert count > 10

    @pytest.mark.skipif(not SHARED.is_dir(), reason="the example cases are not beside this repository")
    @pytest.mark.skipif(not IS_COMPILED, reason="takes minutes when it is not compiled")
    def test_of_other_programs_are_the_same(self):
        count = 0
        for path in sorted(SHARED.rglob("case.json")):
            case = json.loads(path.read_text(encoding="utf-8"))
            if case.get("format") == "pmcase/1":
                assert_same(network_from_case(case))
                count += 1
        assert count > 100


class TestCalendars:
    @pytest.mark.parametrize("window", [3, 768])
    def test_may_have_other_weeks_for_a_while(self, monkeypatch, window):
        monkeypatch.setattr(working_time, "WINDOW", window)
        day = MONDAY // 1440
        saturdays = (None, ((540, 720),), (), None, None, ((480, 720),), None)
        rules = CalendarRules(
            1,
            week=OFFICE_WEEK,
            work_weeks=(WorkWeek(day + 7, day + 20, saturdays), WorkWeek(day + 14, day + 30, ((),) * 7)),
            exceptions=(
                CalendarException(day + 9, day + 10, ((600, 660),)),
                CalendarException(day + 8, day + 12),
            ),
        )
        people = CalendarRules(2, base_id=1, exceptions=(CalendarException(day + 2, day + 3, ((480, 500),)),))
        network = replace(chain(20), calendars=(rules, people), resources=(Resource(1, calendar_id=2),))
        settings_ = ProjectSettings(MONDAY, calendar_id=1)
        assert_same(replace(network, project=settings_, assignments=(Assignment(3, 1), Assignment(1, 1))))

    @pytest.mark.usefixtures("small_window")
    @pytest.mark.parametrize("calendar_id", [4, 2])
    def test_may_work_at_midnight(self, calendar_id):
        project = ProjectSettings(MONDAY, calendar_id=calendar_id)
        assert_same(replace(chain(30), project=project, calendars=CALENDARS))

    def test_that_run_dry_are_left_to_the_plain_passes(self):
        never = CalendarRules(
            1, exceptions=(CalendarException(20_460, 20_461, ((480, 720),)),), week=((),) * 7
        )
        assert is_left(replace(chain(9), project=ProjectSettings(MONDAY, calendar_id=1), calendars=(never,)))

    def test_that_have_no_room_together_are_left_to_the_plain_passes(self, monkeypatch):
        monkeypatch.setattr(working_time, "MOST_SHIFTS", 100)
        assert is_left(chain(2))

    @pytest.mark.usefixtures("small_window")
    def test_reach_as_far_as_the_lag_before_a_summary(self):
        tasks = (Task(1, DAY), Task(2), Task(3, DAY, 2))
        assert_same(Network(PROJECT, tasks, (Link(1, 2, lag_minutes=2_000 * DAY),)))

    @pytest.mark.many
    def test_reach_back_as_far_as_they_are_needed(self):
        project = ProjectSettings(MONDAY, finish_minute=MONDAY, from_finish=True)
        assert_same(replace(chain(900), project=project))


ACTUAL = {"actual_start_minute": MONDAY, "percent_complete": 25}
FAR = MONDAY + 400 * 1440


@pytest.mark.usefixtures("small_window")
class TestTasks:
    @pytest.mark.parametrize(
        "own",
        [
            ACTUAL,
            ACTUAL | {"actual_duration_minutes": 300},
            ACTUAL | {"remaining_minutes": 700},
            ACTUAL | {"remaining_minutes": 0},
            ACTUAL | {"stop_minute": MONDAY + 100},
            ACTUAL | {"resume_minute": MONDAY + 4 * 1440},
            ACTUAL | {"resume_minute": FAR},
            ACTUAL | {"percent_complete": 100},
            ACTUAL | {"actual_finish_minute": MONDAY - 60},
            ACTUAL | {"is_pinned": True, "start_minute": MONDAY + 60, "finish_minute": MONDAY + 90},
            {"mode": "manual"},
            {"mode": "manual", "start_minute": MONDAY + 300},
            {"mode": "manual", "finish_minute": MONDAY + 300},
            {"mode": "manual", "finish_minute": MONDAY + 300, "start_minute": MONDAY + 400},
            {"mode": "manual", "is_pinned": True, "start_minute": MONDAY + 60, "finish_minute": MONDAY + 90},
            {"is_pinned": True, "start_minute": MONDAY + 60},
            {"splits": ((MONDAY, MONDAY + 60), (MONDAY + 1500, MONDAY + 1600), (FAR, FAR + 60))},
            {"leveling_delay_minutes": 900, "leveling_delay_is_elapsed": False},
            {"constraint_type": "MFO", "constraint_minute": MONDAY + 300},
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("status", [None, MONDAY + 1440])
    @pytest.mark.parametrize("time", ["office", "clock", "one", "team"])
    def test_bring_dates_along(self, own, status, time):
        task = Task(2, 960, is_elapsed=time == "clock", **own)
        people = {
            "one": (Assignment(2, 1),),
            "team": (Assignment(2, 1), Assignment(2, 2, 0.5, 300, 0, 0, None, 60)),
        }
        assert_same(
            Network(
                replace(PROJECT, status_minute=status),
                (Task(1, DAY), task, Task(3, DAY)),
                (Link(1, 2), Link(2, 3)),
                CALENDARS,
                (Resource(1, calendar_id=3), Resource(2, calendar_id=6)),
                people.get(time, ()),
            )
        )

    def test_of_a_team_may_leave_members_nothing_to_do(self):
        resources = (Resource(1, calendar_id=3), Resource(2, calendar_id=6))
        for work in (100, 60):
            people = (Assignment(1, 1, 1.0, 60, 60), Assignment(1, 2, 1.0, work, 60))
            for kind in ("ASAP", "ALAP"):
                task = Task(1, DAY, constraint_type=kind)
                assert_same(Network(PROJECT, (task, Task(2, 4800)), (), CALENDARS, resources, people))

    def test_may_be_asked_to_finish_in_a_night_after_their_day(self):
        """Nothing moves then, and it is not that link that sets the finish."""
        evening = Task(1, mode="manual", start_minute=MONDAY + 700, finish_minute=MONDAY + 700)
        assert_same(Network(PROJECT, (evening, Task(3), Task(2, DAY)), (Link(1, 2, "FF"), Link(3, 2))))

    def test_of_a_summary_may_be_set_by_hand(self):
        for finish in (MONDAY + 60, None):
            summary = Task(1, mode="manual", start_minute=MONDAY, finish_minute=finish)
            assert_same(Network(PROJECT, (summary, Task(2, DAY, 1), Task(3, DAY)), (Link(1, 3),)))


class TestPlans:
    def test_of_nothing_are_empty(self):
        assert_same(Network(PROJECT))
        assert_same(Network(replace(PROJECT, from_finish=True, finish_minute=MONDAY + 1440)))

    def test_may_be_idle_altogether(self):
        assert_same(Network(PROJECT, (Task(1, is_active=False), Task(2, DAY, 1), Task(3, DAY, 1))))
        assert_same(Network(replace(PROJECT, from_finish=True), (Task(1, DAY, is_active=False),)))

    @pytest.mark.parametrize(
        "project",
        [
            ProjectSettings(1 << 40),
            ProjectSettings(MONDAY, finish_minute=-(1 << 40)),
            ProjectSettings(MONDAY, status_minute=1 << 40),
        ],
    )
    def test_of_another_age_are_left_to_the_plain_passes(self, project):
        assert is_left(Network(project, (Task(1, DAY),)))

    @pytest.mark.parametrize(
        ("tasks", "links"),
        [
            ((Task(1), Task(1)), ()),
            ((Task(1 << 40), Task(5), Task(5)), ()),
            ((Task(1, -1),), ()),
            ((Task(1, parent_id=7),), ()),
            ((Task(1), Task(1 << 40, parent_id=7)), ()),
            ((Task(1, parent_id=2), Task(2, parent_id=1)), ()),
            ((Task(1, constraint_type="MSO"),), ()),
            ((Task(1, constraint_type="MSO", constraint_minute=1 << 40),), ()),
            ((Task(1, 480, actual_start_minute=MONDAY, remaining_minutes=-5),), ()),
            ((Task(1, 480, actual_start_minute=MONDAY, percent_complete=-5),), ()),
            ((Task(1, leveling_delay_minutes=1 << 40),), ()),
            ((Task(1, splits=((0, 1 << 40), (1 << 41, 1 << 42))),), ()),
            ((Task(1), Task(2)), (Link(1, 3),)),
            ((Task(1), Task(2)), (Link(1, 1),)),
            ((Task(1), Task(2)), (Link(1, 2), Link(1, 2, "SS"))),
            ((Task(1, is_active=False), Task(2)), (Link(1, 2), Link(1, 2, "SS"))),
            ((Task(1), Task(2)), (Link(1, 2), Link(2, 1))),
            ((Task(1), Task(2, parent_id=1)), (Link(1, 2),)),
            ((Task(1), Task(2, parent_id=1)), (Link(2, 1),)),
            ((Task(1), Task(2, parent_id=1, is_active=False)), (Link(2, 1),)),
            ((Task(1), Task(2, parent_id=1, is_active=False), Task(3, parent_id=2)), (Link(3, 1),)),
            ((Task(1), Task(2)), (Link(1, 2, "FS", "elapsed", 1 << 40),)),
            ((Task(1), Task(2)), (Link(1, 2, "FS", "elapsed", 1 << 28), Link(2, 1))),
            ((Task(1, DAY), Task(2)), (Link(1, 2, "FS", "percent", 0, 1e9),)),
            ((Task(1, DAY), Task(2)), (Link(1, 2, "FS", "percent", 0, float("nan")),)),
            ((Task(1, DAY), Task(2)), (Link(1, 2, "FS", "elapsed", (1 << 28) - 1),)),
        ],
    )  # fmt: skip
    def test_with_something_wrong_in_them_are_left_to_the_plain_passes(self, tasks, links):
        assert is_left(Network(PROJECT, tasks, links))

    @pytest.mark.parametrize(
        "people",
        [
            (Assignment(9, 1),),
            (Assignment(1, 9),),
            (Assignment(1, 1, 1e-9, 480),),
            (Assignment(1, 1, 1.0, 480, delay_minutes=1 << 40),),
        ],
    )
    def test_with_unlikely_people_are_left_to_the_plain_passes(self, people):
        assert is_left(Network(PROJECT, (Task(1, DAY),), (), (), (Resource(1),), people))

    def test_with_an_idle_link_far_down_the_outline_are_left_to_the_plain_passes(self):
        """Climbing takes its time for each link; beyond some the plain passes number the outline once."""
        count = 400
        tasks = [Task(number, parent_id=number - 1 if number else None) for number in range(count)]
        idle = [Task(1000 + number, DAY, is_active=False) for number in range(count)]
        links = tuple(Link(1000 + number, number) for number in range(count))
        assert is_left(Network(PROJECT, (*tasks, *idle), links))

    def test_may_have_idle_tasks_anywhere(self):
        """Below an idle summary stands an idle task; what comes after a task and is idle leaves its slack alone."""
        below = (Task(1, is_active=False), Task(2, 0, 1, is_active=False), Task(3, DAY, 2))
        beside = (Task(4, DAY), Task(5, DAY, is_active=False), Task(6, 9 * DAY))
        assert_same(Network(PROJECT, (*below, *beside), (Link(4, 5),)))

    def test_may_wait_for_an_idle_task(self):
        tasks = (Task(1), Task(2, DAY, 1), Task(3, DAY, is_active=False), Task(4, DAY))
        assert_same(Network(PROJECT, tasks, (Link(3, 1), Link(3, 4), Link(2, 4))))

    def test_may_stand_in_any_order(self):
        network = chain(30)
        assert_same(replace(network, tasks=network.tasks[::-1]))
        family = (Task(2, DAY, 1), Task(1), Task(3, DAY, 4), Task(4), Task(5, DAY, 1))
        assert_same(Network(PROJECT, family, (Link(5, 3), Link(1, 4))))


class TestSchedule:
    def test_takes_the_compiled_passes_where_the_program_says_so(self, monkeypatch):
        network = chain(30)
        monkeypatch.setattr(QuickPasses, "passes", None)
        use(lambda columns: replace(schedule_compiled(columns), project_start=7))
        assert schedule(columns_of(network)).project_start == 7

    def test_lets_the_reference_say_what_is_wrong(self, monkeypatch):
        network = chain(30)
        monkeypatch.setattr(QuickPasses, "passes", schedule_compiled)
        with pytest.raises(NetworkError, match="circle"):
            schedule(columns_of(replace(network, links=(*network.links, Link(29, 0)))))

    def test_does_without_them_where_there_are_none(self, monkeypatch):
        network = chain(30)
        monkeypatch.setattr(QuickPasses, "passes", None)
        assert schedule(columns_of(network)).plan() == reference_plan(network)
