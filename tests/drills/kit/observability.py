"""Prometheus, Alertmanager and exporters with the files of `ops`, asking servers of the drill, and a sink for what they say.

Times are shortened in the copies, so that none waits for minutes: intervals of asking, `for:`, and the ranges of rates.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from tests.drills.kit import packages
from tests.drills.kit.postgres import Cluster
from tests.drills.kit.programs import Program, Room, free_port, wait_until
from tests.ops.files import ROOT, compose

#: What a rule waits for, and the range of its rates, in the copy.
FOR: Final = "3s"
RANGE: Final = "15s"
#: A target, and labels beside its job.
Target = tuple[int, Mapping[str, str]]


class Message(NamedTuple):
    """One alert as a team heard of it."""

    at: float
    receiver: str
    name: str
    status: str
    summary: str


@dataclass
class Sink:
    """In the place of the teams' webhooks."""

    messages: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                for alert in told["alerts"]:
                    words = alert["annotations"].get("summary", "")
                    sink.messages.append(
                        Message(
                            time.monotonic(), self.path, alert["labels"]["alertname"], alert["status"], words
                        )
                    )
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_arguments: Any) -> None:
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def address(self, team: str) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/{team}"

    def heard(self, name: str, status: str, since: float) -> Message | None:
        """The first such message since a moment."""
        for message in list(self.messages):
            if (message.name, message.status) == (name, status) and message.at >= since:
                return message
        return None


class Watch:
    """Prometheus and Alertmanager."""

    def __init__(self, room: Room, targets: Mapping[str, Sequence[Target]], sink: Sink) -> None:
        found = packages.need("prometheus", "prometheus-alertmanager")
        self.folder, self.port, self.manager_port = room.folder("watch"), free_port(), free_port()
        self._write(targets, sink)
        self.manager = room.program("alertmanager", [
            found["prometheus-alertmanager"], f"--config.file={self.folder}/alertmanager.yml",
            f"--storage.path={self.folder}/alerts", f"--web.listen-address=127.0.0.1:{self.manager_port}",
            "--cluster.listen-address=",
        ])  # fmt: skip
        wait_until(lambda: self._get(self.manager_port, "/-/ready") is not None, "Alertmanager")
        self.prometheus = room.program("prometheus", [
            found["prometheus"], f"--config.file={self.folder}/prometheus.yml",
            f"--storage.tsdb.path={self.folder}/figures", f"--web.listen-address=127.0.0.1:{self.port}",
        ])  # fmt: skip
        wait_until(lambda: self._get(self.port, "/-/ready") is not None, "Prometheus")

    def _write(self, targets: Mapping[str, Sequence[Target]], sink: Sink) -> None:
        """The files of ops, with the addresses and the patience of a drill."""
        rules = self.folder / "rules"
        rules.mkdir()
        for path in (ROOT / "ops/prometheus/rules").glob("*.yaml"):
            text = re.sub(r"\bfor: \d+[smh]", f"for: {FOR}", path.read_text(encoding="utf-8"))
            (rules / path.name).write_text(re.sub(r"\[\d+[mh]\]", f"[{RANGE}]", text))
        asked = yaml.safe_load((ROOT / "ops/prometheus/prometheus.yml").read_text(encoding="utf-8"))
        asked["global"] = {"scrape_interval": "2s", "evaluation_interval": "1s", "scrape_timeout": "2s"}
        asked["rule_files"] = [f"{rules}/*.yaml"]
        asked["alerting"] = {
            "alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{self.manager_port}"]}]}]
        }
        for job in asked["scrape_configs"]:
            job.pop("dns_sd_configs", None)
            job.pop("relabel_configs", None)
            job["static_configs"] = [
                {"targets": [f"127.0.0.1:{port}"], "labels": dict(labels)}
                for port, labels in targets.get(job["job_name"], ())
            ]
            if job["job_name"] == "backend":
                # It gives its questions to a database that stands still two seconds, and must have time to say the rest.
                job |= {"scrape_interval": "4s", "scrape_timeout": "4s"}
        (self.folder / "prometheus.yml").write_text(yaml.safe_dump(asked))
        told = yaml.safe_load((ROOT / "ops/alertmanager/alertmanager.yml").read_text(encoding="utf-8"))
        for route in (told["route"], *told["route"]["routes"]):
            route |= {"group_wait": "0s", "group_interval": "1s"}
        for receiver in told["receivers"]:
            address, webhook = sink.address(receiver["name"]), receiver["webhook_configs"][0]
            (self.folder / receiver["name"]).write_text(address)
            webhook["url_file"] = str(self.folder / receiver["name"])
            if not _reads_addresses_from_files():
                webhook["url"] = address
                del webhook["url_file"]
        (self.folder / "alertmanager.yml").write_text(yaml.safe_dump(told))

    def query(self, expression: str) -> list[dict[str, Any]]:
        """What Prometheus answers now."""
        answer = self._get(self.port, f"/api/v1/query?{urllib.parse.urlencode({'query': expression})}")
        return list(json.loads(answer or "{}")["data"]["result"])

    def names(self) -> set[str]:
        """All figures that it has ever got."""
        return set(json.loads(self._get(self.port, "/api/v1/label/__name__/values") or "{}")["data"])

    def held_back(self, name: str) -> bool:
        """Whether an alert fires and another, its cause, keeps it from being told."""
        alerts = json.loads(self._get(self.manager_port, "/api/v2/alerts") or "[]")
        return any(
            alert["labels"]["alertname"] == name and alert["status"]["inhibitedBy"] for alert in alerts
        )

    @staticmethod
    def _get(port: int, path: str) -> str | None:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return str(answer.read().decode())


def _reads_addresses_from_files() -> bool:
    """Alertmanager's `url_file` came with 0.26; Debian 12 has 0.25."""
    version = re.search(r"version (\d+)\.(\d+)", _said("prometheus-alertmanager", "--version"))
    assert version, "Alertmanager does not say its version"
    return (int(version[1]), int(version[2])) >= (0, 26)


class Processors:
    """What the kernel would say of its processors: a /proc that the drill writes, for the real exporter to read."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.is_busy, self._ticks, self._idle = folder, False, 0, 0
        self._ended = threading.Event()
        mounts = folder / "1"
        mounts.mkdir()
        for name in ("mounts", "mountinfo"):
            (mounts / name).write_text(Path("/proc/1", name).read_text())
        self.write()
        threading.Thread(target=self._go, daemon=True).start()

    def write(self) -> None:
        self._ticks += 100
        self._idle += 5 if self.is_busy else 90
        line = f"{self._ticks - self._idle} 0 0 {self._idle} 0 0 0 0 0 0"
        new = self.folder / "stat.new"
        new.write_text(f"cpu  {line}\ncpu0 {line}\nintr 0\nctxt 0\nbtime 1\nprocesses 1\n")
        new.replace(self.folder / "stat")

    def _go(self) -> None:
        while not self._ended.wait(1):
            self.write()

    def end(self) -> None:
        self._ended.set()


def options_of_postgres() -> tuple[list[str], list[str]]:
    """What compose tells its exporter of PostgreSQL: what the one of this machine knows, and what it does not (Debian 12 has 0.11)."""
    told: list[str] = compose()["services"]["postgres-exporter"]["command"]
    said = _said("prometheus-postgres-exporter", "--help")
    known = set(re.findall(r"--(?:\[no-\])?([\w.-]+)", said))
    is_known = {option: option.removeprefix("--").partition("=")[0] in known for option in told}
    return [option for option in told if is_known[option]], [
        option for option in told if not is_known[option]
    ]


def knows_pgbouncer() -> bool:
    """Debian 12 has another program by the name of the exporter of PgBouncer, whose figures have other names."""
    return "pgBouncer.connectionString" in _said("prometheus-pgbouncer-exporter", "--help")


def not_given() -> dict[str, str]:
    """Figures, or the beginnings of their names, that older exporters of this machine do not give, and why."""
    missing = {}
    if options_of_postgres()[1]:
        missing["pg_replication_lag_seconds"] = "exporter of PostgreSQL before 0.12"
    if not knows_pgbouncer():
        missing["pgbouncer_"] = "another exporter of PgBouncer"
    return missing


def _said(program: str, option: str) -> str:
    result = subprocess.run(
        [packages.need(program)[program], option], capture_output=True, text=True, check=False
    )
    return result.stdout + result.stderr


def watch_postgres(room: Room, cluster: Cluster) -> int:
    """The exporter as compose starts it; answers its port."""
    port = free_port()
    variables = os.environ | {
        "DATA_SOURCE_USER": "itdo_watcher", "DATA_SOURCE_PASS": cluster.passwords["watcher"],
        "DATA_SOURCE_URI": f"{cluster.host}:{cluster.port}/itdo_erp?sslmode=disable",
    }  # fmt: skip
    options, _unknown = options_of_postgres()
    _exporter(room, "prometheus-postgres-exporter", cluster.name, port, options, variables)
    return port


def watch_pgbouncer(room: Room, port: int, password: str) -> int:
    """Likewise."""
    mine = free_port()
    address = f"postgres://itdo_watcher:{password}@127.0.0.1:{port}/pgbouncer?sslmode=disable"
    variables = os.environ | {"PGBOUNCER_EXPORTER_CONNECTION_STRING": address}
    options = [f"--pgBouncer.connectionString={address}"]
    _exporter(room, "prometheus-pgbouncer-exporter", "pgbouncer", mine, options, variables)
    return mine


def watch_redis(room: Room, name: str, port: int) -> int:
    """Likewise."""
    mine = free_port()
    variables = os.environ | {"REDIS_ADDR": f"redis://127.0.0.1:{port}"}
    _exporter(room, "prometheus-redis-exporter", name, mine, [], variables)
    return mine


def watch_node(room: Room, proc: Path) -> int:
    """The exporter of machines, reading a /proc of the drill's, and the real disks."""
    mine = free_port()
    options = [
        f"--path.procfs={proc}", "--collector.disable-defaults", "--collector.cpu", "--collector.filesystem",
    ]  # fmt: skip
    _exporter(room, "prometheus-node-exporter", "node", mine, options, os.environ)
    return mine


def watch_pages(room: Room) -> int:
    """The exporter that asks as a visitor does, with the modules of production."""
    mine = free_port()
    options = [f"--config.file={ROOT}/ops/prometheus/blackbox.yml"]
    _exporter(room, "prometheus-blackbox-exporter", "pages", mine, options, os.environ)
    return mine


def _exporter(
    room: Room, program: str, name: str, port: int, options: Sequence[str], variables: Mapping[str, str]
) -> Program:
    command = [packages.need(program)[program], f"--web.listen-address=127.0.0.1:{port}", *options]
    started = room.program(f"{program}-{name}", command, env=variables)
    wait_until(
        lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5).close() or True,
        program,
        seconds=120,
    )
    return started
