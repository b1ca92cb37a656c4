"""The state of a figure in the address of its page: opened, copied, and proof against nonsense."""

import pytest

PAGE = "book/zooming_out/flows.html"
FIGURES = "[...document.querySelectorAll('.rgw')].map((root) => root.parentElement.figure.model)"
BAD = (
    "#figure-2:K1=NaN,K2=1e999,K3=,reveal=perhaps", "#figure-2:K1", "#figure-99:K1=0.3",
    "#figure-2:%E0%A4%A=1,K1=%", "#figure-2:spec=1,guess=x,constructor=1,__proto__=1", "#figure-2:",
    "#figure-0:K1=0.3", "#figure-2:K1=<img src=x onerror=alert(1)>",
)  # fmt: skip


def state(page, number, *names):
    return page.evaluate(f"(names) => names.map((n) => {FIGURES}[{number - 1}].get(n))", names)


def patient(page):
    page.set_default_timeout(120_000)  # what has not come by then hangs
    return page


def alive(page):
    page.locator("figure.rgw").nth(1).wait_for()
    return page


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_an_address_opens_a_figure_in_a_state(scheme, site, html, open_page, poll):
    root = site if scheme == "http" else html.resolve().as_uri()
    page = patient(open_page())
    page.goto(f"{root}/{PAGE}#figure-2:K1=0.26,K2=0.02,K3=9,reveal=true")
    alive(page)
    assert state(page, 2, "K1", "K2", "K3", "reveal") == [0.26, 0.02, 0.1, True]
    top = "document.querySelectorAll('.rgw')[1].getBoundingClientRect().top"
    poll(lambda: 0 <= page.evaluate(top) < 300)
    page.evaluate("location.hash = '#figure-1:K=0.5'")
    poll(lambda: state(page, 1, "K") == [0.5])
    kept = state(page, 2, "K1", "K2", "K3", "reveal")
    for bad in BAD:
        page.evaluate("(hash) => (location.hash = hash)", bad)
    page.evaluate("location.hash = '#figure-1:K=0.4'")
    poll(lambda: state(page, 1, "K") == [0.4])
    assert state(page, 2, "K1", "K2", "K3", "reveal") == kept
    # a browser asks for fonts of other files before it refuses them
    assert [error for error in page.errors if "woff2" not in error] == page.blocked == []


def test_the_state_is_copied_as_an_address(site, open_page, poll):
    page = patient(open_page(permissions=["clipboard-read", "clipboard-write"]))
    page.goto(f"{site}/{PAGE}#figure-1:K=0.61,dim=3,b=2")
    first = alive(page).locator("figure.rgw").first
    first.get_by_role("button", name="Copy link to this state").click()
    first.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert page.url.endswith(f"{PAGE}#figure-1:K=0.61,dim=3,b=2")
    first.get_by_role("button", name="Set dimension to 3").press("0")
    poll(lambda: state(page, 1, "K") == [0.28])
    page.reload()
    alive(page)
    assert state(page, 1, "K", "dim") == [0.61, 3]
    for link in page.locator("a[href^='#figure-'][href*=':']").all():
        link.click()  # the text opens states, as often as it is asked to
    assert (page.errors, page.blocked) == ([], [])
