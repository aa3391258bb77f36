"""Attachments in storage that speaks S3, of which a small server here stands for the rest."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from config import env
from tasks.attachments.services import add_attachment
from tasks.models import TaskAttachment

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"
KEY, SECRET, REGION = "reader", "s" * 40, "ap-northeast-1"


class S3(http.server.BaseHTTPRequestHandler):
    """Keeps what is put by someone who knows the secret, gives it back, and forgets it."""

    protocol_version = "HTTP/1.1"
    kept: dict[str, tuple[bytes, str]] = {}

    def handle_any(self) -> None:
        body, path = self._body(), unquote(urlsplit(self.path).path)
        if not self._is_signed():
            return self._answer(403)
        if self.command == "PUT":
            self.kept[path] = (body, self.headers.get("Content-Type", ""))
        elif path not in self.kept:
            return self._answer(404)
        elif self.command == "DELETE":
            del self.kept[path]
            return self._answer(204)
        content, kind = self.kept[path]
        return self._answer(200, content if self.command in {"GET", "HEAD"} else b"", kind)

    def do_GET(self) -> None:
        self.handle_any()

    def do_HEAD(self) -> None:
        self.handle_any()

    def do_PUT(self) -> None:
        self.handle_any()

    def do_DELETE(self) -> None:
        self.handle_any()

    def _body(self) -> bytes:
        if self.headers.get("Expect") == "100-continue":
            self.send_response_only(100)
            self.end_headers()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "aws-chunked" not in self.headers.get("Content-Encoding", ""):
            return body
        # Pieces, each behind a line with its length; after the last one comes a sum.
        found = b""
        while size := int(body.partition(b"\r\n")[0].partition(b";")[0], 16):
            rest = body.partition(b"\r\n")[2]
            found, body = found + rest[:size], rest[size + 2 :]
        return found

    def _is_signed(self) -> bool:
        """As the library itself signs what was sent, with the secret."""
        said = self.headers.get("Authorization", "")
        names = re.search(r"SignedHeaders=([^,]+)", said)
        if names is None:
            return False
        sent = {name: self.headers[name] for name in names[1].split(";")}
        request = AWSRequest(self.command, f"http://{self.headers['Host']}{self.path}", headers=sent)
        request.context["timestamp"] = self.headers["X-Amz-Date"]
        signer = SigV4Auth(Credentials(KEY, SECRET), "s3", REGION)
        words = signer.string_to_sign(request, signer.canonical_request(request))
        return said.endswith(f"Signature={signer.signature(words, request)}")

    def _answer(self, status: int, content: bytes = b"", kind: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Type", kind)
        self.send_header("Last-Modified", "Tue, 01 Dec 2026 05:00:00 GMT")
        self.send_header("ETag", '"e"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[dict[str, tuple[bytes, str]]]:
    """What lies in it."""
    monkeypatch.setattr(S3, "kept", {})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), S3)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    given = {
        "BUCKET": "files",
        "ENDPOINT": f"http://127.0.0.1:{server.server_port}",
        "REGION": REGION,
        "KEY": KEY,
        "KEY_SECRET": SECRET,
    }
    for name, value in given.items():
        monkeypatch.setenv(f"ATTACHMENTS_{name}", value)
    settings.ACCEL_REDIRECT_PREFIX = ""
    settings.STORAGES = settings.STORAGES | {"default": env.bucket("ATTACHMENTS")}
    yield S3.kept
    server.shutdown()
    server.server_close()


@pytest.fixture
def attachment(bucket: Any, chain: Any, cast: Any) -> TaskAttachment:
    file = SimpleUploadedFile("仕様書.pdf", PDF, content_type="text/html")
    return add_attachment(task=chain["設計"], file=file, actor=cast.planner)


class TestBucket:
    def test_keeps_what_a_user_sends(self, bucket: Any, attachment: TaskAttachment) -> None:
        ((path, (content, _kind)),) = bucket.items()
        assert (path, content) == (f"/files/{attachment.key}", PDF)
        assert "仕様書" not in path

    def test_is_read_by_the_site_for_whoever_may(
        self, attachment: TaskAttachment, planner_client: Any, stranger_client: Any
    ) -> None:
        answer = planner_client.get(f"/attachments/{attachment.pk}/")
        assert b"".join(answer.streaming_content) == PDF
        assert answer["Content-Type"] == "application/pdf"
        assert "X-Accel-Redirect" not in answer
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert stranger_client.get(f"/attachments/{attachment.pk}/").status_code == 404

    def test_says_so_where_a_file_is_gone(
        self, bucket: Any, attachment: TaskAttachment, planner_client: Any
    ) -> None:
        bucket.clear()
        assert planner_client.get(f"/attachments/{attachment.pk}/").status_code == 404

    def test_forgets_what_is_removed(self, bucket: Any, attachment: TaskAttachment) -> None:
        default_storage.delete(attachment.key)
        assert bucket == {}

    def test_lets_no_one_in_without_the_secret(
        self, bucket: Any, attachment: TaskAttachment, monkeypatch: pytest.MonkeyPatch, settings: Any
    ) -> None:
        monkeypatch.setenv("ATTACHMENTS_KEY_SECRET", "x" * 40)
        settings.STORAGES = settings.STORAGES | {"default": env.bucket("ATTACHMENTS")}
        with pytest.raises(Exception, match="403"):
            default_storage.open(attachment.key).read()
