"""When the compiled passes are compiled, and when they are loaded."""

import runpy
import threading
from collections.abc import Iterator
from contextlib import suppress
from random import Random
from types import SimpleNamespace

import pytest

from tasks.scheduling.columns import Columns, columns_of
from tasks.scheduling.compiled import kernel, ready, warm
from tasks.scheduling.errors import Unsuitable
from tasks.scheduling.network import Network, ProjectSettings, Task
from tasks.scheduling.reference.passes import reference_plan
from tasks.scheduling.scheduled import ScheduledColumns, scheduled_columns_of
from tasks.scheduling.tests.random_plans import random_network


class Warm:
    """Counts what takes long."""

    def __init__(self, monkeypatch) -> None:
        self.done: list[str] = []
        monkeypatch.setattr(warm, "up", lambda: self.done.append("up"))
        monkeypatch.setattr(warm, "forget", lambda: self.done.append("forget"))


def wait_for_loading() -> None:
    """Until no thread loads any more: what it finds would be found by the next test."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.name.endswith("(_load_in_turn)"):
            thread.join()


@pytest.fixture
def warmed(monkeypatch, tmp_path) -> Iterator[Warm]:
    """A process that begins, with an empty place for what is compiled."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kept"))
    monkeypatch.setattr(ready.LoadedPasses, "passes", None)
    monkeypatch.setattr(ready.LoadedPasses, "is_expected", False)
    yield Warm(monkeypatch)
    wait_for_loading()


@pytest.fixture
def loaded(monkeypatch) -> ScheduledColumns:
    """What the compiled passes answer in a process that has loaded them."""
    answer = scheduled_columns_of(reference_plan(Network(ProjectSettings(0))))
    monkeypatch.setattr(ready.LoadedPasses, "passes", lambda columns: answer)
    return answer


def plan_of(count: int) -> Columns:
    return columns_of(Network(ProjectSettings(0), tuple(Task(number) for number in range(count))))


def start_again(monkeypatch) -> None:
    monkeypatch.setattr(ready.LoadedPasses, "passes", None)


class TestLoad:
    def test_compiles_nothing(self, warmed):
        assert not ready.load()
        assert ready.passes() is None
        assert warmed.done == []

    def test_finds_what_was_compiled(self, warmed, monkeypatch):
        ready.make()
        start_again(monkeypatch)
        assert ready.load()
        assert ready.passes() is warm.passes
        assert warmed.done == ["forget", "up", "up"]

    def test_leaves_what_was_compiled_for_another_processor(self, warmed, monkeypatch):
        ready.make()
        start_again(monkeypatch)
        monkeypatch.setattr(warm, "processor", lambda: "another")
        assert not ready.load()
        assert warmed.done == ["forget", "up"]

    def test_leaves_what_was_compiled_of_other_sources(self, warmed, monkeypatch, tmp_path):
        ready.make()
        start_again(monkeypatch)
        monkeypatch.setattr(ready, "_version", lambda package: "0.0")
        assert not ready.load()
        assert ready.make()
        assert len(list((tmp_path / "kept").glob("*.stamp"))) == 1

    def test_does_without_what_cannot_be_loaded(self, warmed, monkeypatch, caplog):
        ready.make()
        start_again(monkeypatch)
        monkeypatch.setattr(warm, "up", lambda: 1 / 0)
        assert not ready.load()
        assert "without them" in caplog.text


class TestPasses:
    def test_are_loaded_behind_the_first_that_misses_them(self, warmed, monkeypatch):
        """Another process has compiled them since this process began."""
        ready.load_or_expect()
        ready.make()
        start_again(monkeypatch)
        looked = threading.Event()
        monkeypatch.setattr(warm, "up", looked.wait)  # loading takes long
        assert ready.passes() is None
        looked.set()
        wait_for_loading()
        assert ready.passes() is warm.passes

    def test_are_looked_for_once(self, warmed):
        ready.load_or_expect()
        assert ready.LoadedPasses.is_expected
        assert ready.passes() is None
        assert not ready.LoadedPasses.is_expected

    def test_are_not_expected_where_they_are_there(self, warmed, monkeypatch):
        ready.make()
        ready.load_or_expect()
        assert not ready.LoadedPasses.is_expected


class TestDates:
    """What `schedule` asks first."""

    def test_come_from_the_compiled_passes(self, loaded):
        assert ready.dates(plan_of(ready.WORTH_IT)) is loaded

    def test_are_left_to_the_reference_where_the_plan_is_small(self, loaded):
        with pytest.raises(Unsuitable):
            ready.dates(plan_of(ready.WORTH_IT - 1))

    def test_are_left_to_the_reference_until_the_passes_are_loaded(self, warmed):
        with pytest.raises(Unsuitable):
            ready.dates(plan_of(ready.WORTH_IT))


class TestMake:
    def test_compiles_once(self, warmed):
        assert ready.make()
        assert not ready.make()
        assert warmed.done == ["forget", "up"]

    def test_is_a_command(self, monkeypatch):
        calls = []
        monkeypatch.setattr(ready, "make", lambda: calls.append("made"))
        monkeypatch.setattr("os.nice", calls.append)
        runpy.run_module("tasks.scheduling.compiled", run_name="__main__")
        assert calls == [10, "made"]


class TestStamp:
    def test_lies_beside_the_sources_unless_told_otherwise(self, monkeypatch):
        monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
        assert ready.stamp("any").parent == ready.HERE / "__pycache__"

    def test_knows_packages_that_are_not_there(self):
        assert ready._version("no-such-package") == "none"

    def test_names_the_processor(self):
        assert warm.processor() == warm.processor()
        assert len(warm.processor()) == 12


class FakeKernel:
    """What numba makes of a function."""

    def __init__(self, function, folder="", signatures=()) -> None:
        self.py_func = function
        self.signatures = signatures
        self.stats = SimpleNamespace(cache_path=folder)
        self.is_closed = False

    def disable_compile(self) -> None:
        self.is_closed = True


class TestWarm:
    def test_lets_nothing_be_compiled_from_then_on(self, monkeypatch):
        fakes = (
            FakeKernel(warm.up, signatures=("one",)), FakeKernel(warm.up), FakeKernel(random_network, signatures=("one",))
        )  # fmt: skip
        monkeypatch.setattr(warm, "KERNELS", [*kernel.KERNELS, *fakes])
        warm.up()
        # The last one is no part of the passes: it may be compiled for other arrays yet.
        assert [fake.is_closed for fake in fakes] == [True, False, False]

    def test_needs_all_that_any_plan_needs(self):
        """One that is not part of the small plan would be compiled when a user waits for it."""
        warm.up()
        before = [len(each.signatures) for each in kernel.KERNELS]
        for number in range(50 if before else 5):
            with suppress(Unsuitable):
                warm.passes(columns_of(random_network(Random(number))))
        assert [len(each.signatures) for each in kernel.KERNELS] == before

    def test_forgets_what_was_compiled_of_its_kernels(self, monkeypatch, tmp_path):
        monkeypatch.setattr(
            warm, "KERNELS", [FakeKernel(warm.up, tmp_path), FakeKernel(warm.up, tmp_path / "none")]
        )
        for name in ("warm.up-1.py311.nbi", "warm.up-1.py311.1.nbc", "other.up-1.py311.nbi"):
            (tmp_path / name).touch()
        warm.forget()
        assert [path.name for path in tmp_path.iterdir()] == ["other.up-1.py311.nbi"]


class TestKernel:
    def test_is_compiled_unless_that_is_turned_off(self, monkeypatch):
        def njit(**options):
            return lambda function: (function, options)

        fake = SimpleNamespace(config=SimpleNamespace(DISABLE_JIT=False), njit=njit)
        monkeypatch.setattr(kernel, "numba", fake)
        monkeypatch.setattr(kernel, "KERNELS", [])
        kernel.maker(warm.up)
        assert [(warm.up, {"cache": True})] == kernel.KERNELS
        fake.config.DISABLE_JIT = True
        assert kernel.maker(warm.up) is warm.up
        assert len(kernel.KERNELS) == 1
