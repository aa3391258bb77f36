"""The image: what goes into it, and what a container of it does."""

from __future__ import annotations

import http.server
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ops.files import ROOT, module

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


class TestDockerfile:
    def test_runs_as_a_number_that_is_not_root(self) -> None:
        assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]

    def test_checks_the_hash_of_every_package(self) -> None:
        assert "--require-hashes" in DOCKERFILE
        assert "--only-binary :all:" in DOCKERFILE

    def test_has_no_secret_among_its_arguments(self) -> None:
        names = re.findall(r"^(?:ARG|ENV) (\w+)", DOCKERFILE, re.MULTILINE)
        assert not [name for name in names if re.search(r"KEY|SECRET|PASSWORD|TOKEN", name)]

    def test_takes_named_folders_only(self) -> None:
        lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        rules = [line for line in lines if line and not line.startswith("#")]
        assert rules[0] == "*"
        assert {rule for rule in rules if rule.startswith("!")} >= {"!config", "!tasks", "!static", "!locale"}
        for unwanted in ("**/tests", "config/gate", "config/embedded"):
            assert unwanted in rules
        assert "!.git" not in rules
        assert "!.env" not in rules


class TestStart:
    start = module("ops/image/start.py")

    @pytest.mark.parametrize(
        ("role", "program"),
        [("web", "gunicorn"), ("worker", "celery"), ("beat", "celery"), ("migrate", "manage.py")],
    )
    def test_knows_what_each_role_is(self, role: str, program: str) -> None:
        assert program in self.start.command(role, [])

    def test_hands_arguments_on(self) -> None:
        assert self.start.command("manage", ["verify_audit"]) == ["manage.py", "verify_audit"]

    def test_says_what_it_does_when_asked_for_something_else(self) -> None:
        with pytest.raises(SystemExit, match="'sh' is nothing that this image does; it does web, worker"):
            self.start.command("sh", [])

    def test_takes_the_compiled_engine_to_where_it_can_be_loaded(self, tmp_path: Path) -> None:
        kept = tmp_path / "kept"
        kept.mkdir()
        (kept / "passes.stamp").touch()
        copy = tmp_path / "copy"
        for _twice in range(2):
            assert self.start.writable_copy(str(kept), copy) == {"NUMBA_CACHE_DIR": str(copy)}
        assert (copy / "passes.stamp").exists()
        assert self.start.writable_copy(str(tmp_path / "none"), copy) == {}

    def test_becomes_the_program(self, monkeypatch: pytest.MonkeyPatch) -> None:
        became: list[list[str]] = []
        monkeypatch.setattr(os, "execv", lambda _path, words: became.append(words))
        monkeypatch.setattr(sys, "argv", ["start.py", "manage", "verify_audit"])
        self.start.main()
        assert became == [[sys.executable, "manage.py", "verify_audit"]]


class Site(http.server.BaseHTTPRequestHandler):
    """Lives under one name only, as Django does."""

    def do_GET(self) -> None:
        is_well = self.path == "/health/live" and self.headers["Host"] == "pm.example.jp"
        self.send_response(200 if is_well else 400)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    with http.server.HTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


class TestHealthcheck:
    healthcheck = module("ops/image/healthcheck.py")

    def test_asks_under_the_name_that_the_site_answers_to(
        self, port: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ALLOWED_HOSTS", "pm.example.jp,www.example.jp")
        assert self.healthcheck.web(port)
        monkeypatch.setenv("ALLOWED_HOSTS", "other.example.jp")
        assert not self.healthcheck.web(port)

    def test_is_not_well_when_nothing_answers(self) -> None:
        assert not self.healthcheck.web(1)


class TestPrepare:
    def test_makes_up_settings_that_start(self) -> None:
        made_up = module("ops/image/prepare.py").throwaway()
        again = module("ops/image/prepare.py").throwaway()
        assert made_up["SECRET_KEY"] != again["SECRET_KEY"]
        command = [sys.executable, "-c", "import config.settings"]
        variables = {"PATH": os.environ["PATH"], **made_up}
        result = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr


class TestGunicorn:
    def test_ends_before_the_platform_loses_patience(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # The file names a folder of figures in the environment, which all programs that tests start would share.
        monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
        conf = module("ops/gunicorn/gunicorn.conf.py")
        site = (ROOT / "ops/nginx/site.conf").read_text(encoding="utf-8")
        read = int(re.search(r"proxy_read_timeout (\d+)s", site)[1])
        assert conf.timeout < read
        assert conf.graceful_timeout < 40  # stop_grace_period, terminationGracePeriodSeconds
        assert conf.worker_class == "config.serving.draining.Draining"
        assert conf.preload_app
        assert conf.max_requests_jitter
        assert conf.backlog <= 64
