"""The tag of a script of ours; where files are fixed, with the hash that the browser must find in it."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any, Final

from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

#: Of the kind that the settings name; the checker knows another one.
_STORAGE: Any = staticfiles_storage

#: As scripts are collected, without spaces between signs.
_IMPORT: Final = re.compile(r'^import(?:[^;"(]*from)?"(\.[^"]+)";', re.MULTILINE)
_LATER: Final = re.compile(r'await import\("(\.[^"]+)"\)')
#: What a collected name has behind the name of its file.
_HASH: Final = re.compile(r"\.[0-9a-f]{12}\.js$|\.js$")


def script(name: str) -> SafeString:
    """The tag of a file in `static`: ours are modules, others run in their order; in development without a hash.

    What a module imports comes with it as `<link rel="modulepreload">`: it is fetched at once, and it is here that the
    browser hears which hash it must have, as an import cannot say so. What it imports when it is first used waits as
    `<link rel="later">`, which `static/js/later.js` makes a preload then.
    """
    is_module = name.startswith("js/")
    tag = '<script src="{}"{} type="module"></script>' if is_module else '<script src="{}"{} defer></script>'
    address = _STORAGE.url(name)
    if not isinstance(_STORAGE, ManifestFilesMixin):
        return format_html(tag, address, "")
    stored = _STORAGE.stored_name(name)
    now = imported(stored)
    return (
        _links("modulepreload", now)
        + _waiting(stored, now)
        + format_html(tag, address, format_html(' integrity="{}"', integrity(stored)))
    )


def _links(relation: str, files: Iterable[str]) -> SafeString:
    tags = ((relation, _address(each), integrity(each)) for each in files)
    return format_html_join("", '<link rel="{}" href="{}" integrity="{}">', tags)


def _waiting(stored: str, now: Collection[str]) -> SafeString:
    """Each file that may be used later, with the names of those that are imported then and bring it along."""
    bringing: dict[str, list[str]] = {}
    for first, files in used_later(stored).items():
        for each in files:
            if each not in now and each != stored:
                bringing.setdefault(each, []).append(_HASH.sub("", first.rpartition("/")[2]))
    tags = ((_address(each), integrity(each), " ".join(names)) for each, names in bringing.items())
    return format_html_join("", '<link rel="later" href="{}" integrity="{}" data-with="{}">', tags)


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
def used_later(stored: str) -> dict[str, tuple[str, ...]]:
    """What a script, or what it imports, imports when it is first used: each such file with all that it imports."""
    found: dict[str, tuple[str, ...]] = {}
    waiting = [stored]
    while waiting:
        script = waiting.pop()
        for part in (script, *imported(script)):
            for path in _LATER.findall(_read(part).decode()):
                each = normpath(join(dirname(part), path))
                if each not in found:
                    found[each] = (*imported(each), each)
                    waiting.append(each)
    return found


@functools.cache
def integrity(stored: str) -> str:
    """The hash of a file as it is served: collected once, and the same for as long as the process lives."""
    digest = hashlib.sha384(_read(stored)).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"


def _read(stored: str) -> bytes:
    with _STORAGE.open(stored) as file:
        content: bytes = file.read()
    return content
