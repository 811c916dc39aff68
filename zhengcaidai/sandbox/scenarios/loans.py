"""The four stories of the demonstration. Each returns its loan and how it should have ended."""

from dataclasses import dataclass
from datetime import date, timedelta

from zhengcaidai.messages.account_changes import ApproveChange, SubmitChange, UploadScan
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.procurement import PaymentInstalment
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import (
    Accept,
    FileContract,
    FileFundUsePlan,
    RequestMaterials,
    Sign,
    SupplyMaterials,
)
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.rules.working_days import working_day_calendar
from zhengcaidai.sandbox.people import J, People
from zhengcaidai.sandbox.sample_calendar import sample_calendar, years_without_notice
from zhengcaidai.sandbox.sampling import ContractRequest, SampleRequest
from zhengcaidai.sandbox.scenarios.cast import Cast, Story, paper, take

__all__ = ["Told", "forged_contract", "kunming_award_notice", "luoyang_over_new_year"]


@dataclass(frozen=True, slots=True)
class Told:
    """A story and what it promised."""

    title: str
    story: Story
    ends: Stage
    breaches: int = 0
    stopped_payments: int = 0
    fraud_reports: int = 0


async def kunming_award_notice(people: People, today: date) -> Told:
    """(a) 昆明: first loan on an award notice, three treasury instalments, settled; (c) a payment elsewhere is stopped."""
    award = SampleRequest(
        region="530100", issued_on=today - timedelta(days=3), amount_fen=60_000_000, fresh_supplier=True
    )
    cast = await Cast.of(people, award, "bank-one", "bank-one-contract-loan")
    story = await cast.apply(48_000_000, Basis.AWARD_NOTICE)
    await story.at(Stage.VERIFIED)
    await story.pass_time(to="next_working_day")
    await story.step(cast.bank, Accept())
    await story.pass_time(to="next_working_day")
    await story.approve(48_000_000)
    await story.step(cast.supplier, Sign(agreement_number=f"KM-{story.loan_id[-8:]}"))

    signed_on = (await story.pass_time(to="next_working_day")).date()
    calendar = working_day_calendar(calendar_years(signed_on))
    pay_days = [calendar.working_day_on_or_after(signed_on + timedelta(days=days)) for days in (30, 60, 90)]
    filing = ContractRequest(
        signed_on=signed_on,
        collection_account=await cast.bank_account(),
        payments=tuple(PaymentInstalment(pay_on=day, amount_fen=20_000_000) for day in pay_days),
        financing_bank_name="示例第一银行股份有限公司",
    )
    path = f"/procurement/awards/{cast.award.award_number}/contract"
    filed = await people.control("POST", path, filing)
    await story.step(cast.purchaser, FileContract(filing_number=filed["filing_number"]))
    await story.at(Stage.DISBURSED)

    for number, day in enumerate(pay_days, start=1):
        await _pay_instalment(story, number, day, 20_000_000, try_elsewhere_first=day == pay_days[1])
    await story.is_over()
    return Told("(a) (c) 昆明 · 首次贷款 · 中标通知书", story, Stage.SETTLED, stopped_payments=1)


async def _pay_instalment(
    story: Story, number: int, day: date, amount_fen: int, *, try_elsewhere_first: bool = False
) -> None:
    cast = story.cast
    now = await story.pass_time_until(day)
    account = await cast.bank_account()
    plan = FileFundUsePlan(
        plan_number=f"{story.loan_id}-P{number}",
        amount_fen=amount_fen,
        pay_on=now.date(),
        account_number=account.number,
    )
    await story.step(cast.purchaser, plan)
    await story.plan_is_with_treasury(plan.plan_number)
    if try_elsewhere_first:
        story.stopped.append(await story.pay(plan.plan_number, now.date(), "9999888877776666"))
    before = await cast.operator.get(f"/v1/loans/{story.loan_id}")
    await story.pay(plan.plan_number, now.date())
    await cast.operator.until(
        f"/v1/loans/{story.loan_id}",
        lambda loan: loan["owed_fen"] < before["owed_fen"] or loan["stage"] == Stage.SETTLED,
        f"payment {number} is swept",
    )


async def luoyang_over_new_year(people: People, today: date) -> Told:
    """(b) 洛阳: taken up late, materials asked for, ten working days over New Year, a calendar loaded, a breach, an
    account change. The application is made today, and the bank lets it lie until the days before New Year, for a week at least.
    """
    signed_on = today - timedelta(days=2)
    calendar = working_day_calendar(calendar_years(today))
    begins = calendar.working_day_on_or_after(max(today + timedelta(days=7), date(today.year, 12, 21)))
    pay_on = date(begins.year + 1, 4, 15)
    contract = ContractRequest(signed_on=signed_on, payments=(PaymentInstalment(pay_on=pay_on, amount_fen=60_000_000),))
    award = SampleRequest(
        region="410300",
        issued_on=signed_on - timedelta(days=8),
        amount_fen=60_000_000,
        fresh_supplier=True,
        contract=contract,
    )
    cast = await Cast.of(people, award, "bank-two", "bank-two-contract-loan")
    story = await cast.apply(45_000_000, Basis.CONTRACT)
    await story.at(Stage.VERIFIED)
    await story.pass_time_until(begins)
    await story.step(cast.bank, Accept())
    await story.pass_time(to="next_working_day")
    await story.step(cast.bank, RequestMaterials(items=("近一年纳税证明", "履约能力说明"), reason="核实履约能力"))
    await story.pass_time(to="next_working_day")
    certificate = await cast.supplier.upload(paper(), "tax.pdf", "application/pdf", "近一年纳税证明")
    await story.step(cast.supplier, SupplyMaterials.model_validate({"documents": [certificate], "note": "已补齐"}))

    await _load_sample_calendars(cast, begins.year)
    due = await _confirmed_deadline(story, "approval")
    await story.pass_time_until(due, hour=23)
    for _ in range(2):
        await story.pass_time(to="next_working_day")
    await story.approve(45_000_000)
    await story.step(cast.supplier, Sign(agreement_number=f"LY-{story.loan_id[-8:]}"))

    await story.at(Stage.ACCOUNT_CHANGE)
    await _change_account(story)
    await story.at(Stage.DISBURSED)
    await _pay_instalment(story, 1, pay_on, 60_000_000)
    await story.is_over()
    return Told("(b) 洛阳 · 迟受理 · 补正 · 跨年时限 · 超时两日 · 账户变更", story, Stage.SETTLED, breaches=2)


async def _load_sample_calendars(cast: Cast, year: int) -> None:
    """The next year's notice comes out while the loan is open: here a sample, marked as one."""
    for missing in years_without_notice(year, year + 1):
        sample = {"text": sample_calendar(missing), "source": f"calendar-{missing}-sample.toml"}
        await cast.operator.post("/v1/calendars", sample)


async def _confirmed_deadline(story: Story, clock: str) -> date:
    """The last day of a clock, once it is counted on a calendar that is out."""

    def of(answer: J) -> J:
        return next(each for each in answer["items"] if each["clock"] == clock)

    path = f"/v1/loans/{story.loan_id}/deadlines"
    answer = await story.cast.bank.until(path, lambda found: not of(found)["provisional"], "the deadline is recounted")
    return date.fromisoformat(of(answer)["due_date"])


async def _change_account(story: Story) -> None:
    cast = story.cast
    listed = await cast.supplier.until(
        f"/v1/account-changes?loan_id={story.loan_id}", lambda found: bool(found["items"]), "the account change"
    )
    path = f"/v1/account-changes/{listed['items'][0]['change_id']}"
    printed = await cast.people.http.get(
        f"{cast.people.api_url}{path}/form.pdf", headers={"Authorization": f"Bearer {cast.supplier.token}"}
    )
    scan = await cast.supplier.upload(printed.content, "form.pdf", "application/pdf", "合同账户变更申请（盖章）")
    await take(cast.supplier, path, UploadScan.model_validate({"scan": scan}))
    await take(cast.supplier, path, SubmitChange())
    await take(cast.purchaser, path, ApproveChange())


async def forged_contract(people: People, today: date) -> Told:
    """(d) 伪造合同: the contract names another supplier than the award; refused, and reported to the finance bureau."""
    forged = ContractRequest(signed_on=today - timedelta(days=2), supplier_id="supplier-410300-other")
    award = SampleRequest(
        region="410300",
        issued_on=today - timedelta(days=9),
        amount_fen=30_000_000,
        fresh_supplier=True,
        contract=forged,
    )
    cast = await Cast.of(people, award, "bank-one", "bank-one-contract-loan")
    story = await cast.apply(20_000_000, Basis.CONTRACT)
    await story.at(Stage.REFUSED)
    return Told("(d) 洛阳 · 伪造合同", story, Stage.REFUSED, fraud_reports=1)
