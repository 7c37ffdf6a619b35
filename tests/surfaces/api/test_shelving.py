"""Combinations, stock, days away and papers over the API."""

from datetime import timedelta

from tests import builders
from tests.outside import World
from tests.surfaces.apps import app_of
from tests.usecases.accounts.test_shops_away import PAPERS

from laotie.kernel import clock, ids


def test_a_program_arranges_counts_and_announces(world: World) -> None:
    shop, now = builders.a_shop(), clock.now()
    owner, stranger = app_of(shop.owner), app_of(builders.a_person())
    file = builders.a_product(shop, 3990)
    first = file.skus[0].public_id
    red, white = {"zh": "红", "en": "Red"}, {"zh": "白", "en": "White"}
    wanted = {
        "axes": [{"zh": "颜色", "en": "Colour", "values": [red, white]}],
        "cells": [
            {"choice": [0], "list_price_fen": 3990, "code": "R", "sku_id": first},
            {"choice": [1], "list_price_fen": 4990, "code": "W"},
        ],
    }

    made = owner.must(owner.put(f"/goods/{file.public_id}/matrix", wanted))
    assert [(sku["spec"]["en"], sku["choice"]) for sku in made["skus"]] == [
        ("Red", [0]), ("White", [1]),
    ]  # fmt: skip
    assert made["axes"][0]["values"] == [red, white]
    assert stranger.put(f"/goods/{file.public_id}/matrix", wanted).code == "NOT_FOUND"
    copy = owner.must(owner.post(f"/goods/{file.public_id}/duplicate"))
    assert (copy["state"], len(copy["skus"])) == ("DRAFT", 2)

    owner.must(owner.put(f"/skus/{first}/stock", {"on_hand": 10}))
    less = {"change": -3, "reason": "样品"}
    assert owner.must(owner.post(f"/skus/{first}/stock/adjust", less))["available"] == 7
    low = owner.must(owner.put(f"/skus/{first}/stock/low", {"low_at": 7}))
    assert (low["low_at"], low["is_low"]) == (7, True)
    history = owner.must(owner.get(f"/skus/{first}/stock/history"))
    assert [(one["kind"], one["quantity"]) for one in history] == [
        ("adjusted", -3),
        ("counted", 10),
    ]
    offer = {"price_fen": 1990, "starts_at": now.isoformat(), "quantity": 8}
    assert owner.post(f"/skus/{first}/offers", offer).code == "NOT_ENOUGH_FOR_OFFER"
    owner.must(owner.post(f"/skus/{first}/offers", {**offer, "quantity": 6}))
    assert owner.put(f"/skus/{first}/stock", {"on_hand": 5}).code == "STOCK_KEPT_FOR_OFFER"

    away = {
        "takes_orders": False,
        "starts_at": (now + timedelta(days=1)).isoformat(),
        "until": (now + timedelta(days=2)).isoformat(),
        "notice": {"zh": "盘点", "en": "Counting"},
    }
    ref = ids.public("shp", shop.id)
    owner.must(owner.put(f"/shops/{ref}/away", away))
    assert stranger.must(stranger.get(f"/shops/{ref}/away"))[0]["notice"]["en"] == "Counting"
    assert stranger.put(f"/shops/{ref}/away", away).code == "NOT_FOUND"
    owner.must(owner.delete(f"/shops/{ref}/away"))
    assert owner.must(owner.get(f"/shops/{ref}/away")) == []


def test_papers_are_handed_in_over_the_api(world: World) -> None:
    shop = builders.a_shop(is_open=False)
    owner, stranger = app_of(shop.owner), app_of(builders.a_person())
    ref = ids.public("shp", shop.id)

    assert owner.must(owner.get(f"/shops/{ref}/papers")) == []
    papers = owner.must(owner.put(f"/shops/{ref}/papers", PAPERS))
    assert (papers["state"], papers["contact_masked"]) == ("APPLIED", "138****8000")
    assert owner.put(f"/shops/{ref}/papers", {**PAPERS, "licence_no": "1"}).code == "INVALID_INPUT"
    assert stranger.get(f"/shops/{ref}/papers").code == "NOT_FOUND"
