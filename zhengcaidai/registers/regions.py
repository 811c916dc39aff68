"""The region profiles (地区规则) from `data/regions/`: a file a region, named by its code; adding a city is a file.

Parameters are dated: where a region's text is replaced, a further file (`530100-2027.toml`) follows without gap or
overlap, and the one before says on which day it ends. A loan keeps the version that it began under.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise

from zhengcaidai.errors import InvalidInput
from zhengcaidai.messages.regions import RegionProfile
from zhengcaidai.registers.files import wrong
from zhengcaidai.registers.platform import confirmations
from zhengcaidai.registers.region_files import RegionFile, RegionSource, clauses_of, own_rules, read_region
from zhengcaidai.rules.regions import OwnRules, loosenings, under_parent

__all__ = ["load_regions", "region", "region_profiles"]


def load_regions(sources: Iterable[RegionSource], clauses: Mapping[str, date]) -> tuple[RegionProfile, ...]:
    """Every profile in the files, parents first. `clauses`: those of the register, and how far each was confirmed.

    Raises InvalidInput with file, line, key and reason: unknown field, missing clause, a limit of zero, a clause that
    is not in the register, a parent that is missing, a rule that loosens its parent's, a gap or overlap of dates.
    """
    pairs = ((each, read_region(each)) for each in sources)
    read = sorted(pairs, key=lambda pair: (pair[1].code, pair[1].valid_from))
    for source, content in read:
        _check_file(source, content, clauses)
    _check_dates(read)
    profiles: dict[str, list[RegionProfile]] = {}
    while read:
        ready = [pair for pair in read if pair[1].parent is None or pair[1].parent in profiles]
        if not ready:
            source, content = read[0]
            zh, en = f"没有上级地区 {content.parent}", f"there is no parent region {content.parent}"
            raise wrong(source.text, source.source, ("parent",), zh, en)
        for source, content in ready:
            found = _profiles(source, content, profiles.get(content.parent or "", []), clauses)
            profiles.setdefault(content.code, []).extend(found)
        read = [pair for pair in read if pair not in ready]
    return tuple(profile for of_region in profiles.values() for profile in of_region)


@cache
def region_profiles() -> tuple[RegionProfile, ...]:
    """The profiles in `data/regions/`, their clauses checked against the clause register."""
    folder = files("zhengcaidai") / "data/regions"
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    texts = [(f"data/regions/{each.name}", each.read_text(encoding="utf-8")) for each in found]
    return load_regions([RegionSource(source=name, text=text) for name, text in texts], confirmations())


def region(code: str, on: date, profiles: Iterable[RegionProfile] | None = None) -> RegionProfile:
    """The profile that a loan beginning on that day goes by.

    Raises InvalidInput for an unknown region, naming those that exist, and for a day on which it has no rules in force.
    """
    known = tuple(region_profiles() if profiles is None else profiles)
    of_region = [each for each in known if each.code == code]
    if not of_region:
        listed_zh = "、".join(dict.fromkeys(f"{each.code} {each.name_zh}" for each in known))
        listed_en = ", ".join(dict.fromkeys(f"{each.code} {each.name_en}" for each in known))
        zh, en = f"没有地区 {code}，现有 {listed_zh}。", f"There is no region {code}, only {listed_en}."
        raise InvalidInput(zh, en, where="region", right=", ".join(dict.fromkeys(each.code for each in known)))
    for each in of_region:
        if each.valid_from <= on and (each.valid_until is None or on <= each.valid_until):
            return each
    first, last = of_region[0].valid_from, of_region[-1].valid_until
    raise InvalidInput(
        f"{on} 没有{of_region[0].name_zh}的规则：其规则自{first}起" + (f"至{last}止。" if last else "施行。"),
        f"No rules of {of_region[0].name_en} for {on}: in force from {first}" + (f" to {last}." if last else "."),
        where="region",
        right=f"≥ {first}" + (f", ≤ {last}" if last else ""),
    )


def _check_file(source: RegionSource, content: RegionFile, clauses: Mapping[str, date]) -> None:
    if not source.source.rsplit("/", 1)[-1].startswith(content.code):
        zh, en = f"文件名须以 {content.code} 开头", f"the file's name must begin with {content.code}"
        raise wrong(source.text, source.source, ("code",), zh, en)
    for path, clause in clauses_of(content):
        if clause not in clauses:
            zh, en = f"条款登记册中没有 {clause}", f"{clause} is not in the clause register"
            raise wrong(source.text, source.source, path, zh, en)


def _check_dates(read: list[tuple[RegionSource, RegionFile]]) -> None:
    """The files of one region follow each other without gap or overlap; `read` is in order of code and date."""
    for (_, earlier), (source, later) in pairwise(read):
        if earlier.code != later.code:
            continue
        expected = earlier.valid_until + timedelta(days=1) if earlier.valid_until else None
        if later.valid_from != expected:
            until = earlier.valid_until or "…"
            zh = f"与前一份（{earlier.valid_from} 至 {until}）之间有空缺或重叠"
            en = f"leaves a gap after, or overlaps with, the file from {earlier.valid_from} to {until}"
            raise wrong(source.text, source.source, ("valid_from",), zh, en)


def _profiles(
    source: RegionSource, content: RegionFile, parents: list[RegionProfile], clauses: Mapping[str, date]
) -> list[RegionProfile]:
    """The profile of a file, one for each of its parent's profiles that its time touches."""
    own = own_rules(source, content, clauses)
    if content.parent is None:
        for key in ("bases", "channels", "products"):
            if getattr(own, key) is None:
                zh, en = "没有上级的地区必须写明", "a region without a parent must say"
                raise wrong(source.text, source.source, (key,), zh, en)
        _check_treasury(source, content, ())
        return [_versioned(None, own)]
    last = own.valid_until or date.max
    touched = [each for each in parents if each.valid_from <= last and own.valid_from <= (each.valid_until or date.max)]
    if not touched:
        zh, en = f"上级 {content.parent} 这时没有规则", f"its parent {content.parent} has no rules then"
        raise wrong(source.text, source.source, ("valid_from",), zh, en)
    found: list[RegionProfile] = []
    for number, parent in enumerate(touched):
        _check_treasury(source, content, parent.lineage)
        begins = own.valid_from if number == 0 else parent.valid_from
        ends = own.valid_until if number == len(touched) - 1 else parent.valid_until
        of_time = replace(own, valid_from=begins, valid_until=ends)
        for finding in loosenings(parent, of_time):
            raise wrong(source.text, source.source, finding.path, finding.zh, finding.en)
        found.append(_versioned(parent, of_time))
    return found


def _check_treasury(source: RegionSource, content: RegionFile, above: tuple[str, ...]) -> None:
    """A region without a treasury of its own is paid for by one above it."""
    if content.treasury is not None and content.treasury not in above:
        zh, en = (
            "没有本级国库的地区由上级国库付款，此处须写上级地区",
            "it must be a region above, whose treasury pays for it",
        )
        raise wrong(source.text, source.source, ("treasury",), zh, en)


def _versioned(parent: RegionProfile | None, own: OwnRules) -> RegionProfile:
    profile = under_parent(parent, own, "-")
    digest = sha256(profile.model_dump_json().encode()).hexdigest()[:8]
    return profile.model_copy(update={"version": f"{own.code}@{own.valid_from}#{digest}"})
