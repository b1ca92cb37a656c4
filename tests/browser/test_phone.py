"""Every page on a phone, under a sub-path, with reduced motion: it fits, rests, and in its figures
picture and slider are on one screen and a swipe scrolls.
"""

import pytest
import visit
from conftest import PATIENCE

WIDTH, HEIGHT, HEADER = 390, 844, 44
NARROW = 360  # the narrowest phone on which nothing scrolls sideways
PHONE = dict(width=WIDTH, height=HEIGHT, has_touch=True, is_mobile=True, reduced_motion="reduce")
SEEN = 400  # pixels of a picture that is higher, in sight while a slider is used

# For each figure, with its stage under the header, and then for each of its sliders, in use a
# hand's breadth above the bottom: [height of the stage, what is seen of it, the slider's place].
TOGETHER = """async ([header, screen]) => {
  const frames = (n) => new Promise((done) => {
    const next = () => (n-- > 0 ? requestAnimationFrame(next) : done());
    next();
  });
  const found = [];
  for (const figure of document.querySelectorAll('figure.rgw')) {
    const stage = figure.querySelector('.rgw-stage');
    const sliders = [...figure.querySelectorAll('.rgw-slider')];
    figure.querySelector('.rgw-skip')?.click();
    document.activeElement?.blur();
    const look = (what, slider) => {
      const [at, knob] = [stage, slider].map((node) => node.getBoundingClientRect());
      const seen = Math.min(at.bottom, knob.top, screen) - Math.max(at.top, header);
      found.push([what, at.height, seen, knob.top, knob.bottom]);
    };
    window.scrollBy(0, figure.querySelector('header').getBoundingClientRect().bottom - header);
    await frames(3);
    look('first', sliders[0]);
    for (const [k, slider] of sliders.entries()) {
      slider.querySelector('input').focus({ preventScroll: true });
      const after = slider.nextElementSibling ?? figure.querySelector('.rgw-tools');
      window.scrollBy(0, after.getBoundingClientRect().top - screen);
      await frames(3);
      look(`slider ${k + 1}`, slider);
    }
  }
  return found;
}"""

# Canvases that take fingers: [whether one drags on it, its share of the screen, x, y on the page],
# seen from the head of the figure, where the stage is not pinned.
TOUCHED = """() => [...document.querySelectorAll('.rgw-touch, .rgw-point')].map((canvas) => {
  canvas.closest('figure').scrollIntoView();
  const { x, y, width, height } = canvas.getBoundingClientRect();
  const drags = canvas.matches('.rgw-touch');
  return [drags, width / innerWidth, x + width / 2, y + height / 2 + scrollY];
})"""
PICTURES = """() => [...document.querySelectorAll('figure.rgw')].flatMap((root) => {
  const { scene, model } = root.parentElement.figure;
  const touched = [...root.querySelectorAll('canvas')];
  return [...scene.traits.map((name) => model.get(name)), ...touched.map((c) => c.toDataURL())];
})"""
# Brings a figure into sight; whether all of its pictures are there, which may take their time.
READY = """k => {
  const root = document.querySelectorAll('figure.rgw')[k];
  root.scrollIntoView();
  return root.parentElement.figure.scene.ready ?? true;
}"""
# Words of keys, and rows of pictures that are too small to be looked at.
SMALL = """() => [...document.querySelectorAll('figure.rgw')].flatMap((root) => {
  const wide = Math.max(...[...root.querySelectorAll('.rgw-panels, canvas')]
    .map((node) => node.getBoundingClientRect().width));
  const keys = [...root.querySelectorAll('kbd')].filter((key) => key.checkVisibility());
  return [...(wide < 0.6 * innerWidth ? [`a picture ${wide} px wide`] : []),
    ...keys.map((key) => `the key ${key.textContent}`)];
})"""


def swipe(page, x, y, by=-160):
    """A finger that goes up from (x, y) of the window, in the steps that a screen reports."""
    session = page.context.new_cdp_session(page)

    def touch(kind, *points):
        event = {"type": kind, "touchPoints": [{"x": x, "y": at} for at in points]}
        session.send("Input.dispatchTouchEvent", event)

    touch("touchStart", y)
    for step in range(1, 9):
        touch("touchMove", y + by * step / 8)
    touch("touchEnd")
    session.detach()


def swiped(page, poll, x, y):
    """Swipe over what is at (x, y) of the page; complaints."""
    page.evaluate("y => window.scrollTo(0, y - innerHeight / 2)", y)
    start = page.evaluate("scrollY")
    before = page.evaluate(PICTURES)
    swipe(page, x, y - start)
    poll(lambda: page.evaluate("scrollY") > start + 40)
    after = page.evaluate(PICTURES)
    return [] if after == before else [f"a swipe over ({x:.0f}, {y:.0f}) changed the figure"]


def in_hand(page, poll):
    """Complaints about the live figures of a page under a thumb."""
    complaints = page.evaluate(SMALL)
    for what, stage, seen, top, bottom in page.evaluate(TOGETHER, [HEADER, HEIGHT]):
        if seen < min(stage, SEEN) - 1 or not HEADER <= top < bottom <= HEIGHT + 1:
            where = f"knob {top:.0f}-{bottom:.0f}"
            complaints.append(f"{what}: {seen:.0f} of {stage:.0f} px seen, {where}")
    page.evaluate("document.activeElement?.blur()")
    for k in range(page.locator(visit.FIGURE).count()):
        poll(lambda: page.evaluate(READY, k))  # noqa: B023
    for drags, share, x, y in page.evaluate(TOUCHED):
        if drags and share < 0.6:
            complaints.append(f"a picture for fingers takes {share:.0%} of the screen")
        complaints += swiped(page, poll, x, y)
    return complaints


@pytest.mark.parametrize("name", visit.pages_to_visit())
def test_a_page_fits_and_rests_and_its_figures_are_used(name, subpath_site, open_page, poll):
    page = open_page(**PHONE, color_scheme="light")
    page.set_default_timeout(1000 * PATIENCE)
    page.add_init_script(visit.COUNT_FRAMES)
    page.goto(f"{subpath_site}/{name}.html")
    visit.settle(page, poll)
    complaints = visit.motion(page) + in_hand(page, poll)
    complaints += visit.overflow(page, NARROW) + visit.troubles(page)
    if complaints or visit.ALL_PICTURES:
        visit.picture(page, name, "phone")
    assert not complaints, "\n".join(complaints)
