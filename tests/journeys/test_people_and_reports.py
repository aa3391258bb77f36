"""People on a plan: too much for one is seen, resolved and undone; then the report of it, and work that comes again."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pypdf
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import SignIn
from tests.journeys.test_whole_way import tab
from tests.journeys.wbs_page import cell, row, wait_for_keys

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("worker")]

PMO = "鈍色 こはる"
BUSY, OTHER = "髙﨑 㐂一", "試験 花子"
PROJECT = "検収の準備 ㈱みほん"
GUIDE, GEAR, LONG = "手順書の作成", "機材の手配", "総合試験"
ASSIGNEES = 8  # the column, counted from 0


def monday() -> date:
    """A Monday that is far enough for nothing to have begun, in a month without holidays."""
    middle = date(date.today().year + 1, 6, 15)  # the site runs on this machine
    return middle - timedelta(days=middle.weekday())


def plan_file(folder: Path) -> Path:
    """Two tasks of a week that begin together, and one of a month that leaves them room."""
    start = f"{monday()}T08:00:00"
    tasks = "".join(
        f"<Task><UID>{uid}</UID><ID>{uid}</ID><Name>{name}</Name><OutlineNumber>{uid}</OutlineNumber>"
        f"<OutlineLevel>1</OutlineLevel><Start>{start}</Start><Duration>PT{hours}H0M0S</Duration></Task>"
        for uid, (name, hours) in enumerate(((GUIDE, 40), (GEAR, 40), (LONG, 160)), 1)
    )
    path = folder / "plan.xml"
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><Project xmlns="http://schemas.microsoft.com/project">'
        f"<Name>{PROJECT}</Name><ScheduleFromStart>1</ScheduleFromStart><StartDate>{start}</StartDate>"
        f"<MinutesPerDay>480</MinutesPerDay><Tasks>{tasks}</Tasks></Project>"
    )
    return path


def register(page: Page, person: str) -> None:
    """A person of the organization without an account."""
    page.goto("/resources/new/")
    page.get_by_label("名称").fill(person)
    page.get_by_label("部署").fill("試験課")
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(person)


def bring_in(page: Page, folder: Path) -> str:
    """A project from the file; returns the number of the project."""
    page.goto("/import/")
    page.set_input_files("input[type=file]", plan_file(folder))
    page.get_by_role("button", name="内容を確認する").click()
    page.get_by_role("button", name="取り込む").first.click()
    tab(page, "WBS")
    wait_for_keys(page)
    found = re.search(r"/projects/(\d+)/", page.url)
    assert found
    return found[1]


def give(page: Page, task: str, people: str) -> None:
    """Type into the cell of a task who works on it."""
    cell(row(page, task), ASSIGNEES).dblclick()
    page.keyboard.press("Control+A")
    page.keyboard.type(people)
    page.keyboard.press("Enter")


def week_cell(page: Page, person: str) -> None:
    """Go to what is behind a person's first week of the plan."""
    page.goto(f"/utilization/?from={monday()}&q={person}")


def ask_for(page: Page, file_format: str) -> None:
    """Ask for the report, and wait until the page shows by itself that it is made."""
    page.get_by_role("radio", name=re.compile(f"^{re.escape(file_format)}")).check()
    page.get_by_role("button", name="作成する").click()
    newest = page.locator("#report-made tbody tr").first
    if file_format.startswith("PDF"):  # the others may be there before the page is
        expect(page.locator("#report-jobs").get_by_role("progressbar")).to_be_visible()
        expect(page.locator("#report-asked")).to_contain_text("ができました。", timeout=60_000)
    expect(newest).to_contain_text(file_format[:3], timeout=60_000)
    expect(newest).to_contain_text("完成")


def take(page: Page, folder: Path) -> Path:
    """Download the newest report."""
    with page.expect_download() as download:
        page.locator("#report-made tbody tr").first.get_by_role("link").first.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


class TestPeopleAndReports:
    def test_from_too_much_work_to_the_report(self, sign_in: SignIn, tmp_path: Path) -> None:
        page = sign_in(PMO, accept_downloads=True)
        register(page, BUSY)
        register(page, OTHER)
        number = bring_in(page, tmp_path)
        give_too_much(page, number)
        resolve(page)
        refuse_twice_as_much(page, number)
        make_reports(page, number, tmp_path)

    def test_shows_the_projects_of_the_coming_year(self, sign_in: SignIn) -> None:
        page = sign_in(PMO)
        page.goto("/recurring/")
        page.get_by_role("link", name="ひながた運輸様 配車システム 月次保守").click()
        main = page.get_by_role("main")
        expect(main).to_contain_text("毎月1日")
        coming = page.locator("tr", has=page.get_by_text(re.compile(r"/0?1/0?1")))
        expect(coming.first).to_contain_text("元日")
        expect(main).to_contain_text("見送り")


def give_too_much(page: Page, number: str) -> None:
    """Two people, one of them in the chart by keys; who gets more than a week holds, and the page says so at once."""
    give(page, GUIDE, BUSY)
    expect(cell(row(page, GUIDE), ASSIGNEES)).to_contain_text(BUSY)
    give(page, LONG, OTHER)
    expect(cell(row(page, LONG), ASSIGNEES)).to_contain_text(OTHER)

    page.goto(f"/projects/{number}/gantt/")
    page.locator(f".gantt-bar[aria-label*='{GEAR}']").focus()
    page.keyboard.press("a")
    question = page.get_by_role("dialog", name=f"「{GEAR}」の担当")
    expect(question.get_by_label("担当")).to_be_focused()
    page.keyboard.type("いない 人")
    page.keyboard.press("Enter")
    expect(question.get_by_role("alert")).to_contain_text("という担当者はいません")
    page.keyboard.press("Control+A")
    page.keyboard.type(f"{BUSY}[50%]")
    page.keyboard.press("Enter")
    expect(question).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("150%")

    page.goto(f"/projects/{number}/wbs/")
    expect(cell(row(page, GEAR), ASSIGNEES)).to_contain_text("150%")


def resolve(page: Page) -> None:
    """The heat map shows the week; the proposal is applied, taken back and applied again."""
    over = page.locator("a.heat__cell", has_text="150")
    calm = page.locator("a.heat__cell", has_text="100")
    address = f"/utilization/?from={monday()}&q={BUSY}"
    page.goto(address)
    apply(page, over)
    expect(over).to_have_count(0)
    expect(calm.first).to_be_visible()

    page.locator("#toasts").get_by_role("button", name="元に戻す").click()
    page.goto(address)
    expect(over.first).to_be_visible()
    apply(page, over)
    page.goto(address)
    expect(over).to_have_count(0)


def apply(page: Page, over: Locator) -> None:
    """From the cell through its tasks and proposals to the change."""
    over.first.click()
    drill = page.locator("#drill")
    expect(drill).to_contain_text(GEAR)
    expect(drill).to_contain_text("60h")
    drill.get_by_role("link", name="調整案").click()
    drill.get_by_role("button", name="適用する").first.click()


def refuse_twice_as_much(page: Page, number: str) -> None:
    """As much again on the same days is refused, with who and when."""
    page.goto(f"/projects/{number}/wbs/")
    give(page, LONG, f"{BUSY}[100%]")
    expect(page.get_by_role("alert")).to_contain_text(BUSY)
    expect(page.get_by_role("alert")).to_contain_text("200%")
    page.keyboard.press("Escape")


def make_reports(page: Page, number: str, folder: Path) -> None:
    """PDF, Excel and CSV hold what the plan says, as a reader of each finds it."""
    page.goto(f"/reports/?kind=wbs&project={number}")
    ask_for(page, "PDF（A3 横）")
    pdf = pypdf.PdfReader(take(page, folder))
    text = "".join(each.extract_text() for each in pdf.pages)
    for words in (PROJECT, GUIDE, GEAR, LONG, BUSY):
        assert words.replace(" ", "") in re.sub(r"\s", "", text)

    ask_for(page, "Excel")
    sheet = openpyxl.load_workbook(take(page, folder)).worksheets[0]
    values = [value for line in sheet.iter_rows(values_only=True) for value in line if value is not None]
    assert {GUIDE, GEAR, LONG} <= set(values)
    assert any(isinstance(value, datetime) and value.date() == monday() for value in values)
    assert sheet.freeze_panes

    ask_for(page, "CSV")
    raw = take(page, folder).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert any(GUIDE in line for line in lines)
    assert any(BUSY in text for line in lines for text in line)
