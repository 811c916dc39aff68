"""Opening an account change by itself (单独申请账户变更), and its form."""

from datetime import UTC, datetime

from zhengcaidai.errors import Conflict, InvalidInput, NotFound
from zhengcaidai.messages.account_changes import AccountChangeOrder, ChangeStage
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.base import FilingNumber, Frozen
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.documents import AccountChangeForm
from zhengcaidai.messages.loans import AccountChangeStart
from zhengcaidai.messages.procurement import Contract
from zhengcaidai.messages.records import ChangeView
from zhengcaidai.messages.regions import ProvisionId
from zhengcaidai.messages.stages import Stage
from zhengcaidai.registers.platform import platform_settings
from zhengcaidai.registers.regions import region, region_profiles
from zhengcaidai.registers.sources import text_source
from zhengcaidai.rules.account_changes import Change, change_tasks
from zhengcaidai.rules.accounts import ChangeGround, change_ground, check_holder
from zhengcaidai.rules.working_days import shanghai_date
from zhengcaidai.store.changes import ChangeFilter
from zhengcaidai.store.idempotency import KeyInFlight
from zhengcaidai.store.paging import MAX_PAGE, PageRequest
from zhengcaidai.store.scopes import Scope
from zhengcaidai.temporal import change_workflow_id
from zhengcaidai.web.auth import Identity, own_code
from zhengcaidai.web.keys import RequestFingerprint, numbers_of
from zhengcaidai.web.reach import scope_of
from zhengcaidai.web.services import Services
from zhengcaidai.web.writing import alone

__all__ = ["ChangeBody", "change_form", "open_change"]


class ChangeBody(Frozen):
    """申请变更: of which contract, and to which account; its holder must be the supplier (hanyang/4.1.4)."""

    filing_number: FilingNumber
    new_account: Account


async def open_change(body: ChangeBody, identity: Identity, fingerprint: RequestFingerprint, services: Services) -> str:
    """Check, start the workflow, list it; returns its number. Of two at once for one contract, one is refused.

    Raises NotFound: no such contract, or it is not this supplier's; WrongParty: the token does not say who it is;
    RuleBroken, Conflict, InvalidInput, WorkflowsDown.
    """
    try:
        async with alone(services.keys, "account-changes", body.filing_number):
            return await _open_change(body, identity, fingerprint, services)
    except KeyInFlight as error:
        raise _under_way(None) from error


async def _open_change(
    body: ChangeBody, identity: Identity, fingerprint: RequestFingerprint, services: Services
) -> str:
    now = datetime.now(UTC)
    contract = await _contract(services, body.filing_number, identity)
    check_holder(body.new_account, contract.supplier_name, contract.region, where="new_account.name")
    if body.new_account.same_as(contract.collection_account):
        raise InvalidInput(
            "合同的收款账户已是该账户。",
            "The contract has this account already.",
            where="new_account",
            right="另一账户 / another account",
        )
    number, yesterday = numbers_of("C", shanghai_date(now), fingerprint)
    if await services.workflows.exists(change_workflow_id(yesterday)):
        number = yesterday
    ground, loan_id = await _ground(services, contract, identity, now)
    await _check_none_open(services, identity, body.filing_number, number)
    order = _order(number, body, contract, identity, ground).model_copy(update={"loan_id": loan_id})
    await services.workflows.start_change(
        AccountChangeStart(
            order=order,
            reported=True,
            clocks=tuple(rule for rule in platform_settings().clocks if rule.clock.is_of_account_change),
            calendars=(CalendarAdoption(at=now, years=await services.rulebook.calendar(shanghai_date(now))),),
        )
    )
    await _list_at_once(services, order, now)
    return number


async def _contract(services: Services, filing_number: str, identity: Identity) -> Contract:
    code = own_code(identity)
    contract = await services.procurement.contract(filing_number)
    if contract is None or contract.supplier_uscc != code:
        raise _no_contract(filing_number)
    return contract


def _no_contract(filing_number: str) -> NotFound:
    return NotFound(
        f"采购系统查无备案合同 {filing_number}，或不属于贵单位。",
        f"There is no filed contract {filing_number}, or it is not yours.",
        where="filing_number",
    )


async def _ground(
    services: Services, contract: Contract, identity: Identity, now: datetime
) -> tuple[ChangeGround, str | None]:
    """What the change needs, and the open loan that must learn of it; another supplier's loan is none of ours."""
    lock = await services.records.lock_of(contract.filing_number)
    loan_id = lock.loan_id if lock else await services.records.holder_of(contract.award_number)
    stage = None
    if loan_id is not None:
        try:
            detail = await services.loans.loan(scope_of(identity.principal), loan_id)
        except NotFound as error:
            raise _no_contract(contract.filing_number) from error
        stage = Stage(detail.view.stage)
    profile = region(contract.region, shanghai_date(now))
    return change_ground(lock, profile, loan_stage=stage), loan_id


async def _check_none_open(services: Services, identity: Identity, filing_number: str, number: str) -> None:
    scope = scope_of(identity.principal)
    wanted = ChangeFilter(filing_number=filing_number)
    found = await services.changes.changes(scope, wanted, PageRequest(limit=MAX_PAGE))
    for each in found.items:
        if not each.stage.is_end and each.change_id != number:
            raise _under_way(each.change_id)


def _under_way(change_id: str | None) -> Conflict:
    return Conflict(
        "该合同已有一项账户变更正在办理。",
        "An account change of this contract is under way.",
        where="filing_number",
        right=change_id,
    )


def _order(
    number: str, body: ChangeBody, contract: Contract, identity: Identity, ground: ChangeGround
) -> AccountChangeOrder:
    return AccountChangeOrder(
        change_id=number,
        region=contract.region,
        filing_number=contract.filing_number,
        supplier_id=identity.principal.organisation_id,
        supplier_name=contract.supplier_name,
        purchaser_id=contract.purchaser_id,
        purchaser_name=contract.purchaser_name,
        old_account=contract.collection_account,
        new_account=body.new_account,
        consent_of_bank_id=ground.consent_of_bank_id,
        court_order=ground.court_order,
    )


async def _list_at_once(services: Services, order: AccountChangeOrder, now: datetime) -> None:
    """Whatever the workflow writes, at whatever moment, is newer than this."""
    view = ChangeView(
        order=order,
        stage=ChangeStage.DRAFT,
        tasks=change_tasks(Change(order=order), ()),
        scan=None,
        reason=None,
        entries=(),
        deadlines=(),
        sequence=-1,
        updated_at=now,
    )
    await services.records.record_change(view)


async def change_form(services: Services, scope: Scope, change_id: str) -> AccountChangeForm:
    """合同账户变更申请 (hanyang/4.1.4). Raises NotFound; OutsideDown while the procurement system is away."""
    order = (await services.changes.change(scope, change_id)).order
    contract = await services.procurement.contract(order.filing_number)
    if contract is None:
        raise NotFound(
            "采购系统查无该备案合同。", "The procurement system has no such contract.", where="filing_number"
        )
    name = next((each.name_zh for each in region_profiles() if each.code == order.region), order.region)
    today = shanghai_date(datetime.now(UTC))
    return AccountChangeForm(
        loan_number=order.loan_id or order.change_id,
        region_code=order.region,
        region_name=name,
        procurement_number=contract.award_number,
        contract_title=contract.title,
        filing_number=order.filing_number,
        purchaser_name=order.purchaser_name,
        supplier_name=order.supplier_name,
        old_account=order.old_account,
        new_account=order.new_account,
        form_source=text_source(order.region, today, ProvisionId.SEALED_CHANGE_FORM),
        change_source=text_source(
            order.region, today, ProvisionId.ACCOUNT_CHANGE_BY_SUPPLIER, ProvisionId.ACCOUNT_BANK_CONSENT
        ),
    )
