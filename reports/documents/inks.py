"""The colours of paper: the light set of the site's tokens, read from their one place."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

_TOKEN: Final = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6});")
_USE: Final = re.compile(r"var\(--([\w-]+)\)")


@cache
def inks() -> dict[str, str]:
    """Colour by name, without the dashes before it."""
    text = Path(settings.BASE_DIR, "static/css/tokens.css").read_text(encoding="utf-8")
    light = text[text.index(":root {") : text.index("@media screen")]
    return dict(_TOKEN.findall(light))


def inked(style: str) -> str:
    """A style sheet with its colours filled in, for pictures that can't look them up."""
    return _USE.sub(lambda found: inks()[found[1]], style)
