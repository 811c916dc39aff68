"""Where a region's own text speaks of something (出处), as a printed paper cites it."""

from datetime import date

from zhengcaidai.messages.documents import TextSource
from zhengcaidai.messages.regions import ProvisionId, RegionProfile
from zhengcaidai.registers.loading import clause_register
from zhengcaidai.registers.regions import region_profiles

__all__ = ["text_source"]


def text_source(code: str, on: date, *wanted: ProvisionId) -> TextSource | None:
    """The text, section and clause of the first of these provisions that the region's rules of that day have.

    None if they have none of them. Rules that have ended since are still those that a loan began under.
    """
    profile = next((each for each in reversed(region_profiles()) if _is_of(each, code, on)), None)
    found = next((own for each in wanted if profile and (own := profile.provision(each)) is not None), None)
    if found is None:
        return None
    register = clause_register()
    clause = register.clauses[found.clause]
    document = next(each for each in register.documents if found.clause.startswith(f"{each.id}/"))
    return TextSource(
        document=document.number or f"《{document.title}》",
        section=f"{clause.section}{clause.paragraph or ''}",
        clause=clause.id,
    )


def _is_of(profile: RegionProfile, code: str, on: date) -> bool:
    return profile.code == code and profile.valid_from <= on
