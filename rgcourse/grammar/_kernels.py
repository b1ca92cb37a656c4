"""Kernels: draw rules, write sentences, group tuples, count them, pass beliefs up and down a tree.

All arrays are flat. One level has `n` symbols in a row, sentence after sentence; the level below
has `n * s`, and the s children of symbol i are i * s ... i * s + s - 1. The rules of a level are
`rules[(symbol * m + choice) * s + child]`. A tuple of s symbols has the number that its symbols
write in base v, the first one leading; what is unknown is -1, and stays so.
"""

from numba.extending import register_jitable

from .._compile import compiled
from .._random import next_below


@register_jitable
def draw_rules(n_symbols, m, s, v, deck, rules, state):
    """Write n_symbols * m different tuples, drawn without putting back.

    `deck` has room for v**s numbers, `rules` for n_symbols * m * s.
    """
    n_tuples = 1
    for _ in range(s):
        n_tuples *= v
    for t in range(n_tuples):
        deck[t] = t
    for i in range(n_symbols * m):
        j = i + next_below(state, n_tuples - i)
        number, deck[j] = deck[j], deck[i]
        deck[i] = number
        for child in range(s - 1, -1, -1):
            rules[i * s + child] = number % v
            number //= v


@register_jitable
def write_level(n, m, s, rules, above, below, state):
    """Write each of the n symbols of `above` as one of its m tuples, by a fair draw."""
    for i in range(n):
        rule = (above[i] * m + next_below(state, m)) * s
        for child in range(s):
            below[i * s + child] = rules[rule + child]


@register_jitable
def number_tuples(n, s, v, below, tuples):
    """The numbers of n tuples of s symbols each; -1 where a symbol is."""
    for i in range(n):
        number = 0
        for child in range(s):
            symbol = below[i * s + child]
            number = -1 if symbol < 0 or number < 0 else number * v + symbol
        tuples[i] = number


@register_jitable
def group_tuples(n, groups, tuples, above):
    """Replace n tuples by their groups; -1 stays."""
    for i in range(n):
        above[i] = groups[tuples[i]] if tuples[i] >= 0 else -1


@register_jitable
def count_labels(n_sentences, n_blocks, n_classes, tuples, labels, counts):
    """Add to counts[tuple, place, label] how often a tuple stands at a place under a label."""
    for i in range(n_sentences):
        for place in range(n_blocks):
            t = tuples[i * n_blocks + place]
            if t >= 0:
                counts[(t * n_blocks + place) * n_classes + labels[i]] += 1


@register_jitable
def count_neighbours(n, s, n_seen, size, tuples, context, counts):
    """Add to counts[tuple, child, other, place, seen] what stands beside the n tuples.

    A tuple is child 0 ... s - 1 of the symbol above it, and the others, 0 ... s - 2 in their
    order, are its siblings. Each of them shows `size` numbers from 0 to n_seen - 1 in `context`.
    """
    n_columns = s * (s - 1) * size * n_seen
    for i in range(n):
        t, child = tuples[i], i % s
        if t < 0:
            continue
        for other in range(s - 1):
            sibling = i - child + other + (other >= child)
            column = (child * (s - 1) + other) * size
            for place in range(size):
                seen = context[sibling * size + place]
                if seen >= 0:
                    counts[t * n_columns + (column + place) * n_seen + seen] += 1


@register_jitable
def normalize(row, n, messages):
    """Divide n numbers from `row` on by their sum; all equal if that is zero."""
    total = 0.0
    for k in range(n):
        total += messages[row + k]
    for k in range(n):
        messages[row + k] = messages[row + k] / total if total > 0 else 1.0 / n


@register_jitable
def beliefs_up(n, n_symbols, m, s, v, rules, below, above):
    """What n symbols should be, from what their children should be: above[i, symbol], normalized.

    above[a] ~ sum over the m tuples of a of the product of below[child, symbol of the tuple].
    """
    for i in range(n):
        for symbol in range(n_symbols):
            total = 0.0
            for choice in range(m):
                rule, product = (symbol * m + choice) * s, 1.0
                for child in range(s):
                    product *= below[(i * s + child) * v + rules[rule + child]]
                total += product
            above[i * n_symbols + symbol] = total
        normalize(i * n_symbols, n_symbols, above)


@register_jitable
def beliefs_down(n, n_symbols, m, s, v, rules, outside, below, outside_below):
    """What everything outside says about the children of n symbols, normalized.

    `outside[i, symbol]` says it about the symbols themselves, `below` is what lies under the
    children: a child hears its parent, weighed by what its siblings say, and not itself.
    """
    for i in range(n):
        for k in range(s * v):
            outside_below[i * s * v + k] = 0.0
        for symbol in range(n_symbols):
            for choice in range(m):
                rule = (symbol * m + choice) * s
                for child in range(s):
                    product = outside[i * n_symbols + symbol]
                    for other in range(s):
                        if other != child:
                            product *= below[(i * s + other) * v + rules[rule + other]]
                    outside_below[(i * s + child) * v + rules[rule + child]] += product
        for child in range(s):
            normalize((i * s + child) * v, v, outside_below)


_draw_rules, _write_level = compiled(draw_rules), compiled(write_level)
_number_tuples, _group_tuples = compiled(number_tuples), compiled(group_tuples)
_count_labels, _count_neighbours = compiled(count_labels), compiled(count_neighbours)
_beliefs_up, _beliefs_down = compiled(beliefs_up), compiled(beliefs_down)
