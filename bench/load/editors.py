"""Those who plan: ten people who type into cells and drag bars of one plan."""

from __future__ import annotations

import datetime as dt
import html
import re
import secrets
from collections.abc import Callable
from typing import Final, NamedTuple

from bench.load.asking import Asker, Kept
from bench.load.readers import BESIDE, SCROLLING, WINDOW

#: Between two cells, as a part of the pause between two pages.
TYPING: Final = 0.3
#: How often an editor tries again after a conflict.
TRIES: Final = 5


class Row(NamedTuple):
    """What a row of the WBS shows."""

    task: int
    name: str
    progress: int
    start: str
    duration: str
    is_plain: bool


_ROW: Final = re.compile(r'<tr id="row-(\d+)"([^>]*)>(.*?)</tr>', re.DOTALL)
_NAME: Final = re.compile(r'<a class="cut"[^>]*>(.*?)</a>', re.DOTALL)
_CELL: Final = re.compile(r"<td>(.*?)</td>", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]+>")


def read_rows(body: str) -> dict[int, Row]:
    """The rows of a page or of a fragment, by their tasks."""
    rows = {}
    for task, attributes, cells in _ROW.findall(body):
        name = _NAME.search(cells)
        texts = [html.unescape(_TAG.sub("", cell)).strip() for cell in _CELL.findall(cells)]
        is_plain = "aria-expanded" not in attributes and "data-point" not in attributes
        if name and len(texts) == 9:
            progress = int(texts[2].rstrip("%") or 0)
            rows[int(task)] = Row(int(task), html.unescape(name[1]), progress, texts[3], texts[5], is_plain)
    return rows


class Editor(Asker):
    """Types into cells and drags bars of the one plan that ten people share."""

    first = 0

    def live(self) -> None:
        """Six cells and a bar, here and there in the plan."""
        self.pause(self.chance.random())
        while not self.is_over():
            rows = self.open_rows()
            ways = [self.rename, self.report, self.lengthen]
            for way in self.chance.choices(ways, [4, 3, 3], k=6):
                if self.is_over():
                    return
                way(rows)
                self.pause(TYPING)
            self.drag(rows)
            self.pause()

    def open_rows(self) -> dict[int, Row]:
        """Somewhere in the plan; the page comes first, as in a browser."""
        self.get("WBS: page", f"/projects/{self.load.plan}/wbs/")
        self.get("Bell", "/notifications/bell", is_fragment=True)
        self.first = self.chance.randrange(max(1, self.load.rows // WINDOW)) * WINDOW
        path = f"/projects/{self.load.plan}/wbs/rows?first={self.first}&count={WINDOW}"
        # Rows are needed each time, so nothing is remembered of them.
        self.etags.pop(f"{path} True", None)
        return read_rows(self.get("WBS: window", path, is_fragment=True))

    def rename(self, rows: dict[int, Row]) -> None:
        """Another name; each is typed only once."""
        row = self._choose(rows, lambda row: row.is_plain)
        if row:
            stem = re.sub(r" \(\w+\)$", "", row.name)
            self._write(rows, row, "name", row.name, f"{stem} ({secrets.token_hex(3)})")

    def report(self, rows: dict[int, Row]) -> None:
        """How far a task is that has begun."""
        row = self._choose(rows, lambda row: row.is_plain and 0 < row.progress < 100)
        if row:
            steps = [step for step in range(5, 100, 5) if step != row.progress]
            self._write(rows, row, "progress", f"{row.progress}%", f"{self.chance.choice(steps)}%")

    def lengthen(self, rows: dict[int, Row]) -> None:
        """A day more; the next one who comes by takes it away again."""
        row = self._choose(
            rows, lambda row: row.is_plain and row.progress == 0 and row.duration in {"2日", "3日"}
        )
        if row:
            self._write(rows, row, "duration", row.duration, "2日" if row.duration == "3日" else "3日")

    def _choose(self, rows: dict[int, Row], fits: Callable[[Row], bool]) -> Row | None:
        found = [row for row in rows.values() if fits(row)]
        return self.chance.choice(found) if found else None

    def _write(self, rows: dict[int, Row], row: Row, column: str, was: str, text: str) -> None:
        """One cell. Where another editor was quicker, both texts are on the screen, and Enter overwrites."""
        for _ in range(TRIES):
            form = {
                "column": column,
                "text": text,
                "was": was,
                "first": str(self.first),
                "count": str(2 * WINDOW),
            }
            status, body, request_id = self.post("Edit: cell", f"/tasks/{row.task}/cell", form)
            if status == 409:
                self.outcome.conflicts += 1
                current = re.search(r'data-current="([^"]*)"', body)
                was = html.unescape(current[1]) if current else was
                continue
            if status == 200 and 'data-message=""' in body:
                # Another editor had typed the same meanwhile: there is nothing to save, and nothing to be lost.
                self.outcome.there_already += 1
            elif status == 200:
                self.outcome.kept.append(Kept(request_id, row.task, column, text))
                rows.update({task: new for task, new in read_rows(body).items() if task in rows})
            if status == 422:
                self.outcome.refusals.append(_words(body))
            return
        self.outcome.given_up += 1

    def drag(self, rows: dict[int, Row]) -> None:
        """A bar, some days on. Where another editor has moved it meanwhile, the chart and the bar are drawn again."""
        row = self._choose(rows, lambda row: row.is_plain and row.progress == 0 and bool(row.start))
        if row is None:
            return
        chart = f"/projects/{self.load.plan}/gantt/"
        self.get("Gantt: page", f"{chart}?focus={row.task}")
        start = dt.date(*map(int, row.start.split("/"))) + dt.timedelta(days=self.chance.randint(1, 4))
        section = self.first // WINDOW * WINDOW
        for _ in range(TRIES):
            window = f"/projects/{self.load.plan}/wbs/rows?first={section}&count={WINDOW}{BESIDE}"
            self.etags.pop(f"{window} True", None)
            drawn = self.get("Gantt: window", window, is_fragment=True)
            at = re.search(rf'id="bar-{row.task}" data-at="([\d-]+)"', drawn)
            # Hand and eye: the bar is under way for a moment.
            self.pause(SCROLLING)
            form = {
                "start": start.isoformat(), "first": str(section), "count": str(WINDOW), "zoom": "week", "at": at[1] if at else "",
            }  # fmt: skip
            status, body, request_id = self.post(
                "Edit: bar", f"/projects/{self.load.plan}/tasks/{row.task}/move", form
            )
            if status == 409:
                self.outcome.conflicts += 1
                continue
            if status == 200:
                self.outcome.kept.append(Kept(request_id, row.task, "start", start.isoformat()))
            if status == 422:
                self.outcome.refusals.append(_words(body))
            return
        self.outcome.given_up += 1


def _words(body: str) -> str:
    """What a refusal says, without names, so that the same reason is the same text."""
    return " ".join(re.sub(r"「[^」]*」|[\d/]+", "…", html.unescape(_TAG.sub(" ", body))).split())[:90]
