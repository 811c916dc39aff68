"""What a fresh sandbox needs before the first loan: the sample banks' products, registered as the banks themselves would."""

from hashlib import sha256

import httpx

from zhengcaidai.devserver.system import LocalSystem
from zhengcaidai.messages.parties import SYSTEM, Role
from zhengcaidai.sandbox.people import People
from zhengcaidai.sandbox.samples import load_samples

__all__ = ["operator_link", "register_products"]


async def register_products(system: LocalSystem) -> None:
    """金融产品报备 through the API, each by its own bank; doing it again changes nothing (kunming/2.2.2)."""
    async with httpx.AsyncClient(timeout=30) as http:
        people = People(system.api_url, system.sandbox_url, http)
        for product in load_samples().products:
            if product.collateral or product.guarantee or product.extra_fees:
                continue  # a sample of what the regions' texts forbid, for trying the refusal
            bank = await people.person(product.bank_id, Role.BANK)
            edition = sha256(product.model_dump_json().encode()).hexdigest()[:12]
            await bank.post("/v1/products", product, key=f"register-{product.product_id}-{edition}")


async def operator_link(system: LocalSystem) -> str:
    """A link that signs the operator in, so that the Temporal UI shows payloads in clear, and goes on to the UI.

    The token stands behind the `#`, which is sent to nobody.
    """
    async with httpx.AsyncClient(timeout=30) as http:
        people = People(system.api_url, system.sandbox_url, http)
        operator = await people.person(SYSTEM.organisation_id, Role.OPERATOR, "operator")
    return f"{system.api_url}/operator#{operator.token}"
