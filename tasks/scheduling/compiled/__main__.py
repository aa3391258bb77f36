"""``python -m tasks.scheduling.compiled``: compile the passes, unless they are compiled already."""

import os

from tasks.scheduling.compiled import ready

# A site may be starting beside it.
os.nice(10)
ready.make()
