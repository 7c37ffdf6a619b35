"""What one reported, and what became of it, on one's own page."""

from django.test import Client
from tests import builders
from tests.outside import World
from tests.surfaces.shop.conftest import SignIn

from laotie.kernel import clock
from laotie.oversight import complaints

MINE = "/me/reports"


def page(client: Client) -> str:
    answer = client.get(MINE)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_report_is_found_again_taken_back_or_answered(world: World, signed_in: SignIn) -> None:
    person, operator = builders.a_person(), builders.an_operator()
    product = builders.a_product(builders.a_shop(), 3990).public_id
    mine, other = signed_in(person), signed_in(builders.a_person())
    mine.post(f"/report/{product}", {"cause": "fake", "text": "仿品"})

    shown = page(mine)
    assert "仿品" in shown
    assert f"/product/{product}" in shown
    assert "仿品" not in page(other)
    (waiting,) = complaints.queue(actor=operator)
    back = f"{MINE}/{waiting.id}/withdraw"
    assert back in shown
    assert other.post(back).status_code == 404
    assert Client().get(MINE).status_code == 302

    assert mine.post(back).status_code == 302
    assert complaints.queue(actor=operator) == ()
    assert "Taken back" in page(mine)
    assert back not in page(mine)
    mine.post(f"/report/{product}", {"cause": "fake"})
    (again,) = complaints.queue(actor=operator)
    complaints.decide(
        actor=operator, complaint_id=again.id, upheld=True, answer="已下架", now=clock.now()
    )
    shown = page(mine)
    assert "It was right" in shown
    assert "已下架" in shown
    assert mine.post(f"{MINE}/{again.id}/withdraw").status_code == 409
