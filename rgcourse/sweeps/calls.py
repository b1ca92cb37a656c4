"""Calls handed out and fetched: here, in a pool of `concurrent.futures`, or on a Dask cluster.

Dask has an executor of its own, `Client.get_executor`, whose futures may never end when workers
die. So the client's own futures are used here, and the clock of the patience is on this side.
"""

import contextlib
import queue
import time
from collections.abc import Callable, Collection
from concurrent.futures import BrokenExecutor, CancelledError, Future
from typing import Any

__all__ = ["GONE", "Calls"]

# What says that an executor takes and gives nothing more.
GONE = (BrokenExecutor, CancelledError)
PAUSE = 0.05  # seconds before another look at a result that is lost and calculated again
BREATH = 1.0  # seconds; Windows hears Ctrl-C only between two waits


class Calls:
    """Calls that are out on one executor: `submit` them, and `fetch` what has ended.

    Raises
    ------
    ValueError
        Unless calls can be handed to the executor.
    """

    def __init__(self, executor: Any) -> None:
        if executor is not None and not callable(getattr(executor, "submit", None)):
            raise ValueError(
                f"executor must be None, a pool of concurrent.futures or a Dask client, got "
                f"{executor!r}; for example ProcessPoolExecutor(), or Client(cluster)"
            )
        self._executor = executor
        self._is_dask = any(
            base.__name__ == "Client" and base.__module__.startswith("distributed.")
            for base in type(executor).__mro__
        )
        self._ended: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """A future of `function(*arguments)`; without an executor it has been called on return.

        An executor that refuses the call gives a future with the refusal.
        """
        future: Any = Future()
        if self._executor is None:
            future.set_result(function(*arguments))
        else:
            options = {"pure": False} if self._is_dask else {}
            try:
                future = self._executor.submit(function, *arguments, **options)
            except GONE as error:
                future.set_exception(error)
            except RuntimeError as error:  # after a shutdown
                future.set_exception(BrokenExecutor(str(error)))
        future.add_done_callback(self._ended.put)
        return future

    def fetch(self, patience: float | None) -> list[tuple[Any, Any, BaseException | None]]:
        """(future, result, None) or (future, None, error) of what has ended, as soon as there is
        some; nothing after `patience` seconds.
        """
        until = None if patience is None else time.monotonic() + patience
        while True:
            left = BREATH if until is None else until - time.monotonic()
            ended = self._take(max(min(left, BREATH), 0.0))
            if found := [one for future in ended if (one := self._outcome(future, patience))]:
                return found
            if left <= 0:
                return []

    def end(self, futures: Collection[Any], *, hanging: bool) -> None:
        """Give up what is not finished; a pool of processes that is `hanging` is ended.

        Otherwise Python would wait for a task that hangs when the pool is closed.
        """
        for future in futures:
            future.cancel() if isinstance(future, Future) else future.release()
        if hanging:
            for process in list((getattr(self._executor, "_processes", None) or {}).values()):
                process.kill()

    def _take(self, seconds):
        """Futures that have ended; waits for the first of them."""
        ended = []
        with contextlib.suppress(queue.Empty):
            ended.append(self._ended.get(timeout=seconds))
            while True:
                ended.append(self._ended.get_nowait())
        return ended

    def _outcome(self, future, patience):
        """(future, result, error), or None if a worker has gone with the result it had."""
        try:
            if isinstance(future, Future):
                error = future.exception()
            elif future.status == "cancelled":
                error = CancelledError("the cluster has dropped the call")
            elif future.status in ("finished", "error"):  # each question is a message to its thread
                error = future.exception(patience) if future.status == "error" else None
            else:
                return self._wait_again(future)
            return future, None if error else future.result(patience), error
        except CancelledError as error:
            return future, None, error
        except TimeoutError:
            return self._wait_again(future)
        except Exception as error:  # lost while it was fetched, and not to be had again
            return future, None, error

    def _wait_again(self, future):
        time.sleep(PAUSE)
        future.add_done_callback(self._ended.put)
