"""Locks between runs of this checkout."""

from pathlib import Path

from localstack.common.locks import try_lock, waiting_lock


def test_a_lock_is_had_by_one_at_a_time(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as one, (tmp_path / "lock").open("w") as two:
        assert try_lock(one)
        assert not try_lock(two)

    with (tmp_path / "lock").open("w") as three:
        assert try_lock(three)


def test_waiting_for_a_lock_is_announced_and_ends_when_it_is_free(tmp_path: Path) -> None:
    announced = []
    holder = (tmp_path / "lock").open("w")
    assert try_lock(holder)

    def let_go() -> None:
        announced.append("waiting")
        holder.close()

    with waiting_lock(tmp_path / "lock", on_wait=let_go):
        assert announced == ["waiting"]


def test_a_free_lock_is_had_without_a_word(tmp_path: Path) -> None:
    announced: list[str] = []

    with waiting_lock(tmp_path / "lock", on_wait=lambda: announced.append("waiting")):
        assert announced == []
