"""Pango: there already, installed by root, unpacked by others, or done without."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from config.launch import pango

SIMULATED = """Inst libpango-1.0-0 (1.56.3-1 Debian:13/stable [amd64])
Inst libharfbuzz-subset0 (10.2.0-1 Debian:13/stable [amd64])
Conf libpango-1.0-0 (1.56.3-1 Debian:13/stable [amd64])
"""


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What would be run; apt fetches one package, and dpkg unpacks the libraries of it."""
    ran: list[list[str]] = []

    def run(command: list[str], *, where: Path | None = None, **_more: Any) -> bool:
        ran.append(command)
        if "download" in command and where:
            (where / "libpango.deb").touch()
        if command[0] == "dpkg-deb":
            libraries = Path(command[-1], "usr/lib/x86_64-linux-gnu")
            libraries.mkdir(parents=True, exist_ok=True)
            for name in pango.LIBRARIES:
                (libraries / name).touch()
        return True

    def simulate(*_arguments: Any, **_more: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 0, SIMULATED, "")

    monkeypatch.setattr(pango, "_run", run)
    monkeypatch.setattr(subprocess, "run", simulate)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(pango, "_loads", lambda _name: False)
    return ran


class TestEnsure:
    def test_does_nothing_where_it_is_installed(
        self, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(pango, "_loads", lambda _name: True)
        assert pango.ensure(tmp_path / "pango")
        assert commands == []

    def test_lets_apt_install_it_for_root(
        self, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        assert pango.ensure(tmp_path / "pango")
        assert commands[1][:3] == ["apt-get", "-q", "install"]
        assert set(pango.PACKAGES) <= set(commands[1])
        assert not (tmp_path / "pango").exists()

    def test_unpacks_it_for_others_once(
        self, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        folder = tmp_path / "pango"
        assert pango.ensure(folder)
        download = next(command for command in commands if "download" in command)
        assert download[-2:] == ["libpango-1.0-0", "libharfbuzz-subset0"]
        assert (folder / "fonts.conf").exists()
        assert sorted(path.name for path in tmp_path.iterdir()) == ["pango"]
        count = len(commands)
        assert pango.ensure(folder)
        assert len(commands) == count

    def test_says_what_to_type_and_goes_on_without(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(pango, "_loads", lambda _name: False)
        monkeypatch.setattr(shutil, "which", lambda _name: None)
        assert not pango.ensure(tmp_path / "pango")
        assert "no PDF, all else works (sudo apt install libpango-1.0-0" in capsys.readouterr().out
        assert list(tmp_path.iterdir()) == []

    def test_leaves_nothing_behind_when_the_network_is_away(
        self, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        monkeypatch.setattr(pango, "_run", lambda *_arguments, **_more: False)
        assert not pango.ensure(tmp_path / "pango")
        assert list(tmp_path.iterdir()) == []


class TestRun:
    def test_survives_a_program_that_is_not_there(self) -> None:
        assert not pango._run(["/no/such/program"])

    def test_does_not_wait_for_ever(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def hangs(*_arguments: Any, **_more: Any) -> None:
            raise subprocess.TimeoutExpired("apt-get", pango.SECONDS)

        monkeypatch.setattr(subprocess, "run", hangs)
        assert not pango._run(["apt-get", "update"])
        assert pango._needed([]) == []
