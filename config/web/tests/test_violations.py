"""Reports of browsers, and of those who pretend to be one."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.test import Client

from config.web import violations

OLDER = {
    "csp-report": {
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://user:pass@evil.example/x.js?token=abc",  # pragma: allowlist secret
        "document-uri": "https://pm.example.jp/projects/1/wbs/?q=%E7%A7%98%E5%AF%86",
    }
}
NEWER = [
    {
        "type": "csp-violation",
        "body": {
            "effectiveDirective": "style-src-attr",
            "blockedURL": "inline",
            "documentURL": "https://pm.example.jp/my-tasks/",
        },
    }
]


def send(client: Client, content: Any, kind: str = "application/csp-report") -> int:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return client.post("/csp-report", body, content_type=kind).status_code


class TestCspReport:
    @pytest.fixture(autouse=True)
    def _log(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.WARNING, violations.__name__)

    def told(self, caplog: pytest.LogCaptureFixture) -> list[str]:
        return [record.getMessage() for record in caplog.records if record.name == violations.__name__]

    def test_becomes_a_line_without_secrets(self, db: None, caplog: pytest.LogCaptureFixture) -> None:
        """No token, like a browser; no session either."""
        assert send(Client(enforce_csrf_checks=True), OLDER) == 204
        [line] = self.told(caplog)
        assert line.endswith("script-src-elem https://evil.example on /projects/1/wbs/")

    def test_is_read_in_its_newer_form(
        self, client: Client, db: None, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert send(client, NEWER, "application/reports+json") == 204
        assert self.told(caplog)[0].endswith("style-src-attr inline on /my-tasks/")

    @pytest.mark.parametrize(
        "content",
        [
            b"", b"{", b"\xff\xfe", b"[" * 8000, b"null", b"17", b'"x"', b"[]", b"[null,1,[]]", b'{"csp-report": 3}',
            b'{"csp-report": {"effective-directive": [1], "blocked-uri": {"a": 1}}}', b'{"csp-report": {"blocked-uri": "http://[x"}}',
        ],
    )  # fmt: skip
    def test_survives_nonsense(self, client: Client, db: None, content: bytes) -> None:
        assert send(client, content) == 204

    def test_cannot_write_lines_of_its_own(
        self, client: Client, db: None, caplog: pytest.LogCaptureFixture
    ) -> None:
        send(client, {"csp-report": {"effective-directive": "x\n2026 CRITICAL forged\x1b[31m" + "y" * 9000}})
        [line] = self.told(caplog)
        assert "\n" not in line
        assert "\x1b" not in line
        assert len(line) < 500

    def test_is_bounded_in_size_and_number(
        self, client: Client, db: None, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert send(client, b"x" * (violations.MOST_BYTES + 1)) == 413
        assert send(client, NEWER * 40) == 204
        assert len(self.told(caplog)) == violations.MOST_LINES

    def test_is_limited_by_address(self, real_redis: Any, client: Client, db: None) -> None:
        real_redis.LIMITS = {"csp_reports": "3/minute", "api_global": "1/hour"}
        assert [send(client, OLDER) for _ in range(4)] == [204, 204, 204, 429]
        assert client.get("/sign-in/").status_code == 200

    def test_rejects_get(self, client: Client, db: None) -> None:
        assert client.get("/csp-report").status_code == 405
