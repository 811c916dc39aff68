"""Loans, tasks and deadlines as a workflow would record them; names are invented."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from zhengcaidai.messages.account_changes import AccountChangeOrder, ChangeStage
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.applications import Basis, EnterpriseScale, LoanApplication, Supplier
from zhengcaidai.messages.clocks import ClockId, ClockStatus, Deadline, LimitUnit, Milestone, RuleOrigin
from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.messages.facts import Submitted
from zhengcaidai.messages.journal import Entry, Event
from zhengcaidai.messages.orders import PaymentCheck, PaymentCheckAnswer
from zhengcaidai.messages.parties import SYSTEM, Principal, Role
from zhengcaidai.messages.products import Channel, Product
from zhengcaidai.messages.records import ChangeView, LoanUpdate
from zhengcaidai.messages.rulebook import RulesInForce
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import Accept
from zhengcaidai.messages.tasks import LoanView, Task
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.registers.platform import platform_settings
from zhengcaidai.registers.regions import region
from zhengcaidai.rules.working_days import SHANGHAI

NOW = datetime(2026, 9, 18, 10, 30, tzinfo=SHANGHAI)
MOBILE = "+8613800001234"
ACCOUNT = Account(name="滇池办公设备有限公司", number="6222024000123458888", bank_name="翠湖银行")
OTHER_ACCOUNT = ACCOUNT.model_copy(update={"number": "6222024000777712345"})

SUPPLIER = Principal(user_id="chen", organisation_id="supplier-1", role=Role.SUPPLIER)
BANK = Principal(user_id="li", organisation_id="bank-1", role=Role.BANK)
PURCHASER = Principal(user_id="zhao", organisation_id="purchaser-1", role=Role.PURCHASER)
TREASURY = Principal(user_id="zhou", organisation_id="treasury-530100", role=Role.TREASURY)


def document(letter: str = "a", title: str = "征信查询授权书") -> DocumentRef:
    return DocumentRef(sha256=letter * 64, media_type="application/pdf", size_bytes=1000, title=title)


def view(loan_id: str = "loan-1", sequence: int = 1, **changes: object) -> LoanView:
    first = LoanView(
        loan_id=loan_id,
        region="530100",
        stage=Stage.SUBMITTED,
        supplier_id="supplier-1",
        bank_id="bank-1",
        purchaser_id="purchaser-1",
        product_id="product-1",
        award_number=f"award-{loan_id}",
        filing_number="合备[2021]100号",
        amount_fen=3_000_000_000_00,
        principal_fen=0,
        owed_fen=0,
        submitted_at=NOW,
        disbursed_on=None,
        due_on=None,
        awaited=(Role.BANK,),
        next_due_at=NOW + timedelta(days=5),
        breaches=0,
        overdue=False,
        frozen=False,
        suspected_fraud=False,
        sequence=sequence,
        updated_at=NOW,
    )
    return first.model_copy(update=changes)


def update(
    shown: LoanView | None = None,
    *,
    tasks: tuple[Task, ...] = (),
    deadlines: tuple[Deadline, ...] = (),
    entries: tuple[Entry, ...] = (),
    locked_account: Account | None = None,
) -> LoanUpdate:
    return LoanUpdate(
        view=shown or view(),
        tasks=tasks,
        deadlines=deadlines,
        entries=entries,
        locked_account=locked_account,
        statement=None,
    )


def task(
    *actions: str, organisation_id: str = "bank-1", role: Role = Role.BANK, due_at: datetime | None = None
) -> Task:
    return Task(
        actions=actions or ("accept",),
        role=role,
        organisation_id=organisation_id,
        zh="请受理",
        en="Please accept",
        due_at=due_at,
    )


def deadline(clock: ClockId = ClockId.FINANCING, **changes: object) -> Deadline:
    first = Deadline(
        clock=clock,
        reference="",
        instance=1,
        clause="kunming/4.2",
        origin=RuleOrigin.REGION,
        set_by="530100",
        duty_of=Role.BANK,
        started_by=Milestone.ACCEPTED,
        started_at=NOW,
        started_on=NOW.date(),
        corrected=False,
        limit_days=5,
        unit=LimitUnit.WORKING_DAY,
        due_date=date(2026, 9, 24),
        due_at=NOW + timedelta(days=6),
        rule_confirmed_until=None,
        provisional=False,
        calendar_version="2026#1",
        calendar_adopted_at=NOW,
        status=ClockStatus.RUNNING,
        counted_days=0,
        pauses=(),
        closed_at=None,
        breached_at=None,
        holder_at_due=None,
        held=(),
        counts=True,
        remind_before_days=(1,),
        version="financing-1",
    )
    return first.model_copy(update=changes)


def application(loan_id: str = "loan-1") -> LoanApplication:
    return LoanApplication(
        loan_id=loan_id,
        region="530100",
        supplier=Supplier(
            organisation_id="supplier-1",
            uscc="91350100M000100Y43",
            name="滇池办公设备有限公司",
            scale=EnterpriseScale.SMALL,
            mobile=MOBILE,
        ),
        bank_id="bank-1",
        product_id="product-1",
        basis=Basis.AWARD_NOTICE,
        award_number="award-loan-1",
        amount_fen=100_000_00,
        term_days=180,
        credit_inquiry_authorisation=document("a"),
        materials=(document("b", "财务报表"),),
    )


def entry(sequence: int = 1, event: Event | None = None, by: Principal = SYSTEM) -> Entry:
    return Entry(sequence=sequence, at=NOW + timedelta(minutes=sequence), by=by, event=event or Accept())


def submitted(loan_id: str = "loan-1") -> Entry:
    return entry(1, Submitted(application=application(loan_id)), SUPPLIER)


def product(product_id: str = "product-1", **changes: object) -> Product:
    first = Product(
        product_id=product_id,
        bank_id="bank-1",
        bank_name="翠湖银行",
        name="政采快贷",
        channel=Channel.ONLINE,
        regions=("530100",),
        max_fen=5_000_000_00,
        max_term_days=365,
        indicative_rate=Decimal("0.0385"),
        branch_name="翠湖支行",
        contact_name="李经理",
        contact_mobile=MOBILE,
    )
    return first.model_copy(update=changes)


def rules(**changes: object) -> RulesInForce:
    """What a loan of the sample product goes by; `changes` are the product's."""
    began_on = NOW.date()
    return RulesInForce(
        profile=region("530100", began_on),
        platform_clocks=platform_settings().clocks,
        product=product().model_copy(update=changes),
        calendar=calendar_years(began_on),
        penalty=platform_settings().penalty_limit(began_on),
    )


def change(change_id: str = "change-1", sequence: int = 1, **changes: object) -> ChangeView:
    order = AccountChangeOrder(
        change_id=change_id,
        region="530100",
        filing_number="合备[2021]100号",
        supplier_id="supplier-1",
        supplier_name="滇池办公设备有限公司",
        purchaser_id="purchaser-1",
        purchaser_name="翠湖区第一小学",
        old_account=ACCOUNT,
        new_account=OTHER_ACCOUNT,
        loan_id="loan-1",
        consent_of_bank_id="bank-1",
    )
    first = ChangeView(
        order=order,
        stage=ChangeStage.DRAFT,
        tasks=(),
        scan=None,
        reason=None,
        entries=(),
        deadlines=(),
        sequence=sequence,
        updated_at=NOW + timedelta(minutes=sequence),
    )
    return first.model_copy(update=changes)


def payment(check_id: str = "check-1", account_number: str = OTHER_ACCOUNT.number) -> PaymentCheck:
    return PaymentCheck(
        check_id=check_id, filing_number="合备[2021]100号", amount_fen=50_000_00, account_number=account_number
    )


def stopped(check_id: str = "check-1") -> PaymentCheckAnswer:
    return PaymentCheckAnswer(
        check_id=check_id,
        allowed=False,
        loan_id="loan-1",
        zh="收款账户不是锁定账户。",
        en="Not the locked account.",
        clause="kunming/3.2",
    )
