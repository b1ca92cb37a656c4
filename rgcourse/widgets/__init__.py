"""Live figures: lattices that run in the page, with a kernel or without one.

Every figure is an anywidget. Its physics is the package's own numba kernels, compiled to
WebAssembly (`tools/build_wasm.py`), so the page needs no kernel; where there is one, the same
object keeps its traits in step with Python, both ways:

>>> lab = IsingLab(L=256, T=2.4)  # display it as the last line of a cell
>>> lab.T = 2.0                   # the page follows; drag its slider and lab.T follows
"""

from .borel_sum import BorelSum
from .chain_flow import ChainFlow
from .epsilon_flow import EpsilonFlow
from .field_lab import FieldLab
from .flow_diagram import FlowDiagram
from .ising import IsingLab, ThreeTemperatures
from .kondo_curves import KondoCurves
from .kondo_flow import KondoFlow
from .level_flow import LevelFlow
from .monte_carlo_rg import MonteCarloRG
from .network_lab import NetworkLab
from .power_counting import PowerCounting
from .race import AlgorithmRace
from .rbm_dream import RBMDream
from .receptive_fields import ReceptiveFields
from .trial_lab import TrialLab

FIGURES = (
    AlgorithmRace,
    BorelSum,
    ChainFlow,
    EpsilonFlow,
    FieldLab,
    FlowDiagram,
    IsingLab,
    KondoCurves,
    KondoFlow,
    LevelFlow,
    MonteCarloRG,
    NetworkLab,
    PowerCounting,
    RBMDream,
    ReceptiveFields,
    ThreeTemperatures,
    TrialLab,
)

__all__ = [
    "AlgorithmRace",
    "BorelSum",
    "ChainFlow",
    "EpsilonFlow",
    "FieldLab",
    "FlowDiagram",
    "IsingLab",
    "KondoCurves",
    "KondoFlow",
    "LevelFlow",
    "MonteCarloRG",
    "NetworkLab",
    "PowerCounting",
    "RBMDream",
    "ReceptiveFields",
    "ThreeTemperatures",
    "TrialLab",
    "assets",
]


def assets(anywidget_id):
    """The current JavaScript and CSS, `(esm, css)`, of the widget class with this id.

    Stored notebooks carry neither, so that they cannot go stale; the book's build puts them in.
    The id is the class's full name, as in the stored state: `rgcourse.widgets.ising.IsingLab`.

    Raises
    ------
    ValueError
        The package has no widget of that name.
    """
    classes = {f"{figure.__module__}.{figure.__name__}": figure for figure in FIGURES}
    if anywidget_id not in classes:
        raise ValueError(
            f"no widget class {anywidget_id!r} in this package; it has {', '.join(classes)}: "
            f"execute the page again if the class was renamed"
        )
    figure = classes[anywidget_id]
    return str(figure._esm), str(figure._css)
