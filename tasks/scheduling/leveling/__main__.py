"""``python -m tasks.scheduling.leveling``: compile the kernels of levelling, unless they are compiled already."""

import os

from tasks.scheduling.leveling import ready

# A site may be starting beside it.
os.nice(10)
ready.prepare()
