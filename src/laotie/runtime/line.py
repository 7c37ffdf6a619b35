"""Which database Django's one connection speaks to, for whoever changes that while it runs:
migrations, played worlds, benches, tests. Needs Django set up.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connections

from laotie.runtime import settings


def point_at(url: str) -> None:
    """Speak to this database as whoever serves does: a server that says nothing is away."""
    use(settings.served(settings.database(url)))


def point_at_as_owner(url: str) -> None:
    """Speak to this database as its owner, whose migrations may take as long as they must."""
    use(settings.database(url))


def use(database: Mapping[str, Any]) -> None:
    """Speak to what these settings of Django's name; connections to another one are closed."""
    close()
    connections["default"].settings_dict.update(database)


def close() -> None:
    """The connection and its pool are closed; whoever asks next opens them anew."""
    connection = connections["default"]
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
