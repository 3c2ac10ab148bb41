"""The table edited in place, in a real browser."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import Watch

pytestmark = pytest.mark.usefixtures("watch")


@pytest.fixture
def grid(page: Page, watch: Watch) -> Page:
    page.goto("/lots")
    expect(page.get_by_label("Quotités, A11")).to_have_value("111")
    return page


def cell(page: Page, label: str) -> Locator:
    return page.get_by_label(label, exact=True)


def calls(page: Page, number: int) -> None:
    expect(page.locator("#calls")).to_have_text(f"calls {number}")


def paste(page: Page, text: str) -> None:
    page.evaluate(
        """text => { const data = new DataTransfer(); data.setData("text/plain", text);
        const init = {clipboardData: data, bubbles: true, cancelable: true};
        document.activeElement.dispatchEvent(new ClipboardEvent("paste", init)) }""",
        text,
    )


def test_typing_replaces_and_enter_saves_and_goes_down(grid: Page) -> None:
    cell(grid, "Quotités, A1").focus()
    grid.keyboard.type("405")
    grid.keyboard.press("Enter")
    expect(cell(grid, "Quotités, A2")).to_be_focused()
    expect(grid.get_by_text("✓ enregistré")).to_be_visible()
    expect(grid.locator("#total")).to_contain_text(re.compile("1.570"))
    calls(grid, 1)
    grid.reload()
    expect(cell(grid, "Quotités, A1")).to_have_value("101")  # the gallery's on_load starts anew


def test_nothing_is_sent_without_a_change(grid: Page) -> None:
    cell(grid, "m², A1").focus()
    for key in ("Tab", "Tab", "Shift+Tab", "ArrowDown", "Enter", "Enter", "ArrowUp", "Escape"):
        grid.keyboard.press(key)
    cell(grid, "m², A3").fill("43")
    grid.keyboard.press("Enter")
    cell(grid, "m², A3").fill("99")
    grid.keyboard.press("Enter")
    calls(grid, 1)


def test_arrows_move_between_cells_and_inside_a_cell_being_edited(grid: Page) -> None:
    cell(grid, "m², A1").focus()
    grid.keyboard.press("ArrowRight")
    expect(cell(grid, "Quotités, A1")).to_be_focused()
    grid.keyboard.press("ArrowDown")
    grid.keyboard.press("ArrowDown")
    expect(cell(grid, "Quotités, A3")).to_be_focused()
    grid.keyboard.press("ArrowUp")
    expect(cell(grid, "Quotités, A2")).to_be_focused()
    grid.keyboard.press("F2")
    grid.keyboard.press("ArrowLeft")
    grid.keyboard.type("9")
    expect(cell(grid, "Quotités, A2")).to_have_value("1092")
    expect(cell(grid, "Quotités, A2")).to_be_focused()


def test_lines_of_a_group_are_reached_and_left(grid: Page) -> None:
    cell(grid, "Part, A1, 1").focus()
    for label in ("Part, A2, 1", "Part, A2, 2", "Part, A2, 3", "Part, A3, 1"):
        grid.keyboard.press("ArrowDown")
        expect(cell(grid, label)).to_be_focused()
    grid.keyboard.press("ArrowUp")
    grid.keyboard.press("ArrowLeft")
    grid.keyboard.press("ArrowLeft")
    expect(cell(grid, "Quotités, A2")).to_be_focused()


def test_escape_restores_then_leaves_the_table(grid: Page) -> None:
    cell(grid, "m², A1").focus()
    grid.keyboard.type("777")
    grid.keyboard.press("Escape")
    expect(cell(grid, "m², A1")).to_have_value("41")
    grid.keyboard.press("Escape")
    expect(grid.locator(".kit-foot")).to_be_focused()
    calls(grid, 0)


def test_a_refusal_stands_in_the_row_and_the_value_stays(grid: Page) -> None:
    area = cell(grid, "m², A3")
    area.focus()
    grid.keyboard.type("abc")
    grid.keyboard.press("Tab")
    reason = grid.get_by_text("« abc » n’est pas un nombre.").first
    expect(reason).to_be_visible()
    expect(area).to_have_value("abc")
    expect(area).to_have_attribute("aria-invalid", "true")
    assert area.get_attribute("aria-describedby") == reason.get_attribute("id")
    expect(grid.get_by_role("status").filter(has_text="Refusé : « abc »")).to_have_count(1)
    area.focus()
    grid.keyboard.press("Tab")
    calls(grid, 1)
    area.focus()
    grid.keyboard.type("88")
    grid.keyboard.press("Tab")
    expect(reason).to_be_hidden()
    expect(area).not_to_have_attribute("aria-invalid", "true")
    calls(grid, 2)


def test_a_refusal_names_its_article(grid: Page) -> None:
    cell(grid, "m², A3").fill("6000")
    grid.keyboard.press("Enter")
    expect(grid.locator("#why-lot3")).to_contain_text("3.85 §1")


def test_paste_from_a_spreadsheet_is_one_event(grid: Page) -> None:
    cell(grid, "Étage, A5").focus()
    paste(grid, "3\t60\t700\r\n4\t61\t701\r\n\t62\t702\r\n")
    expect(cell(grid, "m², A5")).to_have_value("60")
    expect(cell(grid, "Quotités, A7")).to_have_value("702")
    calls(grid, 1)
    expect(grid.locator("#changes")).to_have_text("changes 9")
    expect(grid.locator("tbody[data-group=lot7]")).to_contain_text("Complétez ce champ.")
    expect(grid.locator("tbody[data-group=lot6]")).to_contain_text("✓ enregistré")


def test_paste_of_one_value_into_a_cell_being_edited_is_the_browsers(grid: Page) -> None:
    cell(grid, "m², A1").focus()
    grid.keyboard.press("Enter")
    paste(grid, "7")  # a synthetic event inserts nothing by itself: the table left it alone
    expect(cell(grid, "m², A1")).to_have_value("41")
    calls(grid, 0)


@pytest.mark.parametrize(
    "sheet", ["51\n52\n53\n54\n55", "51\n52\n52\n52\n53\n54\n54\n55", "51\n52\n\n\n53\n54\n\n55"],
    ids=["a line a lot", "a line an owner", "merged cells"],
)  # fmt: skip
def test_a_column_finds_its_rows_whether_a_lot_is_said_once_or_for_each_owner(grid: Page, sheet: str) -> None:
    cell(grid, "m², A1").focus()
    paste(grid, sheet)  # A2 has three owners, A4 two
    calls(grid, 1)
    for lot in range(1, 6):
        expect(cell(grid, f"m², A{lot}")).to_have_value(str(50 + lot))
    expect(cell(grid, "m², A6")).to_have_value("46")
    expect(grid.get_by_text("sans place")).to_have_count(0)


def test_pasted_values_that_find_no_place_are_told(grid: Page) -> None:
    last = grid.locator("[data-field=area]").last
    last.focus()
    paste(grid, "60\n61\n62")
    expect(last).to_have_value("60")
    expect(grid.get_by_text("2 valeurs collées sont restées sans place")).to_be_visible()
    cell(grid, "m², A1").fill("55")
    grid.keyboard.press("Enter")
    expect(grid.get_by_text("sans place")).to_have_count(0)


def test_undo_and_redo(grid: Page) -> None:
    cell(grid, "m², A1").focus()
    grid.keyboard.type("55")
    grid.keyboard.press("Enter")
    calls(grid, 1)
    cell(grid, "Étage, A5").focus()
    paste(grid, "3\t60")
    calls(grid, 2)
    grid.keyboard.press("Control+z")
    expect(cell(grid, "m², A5")).to_have_value("45")
    expect(cell(grid, "Étage, A5")).to_be_focused()
    calls(grid, 3)
    grid.keyboard.press("Control+z")
    expect(cell(grid, "m², A1")).to_have_value("41")
    calls(grid, 4)
    grid.keyboard.press("Control+y")
    expect(cell(grid, "m², A1")).to_have_value("55")
    calls(grid, 5)
    grid.keyboard.press("Control+Shift+Z")
    expect(cell(grid, "m², A5")).to_have_value("60")
    expect(grid.locator("tbody[data-group=lot5]")).to_contain_text("✓ enregistré")
    calls(grid, 6)


def test_undo_of_a_refused_value_sends_nothing(grid: Page) -> None:
    cell(grid, "m², A3").fill("abc")
    grid.keyboard.press("Enter")
    expect(grid.locator("#why-lot3")).to_be_visible()
    grid.keyboard.press("Control+z")
    expect(cell(grid, "m², A3")).to_have_value("43")
    expect(grid.locator("#why-lot3")).to_be_hidden()
    calls(grid, 1)


def test_fast_edits_of_one_row_wait_for_its_new_version(grid: Page) -> None:
    cell(grid, "Étage, A6").focus()
    for value in ("8", "80", "800"):
        grid.keyboard.type(value)
        grid.keyboard.press("Tab")
    row = grid.locator("tbody[data-group=lot6]")
    expect(row).to_contain_text("✓ enregistré")
    expect(row.locator("[aria-invalid]")).to_have_count(0)
    expect(grid.locator("#changes")).to_have_text("changes 3")
    expect(grid.locator("#total")).to_contain_text(re.compile("1.960"))


def test_a_select_by_mouse_keyboard_and_paste(grid: Page) -> None:
    kind = cell(grid, "Type, A1")
    kind.select_option("Cave")
    calls(grid, 1)
    kind.focus()
    grid.keyboard.press("ArrowDown")
    expect(cell(grid, "Type, A2")).to_be_focused()
    paste(grid, "commerce")
    expect(cell(grid, "Type, A2")).to_have_value("shop")
    calls(grid, 2)
    paste(grid, "château")
    expect(cell(grid, "Type, A2")).to_have_value("shop")
    calls(grid, 2)


def test_links_in_cells_and_notes_act(grid: Page) -> None:
    grid.get_by_role("button", name="Donner le reste à Vandenbroucke").click()
    expect(grid.locator("#did")).to_have_text("lot4:rest")
    grid.get_by_role("button", name="désigner un mandataire").click()
    expect(grid.locator("#did")).to_have_text("lot2:name")
    cell(grid, "Type, A3").focus()
    grid.keyboard.press("ArrowLeft")
    grid.keyboard.press("Enter")
    expect(grid).to_have_url(re.compile("/form$"))


def test_sorting_is_in_the_address(grid: Page) -> None:
    head = grid.get_by_role("columnheader", name="Quotités")
    head.get_by_role("link").click()
    expect(grid).to_have_url(re.compile(r"\?sort=shares$"))
    expect(head).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("link").click()
    expect(grid).to_have_url(re.compile(r"\?sort=-shares$"))
    expect(head).to_have_attribute("aria-sort", "descending")


def test_search_is_in_the_address(grid: Page) -> None:
    grid.get_by_role("searchbox").fill("a1")
    expect(grid).to_have_url(re.compile(r"\?q=a1$"))
    grid.get_by_role("searchbox").fill("")
    expect(grid).to_have_url(re.compile(r"/lots/?$"))


def test_five_hundred_rows_stay_quick(page: Page, watch: Watch) -> None:
    page.goto("/many")
    expect(page.get_by_label("Quotités, A499", exact=True)).to_have_value("599")
    shares = page.get_by_label("Quotités, A250", exact=True)
    shares.focus()
    page.keyboard.type("7")
    took = page.evaluate(
        """() => new Promise(done => { const start = performance.now(); document.activeElement.blur();
        const look = () => document.querySelector("tbody[data-group=lot250] .kit-muted")
          ? requestAnimationFrame(() => done(performance.now() - start)) : requestAnimationFrame(look); look(); })"""
    )
    print(f"500 rows: a change is shown as being saved after {took:.0f} ms")
    assert took < 250
    expect(page.locator("tbody[data-group=lot250]")).to_contain_text("✓ enregistré")
    shares.focus()
    for _ in range(20):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Quotités, A270", exact=True)).to_be_focused()
    page.keyboard.press("PageDown")
    expect(page.get_by_label("Quotités, A282", exact=True)).to_be_focused()
    assert page.locator("thead th").first.bounding_box()["y"] >= 0  # type: ignore[index]
