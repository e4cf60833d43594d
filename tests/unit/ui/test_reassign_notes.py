"""What the desk says stays to be read although each stroke runs it again."""

import pytest

from geo.ui.reassign import state


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now, hand = [100.0], state._Hand()
    monkeypatch.setattr(state, "monotonic", lambda: now[0])
    monkeypatch.setattr(state, "_hand", lambda: hand)
    return now


def _said() -> list[str]:
    return [each.sentence for each in state.notes()]


def test_a_refusal_outlives_the_runs_that_follow_at_once(clock: list[float]) -> None:
    state.note("Đã lưu")
    clock[0] += 60  # no run so far: nobody has seen it
    state.note("Không qua được", bad=True)
    assert _said() == ["Đã lưu", "Không qua được"]
    clock[0] += 1
    assert _said() == ["Đã lưu", "Không qua được"]
    clock[0] += 3
    assert _said() == ["Không qua được"]
    clock[0] += 3
    assert _said() == []


def test_the_same_refusal_again_is_said_once_and_longer(clock: list[float]) -> None:
    for _ in range(3):
        state.note("Không qua được", bad=True)
        assert _said() == ["Không qua được"]
        clock[0] += 5
    assert _said() == ["Không qua được"]
