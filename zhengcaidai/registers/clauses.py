"""条款登记册: the source texts (文件) with their clauses (条款) and what each asks, in our own words.

One document a file in `zhengcaidai/data/clauses/`. A clause has an id (`kunming/4.2`), each duty one of its own
(`kunming/4.2#1`). A duty is enforced or shown by a named rule, or not modelled for a stated reason. Figures are
dated parameters: those of one key in one region follow each other without gap or overlap.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from zhengcaidai.messages.base import Frozen, Sha256
from zhengcaidai.registers.duties import Duty, Line, Parameter

__all__ = ["Clause", "ClauseRegister", "Discrepancy", "Document", "Source"]

ClauseKey = Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9]+([.-][a-z0-9]+)*$")]


class Source(Frozen):
    """出处 of a clause, where a document collects several."""

    title: Line
    number: Line | None = None
    issuer: Line
    issued_on: date
    effective_on: date


class Clause(Frozen):
    """条款: where it stands, and the duties its sentences contain."""

    id: ClauseKey
    title_zh: Line
    title_en: Line
    section: Line
    paragraph: Line | None = None
    source: Source | None = None
    confirmed_until: date
    """最后确认日: filled in from the document where the clause has none of its own."""
    duties: Annotated[tuple[Duty, ...], Field(alias="duty", min_length=1)]

    @model_validator(mode="after")
    def _duties_belong_here(self) -> Self:
        for number, duty in enumerate(self.duties, start=1):
            if duty.id != f"{self.id}#{number}":
                raise ValueError(f"duty {duty.id} should be {self.id}#{number}")
        return self


class Discrepancy(Frozen):
    """出入: where a text contradicts itself, another text, or is misprinted, and what we decided."""

    where: Line
    found_zh: Line
    found_en: Line
    decision_zh: Line
    decision_en: Line


class Document(Frozen):
    """文件: one source text with its dates and the hash of what was read."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z]+$")]
    title: Line
    number: Line | None = None
    issuer: Line
    region: Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
    """GB/T 2260; 000000 for the whole country."""
    issued_on: date | None = None
    effective_on: date | None = None
    dates_note: Line | None = None
    replaced_by: Line | None = None
    replaced_on: date | None = None
    """The first day on which it no longer applies."""
    reviewed_on: date
    confirmed_until: date
    confirmation: Line
    """What was compared with what, and what was not."""
    text_sha256: Sha256 | None = None
    text_note: Line | None = None
    """Why there is no hash."""
    discrepancies: tuple[Discrepancy, ...] = Field(default=(), alias="discrepancy")
    clauses: Annotated[tuple[Clause, ...], Field(alias="clause", min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _confirmation_handed_down(cls, raw: object) -> object:
        """A clause without a confirmation of its own has its document's."""
        if not isinstance(raw, dict) or not isinstance(raw.get("clause"), list):
            return raw
        own = {"confirmed_until": raw["confirmed_until"]} if "confirmed_until" in raw else {}
        clauses = [own | clause if isinstance(clause, dict) else clause for clause in raw["clause"]]
        return raw | {"clause": clauses}

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.text_sha256 is None and self.text_note is None:
            raise ValueError("text_sha256 is missing and text_note does not say why")
        if self.dates_note is None and (self.issued_on is None or self.effective_on is None):
            raise ValueError("issued_on or effective_on is missing and dates_note does not say why")
        if (self.replaced_by is None) != (self.replaced_on is None):
            raise ValueError("replaced_by and replaced_on go together")
        if self.confirmed_until < self.reviewed_on:
            raise ValueError(f"confirmed_until {self.confirmed_until} is before reviewed_on {self.reviewed_on}")
        for clause in self.clauses:
            if not clause.id.startswith(f"{self.id}/"):
                raise ValueError(f"clause {clause.id} does not belong to document {self.id}")
            if self.effective_on is None and clause.source is None and any(duty.parameters for duty in clause.duties):
                raise ValueError(
                    f"{clause.id} has dated parameters, but neither it nor its document has a date of effect"
                )
            self._check_dates(clause)
        return self

    def _check_dates(self, clause: Clause) -> None:
        """Parameters begin when the text takes effect, not before, and end when it is replaced."""
        begins = clause.source.effective_on if clause.source else self.effective_on
        ends = self.replaced_on
        for parameter in (each for duty in clause.duties for each in duty.parameters):
            if begins is None:
                raise ValueError(f"{clause.id}: {parameter.key} is dated, but no date of effect is known")
            if parameter.valid_from < begins:
                raise ValueError(f"{clause.id}: {parameter.key} is valid from {parameter.valid_from}, before {begins}")
            if ends is not None and (parameter.valid_to is None or parameter.valid_to >= ends):
                raise ValueError(f"{clause.id}: {parameter.key} outlives its document, replaced on {ends}")


@dataclass(frozen=True)
class ClauseRegister:
    """条款登记册 of all documents."""

    documents: tuple[Document, ...]

    @cached_property
    def clauses(self) -> dict[str, Clause]:
        """By id."""
        return {clause.id: clause for document in self.documents for clause in document.clauses}

    @cached_property
    def duties(self) -> dict[str, Duty]:
        """By id."""
        return {duty.id: duty for clause in self.clauses.values() for duty in clause.duties}

    def knows(self, reference: str) -> bool:
        """Whether that is the id of a clause or a duty."""
        return reference in self.clauses or reference in self.duties

    def dated_parameters(self) -> Iterator[tuple[str, Duty, Parameter]]:
        """Every parameter with its region and duty."""
        for document in self.documents:
            for duty in (duty for clause in document.clauses for duty in clause.duties):
                for parameter in duty.parameters:
                    yield document.region, duty, parameter
