"""Large files: what a task of a file takes while it is judged and written stays the same, however many there are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tasks.interchange.tests.large import write_large

ROOT = Path(__file__).parents[3]
FEW, MANY = 1_000, 9_000
#: A hundred thousand tasks, with a link and a person each, may take 200 MB above what the program takes itself.
MOST_BYTES = 2_000
MEASURE = """
import resource, sys
from tasks.interchange.judge import judge
from tasks.interchange.mspdi.read import read_mspdi
from tasks.interchange.mspdi.write import write_mspdi

class Nowhere:
    def write(self, data): pass

if sys.argv[1] == "judge":
    assert judge(sys.argv[2]).refusal is None
else:
    write_mspdi(read_mspdi(sys.argv[2]), Nowhere())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


@pytest.mark.parametrize("what", ["judge", "read and write"])
def test_takes_as_much_for_each_task(tmp_path, what):
    peaks = [_peak(tmp_path, what, count) for count in (FEW, MANY)]
    each = (peaks[1] - peaks[0]) / (MANY - FEW)
    assert each < MOST_BYTES, f"{each:.0f} bytes a task"


def _peak(folder: Path, what: str, count: int) -> int:
    path = folder / f"{count}.xml"
    with path.open("w", encoding="utf-8") as stream:
        write_large(stream, count)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, what, str(path)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return int(done.stdout)
