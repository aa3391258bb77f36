"""The tag of a script of ours; where files are fixed, with the hash that the browser must find in it."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from posixpath import dirname, join, normpath
from typing import Any, Final

from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

#: Of the kind that the settings name; the checker knows another one.
_STORAGE: Any = staticfiles_storage

_IMPORT: Final = re.compile(r'^import\s(?:[^;"]*\sfrom\s)?"(\.[^"]+)";', re.MULTILINE)


def script(name: str) -> SafeString:
    """The tag of a file in `static`: ours are modules, others run in their order; in development without a hash.

    What a module imports comes with it as `<link rel="modulepreload">`: it is fetched at once, and it is here that the
    browser hears which hash it must have, as an import cannot say so.
    """
    is_module = name.startswith("js/")
    tag = '<script src="{}"{} type="module"></script>' if is_module else '<script src="{}"{} defer></script>'
    address = _STORAGE.url(name)
    if not isinstance(_STORAGE, ManifestFilesMixin):
        return format_html(tag, address, "")
    stored = _STORAGE.stored_name(name)
    links = [(_address(each), integrity(each)) for each in imported(stored)]
    preloaded = format_html_join("", '<link rel="modulepreload" href="{}" integrity="{}">', links)
    return preloaded + format_html(tag, address, format_html(' integrity="{}"', integrity(stored)))


def _address(stored: str) -> str:
    return f"{_STORAGE.base_url}{stored}"


@functools.cache
def imported(stored: str) -> tuple[str, ...]:
    """All that a script imports, and what that imports, each once; under the names that they are served by."""
    found: dict[str, None] = {}
    for path in _IMPORT.findall(_read(stored).decode()):
        each = normpath(join(dirname(stored), path))
        found |= dict.fromkeys((each, *imported(each)))
    return tuple(found)


@functools.cache
def integrity(stored: str) -> str:
    """The hash of a file as it is served: collected once, and the same for as long as the process lives."""
    digest = hashlib.sha384(_read(stored)).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"


def _read(stored: str) -> bytes:
    with _STORAGE.open(stored) as file:
        content: bytes = file.read()
    return content
