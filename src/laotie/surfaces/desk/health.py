"""How the house stands: readers of the log, what was given up on, and the books."""

import shutil

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.kernel import event_log, jobs, readers
from laotie.kernel.errors import WrongState
from laotie.ledger import verify
from laotie.live import keeping
from laotie.look.consoles import go
from laotie.surfaces.desk import web


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    free = shutil.disk_usage(settings.LAOTIE.data).free
    facts = {
        "readers": readers.standing(),
        "parked": event_log.parked(),
        "failed_jobs": jobs.failed(),
        "recordings": keeping.space(),
        "free_bytes": free,
        "is_full": free < settings.LAOTIE.space_floor_mb << 20,
    }
    return web.show(request, "desk/health.html", facts)


@require_POST
@web.screen
def books(request: HttpRequest) -> HttpResponse:
    """Replay the ledger now, and show what does not hold."""
    return web.show(request, "desk/books.html", {"findings": verify.verify()})


@require_POST
@web.screen
def retry_event(request: HttpRequest, consumer: str, event: int) -> HttpResponse:
    with transaction.atomic(durable=True):
        if not event_log.unpark(consumer, event):
            raise WrongState
    return go(request, reverse("desk:health"), said=_("The event is being tried again."))


@require_POST
@web.screen
def retry_job(request: HttpRequest, job: int) -> HttpResponse:
    with transaction.atomic(durable=True):
        if not jobs.run_again(job):
            raise WrongState
    return go(request, reverse("desk:health"), said=_("The job is being tried again."))
