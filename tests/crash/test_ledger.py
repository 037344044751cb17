"""The judge of the crash test must itself tell right from wrong."""

import uuid

from crash.ledger import Ledger, Load


def judged(load: Load, found: dict[int, int], tables: set[str] | None = None) -> list[str]:
    ledger = Ledger()
    ledger.add(load)
    ledger.add_table("T")
    return ledger.judge({"T": found}, {"T"} if tables is None else tables).faults


def load(acknowledged: bool) -> Load:
    return Load(uuid.UUID(int=1), "T", first_id=10, rows=2, acknowledged=acknowledged, attempts=1)


def test_an_acknowledged_load_is_there_once() -> None:
    assert judged(load(True), {10: 1, 11: 1}) == []


def test_a_lost_row_is_a_fault() -> None:
    assert "lost" in judged(load(True), {10: 1})[0]


def test_a_doubled_row_is_a_fault_acknowledged_or_not() -> None:
    assert any("doubled" in fault for fault in judged(load(True), {10: 1, 11: 2}))
    assert any("doubled" in fault for fault in judged(load(False), {10: 2, 11: 2}))


def test_a_load_without_acknowledgement_may_be_there_or_not_but_not_by_half() -> None:
    assert judged(load(False), {}) == []
    assert judged(load(False), {10: 1, 11: 1}) == []
    assert "part" in judged(load(False), {10: 1})[0]


def test_rows_from_nowhere_are_a_fault() -> None:
    assert "nobody sent" in judged(load(True), {10: 1, 11: 1, 99: 1})[0]


def test_a_created_table_that_is_gone_is_a_fault() -> None:
    assert "is gone" in judged(load(True), {10: 1, 11: 1}, tables=set())[0]
