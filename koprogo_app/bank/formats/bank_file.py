"""A bank's file in whichever of the formats that are read."""

from collections.abc import Collection

from koprogo_app.bank.formats import camt, coda
from koprogo_app.bank.formats.camt import read_camt
from koprogo_app.bank.formats.coda import read_coda
from koprogo_app.bank.formats.statements import BankFile, Statement, refused
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.storage.archives import is_zip

MOST_BYTES = 10_000_000


def read_bank_file(data: bytes) -> BankFile:
    """CODA or CAMT.053, told by how the file begins. Raises Invalid on `file`."""
    if len(data) > MOST_BYTES:
        raise refused(N_("This file is larger than {limit} MB."), limit=MOST_BYTES // 1_000_000)
    if is_zip(data):
        raise refused(N_("This is an archive (ZIP). Unpack it and send the bank's files inside, one after the other."))
    start = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        return read_camt(data)
    if start.startswith(b"%PDF"):
        raise refused(N_("This is the statement as a PDF. Ask your bank for its CODA or CAMT.053 file."))
    return read_coda(data)


def only(data: bytes, file: BankFile, wanted: Collection[Statement]) -> bytes:
    """What the file says of these of its statements, as a file: that of another association is not filed with them."""
    if len(wanted) == len(file.statements):
        return data
    places = {n for n, one in enumerate(file.statements) if any(one is each for each in wanted)}
    return coda.only(data, places) if file.format == "coda" else camt.only(data, places)
