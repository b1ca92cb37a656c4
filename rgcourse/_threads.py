"""One thread for linear algebra where matrices are small: two spend their time waiting."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

_lock, _inside = Lock(), 0
_before: list[tuple[Any, int]] = []  # libraries of the whole process, and their threads before
_found: list[Any] = []
_modules_then = 0


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Context, or decorator, in which linear algebra uses one thread; afterwards as many as before.

    Matrices of a few hundred rows gain nothing from a second thread, and where other processes
    want the same cores, threads that wait for each other take many times as long as one alone.
    May be entered several times, from several threads: the last one to leave switches back. Knows
    what threadpoolctl knows: OpenBLAS, MKL, BLIS and FlexiBLAS.

    Examples
    --------
    >>> with one_blas_thread():
    ...     print({library.get_num_threads() for library in libraries()} <= {1})
    True
    """
    global _inside, _before
    with _lock:
        numbers = [(library, library.get_num_threads()) for library in libraries()]
        mine = [(library, n) for library, n in numbers if _has_a_number_for_each_thread(library)]
        _put([(library, 1) for library, _ in mine])
        if _inside == 0:
            _before = [pair for pair in numbers if pair not in mine]
            _put([(library, 1) for library, _ in _before])
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _put(mine)
            _inside -= 1
            if _inside == 0:
                _put(_before)


def libraries() -> list[Any]:
    """The libraries of linear algebra in this process, as threadpoolctl's controllers.

    To look through all that is loaded takes milliseconds, so it is done again only after another
    module has been imported, which may have brought a library with it.
    """
    global _found, _modules_then
    if len(sys.modules) != _modules_then:
        from threadpoolctl import ThreadpoolController  # only once it is needed

        _found = ThreadpoolController().select(user_api="blas").lib_controllers
        _modules_then = len(sys.modules)
    return _found


def _has_a_number_for_each_thread(library):
    """Whether what one thread of Python sets holds for this thread only, as under OpenMP."""
    return getattr(library, "threading_layer", None) == "openmp"


def _put(numbers):
    """Set the number of threads of each library.

    From version 3.8 threadpoolctl obeys one thread of Python at a time, the first to set a number,
    and ignores the others without a word. We take turns by a lock, so we release it every time.
    """
    for library, n in numbers:
        release = getattr(library, "clear_controlling_thread", lambda force: None)
        release(force=True)
        library.set_num_threads(n)
        release(force=True)
