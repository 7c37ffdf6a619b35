"""Addresses of finding and judging goods."""

from django.urls import path

from laotie.surfaces.shop import goods, judging, searching

urlpatterns = [
    path("search", searching.page, name="search"),
    path("search/suggest", searching.suggest, name="suggest"),
    path("product/<str:product>/reviews", goods.reviews, name="reviews"),
    path("product/<str:product>", goods.product, name="product"),
    path("shop/<str:shop>", goods.shop, name="shop"),
    path("shop/<str:shop>/follow", goods.follow, name="shop-follow"),
    path("orders/<str:order>/review/<int:line>", judging.line, name="review-new"),
    path("reviews/<str:review>/report", judging.report, name="review-report"),
]
