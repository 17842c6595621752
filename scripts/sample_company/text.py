"""Files as bytes: JSON with exact numbers, CSV with plain newlines, gzip without a clock."""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from sample_company.model import plain

Json = None | bool | int | str | Decimal | Sequence["Json"] | Mapping[str, "Json"]


def to_json(value: Json) -> str:
    """Return compact JSON; a Decimal becomes a JSON number with exactly its digits."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(k)}:{to_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ",".join(map(to_json, value)) + "]"
    return json.dumps(value)


def to_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a CSV file, quoted only where needed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()


def zipped(data: bytes) -> bytes:
    """Return `data` gzip-compressed, the same bytes each time: no name, no time."""
    out = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, compresslevel=9, mtime=0) as file:
        file.write(data)
    return out.getvalue()
