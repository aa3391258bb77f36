"""A table at the end of a run: the ten files of tests that took longest, with what they share."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

SHOWN = 10
#: Below this a file is not slow, and a short run prints no table. In seconds.
LEAST = 2.0


class Seconds:
    """What each file has taken, in all processes."""

    def __init__(self) -> None:
        self.taken: defaultdict[str, float] = defaultdict(float)
        self.tests: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Setting up and taking down counts as well."""
        file = report.nodeid.partition("::")[0]
        self.taken[file] += report.duration
        self.tests[file] += report.when == "call"

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The table."""
        by_seconds = sorted(self.taken.items(), key=lambda pair: -pair[1])
        slow = [(file, seconds) for file, seconds in by_seconds[:SHOWN] if seconds >= LEAST]
        if not slow:
            return
        terminalreporter.section("slowest files")
        terminalreporter.write_line("  seconds  tests")
        for file, seconds in slow:
            terminalreporter.write_line(f"{seconds:9.1f} {self.tests[file]:6d}  {file}")


def pytest_configure(config: pytest.Config) -> None:
    """Only where the results of all processes come together."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Seconds(), "slowest files")
