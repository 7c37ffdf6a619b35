"""The gateway as the tests run it: the real server before the test's database.

python -m tests.gateway.process '{"port": 1234, ...}'

Fields of `Options`; besides `nats_url`, and `number` and `folder` for one of several on a port.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laotie.runtime.settings")

import django

django.setup()

from laotie.surfaces.gateway import metrics, server  # noqa: E402
from laotie.surfaces.gateway.drivers import Driver, nats, postgres  # noqa: E402
from laotie.surfaces.gateway.options import Options  # noqa: E402

if __name__ == "__main__":
    fields = json.loads(sys.argv[1])
    nats_url = fields.pop("nats_url", "")
    if "number" in fields:
        metrics.share(Path(fields.pop("folder")), fields.pop("number"))
    options = Options(**{**fields, "origins": frozenset(fields["origins"])})
    postgres.keep_own_connections()
    driver: Driver = postgres.Postgres()
    if nats_url:
        driver = nats.Nats(driver, nats_url, nats.subject_of_this_installation())
    asyncio.run(server.serve(driver, options))
