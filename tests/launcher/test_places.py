"""Who the engines run as, and what that account can reach."""

import os
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from config.embedded import places
from config.embedded.places import Account, LauncherError, clone_hash, fallback_folder

STRANGER = Account("stranger", uid=54321, gid=54321)


class TestReach:
    def test_passes_open_folders(self, tmp_path: Path):
        tmp_path.chmod(0o711)
        inside = tmp_path / "inside"
        assert STRANGER._passes(tmp_path)
        assert STRANGER.reaches(inside) == all(STRANGER._passes(parent) for parent in tmp_path.parents)

    def test_ends_at_a_closed_folder(self, tmp_path: Path):
        tmp_path.chmod(0o700)
        assert not STRANGER.reaches(tmp_path / "inside")

    def test_counts_the_owner_s_bits_for_the_owner(self, tmp_path: Path):
        tmp_path.chmod(0o700)
        status = tmp_path.stat()
        assert Account("owner", status.st_uid, status.st_gid)._passes(tmp_path)


class TestState:
    @pytest.fixture
    def state(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        made = tmp_path / ".state"
        made.mkdir(mode=0o700)
        monkeypatch.setattr(places, "STATE", made)
        return made

    def refused(self) -> str:
        with pytest.raises(LauncherError) as refusal:
            places.prepare_state(Account("tester", uid=os.geteuid(), gid=os.getegid()))
        said = str(refusal.value)
        # It holds the data.
        assert not re.search(r"\b(remove|delete|rm)\b", said)
        return said

    def test_on_a_disk_that_takes_no_writing_is_told_so(
        self, state: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("os.statvfs", lambda _path: SimpleNamespace(f_flag=os.ST_RDONLY))
        said = self.refused()
        assert "takes no writing now" in said
        assert "mount -o remount,rw" in said

    def test_that_is_closed_to_its_owner_is_opened_and_not_taken_away(self, state: Path) -> None:
        assert f"chmod u+rwx {state}" in places._why_closed(state)
        assert not re.search(r"\b(remove|delete|rm)\b", places._why_closed(state))

    def test_of_another_account_is_left_to_it(self, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("os.geteuid", lambda: 54321)
        said = places._why_closed(state)
        assert "Run this as that account" in said
        assert not re.search(r"\b(remove|delete|rm)\b", said)


class TestFallback:
    def test_is_named_after_the_clone(self):
        assert fallback_folder().name == f"itdo-{clone_hash()}"
