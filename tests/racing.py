"""Several people or workers at once, in threads with database connections of their own."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connection


def together(*calls: Callable[[], Any]) -> list[Any]:
    """What each call gave or raised; all begin at the same moment, each in a thread and on a connection of its own."""
    answers: list[Any] = [None] * len(calls)
    start = Barrier(len(calls))

    def run(number: int, call: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            answers[number] = call()
        except Exception as error:  # the test looks at it
            answers[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=one) for one in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return answers


def at_once(call: Callable[[], Any], times: int = 4) -> list[Any]:
    """What the same call gave each time, made several times at once. What any of them raised is raised."""
    answers = together(*[call] * times)
    problems = [answer for answer in answers if isinstance(answer, Exception)]
    if problems:
        raise ExceptionGroup("of the calls at once", problems)
    return answers
