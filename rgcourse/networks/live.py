"""A network that trains on flat buffers, for a page: forward, backward, and a step of Adam.

The network is a `ConvNet` with the mean over the lattice and one number at its end, whatever that
number is asked for. With a `leak` above 0 no unit can fall silent for ever, as some of relus do.
All its weights stand in one buffer, layer by layer: the kernel and the bias of each, then hidden,
hidden_bias, out, out_bias. `channels` has the channels of each layer, multiples of four.
"""

import math

from numba import float32, int64, uint64
from numba.extending import register_jitable

from .._compile import compiled
from .._random import next_below, next_word

__all__: list[str] = []  # kernels, imported by name

UNIT = 2.0**-53
SLOW, FAST = 0.999, 0.9  # how Adam remembers squares of slopes, and slopes
TINY = 1e-8


@register_jitable
def layer_width(layer):
    """Side of the windows of a layer: 3 in the first, so that no bond is missed, then 2."""
    return 3 if layer == 0 else 2


@register_jitable
def weights_before(channels, n_layers):
    """How many weights stand before those of the head, or of layer `n_layers`."""
    total, n_in = 0, 1
    for layer in range(n_layers):
        width = layer_width(layer)
        total += (width * width * n_in + 1) * channels[layer]
        n_in = channels[layer]
    return total


@register_jitable
def n_weights(channels, n_layers, n_hidden):
    """Number of weights and biases."""
    head = (channels[n_layers - 1] + 2) * n_hidden + 1
    return weights_before(channels, n_layers) + head


@register_jitable
def maps_before(channels, layer, L):
    """Where the maps of a layer begin in the buffer of all maps, the lattice first.

    With the number of layers: where they end.
    """
    total, side = 0, L
    for one in range(layer + 1):
        if one > 0:
            total += side * side * (channels[one - 2] if one > 1 else 1)
            side //= 2
    return total


@register_jitable
def draw_weights(weights, channels, n_layers, n_hidden, state):
    """Untrained weights: evenly distributed, of variance 2 / n_inputs; biases zero."""
    at, n_in = 0, 1
    for layer in range(n_layers + 2):
        if layer < n_layers:
            fan, n_out = n_in * layer_width(layer) ** 2, channels[layer]
        else:
            fan, n_out = n_in, (n_hidden if layer == n_layers else 1)
        # half of what enters the last unit is cut off as well, but no relu follows it
        most = math.sqrt((6.0 if layer <= n_layers else 3.0) / fan)
        for _ in range(fan * n_out):
            share = int64(next_word(state) >> uint64(11)) * UNIT
            weights[at] = most * (2.0 * share - 1.0)
            at += 1
        for _ in range(n_out):
            weights[at] = 0.0
            at += 1
        n_in = n_out


@register_jitable
def convolve(maps, start, L, width, n_in, n_out, weights, at, leak):
    """One layer with stride 2 on the torus: maps from `start` to those behind them.

    What is negative passes by a share of `leak`; with 0 that is a relu. Four channels at a time,
    so that their sums stay in registers.
    """
    after, side = start + L * L * n_in, L // 2
    bias = at + width * width * n_in * n_out
    for x in range(side):
        for y in range(side):
            here = after + (x * side + y) * n_out
            for c in range(0, n_out, 4):
                a, b = weights[bias + c], weights[bias + c + 1]
                d, e = weights[bias + c + 2], weights[bias + c + 3]
                kernel = at + c
                for i in range(width):
                    row = (2 * x + i if 2 * x + i < L else 2 * x + i - L) * L
                    for j in range(width):
                        column = 2 * y + j if 2 * y + j < L else 2 * y + j - L
                        there = start + (row + column) * n_in
                        for k in range(there, there + n_in):
                            value = maps[k]
                            a += value * weights[kernel]
                            b += value * weights[kernel + 1]
                            d += value * weights[kernel + 2]
                            e += value * weights[kernel + 3]
                            kernel += n_out
                maps[here + c] = a if a > 0 else a * leak
                maps[here + c + 1] = b if b > 0 else b * leak
                maps[here + c + 2] = d if d > 0 else d * leak
                maps[here + c + 3] = e if e > 0 else e * leak


@register_jitable
def predict(weights, channels, n_layers, n_hidden, L, leak, maps, units):
    """The network's number for the lattice in front of `maps`; fills the maps of all layers.

    `units` gets the means of the last channels, then the hidden units.
    """
    at, start, side, n_in = 0, 0, L, 1
    for layer in range(n_layers):
        width, n_out = layer_width(layer), channels[layer]
        convolve(maps, start, side, width, n_in, n_out, weights, at, leak)
        at += (width * width * n_in + 1) * n_out
        start += side * side * n_in
        side //= 2
        n_in = n_out
    sites = side * side
    for k in range(n_in):
        units[k] = 0
        for site in range(sites):
            units[k] += maps[start + site * n_in + k]
        units[k] /= sites
    bias = at + n_in * n_hidden
    answer = weights[bias + 2 * n_hidden]
    for h in range(n_hidden):
        unit = weights[bias + h]
        for k in range(n_in):
            unit += units[k] * weights[at + k * n_hidden + h]
        units[n_in + h] = unit if unit > 0 else unit * leak
        answer += units[n_in + h] * weights[bias + n_hidden + h]
    return answer


@register_jitable
def add_gradient(slope, weights, channels, n_layers, n_hidden, L, leak, maps, units, slopes,
                 gradient):  # fmt: skip
    """Add `slope` times the derivatives of the last `predict` to `gradient`.

    `slopes` is a buffer as large as `maps`.
    """
    at = weights_before(channels, n_layers)
    start = maps_before(channels, n_layers, L)
    side, n_in = L >> n_layers, channels[n_layers - 1]
    sites, bias = side * side, at + channels[n_layers - 1] * n_hidden
    gradient[bias + 2 * n_hidden] += slope
    for k in range(n_in):
        slopes[start + k] = 0
    for h in range(n_hidden):
        gradient[bias + n_hidden + h] += slope * units[n_in + h]
        back = slope * weights[bias + n_hidden + h]
        if units[n_in + h] <= 0:
            back *= leak
        gradient[bias + h] += back
        for k in range(n_in):
            gradient[at + k * n_hidden + h] += back * units[k]
            slopes[start + k] += back * weights[at + k * n_hidden + h]
    for site in range(sites - 1, -1, -1):  # the first is the sum, so it comes last
        for k in range(n_in):
            slopes[start + site * n_in + k] = slopes[start + k] / sites
    for layer in range(n_layers - 1, -1, -1):
        n_out, width = channels[layer], layer_width(layer)
        n_in = channels[layer - 1] if layer > 0 else 1
        side *= 2
        start -= side * side * n_in
        at -= (width * width * n_in + 1) * n_out
        convolve_back(maps, start, side, width, n_in, n_out, weights, at, leak, slopes, gradient)


@register_jitable
def convolve_back(maps, start, L, width, n_in, n_out, weights, at, leak, slopes, gradient):
    """The way back through `convolve`: from the slopes of what it made to those of what it saw.

    Nobody asks how the lattice should have been, so those of the first layer are left out.
    """
    after, side = start + L * L * n_in, L // 2
    bias = at + width * width * n_in * n_out
    for site in range(side * side):
        here = after + site * n_out
        for c in range(n_out):
            if maps[here + c] <= 0:
                slopes[here + c] *= leak
            gradient[bias + c] += slopes[here + c]
    for one in range(width * width * n_in):
        i, j, k = one // n_in // width, one // n_in % width, one % n_in
        for c in range(0, n_out, 4):
            kernel = at + one * n_out + c
            a, b = gradient[kernel], gradient[kernel + 1]
            d, e = gradient[kernel + 2], gradient[kernel + 3]
            here = after + c
            for x in range(side):
                row = (2 * x + i if 2 * x + i < L else 2 * x + i - L) * L
                for y in range(side):
                    column = 2 * y + j if 2 * y + j < L else 2 * y + j - L
                    value = maps[start + (row + column) * n_in + k]
                    a += value * slopes[here]
                    b += value * slopes[here + 1]
                    d += value * slopes[here + 2]
                    e += value * slopes[here + 3]
                    here += n_out
            gradient[kernel], gradient[kernel + 1] = a, b
            gradient[kernel + 2], gradient[kernel + 3] = d, e
    if start > 0:  # the windows of later layers do not overlap: each site is in one
        for site in range(L * L):
            x, y = site // L, site % L
            here = after + (x // 2 * side + y // 2) * n_out
            for k in range(n_in):
                kernel = at + ((x % 2 * 2 + y % 2) * n_in + k) * n_out
                total = weights[kernel] * slopes[here]
                for c in range(1, n_out):
                    total += weights[kernel + c] * slopes[here + c]
                slopes[start + site * n_in + k] = total


@register_jitable
def adam_step(weights, gradient, memory, powers, n, rate):
    """One step of Adam for n weights, after which the gradient is zero again.

    `memory` has 2 n numbers, zero at the start; `powers` the two powers of its decay, 1 then.
    D. P. Kingma and J. Ba, arXiv:1412.6980.
    """
    powers[0] *= FAST
    powers[1] *= SLOW
    for i in range(n):
        slope = gradient[i]
        memory[i] = FAST * memory[i] + (1.0 - FAST) * slope
        memory[n + i] = SLOW * memory[n + i] + (1.0 - SLOW) * slope * slope
        size = math.sqrt(memory[n + i] / (1.0 - powers[1])) + TINY
        weights[i] -= rate * memory[i] / (1.0 - powers[0]) / size
        gradient[i] = 0


@register_jitable
def train_step(lattices, truths, n_truths, order, batch, shuffled, weights, channels, n_layers,
               n_hidden, L, leak, maps, units, slopes, gradient, memory, powers, rate,
               state):  # fmt: skip
    """One step on a batch, towards the first of the `n_truths` of each lattice; the mean square.

    The mean square is that before the step. With `shuffled` each lattice is given the truth of
    another. lattices (sample site), truths (sample truth); `order` has room for the batch.
    """
    for i in range(batch):
        order[i] = i
    if shuffled:
        for i in range(batch - 1, 0, -1):
            j = next_below(state, i + 1)
            order[i], order[j] = order[j], order[i]
    total = 0.0
    for i in range(batch):
        for site in range(L * L):
            maps[site] = lattices[i * L * L + site]
        answer = predict(weights, channels, n_layers, n_hidden, L, leak, maps, units)
        miss = answer - truths[order[i] * n_truths]
        total += miss * miss / batch
        slope = float32(2.0 * miss / batch)
        add_gradient(
            slope, weights, channels, n_layers, n_hidden, L, leak, maps, units, slopes, gradient
        )
    count = n_weights(channels, n_layers, n_hidden)
    adam_step(weights, gradient, memory, powers, count, rate)
    return total


_draw_weights = compiled(draw_weights)
_predict = compiled(predict)
_add_gradient = compiled(add_gradient)
_train_step = compiled(train_step)
