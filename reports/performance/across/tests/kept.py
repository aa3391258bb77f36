"""What tests of all projects share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from projects.models import Project

TODAY: Final = dt.date(2026, 4, 15)
HOUR: Final = 60
Make = Callable[..., Project]
