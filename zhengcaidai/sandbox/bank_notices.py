"""What a bank's head office is told, with or without a system: breached limits and ended loans (luoyang/3.2)."""

from zhengcaidai.messages.orders import BreachReport, EndReport
from zhengcaidai.sandbox.ledger import Booked, LedgerFile
from zhengcaidai.sandbox.service import Service

__all__ = ["notice_routes"]

BREACH = "report_breach"
END = "report_end"


def notice_routes(service: Service, ledger: LedgerFile) -> None:
    """The part of `/banks/{bank_id}` that an offline bank has too."""

    @service.port.post("/breaches")
    def report_breach(report: BreachReport) -> Booked:
        return ledger.register(BREACH, report, about=report.loan_id)

    @service.port.post("/ended")
    def report_end(report: EndReport) -> Booked:
        return ledger.register(END, report, about=report.loan_id)

    @service.control.get("/breaches")
    def breaches(loan_id: str | None = None) -> list[BreachReport]:
        return ledger.registered(BREACH, BreachReport, about=loan_id)

    @service.control.get("/ended")
    def ended(loan_id: str | None = None) -> list[EndReport]:
        return ledger.registered(END, EndReport, about=loan_id)
