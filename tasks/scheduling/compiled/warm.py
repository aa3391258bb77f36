"""Compiles the kernels, or loads what was compiled, by computing a small plan that needs each of them."""

import hashlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from numba.core.registry import cpu_target

from projects.worktime.moments import MINUTES_PER_DAY
from tasks.scheduling.columns import columns_of
from tasks.scheduling.compiled.kernel import KERNELS
from tasks.scheduling.compiled.passes import schedule_compiled as passes
from tasks.scheduling.network import Assignment, Link, Network, ProjectSettings, Resource, Task

__all__ = ["forget", "passes", "processor", "up"]

START = 20_458 * MINUTES_PER_DAY + 480


def small_plan() -> Network:
    """With a summary, an idle task that is linked, a split task and a row that stands before what it waits for."""
    tasks = (
        Task(1),
        Task(2, 480, 1, splits=((START, START + 60), (START + 120, START + 180))),
        Task(3, 480, mode="manual", start_minute=START, finish_minute=START + 480),
        Task(4, 480, is_active=False),
        Task(5, 480, constraint_type="ALAP"),
        Task(6, 480, constraint_type="MSO", constraint_minute=START),
    )
    links = (Link(5, 2, "FF", "percent", 0, 50.0), Link(4, 1), Link(3, 6))
    people = (Assignment(2, 1), Assignment(2, 2))
    return Network(
        ProjectSettings(START, START + 14_400), tasks, links, (), (Resource(1), Resource(2)), people
    )


def up() -> None:
    """Have every kernel of the passes at hand, and let none of them be compiled from now on.

    What others have compiled for themselves (levelling, simulation) is theirs: it may yet meet arrays of another kind.
    """
    plan = small_plan()
    passes(columns_of(plan))
    passes(columns_of(replace(plan, tasks=plan.tasks[4:], links=(), assignments=())))
    for kernel in KERNELS:
        is_own = kernel.py_func.__module__.startswith(f"{__package__}.")
        if is_own and kernel.signatures:  # those that are part of others come with these
            kernel.disable_compile()


def forget() -> None:
    """Throw away what was compiled: numba would take a kernel for current whose callees have changed."""
    for kernel in KERNELS:
        source = Path(kernel.py_func.__code__.co_filename).stem
        folder = Path(kernel.stats.cache_path)
        with suppress(FileNotFoundError):
            for old in [*folder.glob(f"{source}.*.nbi"), *folder.glob(f"{source}.*.nbc")]:
                old.unlink(missing_ok=True)


def processor() -> str:
    """What numba compiles for, in a few letters."""
    magic = cpu_target.target_context.codegen().magic_tuple()
    return hashlib.sha256(repr(magic).encode()).hexdigest()[:12]
