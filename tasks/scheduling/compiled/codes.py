"""Numbers that the kernels know: they compare no words.

Moments and durations are counted in ticks of a 1024th of a minute, since a lag in percent may end between two minutes:
sums of ticks are whole numbers, and the same ones as the plain passes find.
"""

from typing import Final

from projects.worktime.moments import MINUTES_PER_DAY
from tasks.scheduling.columns import CODES
from tasks.scheduling.columns import NOTHING as NOTHING
from tasks.scheduling.plan import CODE_OF_KIND
from tasks.scheduling.reference import early, grid

TICKS: Final = 1024
TICK_SHIFT: Final = 10
DAY: Final = MINUTES_PER_DAY * TICKS

FROM_START: Final = grid.FROM_START
TO_FINISH: Final = grid.TO_FINISH
WITH_LAG: Final = grid.WITH_LAG
LAG_SHIFT: Final = grid.LAG_SHIFT
WORKING: Final = grid.WORKING
ELAPSED: Final = grid.ELAPSED
PERCENT: Final = grid.PERCENT

# Sentinels beyond all ticks.
NEVER: Final = early.NEVER
FOREVER: Final = early.FOREVER

PROJECT_START: Final = early.PROJECT_START
CONSTRAINT: Final = early.CONSTRAINT
OTHER: Final = early.OTHER

ASAP: Final = CODES["constraint_type"]["ASAP"]
ALAP: Final = CODES["constraint_type"]["ALAP"]
SNET: Final = CODES["constraint_type"]["SNET"]
SNLT: Final = CODES["constraint_type"]["SNLT"]
FNET: Final = CODES["constraint_type"]["FNET"]
FNLT: Final = CODES["constraint_type"]["FNLT"]
MSO: Final = CODES["constraint_type"]["MSO"]
MFO: Final = CODES["constraint_type"]["MFO"]
MANUAL_MODE: Final = CODES["mode"]["manual"]

NOT_GIVEN: Final = -1
BY_PROJECT_FINISH: Final = CODE_OF_KIND["project_finish"]
BY_LEVELING: Final = CODE_OF_KIND["leveling"]
BY_CHILDREN: Final = CODE_OF_KIND["children"]
BY_HAND: Final = CODE_OF_KIND["manual"]
AS_IT_WAS: Final = CODE_OF_KIND["actual"]
PINNED: Final = CODE_OF_KIND["pinned"]

# What a row runs on, where it is no calendar; teams count down from the last one.
ON_THE_CLOCK: Final = -1
FIRST_TEAM: Final = -2

# Why a pass stopped.
FINE: Final = 0
MORE_TO_THE_LEFT: Final = 1
MORE_TO_THE_RIGHT: Final = 2
HOPELESS: Final = 3
