"""The engine as the outside systems see it: its address, the question before a payment, and the steps they report."""

import httpx
from pydantic import ValidationError

from zhengcaidai.errors import OutsideDown
from zhengcaidai.messages.orders import PaymentCheck, PaymentCheckAnswer
from zhengcaidai.messages.parties import Principal
from zhengcaidai.messages.steps import Step
from zhengcaidai.sandbox.issuer import Issuer
from zhengcaidai.sandbox.outbox import Envelope

__all__ = ["Engine"]


class Engine:
    """Where the engine is, and how it is spoken to."""

    def __init__(self, url: str, issuer: Issuer, *, timeout_seconds: float = 10) -> None:
        self._url = url.rstrip("/")
        self._issuer = issuer
        self._client = httpx.Client(timeout=timeout_seconds)

    def step(self, loan_id: str, step: Step, by: Principal, key: str) -> Envelope:
        """The step as an event: `POST /v1/loans/{loan_id}/{step}`, where `post_payment` is `post-payment`."""
        return Envelope(
            url=f"{self._url}/v1/loans/{loan_id}/{step.hyphenated()}",
            body=step.model_dump_json(exclude={"kind"}),
            headers={"Idempotency-Key": key},
            principal=by,
        )

    def check_payment(self, check: PaymentCheck, by: Principal) -> PaymentCheckAnswer:
        """付款校验: ask before money leaves (kunming/3.2). Raises OutsideDown unless the answer is yes or no."""
        headers = {
            "Authorization": f"Bearer {self._issuer.token(by)}",
            "Idempotency-Key": check.check_id,
            "Content-Type": "application/json",
        }
        try:
            response = self._client.post(
                f"{self._url}/v1/payment-checks", content=check.model_dump_json(), headers=headers
            )
            response.raise_for_status()
            return PaymentCheckAnswer.model_validate_json(response.content)
        except (httpx.HTTPError, ValidationError) as error:
            raise OutsideDown(
                "付款前未能得到融资平台的校验结果，款项未付出。",
                f"The payment could not be checked, so nothing was paid: {type(error).__name__}: {error}",
                where="payment-checks",
                right="平台恢复后重试 / try again when the engine answers",
            ) from error

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()
