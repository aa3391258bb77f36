"""Files on tasks: what is kept, how it is given out, and who may take it away."""

import io
import socketserver
import threading
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from projects.models import AuditEntry
from tasks.attachments import services as attaching
from tasks.models import TaskAttachment
from tests.pages import compact

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def xlsx() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
    return made.getvalue()


def sent(name: str = "仕様書.pdf", content: bytes = PDF, kind: str = "text/html") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=kind)


class Scanner(socketserver.BaseRequestHandler):
    """Speaks as clamd does; the real one is asked by `bin/drill scanner`."""

    def handle(self) -> None:
        read = self.request.makefile("rb").read
        assert read(10) == b"zINSTREAM\0"
        self.server.seen = b""  # type: ignore[attr-defined]  # read by the test
        while length := int.from_bytes(read(4)):
            self.server.seen += read(length)  # type: ignore[attr-defined]  # as above
        self.request.sendall(self.server.words)  # type: ignore[attr-defined]  # set by the test


@pytest.fixture
def scanner(settings: Any) -> Iterator[Any]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Scanner) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.VIRUS_SCANNER = f"127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()


@pytest.fixture
def attachment(chain: Any, cast: Any) -> TaskAttachment:
    return attaching.add_attachment(task=chain["設計"], file=sent(), actor=cast.contributor)


class TestAttachmentAdd:
    def url(self, chain: Any) -> str:
        return f"/tasks/{chain['設計'].pk}/attachments/"

    def test_keeps_the_bytes_and_says_so(self, contributor_client, chain, cast):
        answer = contributor_client.post(self.url(chain), {"file": sent()})
        assert answer.status_code == 302
        kept = TaskAttachment.objects.get()
        assert (kept.name, kept.content_type, kept.byte_count, kept.uploaded_by) == (
            "仕様書.pdf", "application/pdf", len(PDF), cast.contributor,
        )  # fmt: skip
        assert default_storage.open(kept.key).read() == PDF
        assert "仕様書" not in kept.key
        entry = AuditEntry.objects.get(action="attachment.added")
        assert (entry.actor, entry.after["file"], entry.after["sha256"]) == (
            cast.contributor,
            "仕様書.pdf",
            kept.sha256,
        )

    def test_answers_htmx_with_the_list(self, contributor_client, chain):
        html = compact(
            contributor_client.post(self.url(chain), {"file": sent()}, headers={"HX-Request": "true"})
        )
        assert "仕様書.pdf" in html
        assert "<html" not in html

    def test_is_hidden_from_strangers(self, stranger_client, chain):
        assert stranger_client.post(self.url(chain), {"file": sent()}).status_code == 404

    def test_is_not_for_viewers(self, viewer_client, chain):
        assert viewer_client.post(self.url(chain), {"file": sent()}).status_code == 403
        assert not TaskAttachment.objects.exists()

    @pytest.mark.parametrize(
        ("name", "content", "kind"),
        [
            ("a.pdf", PDF, "application/pdf"), ("a.PNG", PNG, "image/png"), ("表.xlsx", xlsx(), "application/zip"),
            ("計画.mpp", OLE, "application/x-ole-storage"), ("メモ.txt", "議事録".encode(), "text/plain"),
            ("sjis.csv", "工程,担当\r\n設計,藍沢".encode("cp932"), "text/plain"), ("bom.csv", b"\xef\xbb\xbfa,b", "text/plain"),
        ],
    )  # fmt: skip
    def test_tells_the_kind_by_the_bytes(self, contributor_client, chain, name, content, kind):
        contributor_client.post(self.url(chain), {"file": sent(name, content)})
        assert TaskAttachment.objects.get().content_type == kind

    @pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
    @pytest.mark.parametrize("before", range(4))
    def test_reads_long_writing_wherever_its_first_piece_ends(self, encoding, before):
        """What is looked at ends within a character, more often than not where characters have several bytes."""
        words = ("x" * before + "添付した議事録。進捗は良好です。" * 900).encode(encoding)
        assert attaching.kind_of(SimpleUploadedFile("minutes.txt", words), "minutes.txt") == "text/plain"

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.svg", SVG), ("a.png", SVG), ("a.html", HTML), ("a.txt", HTML), ("a.pdf", HTML), ("a.txt", b"#!/bin/sh\n"),
            ("a.exe", b"MZ\x90\x00" + b"\x00" * 100), ("a.txt", b"MZ\x90\x00\x00"), ("a.xml", b"<?xml version='1.0'?><a/>"),
            ("a.pdf.html", PDF), ("a", PDF), ("a.zip", PDF), ("a.png", PDF), ("a.txt", b"\xef\xbb\xbf  <html>"),
            ("a.jpg", b"\xff\xd8"), ("a.txt", b"\xff\xfe<\x00h\x00"), ("leer.txt", b""),
        ],
    )  # fmt: skip
    def test_refuses_what_may_run_or_pretends(self, contributor_client, chain, name, content):
        answer = contributor_client.post(self.url(chain), {"file": sent(name, content)})
        assert answer.status_code == 422
        assert not TaskAttachment.objects.exists()
        assert not AuditEntry.objects.filter(action="attachment.added").exists()

    def test_refuses_nothing_at_all(self, contributor_client, chain):
        assert contributor_client.post(self.url(chain)).status_code == 422

    def test_refuses_what_is_too_large(self, contributor_client, chain, monkeypatch):
        monkeypatch.setattr(attaching, "MOST_BYTES", len(PDF) - 1)
        answer = contributor_client.post(self.url(chain), {"file": sent()})
        assert "大きすぎます" in compact(answer)

    def test_refuses_one_too_many(self, contributor_client, chain, attachment, monkeypatch):
        monkeypatch.setattr(attaching, "MOST_FILES", 1)
        answer = contributor_client.post(self.url(chain), {"file": sent()})
        assert "50件まで" in compact(answer)

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("../../etc/passwd.txt", "passwd.txt"), ("C:\\Users\\a\\見積.pdf", "見積.pdf"), ("a\x00b\n.pdf", "ab.pdf"),
            ("\u202efdp.txt", "fdp.txt"), ("x" * 300 + ".pdf", "x" * 196 + ".pdf"), (" ..pdf ", "pdf"),
        ],
    )  # fmt: skip
    def test_takes_a_name_and_no_path(self, typed, kept):
        assert attaching._name_of(typed) == kept
        assert len(attaching._name_of(typed)) <= 200

    @pytest.mark.parametrize(
        ("words", "status", "said"),
        [
            (b"stream: OK\0", 302, ""),
            (b"stream: Eicar-Signature FOUND\0", 422, "Eicar-Signature"),
            (b"INSTREAM size limit exceeded. ERROR\0", 422, "ウイルス検査ができませんでした"),
            (b"", 422, "ウイルス検査ができませんでした"),
        ],
    )
    def test_asks_the_virus_scanner(self, contributor_client, chain, scanner, words, status, said):
        scanner.words = words
        before = kept_files()
        answer = contributor_client.post(self.url(chain), {"file": sent()})
        assert answer.status_code == status
        assert said in compact(answer)
        assert scanner.seen == PDF
        assert (kept_files() == before) is (status == 422)

    def test_refuses_when_no_scanner_answers(self, contributor_client, chain, settings, tmp_path):
        settings.VIRUS_SCANNER = str(tmp_path / "no-scanner")
        answer = contributor_client.post(self.url(chain), {"file": sent()})
        assert "ウイルス検査ができませんでした" in compact(answer)
        assert not TaskAttachment.objects.exists()

    def test_leaves_no_bytes_behind_when_the_row_fails(self, chain, cast, monkeypatch):
        def fail(**_fields):
            raise RuntimeError

        monkeypatch.setattr(TaskAttachment.objects, "create", fail)
        before = kept_files()
        with pytest.raises(RuntimeError):
            attaching.add_attachment(task=chain["設計"], file=sent(), actor=cast.contributor)
        assert kept_files() == before


def kept_files(folder: str = "attachments") -> list[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    deeper = [name for each in folders for name in kept_files(f"{folder}/{each}")]
    return sorted([*(f"{folder}/{file}" for file in files), *deeper])


class TestAttachmentFile:
    def test_is_saved_and_never_shown(self, viewer_client, attachment):
        answer = viewer_client.get(f"/attachments/{attachment.pk}/")
        assert b"".join(answer) == PDF
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "private, no-store"

    def test_is_hidden_from_strangers(self, stranger_client, attachment):
        assert stranger_client.get(f"/attachments/{attachment.pk}/").status_code == 404

    def test_is_gone_with_its_task(self, viewer_client, attachment):
        type(attachment.task).objects.filter(pk=attachment.task_id).update(
            deleted_at=attachment.uploaded_at, row_number=None
        )
        assert viewer_client.get(f"/attachments/{attachment.pk}/").status_code == 404

    def test_is_left_to_the_web_server_where_there_is_one(self, viewer_client, attachment):
        with override_settings(ACCEL_REDIRECT_PREFIX="/protected/"):
            answer = viewer_client.get(f"/attachments/{attachment.pk}/")
        assert answer["X-Accel-Redirect"] == f"/protected/{attachment.key}"
        assert answer.content == b""

    def test_is_not_there_when_its_bytes_are_lost(self, viewer_client, attachment):
        default_storage.delete(attachment.key)
        assert viewer_client.get(f"/attachments/{attachment.pk}/").status_code == 404


class TestAttachmentRemove:
    def url(self, attachment: TaskAttachment) -> str:
        return f"/attachments/{attachment.pk}/remove"

    def test_takes_ones_own_away(self, contributor_client, attachment):
        contributor_client.post(self.url(attachment))
        assert contributor_client.get(f"/attachments/{attachment.pk}/").status_code == 404
        assert AuditEntry.objects.get(action="attachment.removed").before == {"file": "仕様書.pdf"}

    def test_lets_planners_tidy_up(self, planner_client, attachment):
        assert planner_client.post(self.url(attachment)).status_code == 302

    def test_takes_no_one_elses_away(self, viewer_client, attachment, cast, chain):
        assert viewer_client.post(self.url(attachment)).status_code == 403
        attachment.refresh_from_db()
        assert attachment.deleted_at is None

    def test_is_hidden_from_strangers(self, stranger_client, attachment):
        assert stranger_client.post(self.url(attachment)).status_code == 404


class TestForgetBytes:
    def test_goes_with_the_row_for_good(self, attachment, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            attachment.delete()
        assert not default_storage.exists(attachment.key)


class TestTaskPage:
    def test_lists_files_with_the_same_number_of_queries(self, viewer_client, chain, cast, queries_of):
        attaching.add_attachment(task=chain["設計"], file=sent(), actor=cast.contributor)
        few = queries_of(viewer_client, f"/tasks/{chain['設計'].pk}/")
        for number in range(5):
            attaching.add_attachment(task=chain["設計"], file=sent(f"{number}.pdf"), actor=cast.contributor)
        assert queries_of(viewer_client, f"/tasks/{chain['設計'].pk}/") == few
        assert "4.pdf" in compact(viewer_client.get(f"/tasks/{chain['設計'].pk}/"))

    def test_reads_markdown_in_comments(self, contributor_client, chain):
        task = chain["設計"]
        contributor_client.post(f"/tasks/{task.pk}/comments/", {"body": "**至急** <script>alert(1)</script>"})
        html = compact(contributor_client.get(f"/tasks/{task.pk}/"))
        assert "<strong>至急</strong>" in html
        assert "<script>alert" not in html
