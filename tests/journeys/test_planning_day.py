"""A planner's day in the sheet: forty rows typed, three hundred changed at once, twenty steps taken back beside a colleague."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.conftest import SignIn
from tests.journeys.hand import Hand, begin_plan
from tests.journeys.wbs_page import expect_at, row, wait_for_keys

pytestmark = pytest.mark.browser

ADMIN = "山吹 いつき"
COLLEAGUE = "鈍色 こはる"
#: Two stages of two packages with their tasks: three levels, forty rows.
PLAN = (
    ("業務要件の定義", {
        "購買と在庫の業務": (
            "購買業務の流れを調べる", "在庫管理の流れを調べる", "帳票の一覧を集める", "例外処理を聞き取る",
            "用語集をまとめる", "改善の案を出す", "業務の流れ図を描く", "要件の一覧を書く", "担当部門と確認する",
        ),
        "会計と人事の業務": (
            "会計業務の流れを調べる", "人事業務の流れを調べる", "締め処理を聞き取る", "内部統制を確かめる",
            "権限の一覧を作る", "業務の流れ図を仕上げる", "要件の一覧を仕上げる", "経理部門と確認する",
        ),
    }),
    ("基本設計と試作", {
        "画面と帳票の設計": (
            "画面の一覧を作る", "画面の遷移を描く", "入力の規則を決める", "帳票の様式を決める",
            "試作の画面を作る", "利用者に試してもらう", "指摘を取り込む", "設計書にまとめる", "設計の審査を受ける",
        ),
        "データと連携の設計": (
            "データの項目を洗い出す", "表の構造を決める", "移行の方針を決める", "連携先と調整する",
            "連携の試験をする", "性能の見積りをする", "設計書を仕上げる", "審査の指摘を直す",
        ),
    }),
)  # fmt: skip
PACKAGES = [tasks for _stage, inside in PLAN for tasks in inside.values()]
TASKS = sum(map(len, PACKAGES))
#: Summaries between the last task of a package and the first of the next.
BETWEEN = (0, 1, 2, 1)
#: A part of a name says enough.
PEOPLE = ("山吹", "鈍色", "藍沢", "若竹")
ROWS, STEPS = 300, 20
#: Rows of which a colleague changes the very cell, and another one.
TAKEN, BESIDE, RENAMED = 7, 8, "検査項目を改めた"
#: Letters and keys for each letter of the plan's own text.
MOST = 1.15


def cell_of(page: Page, name: str, column: str) -> Locator:
    return row(page, name).locator(f"[data-column={column}]")


@pytest.fixture
def page(sign_in: SignIn) -> Page:
    return sign_in(ADMIN)


class TestTyping:
    """By keys alone; the text is that of the plan as it can be read in the end."""

    def test_takes_few_keys_besides_the_text(self, page: Page) -> None:
        begin_plan(page, "手で打つ計画", dates=("2029/04/02", "2030/03/29"))
        hand = Hand(page)
        self.types_names(hand)
        self.types_down(hand, "duration", [f"{number % 7 + 2}日" for number in range(TASKS)])
        self.links_each_package(hand)
        self.types_down(
            hand, "assignees", [who for who, tasks in zip(PEOPLE, PACKAGES, strict=True) for _ in tasks]
        )
        text = self.has_come(page)
        assert hand.clicks == 0
        assert hand.letters + hand.keys <= MOST * text

    def types_names(self, hand: Hand) -> None:
        is_first = True
        for stage in PLAN:
            for number, (package, tasks) in enumerate(stage[1].items()):
                begun = [(package, -1)] if number else [(stage[0], -2), (package, 1)]
                for name, by in [*begun, (tasks[0], 1), *((task, 0) for task in tasks[1:])]:
                    if not is_first:
                        hand.press("Alt+Shift+ArrowRight" if by > 0 else "Alt+Shift+ArrowLeft", abs(by))
                    is_first = False
                    hand.type(name)
                    hand.press("Enter")
        hand.press("Escape")
        expect(hand.page.locator("#wbs tr.row--new")).to_have_count(0)

    def types_down(self, hand: Hand, column: str, values: list[str]) -> None:
        """Down a column, over the summaries."""
        self.goes_to_first(hand, column)
        typed = iter(values)
        for number, tasks in enumerate(PACKAGES):
            hand.press("ArrowDown", BETWEEN[number])
            for _task in tasks:
                hand.type(next(typed))
                hand.press("Enter")

    def links_each_package(self, hand: Hand) -> None:
        self.goes_to_first(hand, "predecessors")
        for number, tasks in enumerate(PACKAGES):
            hand.press("ArrowDown", BETWEEN[number])
            hand.press("Shift+ArrowDown", len(tasks) - 1)
            hand.press("Control+F2")
            hand.press("ArrowDown")

    def goes_to_first(self, hand: Hand, column: str) -> None:
        hand.press("Control+Home")
        hand.press("ArrowDown", 2)
        heads = hand.page.locator("#wbs thead [data-column]")
        order = heads.evaluate_all("heads => heads.map(head => head.dataset.column)")
        at = hand.page.locator("#wbs tbody tr > .is-cursor").get_attribute("data-column")
        hand.press("ArrowRight", order.index(column) - order.index(at))

    def has_come(self, page: Page) -> int:
        """All is kept, also after the page is loaded anew; how many letters it has."""
        # A hundred changes, one after the other, also on a machine that has other work.
        expect(page.locator("#wbs-saved")).to_contain_text("保存しました", timeout=180_000)
        page.reload()
        wait_for_keys(page)
        rows = page.locator("#wbs tbody tr")
        levels = rows.evaluate_all("rows => rows.map(row => row.ariaLevel).join('')")
        assert levels == ("12" + "3" * 9 + "2" + "3" * 8) * 2
        said = {
            column: self.texts(page, column) for column in ("name", "duration", "predecessors", "assignees")
        }
        assert said["duration"] == [f"{number % 7 + 2}日" for number in range(TASKS)]
        assert [bool(text) for text in said["predecessors"]] == [
            number > 0 for tasks in PACKAGES for number in range(len(tasks))
        ]
        assert {who.split(" ")[0] for who in said["assignees"]} == set(PEOPLE)
        summaries = [name for stage, inside in PLAN for name in (stage, *inside)]
        return sum(map(len, [*summaries, *(text for texts in said.values() for text in texts)]))

    def texts(self, page: Page, column: str) -> list[str]:
        """What the cells of the tasks say, without the marks beside it."""
        part = {"name": "a.cut", "assignees": ".person > span:last-child"}.get(column, "")
        cells = page.locator(f"#wbs tbody tr[aria-level='3'] [data-column={column}] {part}")
        return cells.all_inner_texts()


@pytest.fixture
def long_plan(page: Page) -> Page:
    """Three hundred tasks of one day each, pasted."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    begin_plan(page, "まとめて直す計画")
    table = "".join(f"検査項目{number:03d}\t1日\r\n" for number in range(ROWS))
    page.evaluate("text => navigator.clipboard.writeText(text)", table)
    page.keyboard.press("Control+v")
    expect(page.get_by_role("dialog").get_by_role("button", name="適用")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#wbs-count")).to_have_text(f"{ROWS}件")
    return page


class TestBulk:
    def test_changes_three_hundred_rows_and_takes_them_back(self, long_plan: Page) -> None:
        page = long_plan
        page.locator("#wbs tbody tr").first.locator("[data-column=number]").click()
        page.keyboard.press("Control+A")
        expect(page.locator("#live")).to_contain_text(f"{ROWS}行を選択")
        page.locator("#wbs-tools").get_by_role("button", name="まとめて編集").click()
        dialog = page.get_by_role("dialog")
        # It slides into its place.
        dialog.evaluate("dialog => Promise.all(dialog.getAnimations().map((each) => each.finished))")
        dialog.locator("[name=to-duration]").fill("4日")
        button = dialog.get_by_role("button", name=f"{ROWS}件を変える")
        # A button that moved as the field is left would be missed by the hand that is on it.
        there = button.bounding_box()
        dialog.locator("[name=to-duration]").blur()
        assert button.bounding_box() == there
        button.click()
        expect(page.locator(".toast", has_text=f"{ROWS}件のタスクを変えました。")).to_be_visible()
        # Keys go on in the first of them.
        expect_at(row(page, "検査項目000").locator("[data-column=name]"))
        self.says(page, "4日")
        self.takes_back_while_the_rows_of_before_come(page)
        self.says(page, "1日")

    def takes_back_while_the_rows_of_before_come(self, page: Page) -> None:
        """The first rows, out of sight when the key is pressed, are read before the step is taken back."""
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/steps/undo", hold, times=1)
        page.keyboard.press("Control+z")
        page.keyboard.press("Control+Home")
        expect(cell_of(page, "検査項目000", "duration")).to_have_text("4日")
        held[0].continue_()

    def says(self, page: Page, duration: str) -> None:
        """The first rows and the last ones."""
        for key in ("Control+Home", "Control+End"):
            page.keyboard.press(key)
            expect(
                cell_of(page, "検査項目000" if key.endswith("Home") else f"検査項目{ROWS - 1}", "duration")
            ).to_have_text(duration)


class TestUndo:
    def test_takes_twenty_steps_back_and_keeps_what_a_colleague_has_changed(
        self, long_plan: Page, sign_in: SignIn
    ) -> None:
        page = long_plan
        cell_of(page, "検査項目000", "duration").click()
        for number in range(STEPS):
            page.keyboard.type(f"{number + 2}日")
            page.keyboard.press("Enter")
        expect(cell_of(page, f"検査項目{STEPS - 1:03d}", "duration")).to_have_text(f"{STEPS + 1}日")
        expect(page.locator("#wbs-saved")).to_contain_text("保存しました")
        self.changes_two(sign_in(COLLEAGUE), page.url)
        for _step in range(STEPS):
            before = page.locator("#undo-bar [data-turn=undo]").get_attribute("title")
            page.keyboard.press("Control+z")
            dialog = page.get_by_role("dialog")
            button = page.locator(f"#undo-bar [data-turn=undo]:not([title='{before}'])")
            expect(dialog.or_(button).first).to_be_visible()
            if dialog.count():
                expect(dialog).to_contain_text(f"検査項目{TAKEN:03d}")
                dialog.get_by_role("button", name="残して続ける").click()
                expect(dialog).to_have_count(0)
                expect(button).to_be_visible()
        page.reload()
        wait_for_keys(page)
        for number in range(STEPS):
            name = RENAMED if number == BESIDE else f"検査項目{number:03d}"
            expect(cell_of(page, name, "duration")).to_have_text("30日" if number == TAKEN else "1日")

    def changes_two(self, page: Page, address: str) -> None:
        """One cell that the planner has typed into, and another one beside such a cell."""
        page.goto(address.split("?")[0])
        wait_for_keys(page)
        cell_of(page, f"検査項目{TAKEN:03d}", "duration").click()
        page.keyboard.type("30日")
        page.keyboard.press("Enter")
        expect(cell_of(page, f"検査項目{TAKEN:03d}", "duration")).to_have_text("30日")
        cell_of(page, f"検査項目{BESIDE:03d}", "name").click()
        page.keyboard.type(RENAMED)
        page.keyboard.press("Enter")
        expect(row(page, RENAMED)).to_have_count(1)
        expect(page.locator("#wbs-saved")).to_contain_text("保存しました")
