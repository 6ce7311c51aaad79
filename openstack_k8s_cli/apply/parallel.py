"""Many small requests at once."""

import queue
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def each_in_parallel(call: Callable[[T], R], items: Sequence[T], *, threads: int) -> list[R]:
    """Call for every item, some at a time; give the answers in the items' order, or raise the first error.

    The threads are daemons: a run that is stopped does not wait for them.
    """
    answers: dict[int, R] = {}
    errors: list[BaseException] = []
    waiting: queue.SimpleQueue[tuple[int, T]] = queue.SimpleQueue()
    for pair in enumerate(items):
        waiting.put(pair)

    def work() -> None:
        while not errors:
            try:
                index, item = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                answers[index] = call(item)
            except BaseException as error:  # noqa: BLE001  # raised below, in the caller's thread
                errors.append(error)

    crew = [threading.Thread(target=work, daemon=True) for _ in range(min(threads, len(items)))]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    if errors:
        raise errors[0]
    return [answers[index] for index in range(len(items))]
