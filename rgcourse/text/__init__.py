"""A text as a chain of words: what a word says about another one d words later.

Six novels by Jane Austen are carried along, 729 000 words in small letters. A text is encoded as
an array of whole numbers `ids`, each word's rank in a vocabulary, where all words beyond it are one
symbol more. `corpus` has the novels, `pairs` counts pairs of words and finds the functions of a
word that its neighbours say most about, `windows` measures C(d) with its error, and `controls`
makes texts that have forgotten what they should.
"""

from .controls import markov_text, pieces, shuffle_pieces, tree_correlation, tree_text
from .corpus import Novel, encode, letters, novels, vocabulary
from .pairs import WordFunctions, correlation_at, joint_counts, word_functions
from .windows import correlation_near

__all__ = [
    "Novel",
    "WordFunctions",
    "correlation_at",
    "correlation_near",
    "encode",
    "joint_counts",
    "letters",
    "markov_text",
    "novels",
    "pieces",
    "shuffle_pieces",
    "tree_correlation",
    "tree_text",
    "vocabulary",
    "word_functions",
]
