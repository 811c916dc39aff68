"""An operator signs in for the Temporal UI by a token that no address that is sent holds, and so no log."""

from base64 import b64encode
from hashlib import sha256

import pytest

from tests.web.running import BANK, OPERATOR, Api, problem_of
from tests.web.test_codec import CLEAR, UI, payloads_of, sealed

_LOGIN = "/operator/login"


async def test_login_sets_a_cookie_for_the_ui_and_goes_there(lonely: Api) -> None:
    async with lonely.anybody() as client:
        answer = await client.post(_LOGIN, data={"token": lonely.token(OPERATOR)})
        assert (answer.status_code, answer.headers["location"]) == (303, UI)
        cookie = answer.headers["set-cookie"]
        assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Path=/codec"))
        shown = await client.post("/codec/decode", json=await sealed(lonely), headers={"Origin": UI})
        assert payloads_of(shown) == [CLEAR]
        elsewhere = await client.post(
            "/codec/decode", json=await sealed(lonely), headers={"Origin": "https://evil.example"}
        )
        problem_of(elsewhere, 401, "unauthenticated")
        assert "access-control-allow-origin" not in elsewhere.headers
        problem_of(await client.get("/v1/tasks"), 401, "unauthenticated")


async def test_login_is_for_operators(lonely: Api) -> None:
    async with lonely.anybody() as client:
        answer = await client.post(_LOGIN, data={"token": lonely.token(BANK)})
        problem_of(answer, 403, "wrong-party")
        assert "set-cookie" not in answer.headers
        problem_of(await client.post(_LOGIN, data={"token": "x.y.z"}), 401, "unauthenticated")


async def test_a_token_in_an_address_signs_nobody_in(lonely: Api) -> None:
    token = lonely.token(OPERATOR)
    async with lonely.anybody() as client:
        problem_of(await client.post(f"{_LOGIN}?token={token}"), 422, "invalid-input")
        problem_of(await client.get(f"/operator?token={token}"), 422, "invalid-input")
        problem_of(await client.post(_LOGIN), 422, "invalid-input")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_another_site_signs_nobody_in(lonely: Api, site: str) -> None:
    led = {"Sec-Fetch-Site": site}
    async with lonely.anybody() as client:
        answer = await client.post(_LOGIN, data={"token": lonely.token(OPERATOR)}, headers=led)
        problem_of(answer, 401, "unauthenticated")
        assert "set-cookie" not in answer.headers
        page = await client.get("/operator", headers=led)
    assert "script-src 'none';" in page.headers["content-security-policy"]


async def test_the_page_runs_its_own_script_and_loads_nothing(lonely: Api) -> None:
    async with lonely.anybody() as client:
        page = await client.get("/operator", headers={"Sec-Fetch-Site": "none"})
    policy = dict(each.split(" ", 1) for each in page.headers["content-security-policy"].split("; "))
    script = page.text.partition("<script>")[2].partition("</script>")[0]
    assert policy == {
        "default-src": "'none'",
        "script-src": f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'",
        "form-action": f"'self' {UI}",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert "location.hash" in script
    assert not any(each in page.text for each in ("src=", "href=", "http"))
