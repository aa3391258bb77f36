"""Has the kernels of simulation compiled before they are needed (``compiled.kept``)."""

from pathlib import Path

from tasks.scheduling.columns import columns_of
from tasks.scheduling.compiled import ready
from tasks.scheduling.compiled.kept import compile_once
from tasks.scheduling.compiled.warm import small_plan
from tasks.scheduling.network import Network
from tasks.scheduling.risk.simulate import simulate
from tasks.scheduling.risk.uncertain import Uncertainty, by_template, remaining_of

HERE = Path(__file__).parent
COMPILED = HERE.parent / "compiled"
#: The runs take the engine's own passes into themselves.
SOURCES = (
    *sorted(HERE.glob("*.py")),
    *sorted(COMPILED.glob("*.py")),
    *sorted((HERE.parent / "leveling").glob("*.py")),
    *(HERE.parent / name for name in ready.CONSTANTS),
)


def prepare() -> bool:
    """Have every kernel compiled of the sources as they are; False when they were. Takes some seconds of CPU if not."""
    return compile_once("risk", HERE, SOURCES, _small_runs)


def _small_runs() -> None:
    plan = small_plan()
    early = tuple(task for task in plan.tasks if task.constraint_type != "ALAP")
    columns = columns_of(Network(plan.project, early, plan.links[2:], (), plan.resources, plan.assignments))
    ranges = Uncertainty(*by_template(remaining_of(columns), 10, 30))
    simulate(columns, ranges, runs=3)
    simulate(columns, ranges, runs=3, elsewhere={})
