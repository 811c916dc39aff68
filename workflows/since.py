"""Since (流程版本): what loans and changes did otherwise before. What a history has decided stays decided when it is read again.

A line of the journal that a party or an outside system causes can carry the new rule in a field; what the workflow decides by
itself is told apart here. A member goes when no open loan and no saved history can be older than it.
"""

from enum import StrEnum

from temporalio import workflow

__all__ = ["Since"]


class Since(StrEnum):
    """Named by what holds since; the description says how it was before."""

    ALTERED_CONTRACT_IS_REFUSED = "altered-contract-is-refused"
    """A filed contract was not compared with its award."""
    UNKNOWN_AWARD_IS_NO_FORGERY = "unknown-award-is-no-forgery"
    """An award number that nobody knew was reported as forged; it may be mistyped."""
    CONTRACT_IS_READ_TO_THE_END = "contract-read-to-the-end"
    """A contract signed later was not compared with its award, nor read for another lender."""
    LATE_CONTRACT_ENDS_NOTHING = "a-late-contract-ends-nothing"
    """The application lapsed when the purchaser did not sign in time."""
    CHANGE_STOPPED_BY_FORCE_IS_NOTICED = "a-change-stopped-by-force-is-noticed"
    """The loan waited on for a change that an operator had terminated."""
    NO_FRESH_HISTORY_DURING_A_CHANGE = "no-fresh-history-during-a-change"
    """A loan went on in a fresh history while its account was being changed, and could not notice there that it was stopped."""
    NOTHING_LEAVES_WHILE_HELD = "nothing-leaves-while-held"
    """A call to the bank under way went on when a court's order or a suspicion came."""
    ODD_RECEIPT_IS_A_DOUBT = "an-odd-receipt-is-a-doubt"
    """A receipt of another amount was taken for a refusal, one of an impossible day as it was."""
    FEES_ARE_CHARGED = "agreed-fees-are-charged"
    """What was agreed besides interest was never charged."""
    EVERY_PLAN_GOES_TO_THE_TREASURY = "every-plan-goes-to-the-treasury"
    """A plan filed while the last money was being swept stayed here."""
    TREASURY_CONFIRMS_A_PAYMENT = "treasury-confirms-a-payment"
    """The treasury's word after the bank's was taken for a repeat."""
    STEPS_ASK_THE_CLOCKS = "steps-ask-the-clocks"
    """Corrections went to a clock's first run; money counted from when it was told; the purchaser's word cleared missed days."""
    NO_START_BEFORE_THE_APPLICATION = "no-start-before-the-application"
    """A clock's start could be corrected to any day of the last year."""
    RETURNED_SURPLUS_GOES_OUT_AGAIN = "returned-surplus-goes-out-again"
    """Surplus that the supplier's bank sent back was forgotten."""
    LOCKED_AGAIN_ON_TODAYS_ACCOUNT = "locked-again-on-todays-account"
    """A reopened loan locked the account that the contract had when it was settled."""
    NO_LOCK_ON_A_SETTLED_LOAN = "no-lock-on-a-settled-loan"
    """A lock that came after the second settlement stayed."""
    TELEPHONES_ARE_TOLD_AT_NINE = "telephones-are-told-at-nine"
    """A breach was texted at midnight."""
    PROGRESS_IS_TOLD_IN_ORDER = "progress-is-told-in-order"
    """An account change could tell its loan that the account was changed before it told that it was being changed."""
    KEY_ANSWERS_FOR_ITS_OWN_STEP = "a-key-answers-for-its-own-step"
    """Another step under a used key of an account change was answered as if it had been done."""
    EARLIER_CALENDAR_AGAIN = "an-earlier-calendar-again"
    """An account change took no calendar up that had been in force once before."""

    def holds(self) -> bool:
        """Whether the new rule holds here: always, but in the replay of a history that passed this place before the rule was.

        To be asked where the decision is made, and only there.
        """
        return workflow.patched(self.value)
