"""The example client of the docs buys on a running installation, with nothing but a token."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from tests.stack import Stack

SCRIPT = Path(__file__).parents[2] / "docs" / "examples" / "buy.py"


def signed_in(stack: Stack) -> dict[str, str]:
    account = next(each for each in stack.facts["accounts"] if each["role"] == "buyer")
    answer = httpx.post(
        f"{stack.web}/api/v1/sign-in/password",
        json={"phone": account["phone"], "password": account["password"]},
        trust_env=False,
        timeout=30,
    )
    return {"X-Session-Token": answer.json()["token"]}


def a_token(stack: Stack, *scopes: str) -> str:
    answer = httpx.post(
        f"{stack.web}/api/v1/me/tokens",
        json={"name": "buy.py", "scopes": list(scopes), "days": 1},
        headers=signed_in(stack),
        trust_env=False,
        timeout=30,
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["secret"])


def test_the_example_client_buys(stack: Stack) -> None:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("LAOTIE_")}
    token = a_token(stack, "me:write", "buy:write")
    done = subprocess.run(
        [sys.executable, str(SCRIPT), stack.web, token],
        env=ours,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert " is PAID" in done.stdout


def test_without_its_scope_it_is_told_which_one_it_lacks(stack: Stack) -> None:
    client = example()
    shop = client.Shop(stack.web, a_token(stack, "me:write"))
    with pytest.raises(client.Refused, match="buy:read") as refused:
        shop.get("/orders")
    assert refused.value.code == "SCOPE_MISSING"


def example() -> Any:
    spec = importlib.util.spec_from_file_location("buy", SCRIPT)
    assert spec
    assert spec.loader
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
