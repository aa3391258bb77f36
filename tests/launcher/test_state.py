"""What is remembered about the engines, and who may read it."""

from pathlib import Path

import pytest

from config.embedded import EnginesNotRunningError, state
from config.embedded.places import engine_account
from config.embedded.state import Engines
from tests.launcher.clones import mode_of


class TestEngines:
    def test_has_a_password_of_its_own_for_each_role(self):
        passwords = list(Engines().passwords.values())
        assert len(set(passwords)) == len(passwords) == 5

    def test_spells_addresses_that_a_socket_folder_fits_into(self):
        engines = Engines(socket_folder="/home/太郎/work place/.state/run", valkey_port=50001)
        url = engines.urls()["DATABASE_URL"]
        assert url.endswith("@%2Fhome%2F%E5%A4%AA%E9%83%8E%2Fwork%20place%2F.state%2Frun:5442/itdo_erp")
        assert engines.urls()["REDIS_URL"].endswith("@127.0.0.1:50001/0")

    def test_separates_cache_and_queue(self):
        urls = Engines(socket_folder="/run", valkey_port=50001).urls()
        assert urls["REDIS_URL"] != urls["REDIS_BROKER_URL"]


class TestMemory:
    def test_is_readable_by_its_owner_only(self, tmp_path: Path):
        state.save(Engines(), tmp_path, engine_account())
        assert mode_of(tmp_path / state.FILE) == 0o600

    def test_comes_back_as_it_was(self, tmp_path: Path):
        engines = Engines(socket_folder="/run", valkey_port=50001, is_kept=True)
        state.save(engines, tmp_path, engine_account())
        assert state.load(tmp_path) == engines

    def test_forgets_the_servers_of_the_clone_it_was_copied_from(self, tmp_path: Path):
        original = Engines(project="/elsewhere", socket_folder="/run", valkey_port=50001)
        state.save(original, tmp_path, engine_account())
        copy = state.load(tmp_path)
        assert (copy.socket_folder, copy.valkey_port) == ("", 0)
        assert copy.passwords == original.passwords


class TestEnvironment:
    @pytest.fixture(autouse=True)
    def _state_in(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(state, "STATE", tmp_path)

    def test_says_what_to_type_when_nothing_was_ever_started(self):
        with pytest.raises(EnginesNotRunningError, match="bin/run"):
            state.environment()

    def test_says_which_server_is_down(self, tmp_path: Path):
        state.save(Engines(socket_folder=str(tmp_path), valkey_port=1), tmp_path, engine_account())
        with pytest.raises(EnginesNotRunningError, match="PostgreSQL is not running"):
            state.environment()
