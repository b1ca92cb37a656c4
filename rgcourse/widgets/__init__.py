"""Live figures: lattices, flows and machines that run in the page, with a kernel or without one.

Every figure is an anywidget. Its physics is the package's own numba kernels, compiled to
WebAssembly (`tools/build_wasm.py`), so the page needs no kernel; where there is one, the same
object keeps its traits in step with Python, both ways:

>>> from rgcourse.widgets import IsingLab
>>> lab = IsingLab(L=256, T=2.4)  # display it as the last line of a cell
>>> lab.T = 2.0                   # the page follows; drag its slider and lab.T follows

A figure's module, and with it SymPy, the NRG or the machines, is loaded when the figure is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from ._front import LiveFigure

MODULES = {
    "bifurcation_zoom": ["BifurcationZoom"],
    "boiling_fluid": ["BoilingFluid"],
    "borel_sum": ["BorelSum"],
    "chain_flow": ["ChainFlow"],
    "cobweb": ["Cobweb"],
    "denoise_tree": ["DenoiseTree"],
    "design_rg": ["DesignRG"],
    "dice_sums": ["DiceSums"],
    "edge_of_chaos": ["EdgeOfChaos"],
    "epsilon_flow": ["EpsilonFlow"],
    "field_lab": ["FieldLab"],
    "flow_diagram": ["FlowDiagram"],
    "glass_of_water": ["GlassOfWater"],
    "grammar_lab": ["GrammarLab"],
    "ising_lab": ["IsingLab"],
    "kondo_curves": ["KondoCurves"],
    "kondo_flow": ["KondoFlow"],
    "level_flow": ["LevelFlow"],
    "monte_carlo_rg": ["MonteCarloRG"],
    "moving_cutoff": ["MovingCutoff"],
    "network_lab": ["NetworkLab"],
    "picture_zoom": ["PictureZoom"],
    "pivot_lab": ["PivotLab"],
    "power_counting": ["PowerCounting"],
    "race": ["AlgorithmRace"],
    "rbm_dream": ["RBMDream"],
    "receptive_fields": ["ReceptiveFields"],
    "rule_lab": ["RuleLab"],
    "running_coupling": ["RunningCoupling"],
    "sandpile_lab": ["SandpileLab"],
    "spectrum_lab": ["SpectrumLab"],
    "spike_lab": ["SpikeLab"],
    "tensor_lab": ["TensorLab"],
    "trial_lab": ["TrialLab"],
    "two_conveyors": ["TwoConveyors"],
    "which_zoom": ["WhichZoom"],
    "word_reach": ["WordReach"],
    "zoom_camera": ["ZoomCamera"],
    "zoom_in": ["ZoomIn"],
}
FIGURES = tuple(sorted(name for names in MODULES.values() for name in names))
__all__ = [*FIGURES, "assets", "figure_class"]
__getattr__, _names, _ = lazy_loader.attach(__name__, submod_attrs=MODULES)


def __dir__():
    return sorted(__all__)


def figure_class(anywidget_id: str) -> type[LiveFigure]:
    """The class of live figures with this id, its full name, as in the state of a stored page.

    Raises
    ------
    ValueError
        The package has no figure of that name.
    """
    classes = {f"{__name__}.{module}.{name}" for module in MODULES for name in MODULES[module]}
    if anywidget_id not in classes:
        raise ValueError(
            f"no widget class {anywidget_id!r} in this package; it has "
            f"{', '.join(sorted(classes))}: execute the page again if the class was renamed"
        )
    module, _, name = anywidget_id.rpartition(".")
    return getattr(import_module(module), name)


def assets(anywidget_id: str) -> tuple[str, str]:
    """The current JavaScript and CSS, `(esm, css)`, of the widget class with this id.

    Stored notebooks carry neither, so that they cannot go stale; the book's build puts them in.

    Parameters
    ----------
    anywidget_id : str
        The class's full name, as in the stored state: `rgcourse.widgets.ising_lab.IsingLab`.

    Raises
    ------
    ValueError
        The package has no widget of that name.
    """
    figure = figure_class(anywidget_id)
    return str(figure._esm), str(figure._css)
