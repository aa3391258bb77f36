"""Runs of a plan that is held, whose arrays cannot be written to, in a process that compiles no passes any more."""

from tasks.scheduling.columns import columns_of
from tasks.scheduling.compiled import warm
from tasks.scheduling.network import Network
from tasks.scheduling.risk.ready import _small_runs
from tasks.scheduling.risk.simulate import simulate
from tasks.scheduling.risk.uncertain import Uncertainty, by_template, remaining_of


def test_are_made_as_those_of_any_other() -> None:
    _small_runs()
    warm.up()
    plan = warm.small_plan()
    early = tuple(task for task in plan.tasks if task.constraint_type != "ALAP")
    columns = columns_of(Network(plan.project, early, plan.links[2:], (), plan.resources, plan.assignments))
    ranges = Uncertainty(*by_template(remaining_of(columns), 10, 30))
    ends = simulate(columns, ranges, runs=3, elsewhere={}).ends.tolist()
    columns.tasks.duration_minutes.flags.writeable = False
    assert simulate(columns, ranges, runs=3, elsewhere={}).ends.tolist() == ends
