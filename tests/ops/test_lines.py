"""What Elasticsearch and Kibana are told once (ops/elasticsearch/setup.sh), by a server that writes down what it is asked."""

from __future__ import annotations

import base64
import http.server
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator

import pytest

from tests.ops.files import ROOT
from tests.ops.test_kubernetes import objects, one

WORDS = {"ELASTICSEARCH_PASSWORD": "of-elastic", "KIBANA_PASSWORD": "of-kibana", "LINES_PASSWORD": "of-lines"}


class Store(http.server.BaseHTTPRequestHandler):
    """Takes everything, but for the space, which is there already."""

    asked: list[tuple[str, str, str, str]]

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        user = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        self.asked.append((self.command, self.path, user, body))
        status = 409 if self.path.endswith("/space") else 200
        answer = json.dumps({"statusCode": status}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_PUT(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def store() -> Iterator[http.server.ThreadingHTTPServer]:
    Store.asked = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Store)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def setup(server: http.server.ThreadingHTTPServer, part: str) -> list[tuple[str, str, str, str]]:
    if not shutil.which("curl"):
        pytest.skip("no curl on this machine")
    address = f"http://127.0.0.1:{server.server_port}"
    told = WORDS | {"ELASTICSEARCH_URL": address, "KIBANA_URL": address, "PATH": os.environ["PATH"]}
    subprocess.run(["sh", ROOT / "ops/elasticsearch/setup.sh", part], env=told, check=True, timeout=60)
    return Store.asked


class TestSetup:
    def test_gives_lines_their_end_and_each_account_its_own_password(
        self, store: http.server.ThreadingHTTPServer
    ) -> None:
        asked = setup(store, "elasticsearch")
        assert {user for _, _, user, _ in asked} == {"elastic:of-elastic"}
        told = {path: json.loads(body) for method, path, _, body in asked if method != "GET"}
        assert list(told) == [
            "/_ilm/policy/itdo-lines", "/_index_template/itdo-lines", "/_security/role/itdo_lines", "/_security/user/itdo_lines",
            "/_security/user/kibana_system/_password",
        ]  # fmt: skip
        assert told["/_ilm/policy/itdo-lines"]["policy"]["phases"]["delete"]["min_age"] == "90d"
        settings = told["/_index_template/itdo-lines"]["template"]["settings"]
        assert settings["index.lifecycle.name"] == "itdo-lines"
        assert told["/_security/user/itdo_lines"] == {"password": "of-lines", "roles": ["itdo_lines"]}
        assert told["/_security/user/kibana_system/_password"] == {"password": "of-kibana"}

    def test_takes_a_space_that_is_there_for_the_same(self, store: http.server.ThreadingHTTPServer) -> None:
        asked = [(method, path) for method, path, _, _ in setup(store, "kibana")]
        assert asked == [
            ("GET", "/api/status"), ("POST", "/api/spaces/space"), ("POST", "/s/itdo/api/data_views/data_view"),
        ]  # fmt: skip

    def test_is_told_by_the_cluster_where_lines_go_and_as_whom(self) -> None:
        store = (ROOT / "ops/fluentd/store/elasticsearch.conf").read_text(encoding="utf-8")
        (daemon,) = [each for each in objects("cluster") if each["kind"] == "DaemonSet"]
        (container,) = daemon["spec"]["template"]["spec"]["containers"]
        name = container["envFrom"][0]["configMapRef"]["name"]
        told = set(one("cluster", "ConfigMap", name)["data"]) | {each["name"] for each in container["env"]}
        assert told == set(re.findall(r"LINES_\w+", store))

    def test_writes_where_fluentd_writes(self) -> None:
        fluent = (ROOT / "ops/fluentd/store/elasticsearch.conf").read_text(encoding="utf-8")
        role = json.loads((ROOT / "ops/elasticsearch/writer.json").read_text(encoding="utf-8"))
        template = json.loads((ROOT / "ops/elasticsearch/template.json").read_text(encoding="utf-8"))
        assert "logstash_prefix project-management\n" in fluent
        assert role["indices"][0]["names"] == template["index_patterns"] == ["project-management-*"]
