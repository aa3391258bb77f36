"""From a key to what it paints, in Chromium, in a sheet of 10,000 rows: the arrow, the first letter, the value that is kept;
and from a pause in typing to what would follow from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from playwright.sync_api import Page

from bench.chromium import address, window
from bench.data import Edit, Stage
from bench.site import Site

ROWS: Final = 10_000
PRESSES: Final = 40
#: Milliseconds, of nineteen in twenty.
PAINTED: Final = 100.0
#: Milliseconds for 1,000 followers, beyond the pause in which the user may type on.
FORESEEN: Final = 120.0
PAUSE: Final = 200.0
#: Milliseconds after which the bench gives up, and between two looks.
LATEST: Final = 20_000
LOOK: Final = 10
FOLLOWED: Final = Edit("fan", 1_000, 1_100)
DURATION: Final = "duration"

#: From the key to the frame behind the one in which the page shows what it should: by then it has been painted.
WATCH: Final = """
window.painted = [];
window.watchKey = (shows) => {
  document.addEventListener("keydown", (event) => {
    const began = event.timeStamp;
    const look = () => {
      if (!shows()) return requestAnimationFrame(look);
      requestAnimationFrame(() => setTimeout(() => window.painted.push(performance.now() - began)));
    };
    look();
  }, { capture: true, once: true });
};
"""
AT: Final = "document.activeElement.closest('tr')?.id"
TYPED: Final = "document.querySelector('.wbs__pen')?.value"


def measure(site: Site, stage: Stage) -> None:
    """Print the figures."""
    with window(site) as context:
        context.add_init_script(WATCH)

        def opened(project_id: int, face: str) -> Page:
            page = context.new_page()
            page.goto(f"{address(site)}/projects/{project_id}/{face}/?row=1")
            page.wait_for_load_state("networkidle")
            return page

        for face in ("wbs", "gantt"):
            page = opened(stage.typed[ROWS].pk, face)
            _keys(page, face)
            page.close()
        _foreseen(opened(stage.edits[FOLLOWED].project_id, "wbs"))


def _keys(page: Page, face: str) -> None:
    _cell(page, 2)
    arrows = [_pressed(page, "ArrowDown", f"{AT} !== {page.evaluate(AT)!r}") for _ in range(PRESSES)]
    _say(f"{face}, {ROWS:,} rows: arrow to the focus in the next row", arrows)
    _cell(page, 2)
    letters, kept = [], []
    for number in range(PRESSES // 2):
        letters.append(_pressed(page, str(number % 2 + 2), f"{TYPED} === '{number % 2 + 2}'"))
        page.keyboard.type("日")
        row = page.evaluate(AT)
        text = f"document.getElementById('{row}').textContent.includes('{number % 2 + 2}日')"
        kept.append(_pressed(page, "Enter", f"{AT} !== {row!r} && {text}"))
    page.wait_for_load_state("networkidle")
    _say(f"{face}, {ROWS:,} rows: first letter to the letter in the cell", letters)
    _say(f"{face}, {ROWS:,} rows: Enter to the value kept and the next row", kept)
    for _ in range(PRESSES // 2):
        page.keyboard.press("Control+z")
        page.wait_for_load_state("networkidle")


def _foreseen(page: Page) -> None:
    times = []
    for number in range(PRESSES // 2):
        _cell(page, 1)
        page.keyboard.press("F2")
        page.keyboard.press("Control+a")
        page.keyboard.type(f"{number % 2 + 4}")
        shown = "!document.getElementById('wbs-foreseen').hidden"
        times.append(_pressed(page, "日", shown) - PAUSE)
        page.keyboard.press("Escape")
    _say("1,000 followers: pause in typing to what would follow", times, aim=FORESEEN)


def _cell(page: Page, row: int) -> None:
    """To the duration of a row, by keys: beside the chart that column may have no room."""
    column = page.locator(f"#wbs thead [data-column={DURATION}]").evaluate("(head) => head.cellIndex")
    page.locator(f"tr[aria-rowindex='{row + 1}'] > *").first.click()
    for _ in range(column):
        page.keyboard.press("ArrowRight")


def _pressed(page: Page, key: str, shows: str) -> float:
    count = page.evaluate("window.painted.length")
    page.evaluate(f"() => window.watchKey(() => {shows})")
    if len(key) == 1 and not key.isascii():
        page.evaluate(
            "(key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key}))", key
        )
        page.keyboard.insert_text(key)
    else:
        page.keyboard.press(key)
    for _ in range(LATEST // LOOK):
        if page.evaluate("window.painted.length") > count:
            break
        page.wait_for_timeout(LOOK)
    else:
        raise SystemExit(f"{key} has not led to {shows} within {LATEST / 1000:.0f} s.")
    return float(page.evaluate("window.painted.at(-1)"))


def _say(name: str, times: Sequence[float], aim: float = PAINTED) -> None:
    ordered = sorted(times)
    p50, p95 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    verdict = "" if p95 <= aim else "!"
    print(
        f"{name.ljust(68)} p50 {p50:6.0f} ms, p95 {p95:6.0f} ms, aim {aim:.0f} ms{verdict}, {len(times)} times",
        flush=True,
    )
