"""``python -m tasks.scheduling.risk``: compile the kernels of simulation, unless they are compiled already."""

import os

from tasks.scheduling.risk import ready

# A site may be starting beside it.
os.nice(10)
ready.prepare()
