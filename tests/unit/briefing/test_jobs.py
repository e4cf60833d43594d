"""Files made beside the pages: their turn, their progress, cancelled, and each the asker's alone."""

import threading

import pytest

from geo.briefing.jobs import Jobs, State
from geo.domain.errors import InputError

PATIENCE_S = 60


@pytest.fixture
def jobs():
    made = Jobs(workers=2)
    yield made
    made.close()


def _ended(jobs, owner):
    for job in jobs.of(owner):
        for _ in range(PATIENCE_S * 100):
            if not job.open:
                break
            threading.Event().wait(0.01)
    return jobs.of(owner)


def _file(folder, progress, cancelled):
    progress(3, 3)
    out = folder / "a.txt"
    out.write_text("xong")
    return out


def test_a_file_is_made_for_its_asker_alone(jobs):
    jobs.start("an", "Giao ban", _file)
    (job,) = _ended(jobs, "an")
    assert job.state is State.DONE
    assert job.share == 1
    assert job.result.read_text() == "xong"
    assert jobs.of("binh") == []


def test_ten_at_once_wait_for_their_turn_and_one_can_be_cancelled(jobs):
    go, most, now = threading.Event(), [], []

    def slow(folder, progress, cancelled):
        now.append(1)
        most.append(len(now))
        go.wait(PATIENCE_S)
        if cancelled():
            raise InputError("briefing_cancelled")
        now.pop()
        return _file(folder, progress, cancelled)

    for i in range(10):
        jobs.start(f"nguoi-{i % 2}", str(i), slow)
    last = jobs.of("nguoi-1")[0]
    jobs.cancel("nguoi-1", last.code)
    jobs.cancel("nguoi-0", jobs.of("nguoi-1")[1].code)  # not one's own: nothing happens
    with pytest.raises(InputError) as fault:
        jobs.start("nguoi-0", "more", slow)
    assert fault.value.code == "too_many_jobs"
    go.set()
    states = [job.state for owner in ("nguoi-0", "nguoi-1") for job in _ended(jobs, owner)]
    assert states.count(State.CANCELLED) == 1
    assert states.count(State.DONE) == 9
    assert max(most) <= 2


def test_a_file_being_made_stops_when_cancelled(jobs):
    begun = threading.Event()

    def endless(folder, progress, cancelled):
        begun.set()
        while not cancelled():
            threading.Event().wait(0.01)
        raise InputError("briefing_cancelled")

    job = jobs.start("an", "Giao ban", endless)
    assert begun.wait(PATIENCE_S)
    jobs.cancel("an", job.code)
    assert _ended(jobs, "an")[0].state is State.CANCELLED


def test_what_fails_says_so(jobs):
    jobs.start("an", "a", lambda *_: (_ for _ in ()).throw(InputError("briefing_empty")))
    (job,) = _ended(jobs, "an")
    assert job.state is State.FAILED
    assert "chưa có màn hình" in job.said("vi")
