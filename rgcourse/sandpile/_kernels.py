"""Kernels of the sandpile, on flat buffers: the same functions run in the page.

A pile of side L is stored with a frame of one site all around it, (L + 2)**2 numbers in rows of
W = L + 2. Grains that leave fall into the frame, whose sites are so deep, `DEEP`, that they never
topple. `lists` holds four lists of L * L sites, one after the other: two fronts of unstable sites,
which take turns, how often each site of the front topples, and the sites that have toppled since
`totals` was last cleared. `totals` counts topplings, sites that toppled, steps, and grains lost.
"""

from numba import int64, uint64
from numba.extending import register_jitable

from .._compile import compiled
from .._random import next_below, next_word

DEEP = -(2**30)  # height of the frame at the start


@register_jitable
def neighbour(i, direction, L):
    """The site next to i: up, right, down, left for directions 0 to 3."""
    if direction == 0:
        return i - (L + 2)
    if direction == 1:
        return i + 1
    if direction == 2:
        return i + (L + 2)
    return i - 1


@register_jitable
def inside(i, L):
    """Site i of the flat pile without its frame, in the pile with it."""
    return (i // L + 1) * (L + 2) + i % L + 1


@register_jitable
def framed(i, L):
    """1 if site i lies in the frame, else 0."""
    row, column = i // (L + 2), i % (L + 2)
    return 1 if row == 0 or row == L + 1 or column == 0 or column == L + 1 else 0


@register_jitable
def clear_counts(topplings, lists, L, totals):
    """Forget the topplings of the last avalanche: set its sites and `totals` to zero."""
    for m in range(int64(totals[1])):
        topplings[lists[3 * L * L + m]] = 0
    for k in range(4):
        totals[k] = 0.0


@register_jitable
def find_unstable(heights, lists, L, limit):
    """List the sites at or above the limit, 4 or 2, as the first front; how many there are."""
    n = int64(0)
    for k in range(L * L):
        i = inside(k, L)
        if heights[i] >= limit:
            lists[n] = i
            n += 1
    return n


@register_jitable
def receive(heights, lists, L, j, grains, limit, start, n):
    """Add grains to site j and, if that makes it unstable, list it; the new length of the list."""
    old = heights[j]
    heights[j] = old + grains
    if old < limit and old + grains >= limit:
        lists[start + n] = j
        return n + 1
    return n


@register_jitable
def count_toppling(topplings, lists, L, totals, i, times):
    """Enter into the counts that site i toppled so many times."""
    if topplings[i] == 0:
        lists[3 * L * L + int64(totals[1])] = i
        totals[1] += 1.0
    topplings[i] += times
    totals[0] += times


@register_jitable
def topple_front(heights, topplings, lists, L, here, n_front, totals):
    """Topple all unstable sites at once, each as often as it can; the number unstable after it.

    A toppling gives one grain to each of the four neighbours. The front is list `here`, 0 or 1, and
    the next front the other one.
    """
    sites = L * L
    for m in range(n_front):
        i = int64(lists[here * sites + m])
        times = int64(heights[i]) >> 2
        heights[i] -= 4 * times
        lists[2 * sites + m] = times
        count_toppling(topplings, lists, L, totals, i, times)
    n = int64(0)
    there = (1 - here) * sites
    for m in range(n_front):
        i = int64(lists[here * sites + m])
        times = int64(lists[2 * sites + m])
        for direction in range(4):
            j = neighbour(i, direction, L)
            if heights[j] < 0:
                totals[3] += times
            n = receive(heights, lists, L, j, times, 4, there, n)
    totals[2] += 1.0
    return n


@register_jitable
def topple_front_manna(heights, topplings, lists, L, here, n_front, totals, state):
    """The same by Manna's rule: two grains go, each to a neighbour drawn by lot."""
    sites = L * L
    for m in range(n_front):
        i = int64(lists[here * sites + m])
        times = int64(heights[i]) >> 1
        heights[i] -= 2 * times
        lists[2 * sites + m] = times
        count_toppling(topplings, lists, L, totals, i, times)
    n = int64(0)
    there = (1 - here) * sites
    for m in range(n_front):
        i = int64(lists[here * sites + m])
        for _ in range(lists[2 * sites + m]):
            word = next_word(state)
            for shift in (62, 60):
                j = neighbour(i, int64((word >> uint64(shift)) & uint64(3)), L)
                if heights[j] < 0:
                    totals[3] += 1.0
                n = receive(heights, lists, L, j, 1, 2, there, n)
    totals[2] += 1.0
    return n


@register_jitable
def drop_grain(heights, lists, L, site, limit):
    """Drop one grain on a site of the flat pile; 1 if that site is now unstable, and listed."""
    return receive(heights, lists, L, inside(site, L), 1, limit, 0, 0)


@register_jitable
def random_site(L, state):
    """A site of the flat pile, drawn at random."""
    return next_below(state, L * L)


@register_jitable
def drop_grains(heights, topplings, lists, L, manna, n, records, totals, state):
    """Drop n grains at random, one when the last has come to rest.

    `records` receives four numbers of each avalanche: topplings, sites that toppled, steps, grains
    lost.
    """
    limit = 2 if manna else 4
    for t in range(n):
        clear_counts(topplings, lists, L, totals)
        front = drop_grain(heights, lists, L, random_site(L, state), limit)
        here = int64(0)
        while front > 0:
            if manna:
                front = topple_front_manna(heights, topplings, lists, L, here, front, totals, state)
            else:
                front = topple_front(heights, topplings, lists, L, here, front, totals)
            here = 1 - here
        for k in range(4):
            records[4 * t + k] = totals[k]


@register_jitable
def burn(heights, times, lists, L):
    """Burn the pile from its frame inwards; the number of sites that burn.

    A site burns when it holds at least as many grains as it has neighbours that do not burn yet.
    `times` receives the step at which each site burns, 0 in the frame, and -1 where it never does.
    """
    W = L + 2
    for i in range(W * W):
        times[i] = 0 if framed(i, L) else -4  # minus the number of neighbours that do not burn
    burnt = int64(0)
    for i in range(W * W):
        if framed(i, L):
            burnt = set_fire(heights, times, lists, L, i, burnt)
    done = int64(0)
    while done < burnt:
        burnt = set_fire(heights, times, lists, L, int64(lists[done]), burnt)
        done += 1
    for i in range(W * W):
        times[i] = max(int64(times[i]), -1)
    return burnt


@register_jitable
def set_fire(heights, times, lists, L, i, burnt):
    """What the burning site i does to its neighbours; the number of burning sites after it."""
    W = L + 2
    for direction in range(4):
        j = neighbour(i, direction, L)
        if j < 0 or j >= W * W or times[j] >= 0 or framed(j, L):
            continue
        times[j] += 1
        if heights[j] + times[j] >= 0:
            times[j] = times[i] + 1
            lists[burnt] = j
            burnt += 1
    return burnt


@register_jitable
def grow_tree(tree, depth, L, state):
    """A spanning tree that hangs from the frame, each equally likely: Wilson's walks.

    A walk starts where there is no tree yet and remembers, at each site, the direction in which it
    left last; when it meets the tree, that path without its loops is added. `tree` holds the
    directions, `depth` the number of steps to the frame.
    """
    W = L + 2
    for i in range(W * W):
        depth[i] = 0 if framed(i, L) else -1
    for k in range(L * L):
        start = inside(k, L)
        i = start
        while depth[i] < 0:
            direction = int64(next_word(state) >> uint64(62))
            tree[i] = direction
            i = neighbour(i, direction, L)
        steps = int64(depth[i])
        i = start
        while depth[i] < 0:
            steps += 1
            i = neighbour(i, int64(tree[i]), L)
        i = start
        while depth[i] < 0:
            depth[i] = steps
            steps -= 1
            i = neighbour(i, int64(tree[i]), L)


@register_jitable
def pile_of_tree(tree, depth, L, heights):
    """The recurrent pile that burns along the tree: Majumdar and Dhar's bijection.

    A site of depth d burns at step d. It holds 4 grains less one for each neighbour burnt before,
    and one more for each neighbour of depth d - 1 that comes before its own parent.
    """
    W = L + 2
    for i in range(W * W):
        heights[i] = DEEP
    for k in range(L * L):
        i = inside(k, L)
        height = int64(4)
        for direction in range(4):
            other = depth[neighbour(i, direction, L)]
            if other < depth[i]:
                height -= 1
                if other == depth[i] - 1 and direction < tree[i]:
                    height += 1
        heights[i] = height


@register_jitable
def draw_pile(heights, tree, depth, L, state):
    """A recurrent pile, each equally likely: the stationary state, without waiting for it."""
    grow_tree(tree, depth, L, state)
    pile_of_tree(tree, depth, L, heights)


def topple_for(heights, topplings, lists, L, here, n_front, steps, totals):
    """Topple for so many steps at most; the number of unstable sites left.

    After an even number of steps they stand in the same list, `here`.
    """
    for _ in range(steps):
        if n_front == 0:
            break
        n_front = topple_front(heights, topplings, lists, L, here, n_front, totals)
        here = 1 - here
    return n_front


def profile_of(heights, topplings, lists, L, site, totals, profile):
    """Drop a grain on a site and write how many sites topple at each step; the number of steps."""
    clear_counts(topplings, lists, L, totals)
    front = drop_grain(heights, lists, L, site, 4)
    here, steps = int64(0), int64(0)
    while front > 0:
        if steps < profile.size:
            profile[steps] = front
        front = topple_front(heights, topplings, lists, L, here, front, totals)
        here = 1 - here
        steps += 1
    return steps


def list_recurrent(L, heights, times, lists, codes):
    """Write the codes of the piles that burn, of all 4**(L * L) stable ones; their number.

    A code is the pile read as a number in base 4, its last site the lowest digit.
    """
    n = int64(0)
    for code in range(1 << (2 * L * L)):
        unpack(code, L, heights)
        if burn(heights, times, lists, L) == L * L:
            codes[n] = code
            n += 1
    return n


def list_reached(L, heights, topplings, lists, totals, seen, codes):
    """Write the codes of all piles that grains make of the full one, itself included; their number.

    `seen` has a byte for each code, all 0 at the start.
    """
    full = (int64(1) << (2 * L * L)) - 1
    codes[0] = full
    seen[full] = 1
    n, done = int64(1), int64(0)
    while done < n:
        for site in range(L * L):
            unpack(codes[done], L, heights)
            front = drop_grain(heights, lists, L, site, 4)
            clear_counts(topplings, lists, L, totals)
            here = int64(0)
            while front > 0:
                front = topple_front(heights, topplings, lists, L, here, front, totals)
                here = 1 - here
            code = int64(0)
            for k in range(L * L):
                code = 4 * code + heights[inside(k, L)]
            if seen[code] == 0:
                seen[code] = 1
                codes[n] = code
                n += 1
        done += 1
    return n


@register_jitable
def unpack(code, L, heights):
    """The pile of a code."""
    for k in range(L * L):
        heights[inside(k, L)] = (code >> (2 * (L * L - 1 - k))) & 3


_find_unstable, _topple_for = compiled(find_unstable), compiled(topple_for)
_drop_grains, _profile_of = compiled(drop_grains), compiled(profile_of)
_burn, _draw_pile = compiled(burn), compiled(draw_pile)
_list_recurrent, _list_reached = compiled(list_recurrent), compiled(list_reached)
