/* Peers of the benchmarks, in plain C. Square lattice; int8 spins of +1 and -1 at x * L + y.

   metropolis, swendsen_wang, wolff   as a good programmer writes them in an afternoon
   packed_sweeps                      the algorithm of rgcourse/multispin/square.py, on the same
                                      buffers: after it they hold the same bits
*/
#include <stdint.h>
#include <stdlib.h>

#ifndef LEVELS
#error "compile with -DLEVELS=<rgcourse.multispin.masks.LEVELS>"
#endif

typedef uint64_t u64;

static inline u64 turn(u64 word, int shift) { return word << shift | word >> (64 - shift); }

static inline u64 next_word(u64 *s) /* xoshiro256++ */
{
    u64 word = turn(s[0] + s[3], 23) + s[0], shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = turn(s[3], 45);
    return word;
}

/* n sweeps, row by row; chance[s > 0][(sum + 4) / 2] are thresholds of random words */
void metropolis(int8_t *spins, int64_t L, const u64 *chance, u64 *state, int64_t n)
{
    while (n--)
        for (int64_t x = 0; x < L; x++) {
            int8_t *row = spins + x * L;
            const int8_t *above = spins + (x ? x - 1 : L - 1) * L;
            const int8_t *below = spins + (x < L - 1 ? x + 1 : 0) * L;
            for (int64_t y = 0; y < L; y++) {
                int sum = above[y] + below[y] + row[y ? y - 1 : L - 1] + row[y < L - 1 ? y + 1 : 0];
                if (next_word(state) < chance[(row[y] > 0) * 5 + (sum + 4) / 2]) row[y] = -row[y];
            }
        }
}

static int32_t find(int32_t *labels, int32_t i)
{
    while (labels[i] != i) {
        labels[i] = labels[labels[i]];
        i = labels[i];
    }
    return i;
}

static void join(int32_t *labels, int32_t i, int32_t j)
{
    i = find(labels, i);
    j = find(labels, j);
    if (i < j)
        labels[j] = i;
    else
        labels[i] = j;
}

/* n sweeps: equal neighbours are joined when a random word is below `bond` */
void swendsen_wang(int8_t *spins, int64_t L, u64 bond, int32_t *labels, u64 *state, int64_t n)
{
    int64_t sites = L * L;
    while (n--) {
        for (int64_t i = 0; i < sites; i++) labels[i] = i;
        for (int64_t x = 0; x < L; x++)
            for (int64_t y = 0; y < L; y++) {
                int64_t i = x * L + y, right = x * L + (y < L - 1 ? y + 1 : 0);
                int64_t below = (x < L - 1 ? i + L : y);
                if (spins[i] == spins[right] && next_word(state) < bond) join(labels, i, right);
                if (spins[i] == spins[below] && next_word(state) < bond) join(labels, i, below);
            }
        for (int64_t i = 0; i < sites; i++) {
            int32_t root = find(labels, i);
            spins[i] = root == i ? (next_word(state) >> 63 ? 1 : -1) : spins[root];
        }
    }
}

/* n clusters, each grown and flipped; how many spins they had together */
int64_t wolff(int8_t *spins, int64_t L, u64 bond, int32_t *stack, u64 *state, int64_t n)
{
    int64_t total = 0, sites = L * L;
    while (n--) {
        int32_t seed = ((next_word(state) >> 32) * sites) >> 32, height = 1;
        int8_t old = spins[seed];
        spins[seed] = -old;
        stack[0] = seed;
        while (height) {
            int32_t i = stack[--height], x = i / L, y = i % L;
            int32_t near[4] = {x * L + (y ? y - 1 : L - 1), x * L + (y < L - 1 ? y + 1 : 0),
                               (x ? x - 1 : L - 1) * L + y, (x < L - 1 ? x + 1 : 0) * L + y};
            total++;
            for (int d = 0; d < 4; d++)
                if (spins[near[d]] == old && next_word(state) < bond) {
                    spins[near[d]] = -old;
                    stack[height++] = near[d];
                }
        }
    }
    return total;
}

static int64_t sprinkle(int64_t chances, int64_t columns, const u64 *arrivals, u64 *events,
                        u64 *places, u64 *state)
{
    int64_t count = 0;
    for (int64_t chance = 0; chance < chances; chance++) {
        const u64 *table = arrivals + 1 + chance * arrivals[0];
        u64 number = next_word(state);
        while (number > *table++) {
            u64 where = next_word(state);
            u64 place = chance * columns + ((where >> 14) * columns >> 50);
            events[place] |= (u64)1 << (where & 63);
            places[count++] = place;
        }
    }
    return count;
}

static void packed_row(u64 *restrict here, const u64 *restrict there, const u64 *restrict beside,
                       int64_t width, int64_t columns, const u64 *restrict rule,
                       const u64 *restrict events, u64 *restrict streams)
{
    u64 *restrict streams1 = streams + columns;
    const u64 *restrict above = there - width, *restrict below = there + width;
    u64 digit3[LEVELS], digit4[LEVELS];
    for (int level = 0; level < LEVELS; level++) {
        digit3[level] = -(rule[0] >> level & 1);
        digit4[level] = -(rule[1] >> level & 1);
    }
    u64 turned3 = rule[2], turned4 = rule[3], fresh = rule[4], antiferro = rule[5];
    for (int64_t k = 0; k < columns; k++) {
        u64 s0 = streams[k], s1 = streams1[k], mask3 = 0, mask4 = 0, word = 0;
#pragma GCC unroll 16
        for (int level = 0; level < LEVELS; level++) {
            word = turn(s0 + s1, 17) + s0;
            mask3 = (mask3 & word) | (digit3[level] & (mask3 | word));
            mask4 = (mask4 & word) | (digit4[level] & (mask4 | word));
            s1 ^= s0;
            s0 = turn(s0, 49) ^ s1 ^ s1 << 21;
            s1 = turn(s1, 28);
        }
        streams[k] = s0;
        streams1[k] = s1;
        mask3 = (mask3 | events[k]) ^ turned3;
        mask4 = (mask4 | events[columns + k]) ^ turned4;
        u64 a = above[k], b = below[k], c = there[k], d = beside[k];
        u64 sum = a ^ b ^ c, carry = (a & b) | ((a ^ b) & c), ones = sum ^ d, last = sum & d;
        u64 twos = carry ^ last, majority = ((ones & twos) | (carry & last)) ^ antiferro;
        u64 even = (twos & (word | ~fresh)) | (~twos & mask4);
        u64 against = (ones & mask3) | (~ones & even);
        here[k] = majority ^ (against & (fresh | ~(here[k] ^ majority)));
    }
}

/* n sweeps of the packed lattice, no field */
void packed_sweeps(u64 *lattice, int64_t L, const u64 *rule, const u64 *arrivals, u64 *events,
                   u64 *places, u64 *streams, u64 *state, int64_t n)
{
    int64_t rows = L / 64, columns = L / 2, width = columns + 2, half = (rows + 2) * width;
    while (n--)
        for (int c = 0; c < 2; c++) {
            u64 *start = lattice + c * half;
            for (int64_t r = 0; r < rows; r++) {
                int64_t offset = (r + 1) * width + 1;
                u64 *there = lattice + (1 - c) * half + offset;
                int64_t count = sprinkle(2, columns, arrivals, events, places, state);
                packed_row(start + offset, there, there + ((r + c) & 1 ? 1 : -1), width, columns,
                           rule, events, streams);
                while (count) events[places[--count]] = 0;
            }
            for (int64_t r = 1; r <= rows; r++) {
                start[r * width] = start[r * width + columns];
                start[r * width + columns + 1] = start[r * width + 1];
            }
            for (int64_t k = 0; k < width; k++) {
                start[k] = turn(start[rows * width + k], 1);
                start[(rows + 1) * width + k] = turn(start[width + k], 63);
            }
        }
}
