"""Groups that keep most information, ours and k means: who keeps more, who is faster?

    python benchmarks/information.py     half a minute; exit code 1 if ours keeps less

No package that one can install groups rows by the Kullback-Leibler distance, so the peer is what
one would take instead: KMeans on the rows' conditional probabilities, weighted by how often they
occur, with as many starts. Both get the same tables in this process, in one thread, in turns; a
time is the least of ROUNDS turns in CPU seconds. KMeans stops where Lloyd does and is faster. Ours
goes on to move single rows, which is what keeps more.

Needs the extra `learn`. Writes `information.json` beside this file.
"""

import os

for threads in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"

import json  # noqa: E402
import platform  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from importlib.metadata import version  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402
from sklearn.cluster import KMeans  # noqa: E402

from rgcourse.grammar import label_counts, number_tuples, random_grammar  # noqa: E402
from rgcourse.information import (  # noqa: E402
    block_given_ring,
    group_rows,
    keep_most,
    mutual_information,
    rings_of,
)
from rgcourse.samplers import SwendsenWang  # noqa: E402
from rgcourse.text import encode, joint_counts, novels, vocabulary  # noqa: E402

HERE = Path(__file__).parent
ROUNDS, STARTS = 3, 10


def magnet(rng):
    """States of a 2 x 2 block against its surroundings, at the critical coupling, (16, 2000)."""
    chain = SwendsenWang(32, np.log1p(np.sqrt(2)) / 2, rng=rng)
    chain.sweep(200)
    lattices = np.array([chain.sweep(2) or chain.spins for _ in range(125)])
    return block_given_ring(rings_of(lattices)[:2000], chain.K).T


def grammar(rng):
    """Pairs of letters against labels, place by place, at P* sentences."""
    labels, levels = random_grammar(3, v=8, m=4, rng=rng).sample(512, rng=rng)
    return label_counts(number_tuples(levels[-1], v=8), labels, n_tuples=64, n_classes=8)


def words(rng):
    """500 words of one novel against the word that follows."""
    novel = novels()["Emma"].words
    known = vocabulary(novel, 500)
    return joint_counts(encode(novel, known), 1, 501)[:500]


def peer(table, k):
    weight = table.sum(axis=1)
    seen = weight > 0
    labels = np.full(len(table), -1)
    labels[seen] = KMeans(k, n_init=STARTS, random_state=0).fit_predict(
        table[seen] / weight[seen, None], sample_weight=weight[seen]
    )
    return labels


def compare(name, table, k):
    """One row: seconds and information kept, of both."""
    programs = {
        "ours": lambda: keep_most(table, k, n_restarts=STARTS, rng=1).labels,
        "scikit-learn KMeans": lambda: peer(table, k),
    }
    programs["ours"]()  # compile
    seconds, kept = {each: [] for each in programs}, {}
    for _ in range(ROUNDS):
        for each, run in programs.items():
            start = time.process_time()
            labels = run()
            seconds[each].append(time.process_time() - start)
            kept[each] = mutual_information(group_rows(table, labels, k))
    least = {each: min(times) for each, times in seconds.items()}
    row = {"table": name, "shape": list(table.shape), "groups": k, "starts": STARTS,
           "seconds": least, "information": kept, "all": mutual_information(table),
           "faster": least["scikit-learn KMeans"] / least["ours"]}  # fmt: skip
    print(f"{name:8} {table.shape} into {k}: {row['faster']:.2f} times as fast, keeps "
          f"{kept['ours']:.4f} nats, KMeans {kept['scikit-learn KMeans']:.4f}")  # fmt: skip
    return row


def main():
    rng = np.random.default_rng(15)
    rows = [compare("magnet", magnet(rng), 2), compare("grammar", grammar(rng), 8),
            compare("words", words(rng), 32)]  # fmt: skip
    about = {"machine": platform.machine(), "python": platform.python_version(),
             **{name: version(name) for name in ("numpy", "numba", "scikit-learn")}}  # fmt: skip
    text = json.dumps({"about": about, "rows": rows}, indent=1)
    (HERE / "information.json").write_text(text + "\n", encoding="utf-8")
    worse = [r["table"] for r in rows if r["information"]["ours"] < max(r["information"].values())]
    return int(bool(worse))


if __name__ == "__main__":
    sys.exit(main())
