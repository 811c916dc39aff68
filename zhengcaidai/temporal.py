"""Everything that is Temporal's own, made once and here: ids, task queue, search attributes, converter, codec, sandbox."""

import dataclasses
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.common import (
    SearchAttributeIndexedValueType,
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
)
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec
from temporalio.worker import Worker
from temporalio.worker._workflow_instance import _WorkflowLogicFlag

from zhengcaidai.config import Settings
from zhengcaidai.messages.applications import LoanApplication
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.products import Product
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.troubles import Trouble, Urgency
from zhengcaidai.rules.wording import yuan
from zhengcaidai.sealing import KEY_BYTES, Sealer

__all__ = [
    "AWAITED",
    "BANK_ID",
    "BREACHES",
    "DUE_AT",
    "NAMESPACE",
    "REGION",
    "SEARCH_ATTRIBUTES",
    "STAGE",
    "TASK_QUEUE",
    "TROUBLE",
    "URGENCY",
    "SealingCodec",
    "answers_before_steps",
    "change_attributes",
    "change_summary",
    "change_workflow_id",
    "connect",
    "data_converter",
    "loan_workflow_id",
    "sealer_of",
    "starting_attributes",
    "static_summary",
]

NAMESPACE = "zhengcaidai"
TASK_QUEUE = "contract-loans"

STAGE = SearchAttributeKey.for_keyword("LoanStage")
"""业务环节."""
AWAITED = SearchAttributeKey.for_keyword_list("Awaited")
"""等待方: every role whose turn it is; `nobody` at the end."""
REGION = SearchAttributeKey.for_keyword("Region")
"""地区代码."""
BANK_ID = SearchAttributeKey.for_keyword("BankId")
"""银行."""
TROUBLE = SearchAttributeKey.for_keyword("Trouble")
"""异常: outside_down, fraud, freeze, terminated, overdue, disbursement_refused."""
URGENCY = SearchAttributeKey.for_keyword("Urgency")
"""时限状态: calm, due_soon (a reminder was sent), breached (a limit is past and its duty still stands)."""
DUE_AT = SearchAttributeKey.for_datetime("DueAt")
"""最近的期限."""
BREACHES = SearchAttributeKey.for_int("Breaches")
"""超时次数."""

SEARCH_ATTRIBUTES: dict[str, SearchAttributeIndexedValueType] = {
    key.name: key.indexed_value_type for key in (STAGE, AWAITED, REGION, BANK_ID, TROUBLE, URGENCY, DUE_AT, BREACHES)
}
"""What operators search for. Never encrypted: no name, USCC, telephone or account number in any of them."""


def loan_workflow_id(loan_id: str) -> str:
    """The loan's workflow is known by the loan's number."""
    return f"loan-{loan_id}"


def change_workflow_id(change_id: str) -> str:
    """An account change's workflow is known by the change's number."""
    return f"account-change-{change_id}"


def starting_attributes(region: str, bank_id: str) -> TypedSearchAttributes:
    """What a loan is found by from its first moment."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(REGION, region),
            SearchAttributePair(BANK_ID, bank_id),
            SearchAttributePair(STAGE, Stage.SUBMITTED.value),
            SearchAttributePair(AWAITED, [Role.SYSTEM.value]),
            SearchAttributePair(TROUBLE, Trouble.NONE.value),
            SearchAttributePair(URGENCY, Urgency.CALM.value),
            SearchAttributePair(BREACHES, 0),
        ]
    )


def change_attributes(region: str) -> TypedSearchAttributes:
    """What an account change is found by from its first moment; it is in the same views as a loan."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(REGION, region),
            SearchAttributePair(AWAITED, [Role.SYSTEM.value]),
            SearchAttributePair(TROUBLE, Trouble.NONE.value),
            SearchAttributePair(URGENCY, Urgency.CALM.value),
            SearchAttributePair(BREACHES, 0),
        ]
    )


def change_summary(change_id: str, filing_number: str) -> str:
    """The one line by which an operator knows an account change."""
    return f"{change_id} · 合同账户变更 · {filing_number}"


def static_summary(loan_id: str, amount_fen: int, bank_name: str) -> str:
    """The one line by which an operator knows a loan: number · amount · bank."""
    return f"{loan_id} · {yuan(amount_fen)} 元 · {bank_name}"


def static_details(application: LoanApplication, product: Product | None = None) -> str:
    """What an operator reads of the application as long as the loan runs: no person, USCC, telephone or account number.

    A loan sent on from another bank begins before its product is looked up: then only the ids are known.
    """
    bank, offered = application.bank_id, application.product_id
    return "\n".join(
        (
            f"- 地区：{application.region}",
            f"- 银行：{product.bank_name}（{bank}）" if product else f"- 银行：{bank}",
            f"- 产品：{product.name}（{offered}）" if product else f"- 产品：{offered}",
            f"- 依据：{application.basis.title_zh}",
            f"- 金额：{yuan(application.amount_fen)} 元，期限 {application.term_days} 天",
        )
    )


class SealingCodec(PayloadCodec):
    """Payloads are sealed before they leave the process: Temporal's database and UI hold no name and no account in clear."""

    ENCODING = b"binary/sealed"

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Seal each payload whole, its metadata included."""
        return [
            Payload(
                metadata={"encoding": self.ENCODING, "key-id": self._sealer.current.encode()},
                data=self._sealer.seal(payload.SerializeToString()),
            )
            for payload in payloads
        ]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Open what was sealed; anything else is passed on as it is (a signal sent from the Temporal UI, for one)."""
        return [
            Payload.FromString(self._sealer.open(payload.data))
            if payload.metadata.get("encoding") == self.ENCODING
            else payload
            for payload in payloads
        ]


def data_converter(sealer: Sealer | None = None) -> DataConverter:
    """Pydantic for the shapes, sealed where there are keys; the same everywhere, the Replayer included.

    What a failure says is sealed too: it may be an outside system's own words, with a name or a number in them.
    """
    if sealer is None:
        return pydantic_data_converter
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=SealingCodec(sealer),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def connect(settings: Settings) -> Client:
    """A client of the namespace, with our converter. Raises RuntimeError when no server answers."""
    return await Client.connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        data_converter=data_converter(sealer_of(settings)),
    )


def sealer_of(settings: Settings) -> Sealer:
    """The sealer for the configured keys. The sandbox makes itself a key and keeps it in its state; nothing else may.

    Raises ValueError: no keys outside the sandbox.
    """
    keys = settings.keys
    if not keys:
        if not settings.sandbox:
            raise ValueError("ZHENGCAIDAI_DATA_KEYS: without a key, names and accounts would lie open in Temporal")
        keys = {"sandbox": sandbox_key(settings.state_dir)}
    return Sealer(keys, next(iter(keys)))


def sandbox_key(state_dir: Path) -> bytes:
    """The sandbox's own key: made once, whichever of its processes comes first, readable by its user only."""
    path = state_dir / "data-key"
    state_dir.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=state_dir, prefix="data-key-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(os.urandom(KEY_BYTES))
    try:
        os.link(draft, path)  # whole or not at all: nobody ever reads half a key
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
    return path.read_bytes()


def answers_before_steps(worker: Worker) -> None:
    """All that arrived in one workflow task takes effect before the workflow goes on, whatever its order.

    A worker that must read a loan anew may get an answered call together with the next step, where the worker before it got
    the one after the other (temporalio/sdk-rust#1146). Without this the commands then come in another order, and the loan
    stands still at the following restart. The SDK has the cure, and does not yet switch it on by itself; a history says
    which of its tasks ran with it, so that older ones still replay.
    """
    worker._set_default_workflow_logic_flag(  # noqa: SLF001 - the SDK has no public name for it yet
        _WorkflowLogicFlag.PROCESS_WORKFLOW_ACTIVATION_JOBS_AS_SINGLE_BATCH, enabled=True
    )
