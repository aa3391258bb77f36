"""The Gantt chart under the hands: the mouse, a finger, keys alone, a long scroll, and no scripts at all."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import SignIn
from tests.journeys.wbs_page import go_to

pytestmark = pytest.mark.browser

LEADER = "藍沢 湊"
ADMIN = "山吹 いつき"
PROJECT = "新ERP導入"
WEEK = 49  # px of seven days at the zoom that a chart opens with


def open_gantt(page: Page, project: str = PROJECT) -> str:
    """The chart of a project; its address without a query."""
    go_to(page, "ガント", project)
    expect(page.get_by_role("treegrid", name="WBS")).to_be_visible()
    return page.url.split("?")[0]


def open_at(page: Page, name: str, number: int = 0) -> Locator:
    """The chart with a bar of this name in sight: one that waits for others and has not begun."""
    address = open_gantt(page)
    page.goto(f"{address}?row=150")
    page.wait_for_load_state("networkidle")  # so that the n-th is the same one for everybody
    bar = page.locator(f".gantt-bar[aria-label*='{name}、'][aria-label*='進捗 0%']").nth(number)
    label = bar.get_attribute("aria-label") or ""
    day = re.search(r"(\d{4})/(\d{2})/(\d{2})", label)
    task = re.search(r"/tasks/(\d+)/", bar.get_attribute("href") or "")
    assert day
    assert task
    page.goto(f"{address}?focus={task[1]}&date={'-'.join(day.groups())}")
    return page.locator(f"#bar-{task[1]} .gantt-bar")


def drag(
    page: Page, bar: Locator, by: int, *, at: str = "middle", held: Callable[[], None] | None = None
) -> None:
    """Take a bar by its middle or by its end and let it go `by` px to the right, after `held`."""
    box = bar.locator(".gantt-bar__track").bounding_box()
    assert box
    x = box["x"] + (box["width"] / 2 if at == "middle" else box["width"] - 3)
    y = box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by, y, steps=6)
    if held:
        held()
    page.mouse.up()


def bars_in_view(page: Page) -> int:
    """How many bars are seen of the chart, right of the table."""
    return int(
        page.evaluate(
            """() => {
              const view = document.querySelector("#wbs-cells").getBoundingClientRect();
              const left = document.querySelector(".plan__pane").getBoundingClientRect().right;
              return [...document.querySelectorAll(".gantt-bar")].filter((bar) => {
                const box = bar.getBoundingClientRect();
                return box.bottom > view.top && box.top < view.bottom && box.right > left && box.left < view.right;
              }).length;
            }"""
        )
    )


def row_height_in_print(page: Page) -> float:
    """On paper, too, rows are as high as the picture beside them is drawn for: a long name stays on its line."""
    page.emulate_media(media="print")
    page.locator("#wbs tbody .cut").first.evaluate("name => { name.textContent = '長い名前'.repeat(20); }")
    # In one look: more rows are on their way.
    return float(
        page.locator("#wbs tbody:not([data-waiting]) tr").evaluate_all(
            "rows => (rows.at(-1).getBoundingClientRect().top - rows[0].getBoundingClientRect().top) / (rows.length - 1)"
        )
    )


def dates(bar: Locator) -> list[str]:
    """First and last day, as the bar says them; those of the baseline come behind."""
    return re.findall(r"\d{4}/\d{2}/\d{2}", bar.get_attribute("aria-label") or "")[:2]


def changed(bar: Locator, before: list[str]) -> list[str]:
    """The dates, once they are other ones."""
    expect(bar).not_to_have_attribute(
        "aria-label", re.compile(re.escape(before[0]) + "[^、]*から" + re.escape(before[1]))
    )
    return dates(bar)


class TestMouse:
    def test_drags_a_bar_and_sees_followers_move(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        bar = open_at(page, "単体テスト")
        follower = page.locator(f"#bar-{int((bar.get_attribute('href') or '').split('/')[2]) + 1} .gantt-bar")
        before, behind = dates(bar), dates(follower)
        foreseen, ghosts = page.locator("#wbs-foreseen"), page.locator(".gantt-ghost[data-foreseen]")
        number = (follower.get_attribute("href") or "").split("/")[2]

        def sees_what_would_follow() -> None:
            expect(foreseen).to_contain_text("確定すると")
            expect(page.locator(f".gantt-ghost[data-foreseen='{number}']")).to_be_attached()
            assert dates(follower) == behind

        # Further than other journeys drag the other bars that the follower waits for.
        drag(page, bar, 4 * WEEK, held=sees_what_would_follow)
        expect(foreseen).to_be_hidden()
        expect(ghosts).to_have_count(0)
        assert changed(bar, before) > before
        assert changed(follower, behind) > behind
        expect(page.locator("#toasts")).to_contain_text("一緒に動きました")
        page.get_by_role("navigation", name="プロジェクトのページ").get_by_role("link", name="履歴").click()
        expect(page.get_by_role("main")).to_contain_text("単体テスト")
        expect(page.get_by_role("main")).to_contain_text("動かしました")

    def test_makes_a_task_longer_at_its_end(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        bar = open_at(page, "単体テスト", 1)
        before = dates(bar)
        drag(page, bar, WEEK, at="end")
        after = changed(bar, before)
        assert after[0] == before[0]
        assert after[1] > before[1]

    def test_says_why_a_task_stays(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        bar = open_at(page, "単体テスト", 2)
        before = dates(bar)
        drag(page, bar, -8 * WEEK)
        expect(page.get_by_role("alert")).to_contain_text("先行タスク")
        assert dates(bar) == before

    def test_opens_and_closes_a_branch(self, sign_in: SignIn) -> None:
        page = sign_in(ADMIN)
        open_gantt(page)
        count = page.locator("#wbs-count")
        total = count.inner_text()
        page.goto(page.url.split("?")[0] + "?row=1")
        page.locator("#wbs").get_by_role("button", name=re.compile("をたたむ")).first.click()
        opening = page.locator("#wbs").get_by_role("button", name=re.compile("を開く")).first
        expect(opening).to_be_visible()
        expect(count).not_to_have_text(total)
        # Bars have gone with their rows.
        second = page.locator("#wbs tbody tr[id]").nth(1)
        group = page.locator(
            f"#bar-{(second.get_attribute('id') or '').removeprefix('row-')} .gantt-bar__track"
        )
        tops = [each.evaluate("it => it.getBoundingClientRect().top") for each in (second, group)]
        assert 0 <= tops[1] - tops[0] < 32
        opening.click()
        expect(count).to_have_text(total)


SELECTED = re.compile("gantt-bar--selected")
IN_SIGHT = """() => {
  for (const track of document.querySelectorAll(".gantt-bar:not(.gantt-bar--selected) .gantt-bar__track")) {
    const box = track.getBoundingClientRect();
    const x = box.x + box.width / 2, y = box.y + box.height / 2;
    if (document.elementFromPoint(x, y)?.closest(".gantt-bar")?.contains(track)) return { x, y, id: track.closest("[id^=bar-]").id };
  }
}"""


class TestFinger:
    def test_chooses_a_bar(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER, width=390, height=844, has_touch=True)
        named = open_at(page, "単体テスト", 3)
        expect(named).to_have_class(SELECTED)
        # Some other one that lies open to a finger.
        point = page.evaluate(IN_SIGHT)
        page.touchscreen.tap(point["x"], point["y"])
        expect(page.locator(f"#{point['id']} .gantt-bar")).to_have_class(SELECTED)
        expect(named).not_to_have_class(SELECTED)
        assert row_height_in_print(page) == 32

    def test_drags_the_bar_that_is_chosen(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER, width=390, height=844, has_touch=True)
        bar = open_at(page, "単体テスト", 3)
        before = dates(bar)
        # The one that the address names; a tap would open its task.
        expect(bar).to_have_class(SELECTED)
        box = bar.locator(".gantt-bar__track").bounding_box()
        assert box
        x, y = box["x"] + 20, box["y"] + 6
        touch = page.context.new_cdp_session(page)
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for step in range(1, 8):
            point = {"x": x + step * WEEK / 7, "y": y}
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        assert changed(bar, before) > before


class TestKeys:
    def test_carry_a_bar(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        bar = open_at(page, "単体テスト", 4)
        before = dates(bar)
        bar.focus()
        page.keyboard.press("Space")
        expect(page.locator("#live")).to_contain_text("つかみました")
        for _day in range(7):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Escape")
        expect(page.locator("#live")).to_contain_text("取り消しました")
        assert dates(bar) == before
        page.keyboard.press("Space")
        for _day in range(7):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        assert changed(bar, before) > before
        expect(bar).to_be_focused()

    def test_walk_from_bar_to_bar_beyond_what_was_sent(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        address = open_gantt(page)
        page.goto(f"{address}?row=1")
        page.locator("#wbs tbody tr").first.wait_for()
        page.locator(".gantt-bar").first.focus()
        for _row in range(50):
            page.keyboard.press("ArrowDown")
        page.wait_for_function("document.activeElement.closest('.gantt-section')?.dataset.from > 0")
        expect(page.locator(".gantt-bar:focus")).to_be_in_viewport()


class TestOpening:
    @pytest.mark.parametrize("query", ["", "?row=1", "?row=100", "?row=150"])
    def test_shows_bars_beside_the_rows(self, sign_in: SignIn, query: str) -> None:
        page = sign_in(LEADER)
        address = open_gantt(page)
        page.goto(address + query)
        page.wait_for_load_state("networkidle")
        assert bars_in_view(page) >= (8 if not query else 1)

    def test_unfolded_shows_bars_beside_the_rows_that_are_seen(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        page.goto(open_gantt(page).replace("/gantt/", "/wbs/") + "?row=1")
        page.locator("#wbs tbody tr").first.wait_for()
        page.locator(".tabs").get_by_role("link", name="ガント").click()
        page.locator(".gantt-bar").first.wait_for()
        assert bars_in_view(page) >= 1


class TestScroll:
    def test_sends_the_rest_and_remembers_the_place(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        address = open_gantt(page)
        page.goto(f"{address}?row=1")
        chart = page.locator("#wbs-cells")
        chart.evaluate("chart => { chart.scrollTop = 200 * 32; chart.scrollLeft += 400; }")
        row = page.locator("#wbs tr[aria-rowindex='203']")
        expect(row).to_be_in_viewport()
        page.wait_for_url(re.compile("row=201"))
        name = row.locator("a.cut").inner_text()
        left = chart.evaluate("chart => chart.scrollLeft")
        # All that is not drawn above is one room, however many rows it stands for.
        expect(page.locator("#wbs tbody[data-waiting]").first).to_be_attached()
        expect(page.locator("#wbs [data-waiting] + [data-waiting]")).to_have_count(0)
        # Names are held where they are only once the table moves sideways.
        expect(row.locator("th")).to_have_css("position", "static")
        page.locator(".plan__slide").evaluate("slide => { slide.scrollLeft = 60; }")
        expect(row.locator("th")).to_have_css("position", "sticky")
        page.reload()
        expect(row.locator("a.cut")).to_have_text(name)
        expect(row).to_be_in_viewport()
        assert abs(chart.evaluate("chart => chart.scrollLeft") - left) <= WEEK / 7

    def test_goes_on_with_the_focus_in_a_cell_out_of_sight(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        address = open_gantt(page)
        page.goto(f"{address}?row=1")
        page.locator("#wbs tbody tr[aria-rowindex='4'] > td").first.click()
        page.locator("#wbs-cells").evaluate("chart => { chart.scrollTop = 200 * 32; }")
        page.wait_for_url(re.compile("row=201"))
        expect(page.locator("#wbs tr[aria-rowindex='203']")).to_be_in_viewport()
        expect(page.locator("#wbs tr[aria-rowindex='4']:focus-within")).to_be_attached()

    def test_keeps_the_place_at_another_zoom(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        address = open_gantt(page)
        page.goto(f"{address}?row=1")
        page.locator("#wbs-cells").evaluate("chart => { chart.scrollTop = 100 * 32; }")
        page.wait_for_url(re.compile("row=101"))
        page.get_by_role("group", name="目盛り").get_by_role("link", name="月").click()
        expect(page.locator("#wbs tr[aria-rowindex='103']")).to_be_in_viewport()
        expect(page).to_have_url(re.compile("zoom=month"))


class TestFaces:
    def test_keep_the_place_and_fold_without_loading_a_page(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        address = open_gantt(page)
        page.goto(f"{address}?row=120")
        edge = page.get_by_role("separator", name="表とガントの境目")
        cell = page.locator("#wbs tbody tr[aria-rowindex='125'] > [data-column='name']")
        cell.click()
        # The table beside the chart is typed into as it is alone.
        expect(page.locator("#wbs .is-cursor input")).to_be_focused()
        page.keyboard.type("見える")
        expect(page.locator("#wbs .is-cursor input")).to_have_css("opacity", "1")
        # What would follow is said while it stands there, and gone with it.
        foreseen = page.locator("#wbs-foreseen")
        expect(foreseen).to_contain_text("確定すると：プロジェクトの終了は")
        page.keyboard.press("Escape")
        expect(foreseen).to_be_hidden()
        page.evaluate("window.isTheSamePage = true")
        top = page.locator("#wbs-cells").evaluate("area => area.scrollTop")
        edge.focus()
        page.keyboard.press("End")
        expect(page.locator("#gantt")).to_have_count(0)
        page.wait_for_url(re.compile("/wbs/"))
        expect(cell).to_have_class(re.compile("is-cursor"))
        assert page.locator("#wbs-cells").evaluate("area => area.scrollTop") == top
        page.get_by_role("navigation", name="プロジェクトのページ").get_by_role("link", name="ガント").click()
        expect(page.locator("#gantt")).to_be_visible()
        page.wait_for_url(re.compile("/gantt/"))
        expect(cell).to_have_class(re.compile("is-cursor"))
        assert page.locator("#wbs-cells").evaluate("area => area.scrollTop") == top
        task = (cell.locator("xpath=..").get_attribute("id") or "").removeprefix("row-")
        expect(page.locator(f"#bar-{task} .gantt-bar")).to_have_class(SELECTED)
        before = page.locator(".plan__pane").bounding_box()
        edge.focus()
        page.keyboard.press("ArrowLeft")
        after = page.locator(".plan__pane").bounding_box()
        assert before
        assert after
        assert after["width"] == before["width"] - 16
        page.go_back()
        page.wait_for_url(re.compile("/wbs/"))
        expect(page.locator("#gantt")).to_have_count(0)
        assert page.evaluate("window.isTheSamePage")


class TestTwoPeople:
    def test_notice_that_the_other_was_faster(self, sign_in: SignIn) -> None:
        page, other = sign_in(LEADER), sign_in(ADMIN)
        mine, theirs = open_at(page, "不具合の修正と再テスト"), open_at(other, "不具合の修正と再テスト")
        before = dates(mine)
        drag(other, theirs, WEEK)
        after = changed(theirs, before)
        drag(page, mine, 2 * WEEK)
        expect(page.get_by_role("alert")).to_contain_text("ほかの人の変更で")
        # Both dates: the first alone may be what the bar ended with before.
        expect(mine).to_have_attribute(
            "aria-label", re.compile(re.escape(after[0]) + ".*" + re.escape(after[1]))
        )
        # The focus is where it was, to try again with the keys.
        expect(mine).to_be_focused()
        expect(mine).to_have_class(re.compile("gantt-bar--selected"))
        page.keyboard.press("Space")
        for _day in range(7):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        assert changed(mine, after)[0] > after[0]
        expect(mine).to_be_focused()

    def test_move_one_bar_each_at_the_same_time(self, sign_in: SignIn) -> None:
        page, other = sign_in(LEADER), sign_in(ADMIN)
        mine, theirs = open_at(page, "不具合の修正と再テスト", 1), open_at(other, "不具合の修正と再テスト", 2)
        before, behind = dates(mine), dates(theirs)
        drag(other, theirs, WEEK)
        after = changed(theirs, behind)
        drag(page, mine, WEEK)
        assert changed(mine, before) > before
        expect(page.get_by_role("alert")).to_have_count(0)
        # What the other one did is drawn here, too.
        there = page.locator(f"#{theirs.locator('xpath=..').get_attribute('id')} .gantt-bar")
        expect(there).to_have_attribute(
            "aria-label", re.compile(re.escape(after[0]) + ".*" + re.escape(after[1]))
        )


class TestWithoutScripts:
    def test_reads_a_plan_page_by_page(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER, java_script_enabled=False)
        address = open_gantt(page)
        page.goto(f"{address}?row=1")
        expect(page.locator("a.gantt-bar")).to_have_count(40)
        page.get_by_role("link", name="次の行").click()
        expect(page.locator("#wbs tbody tr").first).to_have_attribute("aria-rowindex", "42")
        page.get_by_role("group", name="目盛り").get_by_role("link", name="月").click()
        expect(page.locator("#wbs tbody tr").first).to_have_attribute("aria-rowindex", "42")
