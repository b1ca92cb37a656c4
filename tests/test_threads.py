"""Linear algebra on one thread, and back."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, get_ident

import pytest

from rgcourse import _threads
from rgcourse._threads import libraries, one_blas_thread


def threads():
    return [library.get_num_threads() for library in libraries()]


@pytest.fixture(autouse=True)
def two_threads_before():
    """Two threads where there are libraries: from one to one nothing could be seen to change."""
    if not libraries():
        pytest.skip("no library here whose threads can be set, such as with Accelerate on macOS")
    before = threads()
    _threads._put([(library, 2) for library in libraries()])
    yield
    _threads._put(zip(libraries(), before, strict=True))


def test_threads_come_back_even_after_an_error():
    before = threads()
    assert 2 in before
    with pytest.raises(KeyError), one_blas_thread():
        assert set(threads()) == {1}
        raise KeyError
    assert threads() == before


def test_the_last_one_to_leave_switches_back():
    before, outer, inner = threads(), one_blas_thread(), one_blas_thread()
    outer.__enter__()
    inner.__enter__()
    outer.__exit__(None, None, None)
    assert set(threads()) == {1}
    inner.__exit__(None, None, None)
    assert threads() == before


def test_another_thread_may_be_the_last_to_leave():
    before, context = threads(), one_blas_thread()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(context.__enter__).result()
        assert set(threads()) == {1}
        with one_blas_thread():
            pool.submit(context.__exit__, None, None, None).result()
            assert set(threads()) == {1}
    assert threads() == before


def test_a_library_with_a_number_for_each_thread_is_set_in_each():
    """OpenBLAS on OpenMP, which is not what this machine has: a stand-in counts what it is told."""

    class Library:
        threading_layer = "openmp"

        def __init__(self):
            self.numbers = {}

        def get_num_threads(self):
            return self.numbers.get(get_ident(), 2)

        def set_num_threads(self, n):
            self.numbers[get_ident()] = n

    library = Library()

    def inside():
        with one_blas_thread():
            with one_blas_thread():
                pass
            return library.get_num_threads()

    found, _threads._found = libraries(), [library]
    try:
        with one_blas_thread(), ThreadPoolExecutor(1) as pool:
            assert pool.submit(inside).result() == 1 == library.get_num_threads()
            assert pool.submit(library.get_num_threads).result() == 2
        assert set(library.numbers.values()) == {2}
    finally:
        _threads._found = found


def test_many_threads_may_enter_and_leave():
    before, meet = threads(), Barrier(4)

    def enter(_):
        meet.wait(60)
        seen = set()
        for _ in range(200):
            with one_blas_thread():
                seen |= set(threads())
        return seen

    with ThreadPoolExecutor(4) as pool:
        assert set().union(*pool.map(enter, range(4))) == {1}
    assert threads() == before


def test_it_can_be_called_again_as_a_decorator():
    @one_blas_thread()
    def inside():
        return set(threads())

    assert inside() == {1} and inside() == {1}


def test_it_looks_again_only_when_something_was_imported():
    assert libraries() is libraries()
    before = _threads._found
    sys.modules["a_module_that_came_later"] = sys
    try:
        assert libraries() is not before
    finally:
        del sys.modules["a_module_that_came_later"]


def test_a_library_that_comes_later_is_found_and_one_that_came_inside_is_left_alone():
    code = """
import numpy
from rgcourse._threads import libraries, one_blas_thread

with one_blas_thread():
    first = len(libraries())
    import scipy.linalg
    paths = {library.filepath for library in libraries()}
    with one_blas_thread():
        pass
with one_blas_thread():
    print(first, len(paths), {library.get_num_threads() for library in libraries()})
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, later, numbers = run.stdout.split(" ", 2)
    assert int(first) >= 1 and int(later) >= int(first)
    assert numbers.strip() == "{1}"


def test_threadpoolctl_is_not_imported_before_it_is_needed():
    code = "import rgcourse.nrg, rgcourse.rbm, sys; print('threadpoolctl' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
