"""Work due on many rows, each in a transaction of its own, so that none stops the others."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import OperationalError

from laotie.kernel.errors import Refusal

log = logging.getLogger(__name__)

MOST = 100


class Move(Protocol):
    def __call__(self, id: UUID, /, *, now: datetime) -> None: ...


def run(move: Move, ids: Sequence[UUID], *, now: datetime) -> int:
    """How many moved. A refusal means that somebody was faster.

    raises: the first failure, after all others have had their turn.
    """
    moved = 0
    failure: Exception | None = None
    for id in ids:
        try:
            move(id, now=now)
        except Refusal as reason:
            log.info("due_move_refused", extra={"id": str(id), "reason": str(reason)})
        except OperationalError:
            raise
        except Exception as error:
            log.exception("due_move_failed", extra={"id": str(id)})
            failure = failure or error
        else:
            moved += 1
    if failure is not None:
        raise failure
    return moved
