"""The random hierarchy model: a grammar drawn at random, made to be undone level by level.

Level 0 has one symbol a sentence, its label, of `n_classes` kinds. Each symbol of a level is
written as one of its m tuples of s symbols of v kinds, all m equally often, and so on down to
level L, the text of s^L symbols. The tuples of a level are drawn once, no tuple twice, so that
every text has one parse. The m tuples of one symbol are its *synonyms*.

    grammar = random_grammar(3, v=8, m=4, rng=rng)    # .rules: (symbols, m, s), level by level
    labels, levels = grammar.sample(1000, rng=rng)    # levels[0] ... levels[L], the text
    tuples = number_tuples(levels[-1], v=8)           # (1000, s^(L-1)), from 0 to v^s - 1
    label_counts(tuples, labels, ...)                 # what tuples say about the label
    neighbour_counts(tuples, ...)                     # or about the sibling, coarse or raw
    regroup(tuples, groups)                           # one level up, by groups that were found

`model` has the grammar, `learning` the tables of counts from which its groups can be found, and
`denoising` exact belief propagation on its trees, with the recursion for the mean belief. Unknown
symbols are -1: their tuples are, and no table counts them.

References
----------
F. Cagnetta, L. Petrini, U. M. Tomasini, A. Favero and M. Wyart, Phys. Rev. X 14, 031001 (2024),
doi:10.1103/PhysRevX.14.031001.
"""

from .denoising import Beliefs, believe, denoising_map, hints
from .learning import label_counts, neighbour_counts, number_tuples, regroup
from .model import Grammar, Sentences, random_grammar

__all__ = [
    "Beliefs",
    "Grammar",
    "Sentences",
    "believe",
    "denoising_map",
    "hints",
    "label_counts",
    "neighbour_counts",
    "number_tuples",
    "random_grammar",
    "regroup",
]
