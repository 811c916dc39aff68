"""Which font is found, and in which face of a collection."""

from pathlib import Path

import pytest
from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped]

from tests.documents.reading import read_back
from tests.documents.samples import certificate
from zhengcaidai.documents.content import page_of
from zhengcaidai.documents.errors import FontMissing
from zhengcaidai.documents.fonts import FontFace, find_font, font_paths
from zhengcaidai.documents.forms import render_pdf
from zhengcaidai.documents.sheet import SHEET_CHARACTERS


def test_a_font_is_found_here_and_it_is_open() -> None:
    face = find_font()
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        licence = font["name"].getDebugName(13)
        embedding_restrictions = font["OS/2"].fsType
    assert "SIL Open Font License" in licence
    assert embedding_restrictions == 0


def test_simhei_is_never_looked_for() -> None:
    assert all("NotoSansCJK" in path.name for path in font_paths())


def test_debians_package_comes_first() -> None:
    assert font_paths()[0] == Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")


def _collection(path: Path, *families: str) -> Path:
    """A small collection like Debian's: one face a family, each with the characters of the certificate."""
    source = find_font()
    collection = TTCollection()
    for family in families:
        font = TTFont(source.path, fontNumber=source.index, recalcTimestamp=False)
        options = Options()
        options.name_IDs = ["*"]
        subsetter = Subsetter(options)
        subsetter.populate(text="".join(page_of(certificate()).texts()) + SHEET_CHARACTERS)
        subsetter.subset(font)
        for record in list(font["name"].names):
            if record.nameID in {1, 16}:
                font["name"].setName(family, record.nameID, record.platformID, record.platEncID, record.langID)
        collection.fonts.append(font)
    collection.save(str(path))
    collection.close()
    return path


def test_in_a_collection_the_simplified_chinese_face_is_taken(tmp_path: Path) -> None:
    path = _collection(tmp_path / "NotoSansCJK-Regular.ttc", "Noto Sans CJK JP", "Noto Sans CJK SC")
    face = find_font([tmp_path / "absent.ttc", path])
    assert face == FontFace(path, 1)
    assert read_back(render_pdf(certificate(), face)).without_ink == ()


def test_a_collection_without_that_face_or_no_collection_at_all_is_said_so(tmp_path: Path) -> None:
    japanese = _collection(tmp_path / "japanese.ttc", "Noto Sans CJK JP")
    broken = [tmp_path / "broken.ttc", tmp_path / "broken.otf"]
    for path in broken:
        path.write_bytes(b"ttcf but no more")
    with pytest.raises(FontMissing) as missing:
        find_font([japanese, *broken])
    for path in (japanese, *broken):
        assert f"{path} (没有 / has no Noto Sans CJK SC)" in missing.value.en


def test_an_empty_list_of_places_is_said_so() -> None:
    with pytest.raises(FontMissing, match="nothing"):
        find_font([])
