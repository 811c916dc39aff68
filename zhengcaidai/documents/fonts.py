"""The open Chinese font that is embedded in every PDF: Noto Sans CJK SC (SIL Open Font License 1.1).

The system's package comes first (Debian's `fonts-noto-cjk`); otherwise the same font out of the Python package
`mplfonts`. That package also carries SimHei, which is not free and is never looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont, TTLibError  # type: ignore[import-untyped]

from zhengcaidai.documents.errors import FontMissing

__all__ = ["FAMILY", "FontFace", "find_font", "font_paths"]

FAMILY = "Noto Sans CJK SC"
"""The simplified-Chinese face; the Japanese face of the same collection draws some characters differently."""

_SYSTEM_PATHS = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),  # Debian, Ubuntu: fonts-noto-cjk
    Path("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc"),  # Arch, Alpine: font-noto-cjk
    Path("/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc"),  # Fedora
)


@dataclass(frozen=True)
class FontFace:
    """One face of a font file; `index` is its place in a collection (.ttc), 0 in a single font."""

    path: Path
    index: int = 0


def font_paths() -> tuple[Path, ...]:
    """Where the font may be, in the order in which it is looked for."""
    spec = find_spec("mplfonts")  # not imported: that would load matplotlib
    if spec is None or spec.origin is None:
        return _SYSTEM_PATHS
    return (*_SYSTEM_PATHS, Path(spec.origin).parent / "fonts" / "NotoSansCJKsc-Regular.otf")


def find_font(paths: Sequence[Path] | None = None) -> FontFace:
    """The first face of Noto Sans CJK SC among `paths` (default: `font_paths()`).

    Raises FontMissing, which names every file that was looked for, if there is none.
    """
    candidates = font_paths() if paths is None else paths
    looked_for = []
    for path in candidates:
        if not path.is_file():
            looked_for.append(f"{path} (不存在 / not there)")
            continue
        index = _face_index(path)
        if index is not None:
            return FontFace(path, index)
        looked_for.append(f"{path} (没有 / has no {FAMILY})")
    listing = "; ".join(looked_for) or "(无 / nothing)"
    raise FontMissing(
        f"找不到可嵌入的中文字体 {FAMILY}，已查找：{listing}。"
        "请安装 Debian 软件包 fonts-noto-cjk 或 Python 包 mplfonts。",
        f"No embeddable Chinese font {FAMILY} was found. Looked for: {listing}."
        " Install Debian's fonts-noto-cjk or the Python package mplfonts.",
        where="font",
        right=FAMILY,
    )


def _face_index(path: Path) -> int | None:
    try:
        with path.open("rb") as file:
            faces = TTCollection(file, lazy=True).fonts if path.suffix == ".ttc" else [TTFont(file, lazy=True)]
            families = [_family(face) for face in faces]
    except (TTLibError, OSError, ValueError, AssertionError):  # fontTools asserts on a damaged file
        return None
    return families.index(FAMILY) if FAMILY in families else None


def _family(face: TTFont) -> str:
    return str(face["name"].getBestFamilyName()).removesuffix(" Regular")
