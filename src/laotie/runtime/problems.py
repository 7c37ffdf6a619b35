"""What keeps a command from doing its work: what is wrong, what to do, and the exit code."""

OK = 0
FAILED_CHECK = 1
WRONG_USE = 2
NOT_READY = 3


class Problem(Exception):
    """A command cannot go on. `what` is wrong; `remedy` says what to do about it."""

    exit_code = FAILED_CHECK

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what}\n  {self.remedy}" if self.remedy else self.what


class WrongUse(Problem):
    """Arguments or configuration cannot be meant."""

    exit_code = WRONG_USE


class NotReady(Problem):
    """The database, a port, the disk or a part of Laotie is not there."""

    exit_code = NOT_READY
