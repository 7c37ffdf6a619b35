"""What Django asks a backend for, by this name."""

from typing import Any

from django.db.backends.postgresql import base
from psycopg import IsolationLevel

from laotie.kernel import patience


class DatabaseWrapper(base.DatabaseWrapper):
    """Connections give up on a silent server, as those of a pool do everywhere else."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> patience.Connection:
        # Django lets nobody say of which class a connection is, unless a pool makes it.
        self.isolation_level = IsolationLevel.READ_COMMITTED
        return patience.Connection.connect(**conn_params)
