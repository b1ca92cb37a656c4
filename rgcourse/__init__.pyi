# What `import rgcourse` offers: read by type checkers, by editors and by the loader in __init__.
from . import (
    answers as answers,
    block_sums as block_sums,
    blocking as blocking,
    coexistence as coexistence,
    correlator as correlator,
    couplings as couplings,
    coursework as coursework,
    doubling as doubling,
    enumeration as enumeration,
    epsilon_expansion as epsilon_expansion,
    exact as exact,
    field_theory as field_theory,
    finite_size as finite_size,
    flows as flows,
    grammar as grammar,
    information as information,
    kondo as kondo,
    local_potential as local_potential,
    mcrg as mcrg,
    multispin as multispin,
    networks as networks,
    nrg as nrg,
    operators as operators,
    plotting as plotting,
    poor_mans_scaling as poor_mans_scaling,
    rbm as rbm,
    reference as reference,
    results as results,
    resummation as resummation,
    ridge as ridge,
    running_couplings as running_couplings,
    samplers as samplers,
    sandpile as sandpile,
    scaling as scaling,
    signal_flow as signal_flow,
    spectra as spectra,
    statistics as statistics,
    sweeps as sweeps,
    tensor_rg as tensor_rg,
    text as text,
    variational as variational,
    walks as walks,
    widgets as widgets,
    xy as xy,
    zoom_in as zoom_in,
)
from .answers import selfcheck as selfcheck
from .flows import (
    FixedPoint as FixedPoint,
    find_fixed_point as find_fixed_point,
    trajectory as trajectory,
)
from .reference import check as check
from .statistics import (
    Estimate as Estimate,
    autocorrelation_time as autocorrelation_time,
    jackknife as jackknife,
    mean_of as mean_of,
)

__version__: str
__all__: list[str]
