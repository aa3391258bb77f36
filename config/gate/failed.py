"""Says each test that fails when it does: a whole run takes long, and its own list of them comes at the end."""

from __future__ import annotations

import pytest


class AtOnce:
    """Writes a line a failure between the dots."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Setting up and taking down may fail as well."""
        if not report.failed:
            return
        writer = self.config.get_terminal_writer()
        writer.line()
        writer.line(f"FAILED {report.nodeid} ({report.when}): {_reason(report)}")


def _reason(report: pytest.TestReport) -> str:
    """The last line of what was raised, in one line."""
    crash = getattr(report.longrepr, "reprcrash", None)
    lines = str(crash.message if crash else report.longreprtext).strip().splitlines() or [""]
    return lines[0][:200]


def pytest_configure(config: pytest.Config) -> None:
    """Only where the results of all processes come together."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(AtOnce(config), "failures at once")
