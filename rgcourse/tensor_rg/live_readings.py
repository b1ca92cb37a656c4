"""What a page reads off a tensor: the spectrum of a ring of blocks, and Onsager's ln Z beside it.

Flat buffers and `legs` are those of `live`.
"""

import math

from numba.extending import register_jitable

from .live import product, rotate, square_of

__all__: list[str] = []  # kernels, imported by name

QR_STEPS = 120
POWER_STEPS = 300


@register_jitable
def exact_log_z_at(K):
    """Onsager's ln Z per site of the infinite lattice at one K > 0, as `rgcourse.onsager_log_z`.

    With t = tan(q / 4) all is rational, and the rule of Takahasi and Mori on [0, 1] sees neither
    the kink at q = 0 nor that at pi.
    """
    y = math.exp(-2.0 * K)
    S = 0.5 * y * (1.0 - y * y)  # all times y**2: no overflow
    gap = (0.5 * (1.0 - y * y) - y) * (0.5 * (1.0 - y * y) - y)
    total, h = 0.0, 1.0 / 16.0
    for i in range(-60, 61):
        grow = math.exp(h * i)
        t = 1.0 / (1.0 + math.exp(-0.5 * math.pi * (grow - 1.0 / grow)))
        weight = 0.5 * math.pi * (grow + 1.0 / grow) * t * (1.0 - t) * h
        sine = 2.0 * t / (1.0 + t * t)
        wave = 2.0 * S * sine * sine  # S (1 - cos q)
        A = 0.5 * (1.0 + y * y) * 0.5 * (1.0 + y * y) - S + wave
        root = math.sqrt((gap + wave) * (gap + 2.0 * S + wave))
        total += weight * 4.0 / (1.0 + t * t) * math.log(A + root)
    return 2.0 * K + 0.5 * math.log(2.0) + total / (2.0 * math.pi)


@register_jitable
def qr_step(matrix, n, turns):
    """A = Q R becomes R Q, by plane rotations; `turns` holds n (n - 1) numbers."""
    at = 0
    for j in range(n - 1):
        for i in range(j + 1, n):
            a, b = matrix[j * n + j], matrix[i * n + j]
            length = math.sqrt(a * a + b * b)
            turns[at], turns[at + 1] = 1.0, 0.0
            if length > 0.0:
                turns[at], turns[at + 1] = a / length, b / length
            rotate(matrix, j * n, i * n, n, 1, turns[at], turns[at + 1])
            at += 2
    at = 0
    for j in range(n - 1):
        for i in range(j + 1, n):
            rotate(matrix, j, i, n, n, turns[at], turns[at + 1])
            at += 2


@register_jitable
def moduli(matrix, n, turns, values, at):
    """The moduli of the eigenvalues of an n x n matrix, which is lost, from place `at` on."""
    for _ in range(QR_STEPS):
        qr_step(matrix, n, turns)
    i = 0
    while i < n:
        a, b, c, d = abs(matrix[i * n + i]), 0.0, 0.0, 0.0
        if i + 1 < n:
            b, c = matrix[i * n + i + 1], matrix[(i + 1) * n + i]
            d = matrix[(i + 1) * n + i + 1]
        values[at + i] = a
        if abs(c) > 1e-14 * (a + abs(d)):  # two of nearly one modulus
            a = matrix[i * n + i]
            mean, square = 0.5 * abs(a + d), 0.25 * (a - d) * (a - d) + b * c
            root = math.sqrt(abs(square))
            if square < 0.0:
                mean, root = math.sqrt(mean * mean - square), 0.0
            values[at + i], values[at + i + 1] = mean + root, abs(mean - root)
            i += 1
        i += 1


@register_jitable
def ring_of_one(tensor, legs, rows, others, values, parities):
    """Scaling dimensions of a block that is bent into a ring: its largest eigenvalue is returned.

    M[u, d] = sum_l T[u, l, d, l] is the transfer matrix of a square around a cylinder, and its
    eigenvalues are exp(2 pi (c / 12 - x_i)) times a constant. `values` becomes the x_i, the
    smallest first, and `parities` theirs under the flip of all spins.
    """
    nu, nl = legs[0], legs[1]
    size = 0
    for parity in range(2):
        n, at = 0, 0
        for u in range(nu):
            if legs[2 + u] != parity:
                continue
            n += 1
            for d in range(nu):
                if legs[2 + d] == parity:
                    rows[at] = 0.0
                    for l in range(nl):
                        rows[at] += tensor[((u * nl + l) * nu + d) * nl + l]
                    at += 1
        moduli(rows, n, others, values, size)
        for i in range(size, size + n):
            value, k = values[i], i
            while k > 0 and values[k - 1] < value:
                values[k], parities[k] = values[k - 1], parities[k - 1]
                k -= 1
            values[k], parities[k] = value, parity
        size += n
    largest = values[0]
    for i in range(nu):
        values[i] = -math.log(values[i] / largest) / (2.0 * math.pi)
    return largest


@register_jitable
def ring_of_two(tensor, legs, rows, others):
    """Largest eigenvalue of the transfer matrix of two blocks in a ring, by its powers."""
    nu, nl = legs[0], legs[1]
    size, block = nu * nu, nl * nu * nl
    value = 0.0
    for i in range(size):
        others[i] = 0.0
    others[0] = 1.0
    for _ in range(POWER_STEPS):
        for a in range(nu):
            for r in range(nl):  # a r d l = v [b] d, T a l [b] r
                to = (a * nl + r) * nu * nl
                product(others, 0, 1, nu, tensor, a * block + r, nu * nl, nl, rows, to, nu, nl, nu)
        # a c = a [r d l], T c [r d l]
        product(rows, 0, block, 1, tensor, 0, block, 1, others, 0, nu, nu, block)
        length = math.sqrt(square_of(others, 0, size))
        for i in range(size):
            others[i] /= length
        before, value = value, length
        if abs(value - before) <= 1e-14 * value:
            break
    return value


@register_jitable
def central_charge(one, two):
    """c from the largest eigenvalues of rings of one and of two blocks: 4 ln(one**2 / two) / pi."""
    return 4.0 / math.pi * math.log(one * one / two)
