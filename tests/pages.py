"""What tests read in a page, however its template breaks its lines."""

from __future__ import annotations

import re
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]+")
_EDGE = re.compile(r" ?(</?[a-z][^<>]*?) ?(/?>) ?")


def compact(response: Any) -> str:
    """The page in one line: one space between attributes and words, and none beside a tag."""
    line = _SPACE.sub(" ", response.content.decode())
    return _EDGE.sub(r"\1\2", line)
