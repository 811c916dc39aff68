"""财政部门: takes reports of forged contracts, missed limits, late purchasers (hanyang/3, luoyang/3.2, kunming/5.2)."""

from fastapi import FastAPI
from pydantic import SecretStr

from zhengcaidai.messages.orders import BreachReport, FraudReport, OverdueReport
from zhengcaidai.sandbox.ledger import Booked, LedgerFile
from zhengcaidai.sandbox.service import Service

__all__ = ["create_bureau"]

FRAUD = "report_fraud"
BREACH = "report_breach"
LATE_PAYMENT = "report_late_payment"


def create_bureau(ledger: LedgerFile, token: SecretStr) -> FastAPI:
    """`/bureau`: takes reports, once for a key, and lists them."""
    service = Service.named("财政部门 Finance bureau (sandbox)", token)

    @service.port.post("/fraud-reports")
    def report_fraud(report: FraudReport) -> Booked:
        return ledger.register(FRAUD, report, about=report.loan_id)

    @service.port.post("/breaches")
    def report_breach(report: BreachReport) -> Booked:
        return ledger.register(BREACH, report, about=report.loan_id or report.change_id or report.key)

    @service.port.post("/late-payments")
    def report_late_payment(report: OverdueReport) -> Booked:
        return ledger.register(LATE_PAYMENT, report, about=report.loan_id)

    @service.control.get("/fraud-reports")
    def fraud_reports(loan_id: str | None = None) -> list[FraudReport]:
        return ledger.registered(FRAUD, FraudReport, about=loan_id)

    @service.control.get("/breaches")
    def breaches(loan_id: str | None = None) -> list[BreachReport]:
        return ledger.registered(BREACH, BreachReport, about=loan_id)

    @service.control.get("/late-payments")
    def late_payments(loan_id: str | None = None) -> list[OverdueReport]:
        return ledger.registered(LATE_PAYMENT, OverdueReport, about=loan_id)

    return service.finished()
