"""Small convolutional networks that look at spins, run by the course's own kernel, or read text.

A network halves the lattice once a layer, on the torus. The first layer looks at windows of 3 x 3
spins, which overlap and so contain every bond; the others join blocks of 2 x 2. Then come the mean
of every channel, a hidden layer, and one number, the logit of "ordered":

    maps[l][x, y, c] = relu(biases[l][c]
                            + sum_ijk maps[l - 1][2x + i, 2y + j, k] kernels[l][i, j, k, c])
    logit = out_bias + sum_h out[h] relu(hidden_bias[h] + sum_c <maps[-1]>[c] hidden[c, h])

Without the mean (`sites`) the hidden units see every site of the last maps by itself.

`TreeNet` and `Reader` read text instead: one layer for each level of a tree, all blocks alike. The
first learns classes, the second from text alone what stands beside a block.

Only training needs JAX and optax (`pip install "rgcourse[learn]"`), and asks for them when it runs.

`network` has the network and what it computes, `training` needs the two libraries; `trees` has what
reads text.
"""

from .network import ConvNet, cross_entropy, random_net
from .training import loss_and_gradient, train_nets
from .trees import Reader, TreeNet, random_reader, random_tree, train_reader, train_tree

__all__ = [
    "ConvNet", "Reader", "TreeNet", "cross_entropy", "loss_and_gradient", "random_net",
    "random_reader", "random_tree", "train_nets", "train_reader", "train_tree",
]  # fmt: skip
