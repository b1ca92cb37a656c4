"""Levin and Nave's renormalization of tensors on flat buffers, for a page that does it while read.

A tensor T[u, l, d, r] stands for a block of the square lattice; its legs are up, left, down, right.
Every value of a leg is even or odd under the flip of all spins. An element is zero unless an even
number of its legs is odd, so each matrix is two blocks of half the size. In `legs` stand the number
of values of u and of d, that of l and of r, and `MOST` parities for either pair; from `NEW` on the
same for the legs after a step.
"""

import math

from numba.extending import register_jitable

__all__: list[str] = []  # kernels, imported by name

MOST = 16  # values that a leg can have
NEW = 2 + 2 * MOST
SAME = 1e-9  # relative distance below which two singular values are of one multiplet
NEGLIGIBLE = 1e-14  # of the largest singular value: what is smaller is rounding
ORTHOGONAL = 1e-14  # cosine between two rows that are called orthogonal ...
ROUNDING = 1e-16  # ... and their product in units of the largest and of the longer one, alone
MAX_SWEEPS = 40


@register_jitable
def first_tensor(K, tensor, legs, totals):
    """T of one spin at coupling K >= 0 and its legs; `totals` becomes ln 1 and one site.

    exp(K s s') = sum_a W[s, a] W[s', a], and T[u, l, d, r] = sum_s of the product of four W.
    """
    even, odd = math.sqrt(0.5 * (math.exp(K) + math.exp(-K))), 0.0
    if K > 0.0:
        odd = math.sqrt(0.5 * (math.exp(K) - math.exp(-K)))
    for i in range(16):
        element, ones = 2.0, 0
        for leg in range(4):
            bit = (i >> leg) & 1
            element *= odd if bit else even
            ones += bit
        tensor[i] = element if ones % 2 == 0 else 0.0
    for pair in range(2):
        legs[pair] = 2
        for a in range(2):
            legs[2 + pair * MOST + a] = a
    totals[0], totals[1] = 0.0, 1.0


@register_jitable
def parity_of(legs, pair, a, b):
    """0 or 1: of value `a` of a leg of this pair together with value `b` of one of the other."""
    return legs[2 + pair * MOST + a] ^ legs[2 + (1 - pair) * MOST + b]


@register_jitable
def square_of(rows, at, width):
    """Squared length of the row at this address."""
    square = 0.0
    for x in range(at, at + width):
        square += rows[x] * rows[x]
    return square


@register_jitable
def rotate(rows, u, v, n, stride, cosine, sine):
    """Rotate two rows of n numbers, at the addresses u and v, in their plane; or two columns."""
    for _ in range(n):
        p, q = rows[u], rows[v]
        rows[u] = cosine * p + sine * q
        rows[v] = cosine * q - sine * p
        u, v = u + stride, v + stride


@register_jitable
def triangular_rows(rows, at, n):
    """Rotate n rows of n numbers until each has one zero more than the row before.

    The column with most left in it goes first. Rows by falling length are soon orthogonal.
    """
    for j in range(n - 1):
        largest, pivot = 0.0, 0
        for column in range(n):
            square = 0.0
            for i in range(j, n):
                square += rows[at + i * n + column] * rows[at + i * n + column]
            if square > largest:
                largest, pivot = square, column
        for i in range(j + 1, n):
            a, b = rows[at + j * n + pivot], rows[at + i * n + pivot]
            length = math.sqrt(a * a + b * b)
            if length > 0.0:
                rotate(rows, at + j * n, at + i * n, n, 1, a / length, b / length)


@register_jitable
def orthogonal_rows(rows, at, n, squares, first):
    """Rotate n rows of n numbers until they are orthogonal: row i becomes s_i times v_i.

    One-sided Jacobi, after Hestenes: of a matrix U S V^T what is left is S V^T. A rotation puts the
    longer row first. From `first` on, `squares` holds the squared lengths.
    """
    triangular_rows(rows, at, n)
    for _ in range(MAX_SWEEPS):
        turned, largest = 0, 0.0
        for i in range(n):
            squares[first + i] = square_of(rows, at + i * n, n)
            largest = max(largest, squares[first + i])
        smallest = largest * NEGLIGIBLE * NEGLIGIBLE
        for i in range(n - 1):
            for j in range(i + 1, n):
                a, b, c = squares[first + i], squares[first + j], 0.0
                if min(a, b) <= smallest:
                    continue
                for x in range(n):
                    c += rows[at + i * n + x] * rows[at + j * n + x]
                share = ORTHOGONAL * math.sqrt(a * b) + ROUNDING * math.sqrt(largest * max(a, b))
                if abs(c) <= share:
                    continue
                slope = abs(a - b) / (2.0 * c)
                t = 1.0 / (abs(slope) + math.sqrt(1.0 + slope * slope))
                if c < 0.0:
                    t = -t
                cosine = 1.0 / math.sqrt(1.0 + t * t)
                sine = t * cosine
                if a < b:
                    cosine, sine = sine, cosine
                rotate(rows, at + i * n, at + j * n, n, 1, cosine, sine)
                squares[first + i] = max(a, b) + t * c
                squares[first + j] = min(a, b) - t * c
                turned += 1
        if turned == 0:
            return


@register_jitable
def product(left, x, x_row, x_sum, right, y, y_row, y_sum, out, to, n_rows, n_columns, n_sum):
    """out[i, j] = sum_k left[x + i x_row + k x_sum] right[y + j y_row + k y_sum], from `to` on."""
    for i in range(n_rows):
        for j in range(n_columns):
            element = 0.0
            u, v = x + i * x_row, y + j * y_row
            for _ in range(n_sum):
                element += left[u] * right[v]
                u, v = u + x_sum, v + y_sum
            out[to + i * n_columns + j] = element


@register_jitable
def order_by_parity(legs, pair, width, n, parity, places, at):
    """Write the n rows or columns of this parity to `places`, from `at` on; where they end.

    Their first leg is of `pair`, and the second, with `width` values, of the other pair.
    """
    for i in range(n):
        if parity_of(legs, pair, i // width, i % width) == parity:
            places[at] = i
            at += 1
    return at


@register_jitable
def split(
    turned, chi, matrix, legs, left, right, halves, rows, lengths, places, spectrum, parities
):
    """matrix[i, j] = sum_k left[k, i] right[k, j] with at most chi values of k.

    Singular values that are equal are kept or left together. Rows are [u l] and columns [d r], or
    with `turned` 1 [u r] and [l d]. Both halves stand in `halves`, from `left` and from `right` on,
    where there are zeros before; the new leg is written into `legs`. `spectrum` becomes all
    singular values in units of the largest, which comes first, and `parities` theirs. `places`
    becomes the rows and the columns, even ones first, and the order of the singular values.
    """
    nu, nl = legs[0], legs[1]
    n, first, at = nu * nl, 0, 0
    even = 0
    for parity in range(2):
        end = order_by_parity(legs, 0, nl, n, parity, places, first)
        order_by_parity(legs, turned, nu if turned else nl, n, parity, places, n + first)
        size = end - first
        for i in range(size):
            for j in range(size):
                rows[at + i * size + j] = matrix[places[first + i] * n + places[n + first + j]]
        orthogonal_rows(rows, at, size, lengths, first)
        for i in range(first, end):
            lengths[i] = math.sqrt(lengths[i])
            k = i  # the longest first
            while k > 0 and lengths[places[2 * n + k - 1]] < lengths[i]:
                places[2 * n + k] = places[2 * n + k - 1]
                k -= 1
            places[2 * n + k] = i
        if parity == 0:
            even, first, at = end, end, end * end
    kept = 0
    for k in range(n):
        row = places[2 * n + k]
        spectrum[k], parities[k] = lengths[row] / lengths[places[2 * n]], 1 if row >= even else 0
        if k < chi and spectrum[k] > NEGLIGIBLE:
            kept += 1
    whole = kept
    while 0 < whole < n and spectrum[whole - 1] - spectrum[whole] <= SAME * spectrum[whole - 1]:
        whole -= 1
    if whole > 0:  # no multiplet is torn apart
        kept = whole
    for k in range(kept):
        row, odd = places[2 * n + k], parities[k]
        first, size, at = odd * even, even + odd * (n - 2 * even), odd * even * even
        for j in range(size):
            element = rows[at + (row - first) * size + j]
            halves[right + k * n + places[n + first + j]] = element
        # k i = k [j], i [j]
        x, y = right + k * n, left + k * n
        product(halves, x, 0, 1, matrix, 0, n, 1, halves, y, 1, n, n)
        root = math.sqrt(lengths[row])
        for i in range(n):
            halves[x + i] /= root
            halves[y + i] /= root * lengths[row]
        legs[NEW + 2 + turned * MOST + k] = odd
    legs[NEW + turned] = kept


@register_jitable
def trg_step(
    chi, tensor, legs, totals, halves, rows, others, lengths, places, spectrum, parities
):  # fmt: skip
    """One step: T becomes that of twice as many sites, turned by 45 degrees.

    T is divided by its largest element, whose logarithm `totals` keeps beside the number of sites,
    and split along both diagonals. Four halves around a plaquette make the new T, whose legs have
    at most chi values. `spectrum` and `parities` are those of the split [u l] [d r]. With c = chi,
    `rows` and `others` hold c**4 numbers, `halves` 4 c**3, `lengths` c**2 and `places` 3 c**2.
    """
    nu, nl = legs[0], legs[1]
    n, size = nu * nl, nu * nu
    largest = 0.0
    for i in range(n * n):
        largest = max(largest, abs(tensor[i]))
    totals[0] = 2.0 * (totals[0] + math.log(largest))
    totals[1] = 2.0 * totals[1]
    for i in range(n * n):
        tensor[i] /= largest
        ul, d, r = i // n, i // nl % nu, i % nl
        others[((ul // nl * nl + r) * nl + ul % nl) * nu + d] = tensor[i]  # [u r] [l d]
    a, b, c, d = 0, chi * n, 2 * chi * n, 3 * chi * n  # addresses of the halves
    for i in range(4 * chi * n):
        halves[i] = 0.0
    split(1, chi, others, legs, c, d, halves, rows, lengths, places, spectrum, parities)
    split(0, chi, tensor, legs, a, b, halves, rows, lengths, places, spectrum, parities)
    n0, n1 = legs[NEW], legs[NEW + 1]
    for k in range(n0):
        for q in range(n1):  # k q d e = k d [r], q [r] e
            x, y = b + k * n, d + q * n
            product(halves, x, nl, 1, halves, y, 1, nu, rows, (k * n1 + q) * size, nu, nu, nl)
            # q k d e = q d [l], k e [l], a lower row of the plaquette
            x, y = c + q * n, a + k * n
            product(halves, x, nl, 1, halves, y, nl, 1, others, (q * n0 + k) * size, nu, nu, nl)
    for k in range(n0):
        for p in range(n1):  # k p m q = p m [d e], k q [d e]
            x, y, to = p * n0 * size, k * n1 * size, (k * n1 + p) * n0 * n1
            product(others, x, size, 1, rows, y, size, 1, tensor, to, n0, n1, size)
    for i in range(NEW):
        legs[i] = legs[NEW + i]


@register_jitable
def log_z_at(tensor, legs, totals):
    """ln Z per site of the torus that one tensor makes when its legs are joined: exact if T is."""
    nu, nl = legs[0], legs[1]
    trace = 0.0
    for u in range(nu):
        for l in range(nl):
            trace += tensor[((u * nl + l) * nu + u) * nl + l]
    return (math.log(abs(trace)) + totals[0]) / totals[1]
