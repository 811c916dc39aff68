"""What the engine says is bilingual; what somebody else said stays as it was said."""

from pydantic import TypeAdapter

from zhengcaidai.errors import RuleBroken
from zhengcaidai.messages.facts import ApplicationLapsed, VerificationFailed
from zhengcaidai.messages.words import NoWords, Words, joined

EXPIRED = Words(zh="要约到期未签约", en="the offer expired unsigned")


def test_what_somebody_said_is_the_same_in_both_languages() -> None:
    assert Words.quoted("额度用尽") == Words(zh="额度用尽", en="额度用尽")


def test_a_reason_of_an_old_journal_is_read_as_a_quotation() -> None:
    lapsed = ApplicationLapsed.model_validate_json('{"kind": "lapsed", "clock": null, "reason": "要约到期未签约"}')
    assert lapsed.reason == Words.quoted("要约到期未签约")
    failed = VerificationFailed.model_validate({"reasons": ["查无此标", EXPIRED.model_dump()], "fraud": True})
    assert failed.reasons == (Words.quoted("查无此标"), EXPIRED)


def test_no_reason_was_an_empty_string_once() -> None:
    adapter = TypeAdapter[Words | None](NoWords)
    assert [adapter.validate_python(said) for said in ("", None, "撤销")] == [None, None, Words.quoted("撤销")]


def test_a_refusal_becomes_words_with_its_clause() -> None:
    refused = RuleBroken("不行。", "No.", where="amount_fen", clause="kunming/4.1")
    assert Words.of(refused.problem) == Words(zh="不行。", en="No.", clause="kunming/4.1")


def test_words_follow_what_led_to_them_and_never_grow_beyond_a_line() -> None:
    assert EXPIRED.after("失效", "lapsed") == Words(zh="失效：要约到期未签约", en="lapsed: the offer expired unsigned")
    assert len(Words.quoted("长" * 500).after("失效", "lapsed").zh) == 500


def test_several_reasons_are_one() -> None:
    assert joined(()) is None
    assert joined((EXPIRED, Words.quoted("撤销"))) == Words(
        zh="要约到期未签约；撤销", en="the offer expired unsigned; 撤销"
    )
