"""The colours of paper: the light set of the site's tokens, read from their one place."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

#: `--ink: light-dark(#1d2329, #e7e9eb);`, or one colour for both.
_TOKEN: Final = re.compile(r"--([\w-]+):\s*(?:light-dark\()?(#[0-9a-f]{6})\b")
_USE: Final = re.compile(r"var\(--([\w-]+)\)")


@cache
def inks() -> dict[str, str]:
    """Colour by name, without the dashes before it."""
    text = Path(settings.BASE_DIR, "static/css/tokens.css").read_text(encoding="utf-8")
    return dict(_TOKEN.findall(text))


def inked(style: str) -> str:
    """A style sheet with its colours filled in, for pictures that can't look them up."""
    return _USE.sub(lambda found: inks()[found[1]], style)
