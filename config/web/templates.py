"""Templates as they are sent: lines are broken and indented for those who read the files, not for browsers."""

from __future__ import annotations

import re
from typing import Final

from django.template import Origin
from django.template.loaders import filesystem

_INDENTATION: Final = re.compile(r"\n[ \t]+")


class Loader(filesystem.Loader):
    """Pages without the indentation of their lines, which would be some thousand bytes of each.

    A line break stays where there was one, so that a browser sees the same space. No template of ours holds `pre` or
    `textarea`, where spaces count (`config/web/tests/test_templates.py`); mails keep theirs.
    """

    def get_contents(self, origin: Origin) -> str:
        """The text of a template."""
        text: str = super().get_contents(origin)
        return _INDENTATION.sub("\n", text) if str(origin.name).endswith(".html") else text
