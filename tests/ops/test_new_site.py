"""ops/new-site: ten answers, a whole .env, and what it finds wrong with this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.drills.kit.nginx import certificate
from tests.ops.files import ROOT, module
from tests.ops.fit import from_compose
from tests.ops.fit.rules import faults

script = module("ops/new-site")
#: As one would type them: site, identity provider (as proposed), certificate, image (as proposed), mail, storage.
ANSWERS = ["pm.example.jp", "", "./tls", "", "smtp.example.jp:465", "itdo", "mail-word", "https://s3.ap-northeast-3.amazonaws.com/itdo", "key", "word"]  # fmt: skip


def run(folder: Path, *answers: str, check: bool = False) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        str(ROOT / "ops/new-site"),
        "--folder",
        str(folder),
        *(["--check"] if check else []),
    ]
    return subprocess.run(
        command,
        input="".join(f"{answer}\n" for answer in answers),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ports of this machine are not asked for."""
    monkeypatch.setattr(script, "of_port", lambda *_: iter(()))


class TestNewSite:
    def test_asks_ten_questions_and_writes_an_env_that_fits(self, tmp_path: Path) -> None:
        result = run(tmp_path, *ANSWERS)
        assert result.returncode == 0, result.stderr
        assert len(ANSWERS) == 10
        env = script.read(tmp_path / ".env")
        assert faults(from_compose.read(env)) == []
        assert env["KEYCLOAK_URL"] == "https://id.pm.example.jp"
        assert (env["EMAIL_HOST"], env["EMAIL_PORT"]) == ("smtp.example.jp", "465")
        assert env["PGBACKREST_REPO1_S3_REGION"] == "ap-northeast-3"
        assert env["RESTIC_REPOSITORY"] == "s3:https://s3.ap-northeast-3.amazonaws.com/itdo/uploads"
        assert "docker compose --profile site up -d --build" in result.stdout
        assert "stanza-create" in result.stdout

    def test_says_by_its_end_whether_the_machine_is_ready(self, tmp_path: Path) -> None:
        run(tmp_path, *ANSWERS)
        looked = run(tmp_path, check=True)
        # Its names are known to no name server.
        assert (looked.returncode, "pm.example.jp is known to no name server" in looked.stdout) == (1, True)

    def test_makes_a_word_of_its_own_for_each_secret_and_tells_none(self, tmp_path: Path) -> None:
        result = run(tmp_path, *ANSWERS)
        env = script.read(tmp_path / ".env")
        made = [value for name, value in env.items() if script.MADE.search(name) and name not in {"EMAIL_HOST_PASSWORD", "PGBACKREST_REPO1_S3_KEY_SECRET", "PGBACKREST_REPO1_S3_KEY"}]  # fmt: skip
        assert len(made) == len(set(made)) >= 14
        assert all(len(value) >= 43 for value in made)
        assert not [value for value in made if value in result.stdout + result.stderr]
        assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600

    def test_starts_the_site_with_what_it_has_written(self, tmp_path: Path) -> None:
        run(tmp_path, *ANSWERS)
        given = from_compose.read(script.read(tmp_path / ".env")).one("backend").given
        code = "from django.conf import settings; print(settings.ALLOWED_HOSTS, settings.LIMITS['api_user'])"
        fixed = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings"}
        result = subprocess.run(
            [sys.executable, "-c", code],
            env=fixed | dict(given),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.stdout.strip() == "['pm.example.jp'] 100/minute", result.stderr

    def test_needs_neither_mail_nor_storage_and_says_what_is_then_missing(self, tmp_path: Path) -> None:
        result = run(tmp_path, "pm.example.jp", "", "", "", "", "")
        assert faults(from_compose.read(script.read(tmp_path / ".env"))) == []
        assert "Backups have no place to go" in result.stdout
        # There is no repository to begin.
        assert "stanza-create" not in result.stdout
        assert "No mails are sent" in result.stdout

    def test_asks_again_for_what_does_not_fit(self, tmp_path: Path) -> None:
        result = run(
            tmp_path,
            "https://pm.example.jp",
            "pm.example.jp",
            "sso.example.jp",
            "id.example.jp",
            *ANSWERS[2:],
        )
        assert "A name such as pm.example.co.jp" in result.stdout
        assert "It must begin with `id.`" in result.stdout
        assert script.read(tmp_path / ".env")["KEYCLOAK_HOST"] == "id.example.jp"

    def test_replaces_nothing_without_being_told_to_and_keeps_what_was_there(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("IMAGE=mine\n")
        refused = run(tmp_path, "", *ANSWERS)
        assert refused.returncode == 1
        assert (tmp_path / ".env").read_text() == "IMAGE=mine\n"
        assert run(tmp_path, "yes", *ANSWERS).returncode == 0
        (kept,) = tmp_path.glob(".env.2*")
        assert kept.read_text() == "IMAGE=mine\n"

    def test_writes_nothing_when_the_answers_end(self, tmp_path: Path) -> None:
        result = run(tmp_path, *ANSWERS[:3])
        assert (result.returncode, result.stderr.strip()) == (1, "Nothing was written.")
        assert not list(tmp_path.iterdir())


class TestProblems:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        (tmp_path / "tls").mkdir()
        certificate(tmp_path / "tls")
        for name in ("tls.crt", "tls.key"):
            (tmp_path / "tls" / name).chmod(0o644)
        return tmp_path

    def found(self, folder: Path, *hosts: str) -> str:
        return " ".join(script.of_certificate(folder / "tls", list(hosts)))

    def test_are_none_of_a_certificate_for_all_names(self, folder: Path) -> None:
        assert self.found(folder, "pm.example.jp", "localhost") == ""

    def test_are_names_that_the_certificate_does_not_have(self, folder: Path) -> None:
        assert "a browser would refuse it for id.other.example.jp (Hostname mismatch" in self.found(
            folder, "id.other.example.jp"
        )

    def test_are_a_key_of_another_certificate(
        self, folder: Path, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        other = tmp_path_factory.mktemp("other")
        certificate(other)
        (folder / "tls/tls.key").write_bytes((other / "tls.key").read_bytes())
        assert "do not belong together" in self.found(folder, "pm.example.jp")

    def test_are_files_that_nginx_cannot_read(self, folder: Path) -> None:
        (folder / "tls/tls.key").chmod(0o600)
        assert "chown 101" in self.found(folder, "pm.example.jp")

    def test_are_files_that_are_not_there(self, tmp_path: Path) -> None:
        assert "tls.crt" in self.found(tmp_path, "pm.example.jp")

    def test_are_ports_that_are_taken(self) -> None:
        with socket.socket() as taken:
            taken.bind(("0.0.0.0", 0))
            taken.listen()
            port = taken.getsockname()[1]
            assert f"Port {port} is taken" in next(script.of_port("HTTPS_PORT", port))
        assert list(script.of_port("HTTPS_PORT", port)) == []

    def test_are_names_that_no_one_finds(self) -> None:
        assert "known to no name server" in next(script.of_name("pm.does-not-exist.invalid"))
        assert list(script.of_name("localhost")) == []

    def test_are_a_file_that_others_can_read_and_lines_that_are_empty(
        self, folder: Path, ports: None
    ) -> None:
        (folder / ".env").write_text("IMAGE=mine\n")
        (folder / ".env").chmod(0o644)
        words = " ".join(script.problems(script.read(folder / ".env"), folder))
        assert "chmod 600 .env" in words
        assert "Not filled in: ENVIRONMENT" in words
