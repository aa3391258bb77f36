"""The tag of a script of ours; where files are fixed, with the hash that the browser must find in it."""

from __future__ import annotations

import base64
import functools
import hashlib
from typing import Any

from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.utils.html import format_html
from django.utils.safestring import SafeString

#: Of the kind that the settings name; the checker knows another one.
_STORAGE: Any = staticfiles_storage


def script(name: str) -> SafeString:
    """`<script src=… defer>` of a file in `static`; in development, where files change, without a hash."""
    address = _STORAGE.url(name)
    if not isinstance(_STORAGE, ManifestFilesMixin):
        return format_html('<script src="{}" defer></script>', address)
    return format_html('<script src="{}" integrity="{}" defer></script>', address, integrity(name))


@functools.cache
def integrity(name: str) -> str:
    """The hash of a file as it is served: collected once, and the same for as long as the process lives."""
    with _STORAGE.open(_STORAGE.stored_name(name)) as file:
        digest = hashlib.sha384(file.read()).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"
