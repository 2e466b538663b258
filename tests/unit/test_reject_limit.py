"""When nearly everything is unreadable the role stops instead of draining the topic."""

import pytest

from wirewatch.pipeline import RejectLimitExceeded, RejectWindow


def test_a_few_rejects_at_the_start_stop_nothing() -> None:
    assert RejectWindow(share=0.5, run=10).after([True] * 9, "articles").outcomes == (True,) * 9


def test_more_than_the_share_of_a_full_run_stops() -> None:
    window = RejectWindow(share=0.5, run=10).after([False] * 5, "articles")
    with pytest.raises(RejectLimitExceeded, match=r"6 of 10 articles in a row on articles"):
        window.after([True] * 6, "articles")


def test_exactly_the_share_goes_on() -> None:
    window = RejectWindow(share=0.5, run=10).after([False] * 5, "articles")
    assert window.after([True] * 5, "articles").outcomes == (False,) * 5 + (True,) * 5


def test_old_outcomes_leave_the_window() -> None:
    window = RejectWindow(share=0.5, run=4).after([True, True, False, False], "articles")
    assert window.after([True, True], "articles").outcomes == (False, False, True, True)


def test_a_bad_run_inside_a_large_batch_stops_too() -> None:
    with pytest.raises(RejectLimitExceeded):
        RejectWindow(share=0.5, run=10).after([False] * 100 + [True] * 10 + [False] * 100, "articles")


def test_a_share_of_one_never_stops() -> None:
    assert len(RejectWindow(share=1.0, run=10).after([True] * 100, "articles").outcomes) == 10
