"""A silent provider is let rest, and one call at a time finds out whether it is back."""

import pytest

from laotie.payments.channels import ChannelRefused, Unanswered
from laotie.payments.channels.breaker import REST_S, SILENCES, Breaker, Resting


class Provider:
    """Counts the calls that reach it; raises what it is told to."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.calls = 0
        self.says: Exception | None = None
        self.breaker = Breaker(clock=lambda: self.now_s)

    def ask(self) -> str:
        try:
            with self.breaker.passing():
                self.calls += 1
                if self.says is not None:
                    raise self.says
        except (Unanswered, ChannelRefused) as no:
            return type(no).__name__
        return "answer"


@pytest.fixture
def silent() -> Provider:
    provider = Provider()
    provider.says = Unanswered("nothing")
    assert [provider.ask() for _ in range(SILENCES)] == ["Unanswered"] * SILENCES
    return provider


def test_after_some_silences_it_is_not_called_any_more(silent: Provider) -> None:
    assert [silent.ask() for _ in range(100)] == [Resting.__name__] * 100
    assert silent.calls == SILENCES


def test_one_call_finds_out_and_its_silence_lets_it_rest_again(silent: Provider) -> None:
    silent.now_s += REST_S

    assert [silent.ask() for _ in range(3)] == ["Unanswered", "Resting", "Resting"]
    assert silent.calls == SILENCES + 1


def test_an_answer_ends_the_rest_for_all(silent: Provider) -> None:
    silent.now_s += REST_S
    silent.says = None

    assert [silent.ask() for _ in range(3)] == ["answer"] * 3


def test_a_clear_no_is_an_answer() -> None:
    provider = Provider()
    provider.says = ChannelRefused("AMOUNT")

    assert [provider.ask() for _ in range(20)] == ["ChannelRefused"] * 20
    assert provider.calls == 20


def test_silences_that_are_not_in_a_row_do_not_count() -> None:
    provider = Provider()
    for _ in range(10):
        provider.says = Unanswered("nothing")
        for _ in range(SILENCES - 1):
            provider.ask()
        provider.says = None
        assert provider.ask() == "answer"
