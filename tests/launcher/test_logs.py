"""Logs of the engines stay as long as they may be, while their writers go on."""

from pathlib import Path

import pytest

from config.embedded import engines, logs


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(logs, "MOST_BYTES", 1000)
    monkeypatch.setattr(logs, "END_BYTES", 100)
    return tmp_path / "postgres.log"


class TestBound:
    def test_keeps_the_end_and_lets_the_writer_go_on(self, log: Path) -> None:
        # As pg_ctl and Valkey open theirs.
        with log.open("ab", buffering=0) as writer:
            writer.write(b"old\n" * 300 + b"newest\n")
            logs.bound(log)
            writer.write(b"later\n")
        assert log.read_bytes() == b"later\n"
        older = log.with_name("postgres.log.1")
        assert older.read_bytes().endswith(b"old\nnewest\n")
        assert (older.stat().st_size, older.stat().st_mode & 0o777) == (100, 0o600)

    def test_leaves_a_short_one_and_one_that_is_none_alone(self, log: Path, tmp_path: Path) -> None:
        logs.bound(log)
        log.write_bytes(b"x" * 1000)
        logs.bound(log)
        assert [path.name for path in tmp_path.iterdir()] == ["postgres.log"]
        other = tmp_path / "other"
        other.write_bytes(b"x" * 2000)
        log.unlink()
        log.symlink_to(other)
        logs.bound(log)
        assert other.stat().st_size == 2000

    def test_is_done_for_both_while_they_run(
        self, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(engines, "STATE", tmp_path)
        (tmp_path / "valkey").mkdir()
        for file in (log, tmp_path / "valkey/valkey.log"):
            file.write_bytes(b"x" * 2000)
        engines.bound_logs()
        assert log.stat().st_size == (tmp_path / "valkey/valkey.log").stat().st_size == 0
