"""The Gantt chart of 10,000 rows in Chromium: first paint, frames while scrolling, memory of the renderer."""

from __future__ import annotations

import statistics
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession

from bench import memory
from bench.chromium import address, window
from bench.data import Stage
from bench.site import Site

ROUNDS = 5
SCROLL = """async () => {
  const area = document.getElementById("wbs-cells");
  const times = [];
  let last = performance.now();
  const end = last + 4000;
  let down = 1;
  while (last < end) {
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    times.push(now - last);
    last = now;
    if (area.scrollTop + area.clientHeight >= area.scrollHeight - 1) down = -1;
    area.scrollTop += 48 * down;
  }
  return times.slice(5);
}"""
PAINT = """() => new Promise((resolve) => new PerformanceObserver((list) => {
  const entry = list.getEntriesByName("first-contentful-paint")[0];
  if (entry) resolve(entry.startTime);
}).observe({ type: "paint", buffered: true }))"""


def measure(site: Site, stage: Stage) -> None:
    """Print the figures."""
    with window(site) as context:
        for size, project in stage.sizes.items():
            page = context.new_page()
            paints = []
            for _ in range(ROUNDS):
                page.goto(f"{address(site)}/projects/{project.pk}/gantt/")
                paints.append(page.evaluate(PAINT))
            page.wait_for_load_state("networkidle")
            before = _memory(context)
            frames = page.evaluate(SCROLL)
            after = _memory(context)
            _say(size, paints, frames, (before, after), _counts(context.new_cdp_session(page)))
            page.close()


def _memory(context: BrowserContext) -> tuple[float, float]:
    """MiB of the largest renderer: what is its own, and with its share of common pages."""
    assert context.browser is not None
    found = context.browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    renderers = [each["id"] for each in found if each["type"] == "renderer"]
    return max((memory.own(pid), memory.proportional(pid)) for pid in renderers)


def _counts(session: CDPSession) -> dict[str, float]:
    session.send("Performance.enable")
    return {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}


def _say(size: int, paints: list[float], frames: list[float], held: Any, counts: dict[str, float]) -> None:
    ordered = sorted(frames)
    print(
        f"{size:7,} rows: first paint {statistics.median(paints):.0f} ms (aim 150);"
        f" {1000 / statistics.mean(frames):.0f} frames a second while scrolling,"
        f" p95 {ordered[int(len(ordered) * 0.95)]:.1f} ms, longest {ordered[-1]:.0f} ms;"
        f" renderer {held[0][0]:.0f} MiB, {held[1][0]:.0f} MiB after scrolling (aim 80; with shared pages {held[1][1]:.0f});"
        f" heap {counts['JSHeapUsedSize'] / 2**20:.1f} MiB, {counts['Nodes']:.0f} nodes",
        flush=True,
    )
