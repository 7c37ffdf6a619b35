"""Addresses of finding and judging goods, and of the posts that sell them."""

from django.urls import path

from laotie.surfaces.shop import goods, judging, posts, searching

urlpatterns = [
    path("search", searching.page, name="search"),
    path("search/suggest", searching.suggest, name="suggest"),
    path("product/<str:product>/reviews", goods.reviews, name="reviews"),
    path("product/<str:product>", goods.product, name="product"),
    path("post/<str:post>", posts.page, name="post"),
    path("post/<str:post>/follow", posts.follow, name="post-follow"),
    path("shop/<str:shop>", goods.shop, name="shop"),
    path("shop/<str:shop>/follow", goods.follow, name="shop-follow"),
    path("orders/<str:order>/review/<int:line>", judging.line, name="review-new"),
    path("reviews/<str:review>/report", judging.report, name="review-report"),
]
