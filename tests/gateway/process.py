"""The gateway as the tests run it: the real server before the test's database.

python -m tests.gateway.process '{"port": 1234, ...}'

Fields of `Options`; besides `nats_url`, `number` and `folder` for one of several on a port, and
`is_still`, with which it does the same however busy the machine is.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laotie.runtime.settings")

import django

django.setup()

from laotie.surfaces.gateway import metrics, server  # noqa: E402
from laotie.surfaces.gateway.admission import Level, Pressure  # noqa: E402
from laotie.surfaces.gateway.drivers import Driver, nats, postgres  # noqa: E402
from laotie.surfaces.gateway.limits import Bucket  # noqa: E402
from laotie.surfaces.gateway.options import Options  # noqa: E402


def stand_still() -> None:
    """No time passes for the limits: a bucket gives what it held at first. No pressure is felt."""
    take, is_full = Bucket.take, Bucket.is_full
    still: Any = Bucket
    still.take = lambda bucket, _now, tokens=1.0: take(bucket, 0.0, tokens)
    still.is_full = lambda bucket, _now: is_full(bucket, 0.0)
    calm: Any = Pressure
    calm.feel = lambda *_, **__: Level.EASY


if __name__ == "__main__":
    fields = json.loads(sys.argv[1])
    if fields.pop("is_still", False):
        stand_still()
    nats_url = fields.pop("nats_url", "")
    if "number" in fields:
        metrics.share(Path(fields.pop("folder")), fields.pop("number"))
    options = Options(**{**fields, "origins": frozenset(fields["origins"])})
    postgres.keep_own_connections()
    driver: Driver = postgres.Postgres()
    if nats_url:
        driver = nats.Nats(driver, nats_url, nats.subject_of_this_installation())
    asyncio.run(server.serve(driver, options))
