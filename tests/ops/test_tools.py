"""The files of production, as the programs that will read them judge them. One that is not here is skipped with a word."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.ops.files import ROOT, module

install = module("ops/checks/install.py")


def ask(program: str, *arguments: str, fails: bool = False) -> str:
    """What a program says; that it says no is a failure, or what was expected."""
    path = install.find(program)
    if path is None:
        pytest.skip(f"no {program} on this machine (ops/checks/install.py)")
    result = subprocess.run([path, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    words = result.stdout + result.stderr
    assert bool(result.returncode) is fails, words
    return words


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("rendered")
    files = {}
    for place in ("staging", "production", "cluster"):
        files[place] = folder / f"{place}.yaml"
        files[place].write_text(ask("kubectl", "kustomize", f"k8s/{place}"))
    return files


def paths(pattern: str) -> list[str]:
    found = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob(pattern))
    assert found, pattern
    return found


class TestTools:
    def test_hadolint_takes_the_images(self) -> None:
        ask("hadolint", "Dockerfile", *paths("ops/*/Dockerfile"))

    def test_hadolint_refuses_a_bad_one(self, tmp_path: Path) -> None:
        bad = tmp_path / "Dockerfile"
        bad.write_text("FROM debian\nRUN cd /tmp && apt-get install curl\n")
        assert "DL3006" in ask("hadolint", str(bad), fails=True)

    @pytest.mark.parametrize("place", ["staging", "production", "cluster"])
    def test_kubernetes_takes_every_object(self, rendered: dict[str, Path], place: str) -> None:
        words = ask("kubernetes-validate", "--strict", "-k", "1.31", str(rendered[place]))
        # Kinds of the Prometheus operator are its own.
        unknown = [line for line in words.splitlines() if line.startswith("WARN")]
        kinds = [found["kind"] for found in yaml.safe_load_all(rendered[place].read_text())]
        assert len(unknown) == sum(
            kinds.count(kind) for kind in ("ServiceMonitor", "PrometheusRule", "Probe")
        )

    def test_kubernetes_refuses_a_field_that_is_none(self, rendered: dict[str, Path], tmp_path: Path) -> None:
        bad = tmp_path / "bad.yaml"
        bad.write_text(rendered["production"].read_text().replace("minReadySeconds", "minReadySecond"))
        assert "minReadySecond" in ask("kubernetes-validate", "--strict", "-k", "1.31", str(bad), fails=True)

    def test_compose_takes_its_files(self) -> None:
        ask(
            "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml", "compose.logs.yaml"
        )

    def test_github_takes_the_workflows(self) -> None:
        workflows = paths(".github/workflows/*.yaml")
        ask("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows)
        ask("check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml")
        ask("zizmor", "--offline", "--quiet", ".github")

    def test_yaml_is_yaml(self) -> None:
        rules = "{extends: relaxed, rules: {line-length: disable, key-duplicates: enable, truthy: disable}}"
        ask("yamllint", "--strict", "-d", rules, "compose.yaml", "compose.logs.yaml", "k8s", "ops", ".github")

    def test_shellcheck_takes_the_scripts(self) -> None:
        ask("shellcheck", "deploy.sh", *paths("ops/**/*.sh"))

    def test_prometheus_takes_its_rules_and_they_say_what_they_should(self) -> None:
        ask("promtool", "check", "rules", *paths("ops/prometheus/rules/*.yaml"))
        ask("promtool", "check", "config", "--syntax-only", "ops/prometheus/prometheus.yml")
        ask("promtool", "test", "rules", *paths("ops/prometheus/tests/*.yaml"))

    def test_alertmanager_takes_its_routes(self) -> None:
        file = "ops/alertmanager/alertmanager.yml"
        version = re.search(r"version (\d+)\.(\d+)", ask("amtool", "--version"))
        if version and tuple(map(int, version.groups())) < (0, 26):
            pytest.skip(f"amtool {version[1]}.{version[2]} knows no url_file; from 0.26 on (Debian 13)")
        ask("amtool", "check-config", file)
        route = ["config", "routes", "test", f"--config.file={file}"]
        assert ask("amtool", *route, "severity=critical", "team=ops").split()[0] == "ops"
        assert ask("amtool", *route, "severity=warning", "team=dev").split()[0] == "dev"
        assert ask("amtool", *route, "alertname=watchdog", "team=watchdog").split()[0] == "watchdog"

    @pytest.mark.parametrize("server", ["cache", "broker"])
    def test_redis_takes_its_files(self, server: str, tmp_path: Path) -> None:
        # Redis has no way to only check: it is started as a container starts it, without a port.
        lines = (ROOT / f"ops/redis/{server}.conf").read_text().replace("port 6379", "port 0")
        socket = tmp_path / "s"
        (tmp_path / f"{server}.conf").write_text(
            lines.replace("dir /data", f"dir {tmp_path}") + f"\nunixsocket {socket}\n"
        )
        shutil.copy(ROOT / "ops/redis/start.sh", tmp_path)
        path = install.find("redis-server")
        if path is None:
            pytest.skip("no redis-server on this machine (ops/checks/install.py)")
        import redis

        word = "a-word-of-this-test"
        told = {"PATH": f"{Path(path).parent}:{os.environ['PATH']}", "REDISCLI_AUTH": word}
        command = ["sh", str(tmp_path / "start.sh"), server]
        with subprocess.Popen(command, env=told, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as started:
            try:
                # Redis 7.0 (Debian 12) says of a socket: "The server is now ready to accept connections at …".
                assert any("ready to accept connections" in line.lower() for line in started.stdout)
                # It has become the server itself, and the list of processes does not show the password.
                words = Path(f"/proc/{started.pid}/cmdline").read_bytes()
                assert words.startswith((b"redis-server", path.encode()))
                assert word.encode() not in words
                with pytest.raises(redis.AuthenticationError):
                    redis.Redis(unix_socket_path=str(socket)).ping()
                client = redis.Redis(unix_socket_path=str(socket), password=word)
                assert (
                    client.info("memory")["maxmemory_policy"]
                    == client.config_get("maxmemory-policy")["maxmemory-policy"]
                )
                policy = client.config_get("maxmemory-policy")["maxmemory-policy"]
                assert policy == {"cache": "allkeys-lru", "broker": "noeviction"}[server]
                assert (
                    client.config_get("appendonly")["appendonly"] == {"cache": "no", "broker": "yes"}[server]
                )
                # Below the 2 GB of the container, or the kernel ends it.
                assert int(client.config_get("maxmemory")["maxmemory"]) < 2 * 2**30 * 0.75
                with pytest.raises(redis.ResponseError):
                    client.execute_command("KEYS", "*")
                client.close()
            finally:
                started.terminate()

    def test_pgbackrest_takes_its_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        keys = ("S3_BUCKET", "S3_ENDPOINT", "S3_REGION", "S3_KEY", "S3_KEY_SECRET", "CIPHER_PASS")
        for key in keys:
            monkeypatch.setenv(f"PGBACKREST_REPO1_{key}", "none")
        config = f"--config={ROOT / 'ops/pgbackrest/pgbackrest.conf'}"
        # The storage is a folder here, since there is none to ask; all else is as it stands.
        here = ["--repo1-type=posix", f"--repo1-path={tmp_path}", f"--lock-path={tmp_path}", "--stanza=itdo"]
        words = ask("pgbackrest", config, *here, "backup", fails=True)
        if "is not valid without option 'beta'" in words:
            pytest.skip("this pgBackRest takes blocks as a trial only; from 2.46 on (Debian 13)")
        # It understood every line, and found that nothing has been backed up yet.
        assert "backup.info cannot be opened and is required" in words
        assert "configuration file contains" not in words

    def test_systemd_means_two_at_night_in_japan(self) -> None:
        if not shutil.which("systemd-analyze"):
            pytest.skip("no systemd-analyze on this machine")
        timer = (ROOT / "ops/pgbackrest/itdo-backup.timer").read_text()
        spec = next(line for line in timer.splitlines() if line.startswith("OnCalendar=")).partition("=")[2]
        words = subprocess.run(
            ["systemd-analyze", "calendar", "--base-time=2026-07-01 00:00 UTC", spec],
            env=os.environ | {"TZ": "UTC"}, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        assert "17:00:00 UTC" in words
