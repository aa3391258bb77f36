"""Two hundred rows of a workbook come into a plan: pasted, put right, made, taken back; and out to a workbook again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import SignIn
from tests.journeys.hand import begin_plan

pytestmark = pytest.mark.browser

ADMIN = "山吹 いつき"
ROWS = 200
#: A paste as the browser tells of it, with the very clipboard of another program: the browser's own would be cleaned first.
PASTE = """([html, text]) => {
  const data = new DataTransfer();
  if (html) data.setData('text/html', html);
  data.setData('text/plain', text);
  const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(event);
}"""
HEAD = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><style>
<!--table {mso-displayed-decimal-separator:"\\.";}
.xl65 {mso-number-format:"Short Date";}
.xl66 {padding-left:9px;mso-char-indent-count:1;}
-->
</style></head><body><table border=0 cellpadding=0 cellspacing=0 width=432>
 <col width=72 style='width:54pt'><col width=144>
 <tr height=20><td height=20>No.</td><td>タスク名</td><td>日数</td><td>開始予定日</td><td>先行タスク</td></tr>"""


def workbook() -> str:
    """What Excel puts onto the clipboard: groups of ten, links by the sheet's own numbers, days behind their pictures."""
    rows = []
    for number in range(1, ROWS + 1):
        is_group = number % 10 == 1
        name = "<td>" if is_group else "<td class=xl66>"
        length = "" if is_group else "いつか" if number == 5 else f"{number % 4 + 1}日"
        day = (
            f'<td class=xl65 align=right x:num="{46118 + number}">####</td>'
            if number % 10 == 2
            else "<td></td>"
        )
        before = str(number - 1) if number % 10 in {3, 4} else ""
        rows.append(
            f"<tr height=20 style='height:15.0pt'><td height=20 align=right x:num>{number}</td>{name}工程 {number:03d}</td>"
            f"<td>{length}</td>{day}<td align=right>{before}</td></tr>"
        )
    return f"{HEAD}{''.join(rows)}</table></body></html>"


@pytest.fixture
def sheet(sign_in: SignIn) -> Page:
    """An empty plan, with the focus in its first row."""
    page = sign_in(ADMIN)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    begin_plan(page, "貼り付ける計画")
    return page


class TestPasting:
    def test_brings_rows_of_a_workbook_in_and_takes_them_back(self, sheet: Page) -> None:
        sheet.evaluate(PASTE, [workbook(), "No.\tタスク名\r\n"])
        dialog = sheet.get_by_role("dialog", name="貼り付けの確認")
        expect(dialog.locator("#paste-told")).to_contain_text(re.compile(r"1\s*個のセルが読めません"))
        # The focus is in the cell to put right; Enter looks again.
        expect(dialog.locator("input[aria-invalid=true]")).to_be_focused()
        expect(dialog.get_by_role("button", name="適用")).to_be_disabled()
        sheet.keyboard.press("Control+A")
        sheet.keyboard.type("3日")
        sheet.keyboard.press("Enter")
        expect(dialog.get_by_role("button", name="適用")).to_be_focused()
        sheet.keyboard.press("Enter")
        expect(dialog).to_have_count(0)
        expect(sheet.locator("#wbs-count")).to_have_text(f"{ROWS}件")
        self.copies_what_it_has(sheet)
        sheet.keyboard.press("Control+Z")
        # Nothing is left: the plan begins anew.
        expect(sheet.locator("#row-new0 input:focus")).to_be_visible()

    def copies_what_it_has(self, sheet: Page) -> None:
        """All rows, those that the page does not hold, too; pasted in place they change nothing."""
        sheet.keyboard.press("Control+Home")
        sheet.keyboard.press("Control+A")
        # What is selected is said after a moment, and would be the last word.
        expect(sheet.locator("#live")).to_contain_text(f"{ROWS}行を選択")
        sheet.keyboard.press("Control+C")
        expect(sheet.locator("#live")).to_have_text(f"{ROWS}行をコピーしました。")
        text = sheet.evaluate("navigator.clipboard.readText()")
        assert len(text.splitlines()) == ROWS + 1
        assert "  工程 002" in text
        sheet.keyboard.press("Control+V")
        dialog = sheet.get_by_role("dialog", name="貼り付けの確認")
        expect(dialog).to_contain_text("変わるところはありません。")
        sheet.keyboard.press("Escape")
        expect(dialog).to_have_count(0)

    def test_goes_into_new_rows(self, sheet: Page) -> None:
        """A line is the text of a name; a table comes behind the row that is being typed."""
        self.copies(sheet, "打ち合わせ")
        sheet.keyboard.type("初回の")
        sheet.keyboard.press("Control+V")
        expect(sheet.locator("#wbs tbody input:focus")).to_have_value("初回の打ち合わせ")
        sheet.keyboard.press("Enter")
        sheet.keyboard.type("二回目")
        self.copies(sheet, "調査\t2日\r\n設計\t3日\r\n")
        sheet.keyboard.press("Control+V")
        dialog = sheet.get_by_role("dialog", name="貼り付けの確認")
        expect(dialog.get_by_role("button", name="適用")).to_be_focused()
        sheet.keyboard.press("Enter")
        expect(sheet.locator("#wbs tr.row--new")).to_have_count(0)
        names = sheet.locator("#wbs tbody a.cut")
        expect(names).to_have_text(["初回の打ち合わせ", "二回目", "調査", "設計"])
        # With the focus on a cell it is what the cell says.
        self.copies(sheet, "調べる\r\n")
        sheet.get_by_role("link", name="調査", exact=True).click()
        sheet.keyboard.press("Control+V")
        expect(sheet.get_by_role("link", name="調べる", exact=True)).to_be_visible()
        expect(sheet.locator("#wbs-saved")).to_contain_text("保存しました")

    def copies(self, sheet: Page, text: str) -> None:
        sheet.evaluate("text => navigator.clipboard.writeText(text)", text)
