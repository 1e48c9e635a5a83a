"""docs/ledger-format.md is the format of the code: its vectors, its words, its program."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from novapay.domain.chain import TamperReason, canonical_bytes, entry_hash
from novapay.domain.entry import Entry
from novapay.domain.money import Money
from novapay.domain.pages import Page
from novapay.domain.wallet import (
    SYSTEM_USER,
    WalletKind,
    system_shard_of,
    system_wallet_id,
)
from novapay.http.schemas.ledger import StatementPage
from tests.support.domain import DEBIT, NOW, USD, a_history, rehashed
from tests.unit.test_chain import FIRST, FOURTH, SECOND, TRANSACTION

PAGE = Path("docs/ledger-format.md").read_text(encoding="utf-8")
VECTORS = re.findall(r"```text\n(\{.*\})\n([0-9a-f]{64})\n```", PAGE)
[PROGRAM] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)

THIRD = replace(
    FIRST,
    wallet_id=system_wallet_id(WalletKind.SETTLEMENT, USD, system_shard_of(FIRST.wallet_id)),
    user_id=SYSTEM_USER,
    entry_id="77777777-7777-4777-8777-777777777777",
    entry_type=DEBIT,
    balance_after=Money(-FIRST.amount.units, USD),
)


def test_the_vectors_are_what_the_code_makes() -> None:
    first, second, third, transaction, fourth = VECTORS

    for vector, entry in ((first, FIRST), (second, SECOND), (third, THIRD), (fourth, FOURTH)):
        assert vector == (canonical_bytes(entry).decode(), entry_hash(entry))
    assert transaction[1] == TRANSACTION.hash() == FOURTH.transaction_hash


def test_the_vectors_need_nothing_of_ours() -> None:
    for canonical, hashed in VECTORS:
        assert sha256(canonical.encode()).hexdigest() == hashed


def test_the_fields_are_listed_in_the_order_of_their_bytes() -> None:
    of_an_entry, of_a_transaction = PAGE.split("## The transaction")
    listed = re.findall(r"^\| `(\w+)` \| (?:string|number)", of_an_entry, re.MULTILINE)
    said = re.findall(r"^\| `(\w+)` \| ", of_a_transaction.split("## ")[0], re.MULTILINE)

    *_, transaction, entry = (json.loads(canonical) for canonical, _ in VECTORS)
    assert listed == list(entry)
    assert said == list(transaction)


def test_every_reason_of_a_broken_chain_is_named() -> None:
    named = set(re.findall(r"`([a-z]+-[a-z]+)`", PAGE))

    assert named == {reason.value for reason in TamperReason}


def test_the_program_finds_a_history_valid(tmp_path: Path) -> None:
    entries, wallet = a_history("10", "20.5", "0.00000001", descriptions=True)
    newest, older = pages(entries, limit=2)

    told = run(tmp_path, newest, older)

    assert told.returncode == 0, told.stderr
    assert told.stdout == f"3 entries, valid, head {wallet.head_hash}\n"


def test_the_program_takes_pages_that_overlap(tmp_path: Path) -> None:
    entries, _ = a_history("1", "2", "3")
    [everything] = pages(entries, limit=100)

    told = run(tmp_path, everything, everything)

    assert told.stdout.startswith("3 entries, valid")


def test_the_program_finds_an_erased_description_valid(tmp_path: Path) -> None:
    entries, _ = a_history("1", "2", descriptions=True)
    [page] = pages([replace(entry, description=None) for entry in entries], limit=100)

    assert run(tmp_path, page).returncode == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "2.00000001"),
        ("balanceAfter", "3.00000001"),
        ("createdAt", "2026-04-07T10:01:00.000003Z"),
        ("currency", "EUR"),
        ("description", "something else"),
        ("descriptionCommitment", "0" * 64),
        ("descriptionSalt", "0" * 32),
        ("entryType", "DEBIT"),
        ("id", "99999999-9999-4999-8999-999999999999"),
        ("lockedFxRate", "1.00000000"),
        ("previousHash", "GENESIS"),
        ("sequence", 7),
        ("transactionHash", "0" * 64),
        ("transactionHash", None),
        ("transactionId", "99999999-9999-4999-8999-999999999999"),
        ("userId", "99999999-9999-4999-8999-999999999999"),
        ("version", 1),
        ("version", 3),
        ("walletId", "99999999-9999-4999-8999-999999999999"),
    ],
)
def test_the_program_finds_any_change(tmp_path: Path, field: str, value: object) -> None:
    entries, _ = a_history("1", "2", "3", descriptions=True)
    [page] = pages(entries, limit=100)
    page["entries"][1][field] = value

    told = run(tmp_path, page)

    assert told.returncode == 1
    assert told.stderr == "broken at entry number 2\n"


@pytest.mark.parametrize(
    "fields",
    [
        {"amount": Money(0, USD)},
        {"amount": Money(-(10**8), USD)},
        {"entry_type": DEBIT, "amount": Money(2 * 10**8, USD)},
        {"created_at": NOW},
        {"created_at": NOW.replace(year=2199)},
        {"user_id": SYSTEM_USER},
    ],
    ids=["nothing", "less than nothing", "overdrawn", "backwards", "ahead", "another owner"],
)
def test_the_program_finds_what_no_posting_makes(tmp_path: Path, fields: dict[str, Any]) -> None:
    [first, second], _ = a_history("1", "2")
    changed = replace(second, **fields)
    units = changed.entry_type.signed(changed.amount.units)
    [page] = pages([first, rehashed(changed, balance_after=first.amount.plus(units))], limit=100)

    assert run(tmp_path, page).stderr == "broken at entry number 2\n"


def test_the_program_finds_words_in_the_salt(tmp_path: Path) -> None:
    entries, _ = a_history("1", "2", descriptions=True)
    [page] = pages(entries, limit=100)
    newest = page["entries"][0]
    newest["descriptionSalt"] += newest["description"][:4]
    newest["description"] = newest["description"][4:]

    assert run(tmp_path, page).stderr == "broken at entry number 2\n"


def test_the_program_lets_a_system_wallet_owe(tmp_path: Path) -> None:
    assert run(tmp_path, *pages([rehashed(THIRD)], limit=100)).stdout.startswith("1 entries, valid")


def test_the_program_takes_both_versions_in_one_chain(tmp_path: Path) -> None:
    [page] = pages([FIRST, SECOND, FOURTH], limit=100)

    assert run(tmp_path, page).stdout == f"3 entries, valid, head {FOURTH.hash}\n"


def test_the_program_finds_a_gap(tmp_path: Path) -> None:
    entries, _ = a_history("1", "2", "3")
    [page] = pages(entries, limit=100)
    del page["entries"][1]

    assert run(tmp_path, page).stderr == "broken at entry number 2\n"


def pages(entries: list[Entry], *, limit: int) -> list[Any]:
    """Return the pages of a statement as the API answers them, newest first."""
    newest_first, total = entries[::-1], len(entries)
    answered = []
    for offset in range(0, total, limit):
        page = Page(newest_first[offset : offset + limit], total)
        body = StatementPage.of(page, limit=limit, offset=offset)
        answered.append(json.loads(body.model_dump_json()))
    return answered


def run(folder: Path, *answered: Any) -> "subprocess.CompletedProcess[str]":
    """Run the page's program on pages of a statement, with nothing of ours to import."""
    names = []
    for number, page in enumerate(answered):
        file = folder / f"page-{number}.json"
        file.write_text(json.dumps(page), encoding="utf-8")
        names.append(str(file))
    program = folder / "verify.py"
    program.write_text(PROGRAM, encoding="utf-8")
    command = [sys.executable, "-I", "-S", str(program), *names]
    return subprocess.run(  # noqa: S603 - our own words
        command, cwd=folder, capture_output=True, text=True, check=False
    )
