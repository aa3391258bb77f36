"""Why does it start on Thursday?"""

from tasks.scheduling.explain.why import Reason, why
from tasks.scheduling.network import Link, Network, ProjectSettings, Task
from tasks.scheduling.reference.passes import reference_plan
from tasks.scheduling.tests.plan_text import CASES, minute, network_from


def reasons(case: str, name: str) -> list[tuple[str, str, str | None]]:
    """Task, driver and what was waited for, by name."""
    network, ids, _ = network_from(CASES / "right" / f"{case}.toml")
    names = {task_id: task for task, task_id in ids.items()}
    chain: list[Reason] = why(reference_plan(network), ids[name], network)
    return [(names[r.task_id], r.driver.kind, r.wait.kind if r.wait else None) for r in chain]


class TestWhy:
    def test_goes_back_to_the_project_start(self):
        assert reasons("several_predecessors", "Build") == [
            ("Build", "predecessor", "calendar"),
            ("Order", "project_start", None),
        ]

    def test_ends_at_a_date_of_its_own(self):
        assert reasons("start_to_start", "Pump") == [
            ("Pump", "predecessor", None),
            ("Dig", "constraint", None),
        ]

    def test_goes_through_a_summary_to_its_last_child(self):
        assert reasons("link_out_of_a_summary", "Move in") == [
            ("Move in", "predecessor", "calendar"),
            ("House", "children", None),
            ("Roof", "project_start", None),
        ]

    def test_names_a_link_into_the_summary_above(self):
        assert reasons("link_through_two_summaries", "Walls") == [
            ("Walls", "parent_predecessor", "calendar"),
            ("Plan", "project_start", None),
        ]

    def test_names_the_person_who_was_waited_for(self):
        assert reasons("person_is_away_first", "Dig") == [("Dig", "project_start", "resource")]

    def test_names_actual_manual_and_leveled_dates(self):
        assert reasons("actual_dates_win", "Build")[1:] == [("Order", "actual", None)]
        assert reasons("manual_task", "Report")[1:] == [("Fair", "manual", None)]
        assert reasons("leveling_delay", "Pour") == [("Pour", "leveling", None)]

    def test_goes_to_the_first_child_where_the_start_of_a_summary_is_waited_for(self):
        start = minute("2026-01-05 08:00")
        network = Network(
            project=ProjectSettings(start_minute=start),
            tasks=(
                Task(1), Task(2, 480, 1, constraint_type="SNET", constraint_minute=start + 1440), Task(3, 480, 1),
                Task(4, 960),
            ),
            links=(Link(1, 4, "SS"), Link(2, 3)),
        )  # fmt: skip
        plan = reference_plan(network)
        assert [reason.task_id for reason in why(plan, 4, network)] == [4, 1, 2]
        assert [reason.task_id for reason in why(plan, 4)] == [4, 1, 3, 2]

    def test_waits_for_no_one_over_half_a_minute(self):
        assert reasons("half_minutes_add_up", "Paint") == [
            ("Paint", "predecessor", None),
            ("Pour", "predecessor", None),
            ("Pump", "predecessor", None),
            ("Dig", "project_start", None),
        ]
