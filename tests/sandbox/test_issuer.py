"""Tokens verify by the published keys, say in whose name, and outlive a restart."""

from pathlib import Path

import jwt
import pytest

from tests.sandbox.orders import loan_number
from tests.sandbox.outside import Outside
from tests.sandbox.test_treasury import pay, planned
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.sandbox.issuer import AUDIENCE, Issuer


def verified(outside: Outside, token: str) -> dict[str, object]:
    key = jwt.PyJWKClient(f"{outside.settings.base_url}/issuer/jwks.json").get_signing_key_from_jwt(token)
    issuer = f"{outside.settings.base_url}/issuer"
    claims: dict[str, object] = jwt.decode(token, key, algorithms=["EdDSA"], audience=AUDIENCE, issuer=issuer)
    return claims


def test_a_token_verifies_by_jwks_and_names_user_organisation_and_role(outside: Outside) -> None:
    request: dict[str, object] = {"user_id": "clerk-1", "organisation_id": "bank-one", "role": "bank", "seconds": 60}
    answer = outside.made("/issuer/token", request)
    claims = verified(outside, answer["access_token"])
    assert (claims["sub"], claims["org"], claims["role"]) == ("clerk-1", "bank-one", "bank")
    issued_at, expires_at = claims["iat"], claims["exp"]
    assert isinstance(issued_at, int)
    assert expires_at == issued_at + 60
    assert "uscc" not in claims


def test_a_legal_person_is_known_by_its_code(outside: Outside) -> None:
    request = {"user_id": "u", "organisation_id": "supplier-1", "role": "supplier", "uscc": "91530100MA6KM0001M"}
    assert verified(outside, outside.made("/issuer/token", request)["access_token"])["uscc"] == "91530100MA6KM0001M"


def test_a_token_of_another_key_does_not_verify(outside: Outside, tmp_path: Path) -> None:
    stranger = Issuer(tmp_path, outside.settings.base_url)
    token = stranger.token(Principal(user_id="clerk-1", organisation_id="bank-one", role=Role.BANK))
    with pytest.raises(jwt.PyJWKClientError):
        verified(outside, token)


@pytest.mark.parametrize("role", ["king", "", None])
def test_an_unknown_role_gets_no_token(outside: Outside, role: object) -> None:
    request: dict[str, object] = {"user_id": "u", "organisation_id": "o", "role": role}
    assert outside.post("/issuer/token", request).status_code == 422


def test_the_key_outlives_a_restart_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = Issuer(tmp_path, "http://127.0.0.1:1")
    assert Issuer(tmp_path, "http://127.0.0.1:1").jwks == first.jwks
    assert (tmp_path / "issuer.pem").stat().st_mode & 0o077 == 0


def test_systems_speak_to_the_engine_in_their_own_name(outside: Outside) -> None:
    loan_id, plan_number = planned(outside)
    pay(outside, plan_number)
    deposit = {"payment_id": f"{loan_id}-own", "loan_id": loan_number(), "amount_fen": 1, "account_number": "6201"}
    outside.made("/banks/bank-one/deposits", deposit | {"value_date": "2026-10-30"})
    (from_treasury,) = outside.engine.await_calls(f"/v1/loans/{loan_id}/post-payment")
    (from_bank,) = outside.engine.await_calls(f"/v1/loans/{deposit['loan_id']}/post-payment")
    claims = [
        verified(outside, each.headers["authorization"].removeprefix("Bearer ")) for each in (from_treasury, from_bank)
    ]
    assert [(each["role"], each["org"]) for each in claims] == [("treasury", "treasury-530100"), ("bank", "bank-one")]
