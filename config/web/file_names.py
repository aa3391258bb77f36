"""What a file is called that a user takes away: a name on every system, and no path on any."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: What some system does not allow in a name, or what a header would be torn by.
_FORBIDDEN: Final = re.compile(r'[\\/:*?"<>|%;\x00-\x1f\x7f]+')
#: Devices of Windows, whatever their ending.
_DEVICES: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
LONGEST: Final = 120


def file_name(stem: str, ending: str) -> str:
    """`stem.ending`, of at most 120 letters before the ending; what cannot stand in a name becomes a hyphen."""
    shown = "".join(letter for letter in stem if unicodedata.category(letter) not in {"Cf", "Cs"})
    clean = _FORBIDDEN.sub("-", shown).strip(" .")[:LONGEST].rstrip(" .") or "-"
    return f"{'_' if _DEVICES.match(clean) else ''}{clean}.{ending}"
