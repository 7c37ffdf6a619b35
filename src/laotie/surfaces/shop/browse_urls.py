"""Addresses of finding and judging goods, and of the posts that sell them."""

from django.urls import path

from laotie.surfaces.shop import goods, judging, posts, searching, talking

urlpatterns = [
    path("search", searching.page, name="search"),
    path("search/suggest", searching.suggest, name="suggest"),
    path("product/<str:product>/reviews", goods.reviews, name="reviews"),
    path("product/<str:product>", goods.product, name="product"),
    path("post/<str:post>", posts.page, name="post"),
    path("post/<str:post>/follow", posts.follow, name="post-follow"),
    path("post/<str:post>/like", talking.like, name="post-like"),
    path("post/<str:post>/talk", talking.talk, name="talk"),
    path("post/<str:post>/talk/who", talking.let_talk, name="let-talk"),
    path("comments/<str:comment>", talking.lead, name="comment"),
    path("comments/<str:comment>/answers", talking.answering, name="comment-answers"),
    path("comments/<str:comment>/remove", talking.remove, name="comment-remove"),
    path("people/<str:person>/block", talking.block, name="block"),
    path("me/blocked", talking.blocked, name="blocked"),
    path("shop/<str:shop>", goods.shop, name="shop"),
    path("shop/<str:shop>/follow", goods.follow, name="shop-follow"),
    path("orders/<str:order>/review/<int:line>", judging.line, name="review-new"),
    path("reviews/<str:review>/report", judging.report, name="review-report"),
]
