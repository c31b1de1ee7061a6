"""Pasting a problem and bringing a file: with the mouse, the keyboard alone, without scripts, on a phone."""

import pytest

pytestmark = pytest.mark.browser

PROBLEM = "Patients with dementia on our older adult ward fall at night and nobody sees it. Would sensors help?"
BUTTON = "Find case studies like this"


@pytest.mark.parametrize("width", [1100, 320])
def test_paste_read_change_and_read_again(visit, check_page, width):
    page = visit("/", width)
    page.get_by_role("link", name="Paste a whole problem or a document").click()
    page.get_by_label("Your problem, or the text of a document").fill(PROBLEM)
    page.get_by_role("button", name=BUTTON).click()
    page.locator("#results").wait_for()
    assert "falls" in page.locator(".kb-hits h2").first.inner_text()
    assert page.locator(".kb-pair").count()
    assert page.get_by_label("Your problem, or the text of a document").input_value() == PROBLEM
    check_page(page)

    page.get_by_role("link", name="Change your text or choose another file").click()
    assert page.evaluate("document.activeElement.id") == "text"
    page.keyboard.press("Control+A")
    page.keyboard.type("sourdough starter with flour and water, baked in an oven")
    page.get_by_role("button", name=BUTTON).click()
    page.get_by_text("Nothing like this yet").wait_for()
    check_page(page)


@pytest.mark.parametrize("width", [1100, 320])
def test_a_mistake_is_said_at_the_top_and_at_the_field(visit, check_page, width):
    page = visit("/search/problem", width)
    visit.watches[-1].expected = 422
    page.get_by_role("button", name=BUTTON).click()
    page.get_by_role("alert").wait_for()
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    check_page(page)
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("document.activeElement.id") == "text"


def test_choose_a_word_file(visit, docx):
    page = visit("/search/problem")
    data = docx(f"<w:p><w:r><w:t>{PROBLEM}</w:t></w:r></w:p>")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    page.get_by_label("Or choose a file").set_input_files({"name": "falls.docx", "mimeType": kind, "buffer": data})
    page.get_by_role("button", name=BUTTON).click()
    page.get_by_text("We read falls.docx").wait_for()
    assert "falls" in page.locator(".kb-hits h2").first.inner_text()


def test_drop_a_file_on_the_form(visit):
    page = visit("/search/problem")
    dropped = page.evaluate_handle(
        "text => { const made = new DataTransfer(); made.items.add(new File([text], 'falls.md')); return made; }",
        PROBLEM,
    )
    form = page.locator(".kb-problem")
    form.dispatch_event("dragenter", {"dataTransfer": dropped})
    assert "kb-problem--over" in form.get_attribute("class")
    form.dispatch_event("drop", {"dataTransfer": dropped})
    assert "kb-problem--over" not in form.get_attribute("class")
    assert form.get_by_role("status").filter(has_text="falls.md is chosen").count() == 1
    page.get_by_role("button", name=BUTTON).click()
    page.get_by_text("We read falls.md").wait_for()


def test_with_the_keyboard_alone(visit):
    page = visit("/search/problem")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "text":
            break
    page.keyboard.type("We have too many missed appointments")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "file"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#results").wait_for()
    assert page.locator(".kb-hits h2").count()


@pytest.mark.parametrize("width", [1100, 320])
def test_without_scripts(visit, width):
    page = visit("/search/problem", width, java_script_enabled=False)
    page.get_by_label("Your problem, or the text of a document").fill(PROBLEM)
    page.get_by_label("Or choose a file").set_input_files(
        {"name": "more.txt", "mimeType": "text/plain", "buffer": b"Staff check every two hours."}
    )
    page.get_by_role("button", name=BUTTON).click()
    assert "We read more.txt and the text you pasted." in page.locator("main").inner_text()
    assert "falls" in page.locator(".kb-hits h2").first.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_from_a_part_of_a_case_study_to_others_like_it(visit, check_page):
    page = visit("/case-studies/cnwl-nile-ward-violence-reduction")
    page.get_by_role("link", name="Find others like this part").first.click()
    assert page.locator("h1").inner_text() == "Others like \u201cProblem\u201d"
    check_page(page)
    page.locator(".kb-hits h2 a").first.click()
    assert page.locator("h1").inner_text()
