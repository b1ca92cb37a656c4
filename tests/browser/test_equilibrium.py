"""A lattice is in equilibrium at the temperature that its figure shows, soon after each change.

The values of equilibrium are native ones, and what is measured here is the lattice that the page
shows, read spin by spin. No test waits for a time: each waits until the figure says that it no
longer remembers the temperature before (`scene.unsettled`), and how long that took is printed.
"""

import numpy as np
import pytest
from figures import FIGURE, magnetization, readout, value, words
from test_network_lab import lab
from test_rbm import dream

from rgcourse.exact import CRITICAL_T, kaufman
from rgcourse.widgets import FieldLab, IsingLab

SCENE = f"{FIGURE}.scene"
LATTICE = f"{SCENE}.lattice"
SEEDS = 10

# <|m|> and <s s'> of neighbours for b = 1, 2, 4, 8 at T_c on 512 x 512, each with its error and its
# standard deviation from one lattice to the next: 4000 lattices, ten Swendsen-Wang
# updates apart, in 40 bins.
EQUILIBRIUM = {
    "values": [0.4591, 0.7076, 0.6956, 0.6944, 0.6966],
    "errors": [0.0024, 0.0001, 0.0002, 0.0004, 0.0006],
    "spreads": [0.1256, 0.0040, 0.0080, 0.0150, 0.0278],
}

# In the page: to T, and what became of it, in equilibrium: |m|, the agreement of neighbours in each
# panel, and the energy as it is printed.
GO = f"""async ([T, from]) => {{
  const {{ scene }} = {FIGURE};
  const frame = () => new Promise((done) => setTimeout(done, 0));
  const arrive = async (T) => {{
    {FIGURE}.set({{ T }});
    const start = performance.now();
    const remembered = document.querySelector(".rgw-value-line").textContent;
    while (scene.unsettled) await frame();
    return [performance.now() - start, remembered];
  }};
  if (from) {{
    {FIGURE}.set({{ seed_words: from }});
    {FIGURE}.resetButton.click();
    await arrive(2.35);
  }}
  const [took, remembered] = await arrive(T);
  const line = document.querySelector(".rgw-value-line");
  while (!line.textContent.includes("±")) await frame();
  scene.lattice.zoomOut(3);
  const agreements = [0, 1, 2, 3].map((level) => {{
    const [n, s] = [scene.lattice.L >> level, scene.lattice.spins(level)];
    let sum = 0;
    for (let x = 0; x < n; x++)
      for (let y = 0; y < n; y++)
        sum += s[x * n + y] * (s[x * n + ((y + 1) % n)] + s[((x + 1) % n) * n + y]);
    return sum / (2 * n * n);
  }});
  const m = Math.abs(scene.lattice.magnetization());
  const {{ at }} = scene.lattice;
  const [mean, error] = scene.curves[0].found(at);
  return {{ took, remembered, seen: [m, ...agreements], at: at.T, mean, error,
            printed: line.textContent }};
}}"""


def words_of(seed):
    return IsingLab(L=64, seed=seed).seed_words


def test_from_235_to_the_critical_point_at_512_in_ten_seeds(mount, capsys):
    """One page; each seed starts at 2.35. Waits until the figure is in equilibrium, not 5 s."""
    page = mount(IsingLab(L=512, T=2.35, T_range=(1.8, 3.0)))
    found = [page.evaluate(GO, [CRITICAL_T, words_of(seed)]) for seed in range(100, 100 + SEEDS)]
    exact = kaufman(512, 1 / CRITICAL_T).energy
    with capsys.disabled():
        took = sorted(run["took"] for run in found)
        print(f"\n2.35 to T_c at 512 x 512: {took[SEEDS // 2]:.0f} ms in the middle of {SEEDS}")
    for run in found:
        assert run["remembered"] == "still remembers T = 2.350"
        assert run["at"] == pytest.approx(CRITICAL_T, abs=1e-12)
        assert abs(run["mean"] - exact) < 3 * run["error"], run["printed"]
        assert "±" in run["printed"] and "exact −1.415" in run["printed"]
    seen = np.array([run["seen"] for run in found])
    values, errors, spreads = (np.array(EQUILIBRIUM[name]) for name in EQUILIBRIUM)
    off = (seen.mean(axis=0) - values) / np.hypot(spreads / SEEDS**0.5, errors)
    assert np.all(abs(off) < 4), off
    # and each lattice by itself is one of equilibrium
    assert np.all(abs(seen - values) < 4 * spreads)
    assert (page.errors, page.blocked) == ([], [])


@pytest.mark.parametrize("L", [64, 1024])
def test_at_rest_too_and_back_and_with_a_field(mount, poll, L):
    """Paused, the lattice follows the sliders; what a drag has left behind does not hold it up."""
    page = mount(IsingLab(L=L, T=3.5, running=False))
    slider = page.get_by_label("Temperature", exact=True)
    for T in ("2.9", "2.4", "1.9", "2.0"):  # the last counts
        slider.fill(T)
    poll(lambda: not page.evaluate(f"{SCENE}.unsettled"))
    assert page.evaluate(f"{LATTICE}.at.T") == 2.0 and value(page, "running") is False
    torus = kaufman(L, 1 / 2.0)
    spread = 2.0 * np.sqrt(torus.specific_heat) / L
    assert abs(page.evaluate(f"{LATTICE}.energy()") - torus.energy) < 4 * spread
    assert magnetization(page) > 0.8
    sign = np.sign(page.evaluate(f"{LATTICE}.magnetization()"))
    # the face of a cold magnet stays while its temperature changes, unless a field turns it
    slider.fill("2.1")
    poll(lambda: not page.evaluate(f"{SCENE}.unsettled"))
    assert np.sign(page.evaluate(f"{LATTICE}.magnetization()")) == sign
    page.get_by_label("Field h").fill(str(-0.01 * sign))
    poll(lambda: not page.evaluate(f"{SCENE}.unsettled"))
    assert sign * page.evaluate(f"{LATTICE}.magnetization()") < -0.8
    assert value(page, "sweeps") == 0 and page.errors == []


def test_a_calm_reader_gets_the_new_lattice_without_frames(mount, poll):
    page = mount(IsingLab(L=64, T=3.0), reduced_motion="reduce")
    page.get_by_label("Temperature", exact=True).fill("1.5")
    poll(lambda: magnetization(page) > 0.95)
    assert value(page, "running") is False and "T = 1.500, below" in words(page)


def test_the_other_figures_follow_their_sliders(mount, poll):
    page = mount(FieldLab(L=32, r=-1.0, running=False))
    page.get_by_label("Square, r").fill("-7")
    poll(lambda: not page.evaluate(f"{SCENE}.unsettled"))
    assert float(readout(page, "m")) > 1.0  # of the first lattice that is shown: no burn-in in it
    page.get_by_role("button", name="Reset").click()
    assert value(page, "r") == -7 and float(readout(page, "m")) > 1.0
    page = mount(lab(T=2.7))
    page.get_by_label("Temperature", exact=True).fill("1.9")
    poll(lambda: float(readout(page, "m")) > 0.8)


def test_a_mean_has_no_error_before_its_series_allows_one(mount):
    """A series with a memory of fifty steps: how often is the mean three errors off, or more?"""
    page = mount(IsingLab(L=64, running=False))
    share, shown = page.evaluate(
        f"""() => {{
          const {{ mean }} = {SCENE}.curves[0];
          let [seed, wrong, shown] = [1, 0, 0];
          const fair = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
          const angle = () => 2 * Math.PI * fair();
          const normal = () => Math.sqrt(-2 * Math.log(1 - fair())) * Math.cos(angle());
          for (let run = 0; run < 100; run++) {{
            mean.clear();
            for (let k = 0, x = normal(); k < 6000; k++) {{
              x = 0.96 * x + 0.28 * normal();
              mean.add(x);
              const [value, error] = mean.estimate;
              if (error === undefined) continue;
              shown++;
              if (Math.abs(value) > 3 * error) wrong++;
            }}
          }}
          return [wrong / shown, shown];
        }}"""
    )
    assert shown > 50_000 and share < 0.03


def test_the_dream_averages_neither_burn_in_nor_what_follows_a_touch(mount, poll):
    """Two machines that know one energy each: a sweep of the other would show."""
    page = mount(dream(machine=1))
    page.locator("figure.rgw").focus()
    page.keyboard.press("ArrowLeft")
    assert value(page, "machine") == 0
    page.keyboard.press("s")
    assert value(page, "energy") < -1.5  # of the first lattice averaged
    page.keyboard.press("e")
    page.keyboard.press("s")
    assert page.evaluate(f"{SCENE}.means.E.work") == 0
    page.keyboard.press("g")
    page.keyboard.press("s")
    assert page.evaluate(f"{SCENE}.means.E.work") == 0
    assert "Still remembers your touch" in page.locator(".rgw-reason").inner_text()
    assert "±" not in readout(page, "E") and page.errors == []
