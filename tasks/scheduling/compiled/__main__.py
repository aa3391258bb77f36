"""``python -m tasks.scheduling.compiled``: compile the passes, unless they are compiled already."""

from tasks.scheduling.compiled import ready

ready.make()
