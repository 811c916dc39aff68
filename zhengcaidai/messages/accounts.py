"""Bank accounts: 回款账户, the account into which a contract's money is paid."""

from zhengcaidai.messages.base import Frozen, Text
from zhengcaidai.messages.identifiers import AccountNumber, BankCode
from zhengcaidai.messages.masking import masked_account_number

__all__ = ["Account", "Caution", "same_account_number"]


def same_account_number(one: str, other: str) -> bool:
    """Whether two account numbers are the same account: hyphens are print, not number. Leading zeros count."""
    return one.replace("-", "") == other.replace("-", "")


class Account(Frozen):
    """银行账户: 户名, 账号, 开户银行 and, where known, 支付系统行号 (hanyang/4.1.4)."""

    name: Text
    number: AccountNumber
    bank_name: Text
    cnaps: BankCode | None = None

    def same_as(self, other: "Account") -> bool:
        """Whether money paid to the one reaches the other: same number, and not two different bank codes.

        The bank's name is not compared, since one branch is written in many ways; nor the holder's, which is a rule of
        its own (the holder must be the supplier).
        """
        codes_differ = self.cnaps is not None and other.cnaps is not None and self.cnaps != other.cnaps
        return same_account_number(self.number, other.number) and not codes_differ

    @property
    def masked(self) -> str:
        """What lists and logs show: the bank and the last four characters, `昆仑银行 ****8888`."""
        return f"{self.bank_name} {masked_account_number(self.number)}"


class Caution(Frozen):
    """提示: what deserves a second look in what a person typed; it stops nothing."""

    where: str
    zh: str
    en: str
