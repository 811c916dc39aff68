"""A loan as its journal tells it (台账): a frozen value, derived from the entries and from nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from zhengcaidai.messages.account_changes import ChangeOutcome
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.applications import LoanApplication
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import Deadline, RunOfClock, Timeline
from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.messages.facts import Disbursed, DisbursementOrdered
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.money import LoanTerms, Statement
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.procurement import Award, Contract
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import (
    Approve,
    CorrectClockStart,
    FileFundUsePlan,
    RecordCourtFreeze,
    ReportStoppedPayment,
    RequestMaterials,
    Step,
)
from zhengcaidai.messages.words import Words
from zhengcaidai.rules.ledger import Ledger
from zhengcaidai.rules.precedents import Done
from zhengcaidai.rules.statements import statement

__all__ = ["Loan", "PendingCorrection"]


@dataclass(frozen=True, slots=True)
class PendingCorrection:
    """更正起算日 asked for and not decided yet."""

    step: CorrectClockStart
    asked_by: Principal
    run: RunOfClock


@dataclass(frozen=True, slots=True)
class Loan:
    """Where one contract loan stands. `after` in `rules/effects/` makes the next one from an entry of the journal."""

    application: LoanApplication
    stage: Stage = Stage.SUBMITTED
    sequence: int = 0
    keys: Mapping[str, Step] = field(default_factory=dict)
    """The steps taken, by their keys: a repeat is known again, on whichever channel it comes."""
    done: Done = field(default_factory=dict)
    """The steps taken, by kind and number: whoever comes second is told who did it, and when."""
    stage_entry: Entry | None = None
    """The line that brought the loan into its stage; None from its beginning until the first such line."""
    timeline: Timeline = field(default_factory=Timeline)
    materials: tuple[DocumentRef, ...] = ()
    materials_asked: RequestMaterials | None = None
    award: Award | None = None
    contract: Contract | None = None
    contract_reported: str | None = None
    """The filing number that the purchaser reported and that is still to be looked up."""
    repeat_borrower: bool = False
    offer: Approve | None = None
    agreement_number: str | None = None
    change_id: str | None = None
    """The account change under way within the loan."""
    change_awaits: Role | None = None
    """With whom the account change under way lies, as far as it has said."""
    change_ended: ChangeOutcome | None = None
    locked_account: Account | None = None
    ordered: DisbursementOrdered | None = None
    """The instruction to pay out: made, and not yet answered or refused."""
    disbursement_refusal: Words | None = None
    """Why the bank's system did not pay out; with an instruction still standing, why it is in doubt whether it did."""
    disbursed: Disbursed | None = None
    ledger: Ledger | None = None
    plans: tuple[FileFundUsePlan, ...] = ()
    stopped_payments: Mapping[tuple[str, str], ReportStoppedPayment] = field(default_factory=dict)
    """By the treasury that stopped it and its number there: every treasury numbers its own checks."""
    deducted_fen: int = 0
    deducted_too_late_fen: Mapping[str, int] = field(default_factory=dict)
    """Of it, by the contract's day, what the purchaser told of after it had missed that day: only money meets it now."""
    terminated: str | None = None
    """The purchaser's reason, once the contract has ended before its time."""
    missed_before_termination: tuple[str, ...] = ()
    """The contract's days that the purchaser had missed by then: it still owes them."""
    fraud_suspected: str | None = None
    fraud_confirmed: bool = False
    """The bureau has confirmed it after the money left, or while it was leaving."""
    court_freezes: tuple[RecordCourtFreeze, ...] = ()
    """Orders that stand; each is lifted by its own number."""
    correction: PendingCorrection | None = None
    alarms_sent: frozenset[str] = frozenset()
    breaches: tuple[Deadline, ...] = ()
    adoptions: tuple[CalendarAdoption, ...] = ()
    """Calendars loaded while the loan was open; the first, of its beginning, is among its rules."""
    end_reason: str = ""
    resent_to: str | None = None
    lock_released_on: date | None = None
    """The lock is gone: settled, or ended before disbursement."""
    swept: int = 0
    """How many of the ledger's entries the bank has booked."""

    @property
    def loan_id(self) -> str:
        """贷款编号."""
        return self.application.loan_id

    @property
    def purchaser_id(self) -> str | None:
        """采购人, known once the award was found."""
        return self.award.purchaser_id if self.award else None

    @property
    def lock_released(self) -> bool:
        """回款账户已解锁."""
        return self.lock_released_on is not None

    @property
    def is_held(self) -> bool:
        """A court's order, a suspicion of fraud or fraud itself stands: no money leaves the bank."""
        return self.is_fraud_feared or bool(self.court_freezes)

    @property
    def is_payout_in_doubt(self) -> bool:
        """放款存疑: the instruction stands, and only the bank's people can say whether money has left."""
        return self.ordered is not None and (self.is_held or self.disbursement_refusal is not None)

    @property
    def is_fraud_feared(self) -> bool:
        """疑似欺诈, or found to be one."""
        return self.fraud_suspected is not None or self.fraud_confirmed

    def statement(self, as_of: date) -> Statement | None:
        """对账 as of a day, from the ledger's entries; None before disbursement."""
        return None if self.ledger is None else statement(self.ledger, as_of)

    @property
    def terms(self) -> LoanTerms | None:
        """借款要素, once disbursed."""
        return None if self.ledger is None else self.ledger.terms
