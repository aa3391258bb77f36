"""The installation: nothing to do when no pin has changed, a sentence when something is in the way."""

import os
import subprocess
from pathlib import Path

import pytest

from config.launch import install


@pytest.fixture
def pip_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    calls: list[list[str]] = []
    monkeypatch.setattr(install, "PROJECT", tmp_path)
    monkeypatch.setattr(install, "STAMP", tmp_path / "installed.json")
    monkeypatch.setattr(install, "_works", lambda: True)
    monkeypatch.setattr(install, "_pip_install", calls.append)
    for name in install.TEST:
        (tmp_path / name).write_text(f"pins of {name}")
    return calls


def pip_says(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = subprocess.CompletedProcess[str]([], 1, "", text)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)


class TestInstall:
    def test_asks_pip_once(self, pip_calls):
        install.install(install.RUN)
        install.install(install.RUN)
        assert pip_calls == [list(install.RUN)]

    def test_adds_only_what_the_gate_needs_more(self, pip_calls):
        install.install(install.RUN)
        install.install(install.TEST)
        assert pip_calls[1:] == [["requirements-dev.txt"]]

    def test_notices_a_changed_pin(self, pip_calls, tmp_path: Path):
        install.install(install.RUN)
        (tmp_path / "requirements.txt").write_text("another pin")
        install.install(install.RUN)
        assert pip_calls[1:] == [["requirements.txt"]]

    def test_leaves_the_note_of_a_copy_by_hard_links_alone(self, pip_calls, tmp_path: Path):
        note, copy = tmp_path / "installed.json", tmp_path / "copy.json"
        note.write_text("{}")
        copy.hardlink_to(note)
        install.install(install.RUN)
        assert copy.read_text() == "{}" != note.read_text()

    def test_does_not_believe_a_broken_note(self, pip_calls, tmp_path: Path):
        (tmp_path / "installed.json").write_text('{"half')
        install.install(install.RUN)
        assert pip_calls == [list(install.RUN)]


class TestPip:
    def test_names_the_network(self, monkeypatch: pytest.MonkeyPatch):
        pip_says("Failed to establish a new connection: Temporary failure in name resolution", monkeypatch)
        with pytest.raises(install.CannotInstallError, match="no package index answers"):
            install._pip_install(["requirements.txt"])

    def test_names_a_package_that_was_swapped(self, monkeypatch: pytest.MonkeyPatch):
        pip_says("THESE PACKAGES DO NOT MATCH THE HASHES", monkeypatch)
        with pytest.raises(install.CannotInstallError, match="not the one that was pinned"):
            install._pip_install(["requirements.txt"])


class TestVenv:
    def test_says_what_to_type_without_the_module(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(install, "_has_venv", lambda: False)
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        with pytest.raises(install.CannotInstallError, match=r"sudo apt install python3\.\d+-venv"):
            install._make()
