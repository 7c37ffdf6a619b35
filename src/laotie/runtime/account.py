"""Under which account the embedded database runs, and what that account can reach.

PostgreSQL refuses to run as root. When we are root it runs as the owner of the data folder, or,
where that is root or has no name here, as `nobody`. No account is created and no mode is changed
outside of the folder; where a closed parent is in the way, the message says so.
"""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

_NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Account:
    """An account to drop to; None for both ids means: stay who we are."""

    uid: int | None
    gid: int | None
    name: str

    @property
    def is_other(self) -> bool:
        return self.uid is not None

    def own(self, path: Path) -> None:
        """Hand over one file or folder that we made."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def closed_parent(self, path: Path) -> Path | None:
        """The outermost folder above `path` that this account cannot pass, if any."""
        if self.uid is None:
            return None
        for parent in reversed(path.resolve().parents):
            if parent.exists() and not self._may_pass(parent.stat()):
                return parent
        return None

    def _may_pass(self, status: os.stat_result) -> bool:
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def for_folder(folder: Path) -> Account:
    """Who runs a database that lives in `folder` (which may not exist yet, nor its parent)."""
    if os.geteuid() != 0:
        return Account(None, None, _name(os.geteuid()))
    status = next(each.stat() for each in (folder, *folder.parents) if each.exists())
    is_ours = folder.exists() or folder.parent.exists()
    # `initdb` wants an account with a name; a database that exists keeps the one it has.
    can_serve = (folder / "data").exists() or _is_known(status.st_uid)
    if is_ours and status.st_uid != 0 and can_serve:
        return Account(status.st_uid, status.st_gid, _name(status.st_uid))
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return Account(_NOBODY, _NOBODY, "nobody")
    return Account(nobody.pw_uid, nobody.pw_gid, "nobody")


def _is_known(uid: int) -> bool:
    return not _name(uid).startswith("uid ")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
