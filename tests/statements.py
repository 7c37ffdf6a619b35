"""What a piece of work asks the database, also past Django's cursor."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any
from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext

from laotie.kernel import sql


@contextlib.contextmanager
def counted() -> Iterator[list[str]]:
    """Filled at the end with every statement sent inside, savepoints too; hot ones come last."""
    sent: list[str] = []
    hot: list[str] = []

    def noted(verb: Any) -> Any:
        def send(statement: str, params: Sequence[Any], **how: Any) -> Any:
            hot.append(statement)
            return verb(statement, params, **how)

        return send

    with (
        mock.patch.object(sql, "hot", noted(sql.hot)),
        mock.patch.object(sql, "hot_change", noted(sql.hot_change)),
        mock.patch.object(sql, "alone", noted(sql.alone)),
        CaptureQueriesContext(connection) as seen,
    ):
        yield sent
    sent += [query["sql"] for query in seen.captured_queries]
    sent += hot
