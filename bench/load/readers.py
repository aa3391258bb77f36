"""Those who look: lists, charts and figures, and now and then a report."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Final

from bench.load.asking import Asker

#: What they do next, and how often; with each page comes the bell.
DECK: Final = {"list": 30, "dashboard": 15, "overview": 12, "gantt": 24, "wbs": 18, "report": 1}
#: Between two windows while scrolling, as a part of the pause between two pages.
SCROLLING: Final = 0.03
WINDOW = 40
#: How a page asks for rows that has the chart beside them.
BESIDE = "&zoom=week&show=critical+line"


class Reader(Asker):
    """Looks at lists, charts and figures, and now and then asks for a report."""

    def live(self) -> None:
        """One thing after another."""
        ways: dict[str, Callable[[], None]] = {
            "list": self.read_list, "dashboard": self.read_dashboard, "overview": self.read_overview,
            "gantt": self.scroll_chart, "wbs": self.scroll_rows, "report": self.ask_for_report,
        }  # fmt: skip
        # Not all at the same moment.
        self.pause(self.chance.random())
        while not self.is_over():
            ways[self.chance.choices(list(DECK), list(DECK.values()))[0]]()
            self.pause()

    def _page(self, kind: str, path: str) -> None:
        self.get(kind, path)
        self.get("Bell", "/notifications/bell", is_fragment=True)

    def _plan(self) -> int:
        return self.chance.choice(self.person.plans)

    def read_list(self) -> None:
        """The list, its second page, or a part of it."""
        self._page(
            "Project list",
            self.chance.choice(["/projects/", "/projects/?page=2", "/projects/?status=active"]),
        )

    def read_dashboard(self) -> None:
        """How everything stands."""
        self._page("Dashboard", "/dashboard/")

    def read_overview(self) -> None:
        """How one plan stands."""
        self._page("Project at a glance", f"/projects/{self._plan()}/")

    def scroll_chart(self) -> None:
        """Opens a chart somewhere and scrolls on."""
        plan = self._plan()
        self._page("Gantt: page", f"/projects/{plan}/gantt/")
        self._scroll("Gantt: window", f"/projects/{plan}/wbs/rows", self.load.sizes[plan], BESIDE, 8)

    def scroll_rows(self) -> None:
        """Opens a table somewhere and scrolls on."""
        plan = self._plan()
        self._page("WBS: page", f"/projects/{plan}/wbs/")
        self._scroll("WBS: window", f"/projects/{plan}/wbs/rows", self.load.sizes[plan], "", 5)

    def _scroll(self, kind: str, path: str, rows: int, view: str, windows: int) -> None:
        sections = max(1, rows // WINDOW)
        first = self.chance.randrange(sections)
        for number in range(first, min(first + windows, sections)):
            if self.is_over():
                return
            self.pause(SCROLLING)
            self.get(kind, f"{path}?first={number * WINDOW}&count={WINDOW}{view}", is_fragment=True)

    def ask_for_report(self) -> None:
        """Asks, looks each second whether it is made, and takes it."""
        plan = min(self.person.plans, key=lambda each: abs(self.load.sizes[each] - 1_000))
        self._page("Report: page", f"/reports/?kind=wbs&project={plan}")
        form = {"kind": "wbs", "project": str(plan), "format": self.chance.choice(self.load.formats)}
        status, _, _ = self.post("Report: ask", "/reports/ask/", form)
        opened = re.search(r"status/\?open=([\d,]+)", self.get("Report: page", "/reports/"))
        while status == 200 and opened and not self.is_over():
            time.sleep(1)
            body = self.get("Report: status", f"/reports/status/?open={opened[1]}", is_fragment=True)
            found = re.search(r"status/\?open=([\d,]+)", body)
            if not body:
                # No answer says nothing about the report.
                continue
            if found is None:
                self.get("Report: file", f"/reports/{opened[1].split(',')[0]}/file/")
            opened = found
