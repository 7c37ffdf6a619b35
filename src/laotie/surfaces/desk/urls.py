"""Addresses of the desk, mounted at `/desk/`."""

from django.urls import path

from laotie.surfaces.desk import health, money, overview, rooms, shops

app_name = "desk"
urlpatterns = [
    path("", overview.page, name="overview"),
    path("shops", shops.page, name="shops"),
    path("shops/<str:shop>/<slug:decision>", shops.decide, name="shop-decide"),
    path("rooms", rooms.page, name="rooms"),
    path("rooms/<str:room>/<slug:decision>", rooms.decide, name="room-decide"),
    path("money", money.page, name="money"),
    path("money/refunds/<str:refund>/retry", money.retry_refund, name="refund-retry"),
    path("money/notices/<uuid:notice>/reopen", money.reopen_notice, name="notice-reopen"),
    path("health", health.page, name="health"),
    path("health/books", health.books, name="books"),
    path("health/events/<slug:consumer>/<int:event>/retry", health.retry_event, name="event-retry"),
    path("health/jobs/<int:job>/retry", health.retry_job, name="job-retry"),
]
