"""The program that `inspection.inspect` runs: opens the file on standard input and prints as JSON what it found.

Arguments: media type, most pixels of a picture. It runs isolated and imports nothing of the engine, so that a hostile
file meets only the decoders, under the limits set here.
"""

import json
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

_MEMORY_BYTES = 1536 * 2**20
_CPU_SECONDS = 15

_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/XFA"})
_ACTIVE_NAMES = frozenset(
    {
        "/3D",
        "/EmbeddedFile",
        "/GoToE",
        "/GoToR",
        "/ImportData",
        "/JavaScript",
        "/Launch",
        "/Movie",
        "/Rendition",
        "/RichMedia",
        "/Sound",
        "/SubmitForm",
    }
)
"""ISO 32000: kinds of action (/S), annotation (/Subtype) and object (/Type) that do more than show a page."""

Found = dict[str, str | int | bool | list[str]]


def open_image(data: bytes, media_type: str, max_pixels: int) -> Found:
    """Decode every pixel, unless the header already promises too many."""
    Image.MAX_IMAGE_PIXELS = None  # Pillow's own limit only warns; ours refuses
    image = Image.open(BytesIO(data), formats=["PNG"] if media_type == "image/png" else ["JPEG", "MPO"])
    width, height = image.size
    if width * height > max_pixels:
        return {"fault": f"{width} x {height} pixels are more than {max_pixels}"}
    image.load()
    return {"width_px": width, "height_px": height, "pages": 1}


def open_pdf(data: bytes) -> Found:
    """Read every object of the file, those inside compressed object streams included."""
    reader = PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted:
        return {"encrypted": True}
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    active = set(active_parts(reader.trailer))
    for number, generation in sorted(numbers):
        active.update(active_parts(IndirectObject(number, generation, reader).get_object()))
    if not any("/Contents" in page for page in reader.pages):
        return {"fault": "no page has any content", "pages": len(reader.pages)}
    return {"pages": len(reader.pages), "active": sorted(active)}


def active_parts(root: object) -> Iterator[str]:
    """Active content among an object's direct parts; what it refers to is an object of its own."""
    if isinstance(root, NameObject) and root in _ACTIVE_NAMES:
        yield str(root)
    queue = [root]
    while queue:
        part = queue.pop()
        if isinstance(part, DictionaryObject):
            yield from _ACTIVE_KEYS & part.keys()
            kinds = {str(dict.get(part, key)) for key in ("/S", "/Type", "/Subtype")}
            yield from _ACTIVE_NAMES & kinds
            queue.extend(dict.values(part))
        elif isinstance(part, ArrayObject):
            queue.extend(list.__iter__(part))


def main() -> None:
    """Limit this process, open the file, report; whatever a decoder raises is a finding."""
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    with suppress(ValueError, OSError):  # not every system can limit address space
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    media_type, max_pixels = sys.argv[1], int(sys.argv[2])
    data = sys.stdin.buffer.read()
    try:
        found = open_pdf(data) if media_type == "application/pdf" else open_image(data, media_type, max_pixels)
    except Exception as error:  # noqa: BLE001 (a decoder raises anything on a hostile file)
        found = {"fault": f"{type(error).__name__}: {error}"[:300]}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
