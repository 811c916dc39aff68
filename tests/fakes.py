"""Small stand-ins, one a port, for tests that ask what a workflow does and not what a system answers."""

from dataclasses import dataclass, field
from datetime import date

from zhengcaidai.errors import OutsideDown, OutsideRefused
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.calendars import CalendarYear
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.orders import (
    AccountLockOrder,
    AccountUpdate,
    ApplicationPush,
    BreachReport,
    DealSheet,
    DisbursementOrder,
    DisbursementReceipt,
    EndReport,
    FraudReport,
    FundUsePlan,
    OverdueReport,
    SmsMessage,
    SmsReceipt,
    SweepOrder,
)
from zhengcaidai.messages.procurement import Award, BadRecord, Contract, ReceivableConfirmation, ReceivableStatus
from zhengcaidai.messages.products import Product
from zhengcaidai.messages.records import ChangeView, ContractClaim, LoanUpdate, LockState
from zhengcaidai.messages.regions import RegionProfile
from zhengcaidai.messages.rulebook import RulesInForce
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import RecordCourtFreeze
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.registers.platform import platform_settings
from zhengcaidai.registers.regions import region
from zhengcaidai.rules.working_days import shanghai_date


@dataclass
class FakeProcurement:
    """采购系统 in memory."""

    awards: dict[str, Award] = field(default_factory=dict)
    contracts: dict[str, Contract] = field(default_factory=dict)
    bad_records: dict[str, BadRecord] = field(default_factory=dict)
    account_updates: list[AccountUpdate] = field(default_factory=list)

    async def award(self, award_number: str) -> Award | None:
        return self.awards.get(award_number)

    async def contract(self, filing_number: str) -> Contract | None:
        return self.contracts.get(filing_number)

    async def bad_record(self, uscc: str, on: date) -> BadRecord | None:
        found = self.bad_records.get(uscc)
        return found if found and found.listed_on <= on <= found.until else None

    async def account_changed(self, update: AccountUpdate) -> None:
        self.account_updates.append(update)


@dataclass
class FakeReceivables:
    """中征平台 in memory."""

    status: ReceivableStatus = ReceivableStatus.CONFIRMED
    pushed: list[ApplicationPush] = field(default_factory=list)
    deals: dict[str, DealSheet] = field(default_factory=dict)
    account_updates: list[AccountUpdate] = field(default_factory=list)
    ends: list[EndReport] = field(default_factory=list)
    fails: int = 0
    """So many calls more fail as if the platform were down."""

    async def confirm(self, award_number: str) -> ReceivableConfirmation:
        return ReceivableConfirmation(award_number=award_number, status=self.status)

    async def push_application(self, push: ApplicationPush) -> None:
        self.pushed.append(push)

    async def deal(self, sheet: DealSheet) -> None:
        self.deals[sheet.key] = sheet

    async def account_changed(self, update: AccountUpdate) -> None:
        if self.fails > 0:
            self.fails -= 1
            raise OutsideDown("中征平台无应答。", "The receivables platform does not answer.")
        self.account_updates.append(update)

    async def ended(self, report: EndReport) -> None:
        self.ends.append(report)


@dataclass
class FakeBudget:
    """预算系统 in memory."""

    locks: dict[str, str] = field(default_factory=dict)
    """Filing number → loan."""
    changes: dict[str, AccountUpdate] = field(default_factory=dict)
    plans: dict[str, FundUsePlan] = field(default_factory=dict)
    lock_history: list[tuple[str, str]] = field(default_factory=list)
    lock_keys: list[str] = field(default_factory=list)
    """Of locks and releases: the other side may take a key that it has seen for a repeat."""

    async def collection_account(self, filing_number: str) -> Account | None:
        return next((each.new_account for each in self.changes.values() if each.filing_number == filing_number), None)

    async def change_account(self, update: AccountUpdate) -> None:
        self.changes[update.key] = update

    async def lock_account(self, order: AccountLockOrder) -> None:
        holder = self.locks.setdefault(order.filing_number, order.loan_id)
        if holder != order.loan_id:
            raise OutsideRefused("账户已锁定给另一笔贷款。", "The account is locked to another loan.")
        self.lock_history.append(("lock", order.loan_id))
        self.lock_keys.append(order.key)

    async def release_account(self, order: AccountLockOrder) -> None:
        if self.locks.get(order.filing_number) == order.loan_id:
            del self.locks[order.filing_number]
        self.lock_history.append(("release", order.loan_id))
        self.lock_keys.append(order.key)

    async def submit_plan(self, plan: FundUsePlan) -> None:
        self.plans[plan.key] = plan


@dataclass
class FakeBank:
    """An online bank in memory; its ledger knows each key once."""

    pushed: list[ApplicationPush] = field(default_factory=list)
    paid_out: dict[str, DisbursementReceipt] = field(default_factory=dict)
    sweeps: dict[str, SweepOrder] = field(default_factory=dict)
    ends: list[EndReport] = field(default_factory=list)
    breaches: list[BreachReport] = field(default_factory=list)
    disburse_calls: int = 0
    refuse_disbursement: str | None = None
    fails_after_effect: int = 0

    async def push_application(self, push: ApplicationPush) -> None:
        self.pushed.append(push)

    async def disburse(self, order: DisbursementOrder) -> DisbursementReceipt:
        self.disburse_calls += 1
        if self.refuse_disbursement:
            raise OutsideRefused(self.refuse_disbursement, self.refuse_disbursement)
        receipt = self.paid_out.setdefault(
            order.key,
            DisbursementReceipt(
                key=order.key,
                bank_reference=f"REF-{len(self.paid_out) + 1}",
                amount_fen=order.amount_fen,
                value_date=shanghai_date(order.ordered_at),
            ),
        )
        if self.fails_after_effect > 0:
            self.fails_after_effect -= 1
            raise OutsideDown("银行系统无应答。", "The bank does not answer.")
        return receipt

    async def sweep(self, order: SweepOrder) -> None:
        self.sweeps.setdefault(order.key, order)

    async def ended(self, bank_id: str, report: EndReport) -> None:
        self.ends.append(report)

    async def breached(self, report: BreachReport) -> None:
        self.breaches.append(report)


@dataclass
class FakeBureau:
    """财政部门 in memory."""

    frauds: list[FraudReport] = field(default_factory=list)
    breaches: list[BreachReport] = field(default_factory=list)
    late_payments: list[OverdueReport] = field(default_factory=list)

    async def fraud(self, report: FraudReport) -> None:
        self.frauds.append(report)

    async def breached(self, report: BreachReport) -> None:
        self.breaches.append(report)

    async def late_payment(self, report: OverdueReport) -> None:
        self.late_payments.append(report)


@dataclass
class FakeSms:
    """短信 in memory."""

    sent: dict[str, SmsMessage] = field(default_factory=dict)

    async def send(self, message: SmsMessage) -> SmsReceipt:
        self.sent[message.key] = message
        return SmsReceipt(key=message.key, gateway_id=f"SM{len(self.sent)}", status="sent")


@dataclass
class FakeRecords:
    """The application database in memory."""

    updates: dict[str, LoanUpdate] = field(default_factory=dict)
    written: list[LoanUpdate] = field(default_factory=list)
    """Everything that was ever recorded, in order."""
    entries: dict[str, dict[int, Entry]] = field(default_factory=dict)
    changes: dict[str, ChangeView] = field(default_factory=dict)
    claims: dict[str, str] = field(default_factory=dict)
    borrowers: set[str] = field(default_factory=set)

    async def record(self, update: LoanUpdate) -> None:
        loan_id = update.view.loan_id
        self.written.append(update)
        self.entries.setdefault(loan_id, {}).update({entry.sequence: entry for entry in update.entries})
        known = self.updates.get(loan_id)
        if known is None or known.view.sequence < update.view.sequence:
            self.updates[loan_id] = update

    async def record_change(self, view: ChangeView) -> None:
        self.changes[view.order.change_id] = view

    async def claim(self, claim: ContractClaim) -> str | None:
        holder = self.claims.setdefault(claim.award_number, claim.loan_id)
        if holder == claim.replaces:
            holder = self.claims[claim.award_number] = claim.loan_id
        return None if holder == claim.loan_id else holder

    async def release(self, loan_id: str) -> None:
        self.claims = {award: holder for award, holder in self.claims.items() if holder != loan_id}

    async def has_borrowed(self, supplier_id: str, before_loan_id: str) -> bool:
        return supplier_id in self.borrowers

    async def lock_of(self, filing_number: str) -> LockState | None:
        for update in self.updates.values():
            if update.view.filing_number == filing_number and update.locked_account is not None:
                view = update.view
                freezes = [each.event for each in self.entries[view.loan_id].values() if view.frozen]
                orders = [each for each in freezes if isinstance(each, RecordCourtFreeze)]
                return LockState(
                    loan_id=view.loan_id,
                    bank_id=view.bank_id,
                    filing_number=filing_number,
                    account=update.locked_account,
                    disbursed=view.disbursed_on is not None,
                    court_order=orders[-1].order_number if orders else None,
                    court=orders[-1].court if orders else None,
                )
        return None

    async def stage_of(self, loan_id: str) -> Stage | None:
        found = self.updates.get(loan_id)
        return Stage(found.view.stage) if found else None

    async def rules_of(self, loan_id: str) -> RulesInForce | None:
        """What a settled loan went by."""
        written = (update for update in self.written if update.view.loan_id == loan_id)
        return next((update.rules for update in written if update.rules is not None), None)

    async def open_loan_on(self, filing_number: str) -> str | None:
        open_now = (each.view for each in self.updates.values() if not Stage(each.view.stage).is_end)
        return next((view.loan_id for view in open_now if view.filing_number == filing_number), None)

    async def journal(self, loan_id: str, after: int) -> tuple[Entry, ...]:
        found = self.entries.get(loan_id, {})
        return tuple(found[sequence] for sequence in sorted(found) if sequence > after)


@dataclass
class FakeRuleBook:
    """The real region files and calendars, and one product."""

    product: Product
    calendars: tuple[CalendarYear, ...] = ()

    async def in_force(self, region_code: str, product_id: str, on: date) -> RulesInForce:
        return RulesInForce(
            profile=region(region_code, on),
            platform_clocks=platform_settings().clocks,
            penalty=platform_settings().penalty_limit(on),
            product=self.product,
            calendar=await self.calendar(on),
        )

    async def profile(self, region_code: str, on: date) -> RegionProfile:
        return region(region_code, on)

    async def calendar(self, on: date) -> tuple[CalendarYear, ...]:
        return self.calendars or calendar_years(on)
