"""Start programs that cannot outlive the process which started them.

`command` wraps an argument list so that this very file runs first, in a bare interpreter: it
drops to another account if asked, ties its life to its parent's, and becomes the program. On
Linux the kernel then ends the program when its parent dies, even by `kill -9`; elsewhere the next
start of the supervisor ends what was left.

The tie is to the *thread* that started it: start long-lived programs from the main thread.
"""

import os
import signal
import sys
from collections.abc import Callable, Sequence

_PR_SET_PDEATHSIG = 1
_KEEP = "-"


def command(
    program: Sequence[str],
    *,
    on_parent_death: int = signal.SIGKILL,
    uid: int | None = None,
    gid: int | None = None,
) -> list[str]:
    """The argument list that runs `program` tied to this process.

    on_parent_death: the signal that the program gets when this process has died.
    uid, gid:        the account to become first; only root may ask for another one.
    """
    account = [_KEEP if part is None else str(part) for part in (uid, gid)]
    launcher = [sys.executable, "-I", "-S", os.path.abspath(__file__)]
    return [*launcher, str(os.getpid()), str(int(on_parent_death)), *account, *program]


def tie_to_parent(on_parent_death: int) -> None:
    """Have the kernel send this process a signal when its parent dies. Linux only."""
    _prctl()(_PR_SET_PDEATHSIG, int(on_parent_death), 0, 0, 0)


def _prctl() -> Callable[..., object]:
    if sys.platform != "linux":
        return lambda *_: 0
    import ctypes

    return ctypes.CDLL(None).prctl


def _become(arguments: Sequence[str]) -> None:
    parent, on_parent_death, uid, gid, *program = arguments
    # Loaded first: the other account may not be able to read Python's own folder.
    prctl = _prctl()
    if gid != _KEEP:
        os.setgroups([])
        os.setgid(int(gid))
    if uid != _KEEP:
        os.setuid(int(uid))
    # Asked last: a change of account would undo it.
    prctl(_PR_SET_PDEATHSIG, int(on_parent_death), 0, 0, 0)
    if os.getppid() != int(parent):
        os._exit(128 + int(on_parent_death))
    os.execvp(program[0], program)  # noqa: S606 - becoming the program is the point.


if __name__ == "__main__":
    _become(sys.argv[1:])
