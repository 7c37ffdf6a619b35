"""What `laotie network` does."""

from argparse import Namespace

from laotie.runtime.commands import say, with_database
from laotie.runtime.problems import OK


def set_click_field(options: Namespace) -> int:
    """Name the field of a network's addresses that takes our click id, or take it away."""

    def act() -> str:
        from laotie.kernel import clock
        from laotie.kernel.actor import Actor
        from laotie.links import networks

        card = networks.set_click_parameter(
            actor=Actor.system("command line"),
            code=options.network,
            click_parameter=options.field,
            now=clock.now(),
        )
        return card.click_parameter

    field = with_database(act)
    says = f"carry our click in {field}" if field else "carry no click of ours"
    say(f"Links to {options.network} {says}.")
    return OK
