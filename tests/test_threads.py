"""Linear algebra on one thread, and back."""

import pytest

from rgcourse._threads import one_blas_thread, switches


def test_threads_come_back_even_after_an_error():
    before = [get() for get, _ in switches()]
    with pytest.raises(KeyError), one_blas_thread():
        assert {get() for get, _ in switches()} <= {1}
        raise KeyError
    assert [get() for get, _ in switches()] == before


def test_the_last_thread_to_leave_switches_back():
    def now():
        return [get() for get, _ in switches()]

    before, outer, inner = now(), one_blas_thread(), one_blas_thread()
    outer.__enter__()
    inner.__enter__()
    outer.__exit__(None, None, None)
    assert set(now()) <= {1}
    inner.__exit__(None, None, None)
    assert now() == before


def test_the_wheels_of_numpy_and_scipy_are_found():
    import numpy

    if "openblas" not in str(numpy.show_config(mode="dicts")["Build Dependencies"]["blas"]["name"]):
        pytest.skip("NumPy is not built with OpenBLAS")
    assert len(switches()) >= 1


def test_it_can_be_called_again_as_a_decorator():
    @one_blas_thread()
    def threads():
        return {get() for get, _ in switches()}

    assert threads() <= {1} and threads() <= {1}
