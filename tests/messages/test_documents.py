"""The messages behind printed and stored documents refuse what cannot be."""

from datetime import date

import pytest
from pydantic import ValidationError

from tests.documents.samples import certificate, change_form, deal_sheet
from zhengcaidai.messages.documents import MAX_DOCUMENT_BYTES, DocumentRef, SettlementCertificate


def test_a_certificate_cannot_be_settled_before_it_was_disbursed() -> None:
    values = certificate().model_dump() | {"settled_on": date(2026, 11, 22)}
    with pytest.raises(ValidationError, match="settled_on 2026-11-22 must not be earlier than disbursed_on 2026-11-23"):
        SettlementCertificate.model_validate(values)


def test_a_deal_falls_due_after_it_was_disbursed() -> None:
    values = deal_sheet().model_dump() | {"due_on": date(2026, 11, 23)}
    with pytest.raises(ValidationError, match="due_on 2026-11-23 must be later than disbursed_on 2026-11-23"):
        type(deal_sheet()).model_validate(values)


def test_forms_survive_the_way_through_json() -> None:
    for form in (change_form(), deal_sheet(), certificate()):
        assert type(form).model_validate_json(form.model_dump_json()) == form


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sha256", "ABC"),
        ("sha256", "A" * 64),
        ("media_type", "pdf"),
        ("media_type", "application/pdf; x"),
        ("size_bytes", 0),
        ("size_bytes", MAX_DOCUMENT_BYTES + 1),
        ("size_bytes", "12"),
        ("title", "  "),
    ],
)
def test_a_reference_names_a_stored_file(field: str, value: object) -> None:
    good = {"sha256": "0" * 64, "media_type": "application/pdf", "size_bytes": 1, "title": "申请"}
    assert DocumentRef.model_validate(good).title == "申请"
    with pytest.raises(ValidationError, match=field):
        DocumentRef.model_validate(good | {field: value})
