"""Kernels of a convolutional network: one layer, and the head that makes one logit of the maps.

All arrays are flat, with the last of the named indices fastest.
"""

from numba import njit

compiled = njit(cache=True, error_model="numpy")


def conv_relu(maps, L, width, n_in, n_out, weights, bias, after):
    """One layer: kernels with stride 2 on the L x L torus, then relu.

    Flat arrays, the last index fastest: maps (x y n_in), weights (width width n_in n_out), after
    (x/2 y/2 n_out).
    """
    for x in range(L // 2):
        for y in range(L // 2):
            here = (x * (L // 2) + y) * n_out
            for c in range(n_out):
                after[here + c] = bias[c]
            for i in range(width):
                row = (2 * x + i) % L * L
                for j in range(width):
                    there = (row + (2 * y + j) % L) * n_in
                    for k in range(n_in):
                        value = maps[there + k]
                        kernel = ((i * width + j) * n_in + k) * n_out
                        for c in range(n_out):
                            after[here + c] += value * weights[kernel + c]
            for c in range(n_out):
                if after[here + c] < 0:
                    after[here + c] = 0


def classifier_head(maps, sites, n_in, n_hidden, hidden, hidden_bias, out, out_bias, means, logit):
    """The logit, into `logit[0]`, from the last maps: means over the sites, one hidden layer.

    Flat arrays, the last index fastest: maps (site n_in), hidden (n_in n_hidden), out (n_hidden).
    """
    for k in range(n_in):
        means[k] = 0
    for site in range(sites):
        for k in range(n_in):
            means[k] += maps[site * n_in + k]
    for k in range(n_in):
        means[k] /= sites
    logit[0] = out_bias[0]
    for h in range(n_hidden):
        unit = hidden_bias[h]
        for k in range(n_in):
            unit += means[k] * hidden[k * n_hidden + h]
        if unit > 0:
            logit[0] += unit * out[h]


_conv_relu = compiled(conv_relu)
_classifier_head = compiled(classifier_head)


@compiled
def _conv_all(maps, L, width, n_in, n_out, weights, bias, after):
    for sample in range(len(maps)):
        _conv_relu(maps[sample], L, width, n_in, n_out, weights, bias, after[sample])


@compiled
def _classify_all(maps, sites, n_in, n_hidden, hidden, hidden_bias, out, out_bias, means, logits):
    for n in range(len(maps)):
        _classifier_head(
            maps[n], sites, n_in, n_hidden, hidden, hidden_bias, out, out_bias, means, logits[n:]
        )
