"""WeasyPrint, where its libraries are: Pango comes from the system, or from the folder that the installer unpacked."""

from __future__ import annotations

import ctypes
import hashlib
import os
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from reports.documents.paper.fonts import font_faces

#: Where `config/launch/pango.py` puts the libraries when it may not install packages.
UNPACKED: Final = Path(sys.prefix, "pango")
#: Loading is tried again for libraries whose own needs came later in the list.
ROUNDS: Final = 4
#: Addresses that a document may ask for beside the two fonts; everything else is refused.
DRAWN: Final = "drawn:"


class NoTypesetterError(Exception):
    """PDF cannot be made on this machine."""

    def __str__(self) -> str:
        return _(
            "このサーバーには PDF の組版に必要な Pango がないため、PDF は作成できません。Excel か CSV を選んでください。"
        )


@cache
def weasyprint() -> Any:
    """The package, or NoTypesetterError; what was found once is not looked for again."""
    try:
        import weasyprint as found  # noqa: PLC0415  # large, and not where there is no Pango
    except OSError:
        preload(UNPACKED)
        try:
            import weasyprint as found  # noqa: PLC0415  # now with the libraries that were just loaded
        except OSError as error:
            raise NoTypesetterError from error
    return found


def can_typeset() -> bool:
    """Whether PDF can be offered."""
    try:
        weasyprint()
    except NoTypesetterError:
        return False
    return True


def preload(folder: Path) -> None:
    """Load unpacked libraries by their place: looked for by name later, they are there already."""
    waiting = sorted(folder.glob("usr/lib/*/lib*.so.*"))
    for _round in range(ROUNDS):
        waiting = [path for path in waiting if not _load(path)]
    configuration = folder / "fonts.conf"
    if configuration.exists() and not Path("/etc/fonts/fonts.conf").exists():
        os.environ.setdefault("FONTCONFIG_FILE", str(configuration))


def _load(path: Path) -> bool:
    try:
        ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True


def typeset(
    html: str, style: str, pictures: Mapping[str, bytes], tell: Callable[[str], None] = lambda step: None
) -> bytes:
    """A PDF of a page and its style. `pictures` are SVG by name; nothing else is fetched, from nowhere.

    The same input gives the same bytes: the file's own number is made of what it holds.
    """
    engine = weasyprint()
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415  # as in `weasyprint`

    fonts = FontConfiguration()
    fetch = _fetcher(engine, pictures)
    sheet = engine.CSS(string=font_faces() + style, font_config=fonts, url_fetcher=fetch)
    page = engine.HTML(string=html, url_fetcher=fetch)
    number = hashlib.sha256(
        "\x00".join([html, style, *sorted(pictures)]).encode("utf-8", "replace")
    ).hexdigest()
    laid_out = page.render(stylesheets=[sheet], font_config=fonts)
    tell("print")
    content: bytes = laid_out.write_pdf(pdf_identifier=number[:32].encode())
    return content


def _fetcher(engine: Any, pictures: Mapping[str, bytes]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415  # as in `weasyprint`

    fonts = font_faces()

    class Drawn(URLFetcher):  # type: ignore[misc]  # has no types
        """Pictures of this document, and the two font files."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith(DRAWN):
                picture = pictures[url.removeprefix(DRAWN)]
                return URLFetcherResponse(url, picture, {"Content-Type": "image/svg+xml"})
            if f'"{url}"' not in fonts:
                raise ValueError(f"a report asks for {url}")
            return super().fetch(url, headers)

    del engine
    return Drawn()
