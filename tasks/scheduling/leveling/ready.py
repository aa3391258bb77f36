"""Has the kernels of levelling compiled before they are needed (``compiled.kept``)."""

from pathlib import Path

from tasks.scheduling.compiled.kept import compile_once
from tasks.scheduling.leveling.activities import activities_of
from tasks.scheduling.leveling.solving import solve

HERE = Path(__file__).parent
SOURCES = (*sorted(HERE.glob("*.py")), HERE.parent / "compiled" / "kernel.py")


def prepare() -> bool:
    """Have every kernel compiled of the sources as they are; False when they were. Takes some seconds of CPU if not."""
    small = activities_of([3, 2, 2], [[1], [1], [2]], [2], [[], [2], []])
    return compile_once("leveling", HERE, SOURCES, lambda: solve(small, passes=200))
