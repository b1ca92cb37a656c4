"""What a small configuration says about the rest, and the few groups that keep most of it.

A table of counts has one row for each small configuration (the 16 states of a block of spins, the
64 pairs of symbols, the 1000 words) and one column for each state of the rest (the surroundings,
the label, the next word). A coarse-graining step is a rule that puts the rows into k groups. What
it keeps is the mutual information of group and column, in nats,

    I = sum_gc p(g, c) ln p(g, c) / (p(g) p(c)).

`tables` measures information, `grouping` finds the rule that keeps most: the same function on a
magnet, on a grammar and on a novel. `surroundings` has the magnet's table exactly, ring by ring,
and `block_rules` what any rule makes of it and of whole lattices.
"""

from .block_rules import block_by_rule
from .grouping import Grouping, keep_most
from .surroundings import all_rules, block_given_ring, rings_of, rule_information, with_images
from .tables import group_rows, information_bias, mutual_information

__all__ = [
    "Grouping",
    "all_rules",
    "block_by_rule",
    "block_given_ring",
    "group_rows",
    "information_bias",
    "keep_most",
    "mutual_information",
    "rings_of",
    "rule_information",
    "with_images",
]
