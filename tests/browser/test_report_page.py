"""The report in a browser, offline and on a phone: filters, sorting and one submission, from the keyboard."""

import pytest

from autograder.reporting import statistics

LESSONS = ["04_momentum", "05_adaptive_rates"]


@pytest.fixture(scope="module")
def book_and_file(tmp_path_factory):
    from autograder.reporting.gather import gather
    from autograder.reporting.page import page
    from tests.autograder.reporting import graded_class

    course = graded_class.write(tmp_path_factory.mktemp("class") / "course", LESSONS, 80, 5)
    book = gather(course)
    file = course.folder / "report.html"
    file.write_text(page(book, course, file), encoding="utf-8")
    return book, file


@pytest.fixture
def book(book_and_file):
    return book_and_file[0]


@pytest.fixture
def tab(chromium, book_and_file):
    """The page on a phone; whatever it asks for or complains of fails the test."""
    file = book_and_file[1]
    context = chromium.new_context(offline=True, viewport={"width": 390, "height": 800})
    tab = context.new_page()
    troubles = []
    tab.on("pageerror", lambda error: troubles.append(str(error)))
    tab.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    tab.on("request", lambda asked: troubles.append(asked.url) if asked.url != file.as_uri() else None)
    tab.goto(file.as_uri())
    tab.locator("html[data-ready]").wait_for()
    yield tab
    assert troubles == []
    context.close()


def test_rows_are_built_as_they_are_needed_and_a_phone_need_not_scroll_sideways(tab):
    assert tab.locator("#submission-table tbody tr").count() <= 120
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    table = tab.get_by_role("region", name="Table of exercises")
    assert table.evaluate("table => table.scrollWidth <= table.clientWidth"), "its bars are seen whole"
    tab.locator("#submission-table .more").scroll_into_view_if_needed()
    tab.locator("#submission-table tbody tr").nth(100).wait_for()


def test_a_mistake_leads_to_those_who_made_it_and_to_one_submission(tab, book):
    each = statistics.mistakes(book)[0]
    row = tab.locator("#mistake-table tbody tr").first
    assert each.name in row.inner_text()
    row.locator("button").click()
    assert (
        tab.locator("#found").inner_text() == f"{len(each.students)} of {len(book.submissions)} submissions"
    )
    tab.keyboard.press("Tab")
    tab.locator("#submission-table tbody button").first.press("Enter")
    detail = tab.locator("#detail")
    assert each.students[0].name in detail.inner_text()
    assert each.name in detail.inner_text()
    tab.keyboard.press("Escape")
    assert not detail.is_visible()


def test_filters_and_sorting_work_from_the_keyboard(tab, book):
    tab.locator("#outcome").select_option("a timeout")
    wanted = sum(any(mark.verdict == "timeout" for mark in each.marks) for each in book.submissions)
    assert tab.locator("#found").inner_text().startswith(f"{wanted} of ")
    header = tab.locator("#submission-table thead button", has_text="points")
    header.press("Enter")
    header.press("Enter")
    sort = tab.locator("#submission-table thead th[aria-sort]")
    assert sort.get_attribute("aria-sort") == "ascending"
    cells = tab.locator("#submission-table tbody td.n:not(.wide)").all_inner_texts()
    shares = [
        float(earned or 0) / float(most or 1)
        for earned, _, most in (each.partition(" of ") for each in cells if each != "–")
    ]
    assert shares == sorted(shares)
    assert len(shares) > 5


def test_what_is_only_for_the_screen_is_not_printed_and_the_tables_fit_a_sheet(tab):
    tab.set_viewport_size({"width": 718, "height": 1000})
    tab.emulate_media(media="print")
    assert tab.locator("#mistake-search").is_hidden()
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_everything_that_can_be_operated_has_a_name(tab):
    nameless = tab.evaluate(
        "[...document.querySelectorAll('button, input, select, [role=img], [role=region], table th')]"
        ".filter((each) => !each.getAttribute('aria-label') && !each.textContent.trim() && !each.labels?.length)"
        ".map((each) => each.outerHTML)"
    )
    assert nameless == []
