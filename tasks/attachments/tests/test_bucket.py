"""Attachments in storage that speaks S3, of which a small server here stands for the rest."""

from __future__ import annotations

import http.server
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from config import env
from config.storage import LEFT_ALONE_SECONDS
from config.web.stored import Folder, StoreAwayError
from projects.models import AuditEntry
from tasks.attachments.services import add_attachment
from tasks.models import TaskAttachment

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"
KEY, SECRET, REGION = "reader", "s" * 40, "ap-northeast-1"


class S3(http.server.BaseHTTPRequestHandler):
    """Keeps what is put by someone who knows the secret, gives it back, and forgets it."""

    protocol_version = "HTTP/1.1"
    kept: dict[str, tuple[bytes, str]] = {}
    asked: list[str] = []
    fails_with = 0

    def handle_any(self) -> None:
        body, path = self._body(), unquote(urlsplit(self.path).path)
        self.asked.append(self.command)
        if self.fails_with:
            return self._answer(self.fails_with)
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
    monkeypatch.setattr(S3, "asked", [])
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
        with pytest.raises(StoreAwayError, match="403"):
            default_storage.open(attachment.key)


@pytest.fixture
def gone(bucket: Any, attachment: TaskAttachment, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """No program listens where the bucket was."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        monkeypatch.setenv("ATTACHMENTS_ENDPOINT", f"http://127.0.0.1:{held.getsockname()[1]}")
    settings.STORAGES = settings.STORAGES | {"default": env.bucket("ATTACHMENTS")}


@pytest.fixture
def failing(bucket: Any, attachment: TaskAttachment, monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers 503 to everything."""
    monkeypatch.setattr(S3, "fails_with", 503)
    S3.asked.clear()


def quiet(client: Any) -> Any:
    """A client that gets the page that people get, and not the exception."""
    client.raise_request_exception = False
    return client


class TestBucketAway:
    @pytest.mark.parametrize("reason", ["gone", "failing"])
    def test_is_a_page_for_who_reads(
        self, reason: str, request: Any, attachment: TaskAttachment, planner_client: Any
    ) -> None:
        request.getfixturevalue(reason)
        answer = quiet(planner_client).get(f"/attachments/{attachment.pk}/")
        assert (answer.status_code, answer["Retry-After"]) == (503, "10")
        assert "添付ファイルの保管場所が応答しません" in answer.content.decode()

    def test_is_said_in_the_language_of_the_user(
        self, gone: None, attachment: TaskAttachment, planner_client: Any, cast: Any
    ) -> None:
        type(cast.planner).objects.filter(pk=cast.planner.pk).update(language="en")
        answer = quiet(planner_client).get(f"/attachments/{attachment.pk}/")
        assert "Attachments are not available now" in answer.content.decode()

    def test_is_a_message_for_who_sends_and_nothing_is_kept(
        self, gone: None, chain: Any, planner_client: Any
    ) -> None:
        before = (TaskAttachment.objects.count(), AuditEntry.objects.count())
        answer = quiet(planner_client).post(
            f"/tasks/{chain['設計'].pk}/attachments/",
            {"file": SimpleUploadedFile("仕様書.pdf", PDF)},
            headers={"HX-Request": "true", "HX-Target": "task-files"},
        )
        assert (answer.status_code, answer["HX-Reswap"]) == (503, "none")
        assert "ファイルは保存されていません" in answer.content.decode()
        assert (TaskAttachment.objects.count(), AuditEntry.objects.count()) == before

    def test_holds_up_no_one_who_reads_something_else(
        self, gone: None, chain: Any, attachment: TaskAttachment, planner_client: Any
    ) -> None:
        quiet(planner_client).get(f"/attachments/{attachment.pk}/")
        page = planner_client.get(f"/tasks/{chain['設計'].pk}/")
        assert (page.status_code, attachment.name in page.content.decode()) == (200, True)

    def test_is_not_asked_again_at_once(
        self, failing: None, attachment: TaskAttachment, planner_client: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Each that waits for it holds a worker."""
        clock = [1000.0]
        monkeypatch.setattr("config.storage.time.monotonic", lambda: clock[0])
        quiet(planner_client).get(f"/attachments/{attachment.pk}/")
        asked = len(S3.asked)
        assert quiet(planner_client).get(f"/attachments/{attachment.pk}/").status_code == 503
        assert (asked, len(S3.asked)) == (2, 2)
        monkeypatch.setattr(S3, "fails_with", 0)
        clock[0] += LEFT_ALONE_SECONDS + 1
        answer = planner_client.get(f"/attachments/{attachment.pk}/")
        assert b"".join(answer.streaming_content) == PDF

    def test_stops_nothing_that_forgets(
        self, gone: None, attachment: TaskAttachment, caplog: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        key = attachment.key
        with django_capture_on_commit_callbacks(execute=True):
            attachment.delete()
        assert key in caplog.text

    def test_lets_no_one_wait_for_the_plan(
        self, bucket: Any, chain: Any, cast: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The bytes are sent off before the project is locked."""
        monkeypatch.setattr("tasks.attachments.services.changing", lambda *_, **__: pytest.fail("locked"))
        monkeypatch.setattr(S3, "fails_with", 503)
        file = SimpleUploadedFile("仕様書.pdf", PDF)
        with pytest.raises(StoreAwayError):
            add_attachment(task=chain["設計"], file=file, actor=cast.planner)


class Torn(ContentFile):
    """A file that the disk has no room for."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield b"x"
        raise OSError(28, "No space left on device")


class TestFolder:
    """A disk may be away, too."""

    def test_says_so_and_keeps_no_part(self, tmp_path: Path) -> None:
        folder = Folder(location=tmp_path)
        with pytest.raises(StoreAwayError, match="No space left"):
            folder.save("a/b", Torn(b"x"))
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

    def test_says_so_of_what_it_may_not_read(self, tmp_path: Path) -> None:
        folder = Folder(location=tmp_path)
        (tmp_path / "folder").mkdir()
        with pytest.raises(StoreAwayError):
            folder.open("folder")
        with pytest.raises(FileNotFoundError):
            folder.open("nothing")
