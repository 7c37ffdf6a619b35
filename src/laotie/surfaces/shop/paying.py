"""Paying a checkout: the window, the way to the provider, and what became of it.

Nothing that a browser brings back counts; the state is what the provider says when we ask.
"""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.payments import intents
from laotie.payments import queries as payments
from laotie.payments.queries import PaymentCard
from laotie.surfaces.shop import web
from laotie.trade import orders, queries
