"""When the kernels of simulation are compiled."""

import runpy

from tasks.scheduling.compiled import kept
from tasks.scheduling.risk import ready


class TestPrepare:
    def test_compiles_once_what_a_small_plan_needs(self, monkeypatch, tmp_path) -> None:
        monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kept"))
        monkeypatch.setattr(kept, "KERNELS", [])
        assert [ready.prepare(), ready.prepare()] == [True, False]

    def test_is_a_command(self, monkeypatch) -> None:
        done: list[object] = []
        monkeypatch.setattr("os.nice", done.append)
        monkeypatch.setattr(ready, "prepare", lambda: done.append("made"))
        runpy.run_module("tasks.scheduling.risk", run_name="__main__")
        assert done == [10, "made"]
