"""Scripts as production serves them: what they import runs as it was collected, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from playwright.sync_api import Browser

from config.web import scripts

pytestmark = pytest.mark.browser


class _Pages(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Nothing: what is asked for is shown by what runs."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", "default-src 'none'; script-src 'self'")
        super().end_headers()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a page with a script that imports another one, and the folder of both as they were collected."""
    written, collected = tmp_path / "written", tmp_path / "served" / "static"
    (written / "js").mkdir(parents=True)
    (written / "js/page.js").write_text('import { word } from "./word.js";\n\ndocument.title = word;\n')
    (written / "js/word.js").write_text('export const word = "as collected";\n')
    with override_settings(
        STORAGES=settings.STORAGES | {"staticfiles": {"BACKEND": "config.web.static.HashedFiles"}},
        STATIC_ROOT=collected,
        STATICFILES_FINDERS=["django.contrib.staticfiles.finders.FileSystemFinder"],
        STATICFILES_DIRS=[written],
    ):
        _forget()
        call_command("collectstatic", "--no-input", verbosity=0)
        page = f"<!doctype html><title>waiting</title>{scripts.script('js/page.js')}"
        (collected.parent / "index.html").write_text(page)
    _forget()
    handler = partial(_Pages, directory=str(collected.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", collected
        server.shutdown()


def _forget() -> None:
    scripts.integrity.cache_clear()
    scripts.imported.cache_clear()


class TestModule:
    def test_runs_with_what_it_imports(self, served: tuple[str, Path], chromium: Browser) -> None:
        page = chromium.new_page()
        page.goto(served[0])
        page.wait_for_function("document.title === 'as collected'")
        page.close()

    def test_does_not_run_with_a_module_that_was_changed(
        self, served: tuple[str, Path], chromium: Browser
    ) -> None:
        address, folder = served
        word = next(folder.glob("js/word.????????????.js"))
        word.write_text('export const word = "something else";\n')
        page = chromium.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(address)
        page.wait_for_timeout(500)
        assert page.title() == "waiting"
        assert any("integrity" in line for line in said)
        page.close()
