"""Uploads that are two things at once, or grow when they are opened: refused in words, or kept and never shown."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tasks.models import TaskAttachment
from tests.pages import compact

HTML = b"<html><script>alert(1)</script></html>"
GIF = b"GIF89a/*" + b"\x00" * 20 + b"*/=1;alert(1)"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
)
MIB = 2**20


def packed(name: str = "a.txt", content: bytes = b"a", *, before: bytes = b"") -> bytes:
    made = io.BytesIO(before)
    with zipfile.ZipFile(made, "a" if before else "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return made.getvalue()


POLYGLOTS = {
    "html after a PDF head": b"%PDF-1.7\n" + HTML,
    "PDF head after html": HTML + b"\n%PDF-1.7\n",
    "script in a GIF": GIF,
    "html after a PNG": PNG + HTML,
    "html in a text": HTML,
    "svg in a text": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "zip behind html": packed(before=HTML),
    "zip behind a PNG": packed(before=PNG),
    "html behind a byte order mark": b"\xef\xbb\xbf" + HTML,
    "html in UTF-16": HTML.decode().encode("utf-16"),
    "html in UTF-7": b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "multipart of mail": b"MIME-Version: 1.0\nContent-Type: text/html\n\n" + HTML,
    "XML with a style sheet": b"<?xml version='1.0'?><?xml-stylesheet href='#a' type='text/xsl'?><a/>",
}


class TestPolyglots:
    @pytest.mark.parametrize("name", ["a.pdf", "a.png", "a.txt", "a.html", "a.svg", "a.zip"])
    @pytest.mark.parametrize("what", sorted(POLYGLOTS))
    def test_are_refused_or_saved_and_never_shown(
        self, contributor_client: Any, chain: Any, what: str, name: str
    ) -> None:
        file = SimpleUploadedFile(name, POLYGLOTS[what], content_type="text/html")
        answer = contributor_client.post(f"/tasks/{chain['設計'].pk}/attachments/", {"file": file})
        assert answer.status_code in {302, 422}
        if answer.status_code == 422:
            assert not TaskAttachment.objects.exists()
            return
        given = contributor_client.get(f"/attachments/{TaskAttachment.objects.get().pk}/")
        assert given["Content-Disposition"].startswith("attachment")
        assert given["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in given["Content-Security-Policy"]
        assert not given["Content-Type"].startswith(
            ("text/html", "image/svg", "application/xhtml", "text/xml")
        )


class TestBombs:
    def test_of_zip_is_not_opened(self, contributor_client: Any, chain: Any) -> None:
        bomb = packed("a", b"\0" * (300 * MIB))
        assert len(bomb) < MIB
        tracemalloc.start()
        file = SimpleUploadedFile("a.zip", bomb)
        answer = contributor_client.post(f"/tasks/{chain['設計'].pk}/attachments/", {"file": file})
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert answer.status_code in {302, 422}
        assert peak < 30 * MIB

    def test_of_gzip_ends_when_it_has_grown_too_large(self, admin_client: Any) -> None:
        bomb = gzip.compress(b"<Project>" + b" " * (200 * MIB), compresslevel=1)
        assert len(bomb) < 2 * MIB
        tracemalloc.start()
        answer = admin_client.post("/import/", {"file": SimpleUploadedFile("a.xml.gz", bomb)})
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert answer.status_code == 422
        assert "このファイルは取り込めません" in compact(answer)
        assert peak < 60 * MIB


class TestNames:
    @pytest.mark.parametrize(
        "name",
        [
            "../../etc/passwd",
            "..\\..\\a.txt",
            "/etc/passwd",
            "a\0.txt",
            "a\r\nSet-Cookie: a=b.txt",
            "CON.txt",
            "." * 300,
        ],
    )
    def test_are_names_and_no_paths_nor_headers(self, contributor_client: Any, chain: Any, name: str) -> None:
        file = SimpleUploadedFile("a.txt", "覚え書き".encode())
        vars(file)["_name"] = name  # past the class, which takes the path away as a browser would not have to
        answer = contributor_client.post(f"/tasks/{chain['設計'].pk}/attachments/", {"file": file})
        assert answer.status_code in {302, 422}
        for kept in TaskAttachment.objects.all():
            assert not {"/", "\\", "\0", "\r", "\n"} & set(kept.name)
            given = contributor_client.get(f"/attachments/{kept.pk}/")
            assert "Set-Cookie" not in given.headers
            assert kept.key.startswith("attachments/")
