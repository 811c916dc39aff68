"""One template a kind of notice; each says all that it is given, and fits into a short message."""

import pytest

from zhengcaidai.adapters.templates import MAX_PARAMETER_CHARACTERS, Template, template_of
from zhengcaidai.errors import InvalidInput
from zhengcaidai.messages.orders import NoticeKind


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_of_notice_has_a_template_that_says_all_it_is_given(kind: NoticeKind) -> None:
    template = template_of(kind)
    given = tuple(f"〈{name}〉" for name in template.parameters)
    text = template.rendered(given)
    assert all(value in text for value in given)
    assert text.startswith("【政采贷】")
    assert "{" not in text


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_long_reason_is_cut_so_that_a_message_stays_sendable(kind: NoticeKind) -> None:
    template = template_of(kind)
    text = template.rendered(tuple("长" * 5000 for _ in template.parameters))
    assert len(text) <= 200 + MAX_PARAMETER_CHARACTERS * len(template.parameters) < 1600
    assert "长…" in text


@pytest.mark.clause("hanyang/4.1.3")
def test_the_deal_message_tells_contract_lender_amount_and_rate() -> None:
    given = ("合备[2021]100号", "昆仑银行股份有限公司乌鲁木齐分行", "2000.00", "2%")
    text = template_of(NoticeKind.FINANCED).rendered(given)
    assert text == (
        "【政采贷】合同合备[2021]100号融资已放款：昆仑银行股份有限公司乌鲁木齐分行，金额2000.00元，年利率2%。成交单可在平台查看。"
    )


@pytest.mark.parametrize("given", [(), ("L1",), ("L1", "1", "2")])
def test_too_many_or_too_few_parameters_are_refused(given: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput) as caught:
        template_of(NoticeKind.REJECTED).rendered(given)
    assert caught.value.problem.right == "loan_number, reason"


def test_braces_in_a_parameter_are_text() -> None:
    assert "{reason}{0}" in template_of(NoticeKind.REJECTED).rendered(("L1", "{reason}{0}"))


@pytest.mark.parametrize("zh", ["没有参数", "{loan_number}{other}"])
def test_a_template_that_leaves_out_a_parameter_or_knows_another_is_refused(zh: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        Template.model_validate({"kind": "settled", "parameters": ["loan_number"], "zh": zh})
