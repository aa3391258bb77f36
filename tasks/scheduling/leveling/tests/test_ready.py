"""When the kernels of levelling are compiled."""

import runpy
from types import SimpleNamespace

import pytest

from tasks.scheduling.compiled import kept
from tasks.scheduling.leveling import ready


@pytest.fixture
def solved(monkeypatch, tmp_path) -> list[int]:
    """What is compiled, in an empty place."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kept"))
    monkeypatch.setattr(kept, "KERNELS", [])
    done: list[int] = []
    monkeypatch.setattr(ready, "solve", lambda activities, passes: done.append(passes))
    return done


class TestPrepare:
    def test_compiles_once(self, solved) -> None:
        assert [ready.prepare(), ready.prepare()] == [True, False]
        assert len(solved) == 1

    def test_compiles_anew_when_a_source_differs(self, solved, monkeypatch, tmp_path) -> None:
        ready.prepare()
        source = tmp_path / "kernels.py"
        source.write_text("")
        monkeypatch.setattr(ready, "SOURCES", (source,))
        assert ready.prepare()
        assert len(list((tmp_path / "kept").glob("leveling-*.stamp"))) == 1

    def test_throws_away_what_was_kept_of_its_own_kernels(self, solved, monkeypatch, tmp_path) -> None:
        for name in ("serial.place-1.py311.nbi", "forward.pass-1.py311.nbi"):
            (tmp_path / name).touch()
        gone = _kernel(ready.HERE / "search.py", tmp_path / "none")
        own = _kernel(ready.HERE / "serial.py", tmp_path)
        other = _kernel(ready.HERE.parent / "compiled" / "forward.py", tmp_path)
        monkeypatch.setattr(kept, "KERNELS", [gone, own, other])
        ready.prepare()
        assert [path.name for path in tmp_path.glob("*.nbi")] == ["forward.pass-1.py311.nbi"]

    def test_is_a_command(self, solved, monkeypatch) -> None:
        monkeypatch.setattr("os.nice", lambda by: None)
        runpy.run_module("tasks.scheduling.leveling", run_name="__main__")
        assert len(solved) == 1


def _kernel(source, kept) -> SimpleNamespace:
    function = SimpleNamespace(__code__=SimpleNamespace(co_filename=str(source)))
    return SimpleNamespace(py_func=function, stats=SimpleNamespace(cache_path=str(kept)))
