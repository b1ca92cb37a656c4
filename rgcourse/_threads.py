"""One thread for linear algebra where matrices are small: two spend their time waiting."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

_lock, _inside = Lock(), 0
_changed: list[tuple[Any, int]] = []  # libraries, and the threads they had before
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
    global _inside, _changed
    with _lock:
        if _inside == 0:
            _changed = [(library, library.get_num_threads()) for library in libraries()]
            for library, _ in _changed:
                library.set_num_threads(1)
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                for library, threads in _changed:
                    library.set_num_threads(threads)


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
