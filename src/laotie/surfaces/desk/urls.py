"""Addresses of the desk, mounted at `/desk/`."""

from django.urls import path

from laotie.surfaces.desk import (
    audit,
    cases,
    complaints,
    coupons,
    fees,
    figures,
    health,
    ledger,
    money,
    orders,
    overview,
    people,
    proposals,
    rooms,
    shops,
)

app_name = "desk"
urlpatterns = [
    path("", overview.page, name="overview"),
    path("shops", shops.page, name="shops"),
    path("shops/<str:shop>", shops.file, name="shop"),
    path("shops/<str:shop>/contact", shops.contact, name="shop-contact"),
    path("shops/<str:shop>/<slug:decision>", shops.decide, name="shop-decide"),
    path("rooms", rooms.page, name="rooms"),
    path("rooms/<str:room>/viewers", rooms.viewers, name="room-viewers"),
    path("rooms/<str:room>/<slug:decision>", rooms.decide, name="room-decide"),
    path("money", money.page, name="money"),
    path("money/refunds/<str:refund>/retry", money.retry_refund, name="refund-retry"),
    path("money/notices/<uuid:notice>/reopen", money.reopen_notice, name="notice-reopen"),
    path("orders", orders.page, name="orders"),
    path("orders/<str:order>", orders.order, name="order"),
    path("people", people.page, name="people"),
    path("people/<str:person>", people.person, name="person"),
    path("people/<str:person>/phone", people.reveal, name="person-phone"),
    path("people/<str:person>/roles/<slug:verb>", people.change_role, name="person-role"),
    path("cases", cases.page, name="cases"),
    path("cases/<uuid:case>/<slug:decision>", cases.decide, name="case-decide"),
    path("complaints", complaints.page, name="complaints"),
    path("complaints/<uuid:complaint>/<slug:decision>", complaints.decide, name="complaint-decide"),
    path("ledger", ledger.page, name="ledger"),
    path("fees", fees.page, name="fees"),
    path("fees/rehearse", fees.rehearse, name="fees-rehearse"),
    path("fees/propose", fees.propose, name="fees-propose"),
    path("coupons", coupons.page, name="coupons"),
    path("coupons/<str:coupon>/close", coupons.close, name="coupon-close"),
    path("proposals", proposals.page, name="proposals"),
    path("proposals/<uuid:proposal>/refuse", proposals.refuse, name="proposal-refuse"),
    path(
        "proposals/<slug:kind>/<uuid:proposal>/confirm", proposals.confirm, name="proposal-confirm"
    ),
    path("audit", audit.page, name="audit"),
    path("figures", figures.page, name="figures"),
    path("health", health.page, name="health"),
    path("health/books", health.books, name="books"),
    path("health/events/<slug:consumer>/<int:event>/retry", health.retry_event, name="event-retry"),
    path("health/jobs/<int:job>/retry", health.retry_job, name="job-retry"),
]
