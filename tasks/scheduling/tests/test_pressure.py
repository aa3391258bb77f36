"""What holds a task from behind."""

from hypothesis import given, settings
from hypothesis import strategies as st

from projects.worktime.errors import WorktimeError
from tasks.scheduling.errors import NetworkError
from tasks.scheduling.explain.negative_slack import late_driver
from tasks.scheduling.network import Link, Network, ProjectSettings, Task
from tasks.scheduling.reference.passes import reference_plan
from tasks.scheduling.tests.random_plans import MONDAY, random_network

DAY = 480
TUESDAY_EVENING = MONDAY + 1440 + 540


def chain_of(task_id: int, *tasks: Task, links: tuple[Link, ...] = (), honors: bool = True) -> list[tuple]:
    network = Network(ProjectSettings(MONDAY, honors_constraints=honors), tasks, links)
    return [tuple(step) for step in late_driver(reference_plan(network), task_id, network)]


class TestPressure:
    def test_ends_at_the_deadline_that_makes_the_slack_negative(self):
        dig, pour = Task(1, 2 * DAY), Task(2, DAY, deadline_minute=TUESDAY_EVENING)
        assert chain_of(1, dig, pour, links=(Link(1, 2),)) == [
            (1, "successor", 2, None),
            (2, "deadline", None, None),
        ]

    def test_ends_at_a_must_date_only_where_it_is_honoured(self):
        dig = Task(1, 2 * DAY)
        pour = Task(2, DAY, constraint_type="MSO", constraint_minute=TUESDAY_EVENING - 540)
        ends = [chain_of(1, dig, pour, links=(Link(1, 2),), honors=honors)[-1] for honors in (True, False)]
        assert ends == [(2, "constraint", None, None), (2, "project_finish", None, None)]

    def test_ends_at_a_date_not_to_be_passed(self):
        late = [
            Task(1, 3 * DAY, constraint_type="FNLT", constraint_minute=TUESDAY_EVENING),
            Task(1, 3 * DAY, constraint_type="SNLT", constraint_minute=MONDAY - 1440),
        ]
        assert [chain_of(1, task) for task in late] == [[(1, "constraint", None, None)]] * 2

    def test_names_the_summary_whose_date_it_is(self):
        house, wall = Task(1, deadline_minute=TUESDAY_EVENING), Task(2, 3 * DAY, 1)
        assert chain_of(2, house, wall) == [(2, "deadline", None, 1)]
        assert chain_of(1, house, wall) == [(1, "children", 2, None), (2, "deadline", None, 1)]

    def test_follows_links_from_the_start_and_with_lag(self):
        links = (Link(1, 2, "SS", "working", DAY), Link(2, 3, "FF"))
        tasks = (Task(1, DAY), Task(2, DAY), Task(3, DAY, deadline_minute=TUESDAY_EVENING))
        assert [step[1] for step in chain_of(1, *tasks, links=links)] == [
            "successor",
            "successor",
            "deadline",
        ]

    def test_does_not_hurry_for_what_is_done(self):
        done = Task(2, DAY, actual_start_minute=MONDAY, actual_finish_minute=MONDAY + 540)
        assert chain_of(1, Task(1, DAY), done, links=(Link(1, 2),)) == [(1, "project_finish", None, None)]
        assert chain_of(2, Task(1, DAY), done) == [(2, "given", None, None)]

    @settings(max_examples=60)
    @given(st.randoms(use_true_random=False))
    def test_ends_at_a_date_wherever_slack_is_negative(self, chance):
        network = random_network(chance, rare=False)
        try:
            plan = reference_plan(network)
        except (NetworkError, WorktimeError):
            return
        for task_id, dates in plan.tasks.items():
            chain = late_driver(plan, task_id, network)
            assert chain[0].task_id == task_id
            assert chain[-1].by_id is None
            if dates.late_finish < plan.finish and dates.total_slack < 0:
                assert chain[-1].kind in ("deadline", "constraint", "given", "project_finish")
