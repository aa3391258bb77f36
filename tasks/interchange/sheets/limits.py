"""How much a file may cost that reads it."""

from typing import Final

#: Of a processor.
MOST_SECONDS: Final = 20
#: By the clock, where others keep the processors busy.
MOST_WAITED: Final = 60
MOST_MEMORY: Final = 512 * 2**20
MOST_BYTES: Final = 100 * 2**20
