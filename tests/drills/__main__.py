"""`bin/drill NAME…`, `bin/drill all`: real programs with the files of production, started, broken and looked at.

Without a name: what drills there are. `bin/drill --table` prints the last figures of all of them as Markdown.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from tests.drills.kit import figures
from tests.ops.files import ROOT

HERE: Final = Path(__file__).resolve().parent
#: Some drill passed nowhere and failed nowhere: something that it needs is not on this machine.
NOT_RUN: Final = 3


def names() -> list[str]:
    """All drills."""
    return sorted(path.stem.removeprefix("test_").replace("_", "-") for path in HERE.glob("test_*.py"))


def main() -> int:
    """Run what was asked for; 0 when all of it ran and held, 3 when something could not run, 1 when something failed."""
    parser = argparse.ArgumentParser(prog="bin/drill", description=__doc__)
    parser.add_argument("drills", nargs="*", metavar="NAME", help=f"all, or some of: {', '.join(names())}")
    parser.add_argument("--table", action="store_true", help="print the last figures as a table of Markdown")
    arguments = parser.parse_args()
    if arguments.table:
        sys.stdout.write("\n".join(table(names())) + "\n")
        return 0
    if not arguments.drills:
        sys.stdout.write("\n".join(names()) + "\n")
        return 0
    chosen = names() if arguments.drills == ["all"] else arguments.drills
    unknown = [name for name in chosen if name not in names()]
    if unknown:
        parser.error(f"no drill is called {', '.join(unknown)}; there are {', '.join(names())}")
    return summary({name: run(name) for name in chosen})


def run(name: str) -> str:
    """One drill: `held`, `failed` or `not run`, with its figures printed."""
    module = name.replace("-", "_")
    figures.forget(module)
    sys.stdout.write(f"\n== {name}\n")
    sys.stdout.flush()
    began = time.monotonic()
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-rs",
        "--no-header",
        "--tb=short",
        "-p",
        "no:cacheprovider",
    ]
    result = subprocess.run(
        [*command, str(HERE / f"test_{module}.py")], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    for line in figures.read(module):
        mark = "" if line.held else "   <- missed"
        sys.stdout.write(f"  {line.name:<66} {line.value:>14}   {line.aim}{mark}\n")
    outcome = _outcome(result.returncode, result.stdout)
    figures.note_run(name, outcome, time.monotonic() - began)
    if outcome != "held":
        sys.stdout.write(result.stdout)
    sys.stdout.write(f"  {outcome}, {time.monotonic() - began:.0f} s\n")
    sys.stdout.flush()
    return outcome


def _outcome(code: int, words: str) -> str:
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|skipped|failed|error)", words)}
    if code != 0:
        return "failed"
    if counts.get("skipped"):
        return "not run" if not counts.get("passed") else "run in part"
    return "held" if counts.get("passed") else "not run"


def summary(outcomes: dict[str, str]) -> int:
    """The last lines, and the exit code."""
    sys.stdout.write("\n")
    for outcome in ("failed", "not run", "run in part", "held"):
        of_it = [name for name, found in outcomes.items() if found == outcome]
        if of_it:
            sys.stdout.write(f"{outcome}: {', '.join(of_it)}\n")
    if "failed" in outcomes.values():
        return 1
    return 0 if set(outcomes.values()) == {"held"} else NOT_RUN


def table(drills: list[str]) -> list[str]:
    """Lines of Markdown: what each drill found the last time, and when each was run."""
    lines = ["| drill | figure | found | aim |", "|---|---|---|---|"]
    for name in drills:
        found = figures.read(name.replace("-", "_"))
        lines += [
            f"| {name} | {line.name} | {line.value}{'' if line.held else ' (missed)'} | {line.aim} |"
            for line in found
        ]
    return [*lines, "", *_table_of_runs(drills)]


def _table_of_runs(drills: list[str]) -> list[str]:
    lines = [
        "| drill | last run (UTC) | seconds | load | machine | outcome | held of all runs |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in drills:
        known = figures.runs(name)
        if not known:
            lines.append(f"| {name} | never | | | | | |")
            continue
        last, held = known[-1], sum(run.outcome == "held" for run in known)
        lines.append(
            f"| {name} | {last.at} | {last.seconds:,} | {last.load} | {last.machine} | {last.outcome} | {held} of {len(known)} |"
        )
    return lines


if __name__ == "__main__":
    sys.exit(main())
