"""One use case is one transaction, and the code says whose."""

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction
from psycopg import errors as pg_errors

from laotie.kernel import audit, crash
from laotie.kernel.errors import Refusal

P = ParamSpec("P")
R = TypeVar("R")

_TRIES = 3


def name_of(function: Callable[..., object]) -> str:
    """A use case's name in the audit log and of its crash points: `<context>.<noun>.<verb>`.

    In which room of its context a noun lives is no part of it: moving a file rewrites no history.
    """
    _, context, *_, noun = function.__module__.split(".")
    return f"{context}.{noun}.{function.__qualname__}"


def use_case(function: Callable[P, R]) -> Callable[P, R]:
    """Run in a transaction of its own; refuse to be called inside another.

    A deadlock or serialisation failure undoes everything, so it is tried again, three times in all.
    What people with rights over the platform do is written down in the same transaction; what a
    refusal leaves behind, after it.
    Crash points: `before_commit` and `after_commit` of its name, see `name_of`.
    """
    name = name_of(function)

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, _TRIES + 1):
            try:
                with transaction.atomic(durable=True):
                    result = function(*args, **kwargs)
                    audit.note_use_case(name, kwargs)
                    crash.point(f"{name}.before_commit")
            except Refusal as refusal:
                refusal.after_undoing(kwargs)
                raise
            except OperationalError as error:
                retriable = isinstance(
                    error.__cause__, pg_errors.DeadlockDetected | pg_errors.SerializationFailure
                )
                if not retriable or attempt == _TRIES:
                    raise
                time.sleep(random.uniform(0.005, 0.05) * attempt)  # noqa: S311 - jitter, no secret.
            else:
                crash.point(f"{name}.after_commit")
                return result
        raise AssertionError("unreachable")

    return run


def needs_transaction(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a part that is only true together with its caller's work."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        assert connection.in_atomic_block, f"{function.__qualname__} needs a transaction"
        return function(*args, **kwargs)

    return run
