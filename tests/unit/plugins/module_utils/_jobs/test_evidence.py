# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each kind of wait alone: what a series of reads proves. Times are in seconds."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.evidence import (
    EVIDENCE,
    Appearance,
    Context,
    Deletion,
    Description,
    ReadWindow,
    Shutdown,
    Startup,
    Verdict,
)
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.rules import Step
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.status import Status
from ansible_collections.mlops.modelarts.tests.unit.plugins.module_utils.job_fakes import (
    ANOTHER_NUMBER,
    CANCELED,
    COMPLETED,
    DELETE_FAILED,
    FAILED,
    INIT,
    KILLED,
    KILLING,
    LOST,
    NEW_NUMBER,
    RUNNING,
    WAITING,
    at,
    viz,
)

SENT = 100.0
LATE = SENT + 30
PENDING, CONFIRMED, REACHED, UP_AGAIN = Verdict.PENDING, Verdict.CONFIRMED, Verdict.REACHED, Verdict.UP_AGAIN
ELSEWHERE, FELL_BACK, UNCHANGED = Verdict.WENT_ELSEWHERE, Verdict.FELL_BACK, Verdict.UNCHANGED


def evidence(kind, previous, sent_at=SENT, is_accepted=True, **context):
    made = kind(Context(sent_at, Status.of(previous), **context))
    made.is_accepted = is_accepted
    return made


def weigh(made, *reads):
    """The last verdict on reads, each a status and a moment or a window."""
    for status, moment in reads:
        verdict = made.weigh(viz(status), moment if isinstance(moment, ReadWindow) else at(moment))
    return verdict


def test_every_step_has_its_evidence():
    assert set(EVIDENCE) == set(Step)


@pytest.mark.parametrize(
    ("window", "is_over"),
    [(at(SENT), False), (at(LATE - 0.1), False), (at(LATE), True), (ReadWindow(LATE - 1, LATE + 9), False)],
)
def test_grace_is_over_for_a_read_that_began_after_it(window, is_over):
    assert evidence(Shutdown, RUNNING).is_grace_over(window) is is_over
    assert evidence(Shutdown, RUNNING, sent_at=None).is_grace_over(window) is False


def test_appearance():
    assert weigh(evidence(Appearance, None, is_accepted=False), (None, SENT + 1)) == CONFIRMED
    assert weigh(evidence(Appearance, None), (None, SENT + 1)) == REACHED


class TestDescription:
    def weigh(self, wanted, old, *reads, is_accepted=True):
        made = evidence(Description, RUNNING, is_accepted=is_accepted, description=wanted, old_description=old)
        for shown, moment in reads:
            verdict = made.weigh(viz(RUNNING, description=shown), at(SENT + moment))
        return verdict

    @pytest.mark.parametrize("is_accepted", [True, False])
    @pytest.mark.parametrize(
        ("shown", "moment", "verdict"), [("new", 0, REACHED), ("old", 29.9, PENDING), ("old", 30, UNCHANGED)]
    )
    def test_wanted_and_old_one(self, shown, moment, verdict, is_accepted):
        # As long as nobody knows whether the request was accepted, an old description is no failure.
        expected = verdict if is_accepted or verdict == REACHED else PENDING
        assert self.weigh("new", "old", (shown, moment), is_accepted=is_accepted) == expected

    @pytest.mark.parametrize(
        ("wanted", "shown"),
        [("", None), ("", ""), ("new\n", "new"), ("new", "new\r\n"), ("\n", None), ("a\nb\n\n", "a\nb")],
    )
    def test_no_description_is_an_empty_one_and_line_ends_at_the_end_do_not_count(self, wanted, shown):
        assert self.weigh(wanted, "old", (shown, 1)) == REACHED

    @pytest.mark.parametrize(("wanted", "shown"), [("new ", "new"), ("\nnew", "new"), ("a\nb", "a b")])
    def test_other_white_space_counts(self, wanted, shown):
        assert self.weigh(wanted, "old", (shown, 1)) == PENDING

    @pytest.mark.parametrize("old", [None, ""])
    def test_old_one_that_was_empty(self, old):
        assert self.weigh("new", old, ("", 1), (None, 29.9)) == PENDING
        assert self.weigh("new", old, ("", 1), (None, 30)) == UNCHANGED

    @pytest.mark.parametrize("is_accepted", [True, False])
    @pytest.mark.parametrize(
        ("reads", "verdict"),
        [
            ([("New", 1)], PENDING),
            ([("New", 40)], PENDING),
            ([("New", 1), ("New", 1.9)], PENDING),
            ([("New", 1), ("New\n", 2)], REACHED),
            ([("New", 1), ("NEW", 2)], PENDING),
            ([("New", 1), ("NEW", 2), ("NEW", 3)], REACHED),
            ([("New", 1), ("old", 2), ("New", 3)], PENDING),
        ],
    )
    def test_third_one_counts_when_confirmed(self, reads, verdict, is_accepted):
        assert self.weigh("new", "old", *reads, is_accepted=is_accepted) == verdict


class TestShutdown:
    """UP_AGAIN: somebody else has started the job again, which is never concluded from what may be from before."""

    @pytest.mark.parametrize(
        ("status", "verdict"),
        [(RUNNING, PENDING), (INIT, PENDING), (ANOTHER_NUMBER, PENDING), (KILLING, CONFIRMED), (KILLED, REACHED)],
    )
    def test_first_read_after_our_own_stop(self, status, verdict):
        assert weigh(evidence(Shutdown, RUNNING), (status, LATE)) == verdict

    @pytest.mark.parametrize("status", [RUNNING, WAITING])
    def test_up_proves_nothing_before_a_down_status_was_seen(self, status):
        assert weigh(evidence(Shutdown, RUNNING), (status, LATE), (status, LATE + 60)) == PENDING

    @pytest.mark.parametrize("down", [KILLING, KILLED])
    def test_starting_after_a_down_status(self, down):
        assert weigh(evidence(Shutdown, RUNNING), (down, SENT + 1), (WAITING, SENT + 1.5)) == UP_AGAIN

    def test_starting_where_the_task_did_not_stop_the_job(self):
        assert weigh(evidence(Shutdown, KILLING, sent_at=None), (WAITING, SENT)) == UP_AGAIN

    @pytest.mark.parametrize("is_ours", [True, False])
    @pytest.mark.parametrize(
        ("second", "verdict"),
        [(at(SENT + 2.9), PENDING), (at(SENT + 3), UP_AGAIN), (ReadWindow(SENT + 2.9, LATE), PENDING)],
    )
    def test_running_counts_when_confirmed(self, second, verdict, is_ours):
        made = evidence(Shutdown, KILLING, sent_at=SENT if is_ours else None)
        reads = (KILLING, SENT), (RUNNING, ReadWindow(SENT + 1, SENT + 2)), (RUNNING, second)
        assert weigh(made, *reads) == verdict

    @pytest.mark.parametrize("between", [KILLED, KILLING, ANOTHER_NUMBER])
    def test_another_status_between_starts_the_confirmation_again(self, between):
        made = evidence(Shutdown, KILLING, sent_at=None)
        assert weigh(made, (RUNNING, SENT), (between, SENT + 2), (RUNNING, SENT + 3), (RUNNING, SENT + 3.9)) == PENDING
        assert weigh(made, (RUNNING, SENT + 4)) == UP_AGAIN

    @pytest.mark.parametrize(
        ("status", "moment", "verdict"),
        [(WAITING, LATE - 0.1, PENDING), (WAITING, LATE, UP_AGAIN), (INIT, SENT + 2, UP_AGAIN)],
    )
    def test_starting_status_from_before_our_own_stop(self, status, moment, verdict):
        made = evidence(Shutdown, WAITING, stale=Status.of(WAITING))
        assert weigh(made, (KILLING, SENT + 1), (status, moment)) == verdict


@pytest.mark.parametrize(
    ("previous", "status", "moment", "is_accepted", "verdict"),
    [
        (KILLED, KILLED, LATE, True, PENDING),
        (KILLED, KILLING, LATE, True, PENDING),
        (KILLED, DELETE_FAILED, SENT + 1, True, ELSEWHERE),
        (DELETE_FAILED, DELETE_FAILED, LATE - 0.1, True, PENDING),
        (DELETE_FAILED, DELETE_FAILED, LATE, True, UNCHANGED),
        (DELETE_FAILED, DELETE_FAILED, LATE, False, PENDING),
        (DELETE_FAILED, KILLING, LATE, True, PENDING),
        (KILLED, DELETE_FAILED, LATE, False, PENDING),
    ],
)
def test_deletion(previous, status, moment, is_accepted, verdict):
    assert weigh(evidence(Deletion, previous, is_accepted=is_accepted), (status, moment)) == verdict


class TestStartup:
    @pytest.mark.parametrize(
        ("previous", "status", "verdict"),
        [
            (CANCELED, RUNNING, REACHED),
            (CANCELED, INIT, CONFIRMED),
            (CANCELED, CANCELED, PENDING),
            (CANCELED, FAILED, ELSEWHERE),
            (CANCELED, KILLING, CONFIRMED),
            (CANCELED, ANOTHER_NUMBER, CONFIRMED),
            (NEW_NUMBER, NEW_NUMBER, PENDING),
            (NEW_NUMBER, ANOTHER_NUMBER, CONFIRMED),
        ],
    )
    def test_first_read(self, previous, status, verdict):
        assert weigh(evidence(Startup, previous), (status, SENT + 1)) == verdict

    def test_down_status_after_an_unknown_one_may_be_the_old_one(self):
        made = evidence(Startup, None)
        assert weigh(made, (CANCELED, SENT + 1)) == PENDING
        assert weigh(made, (LOST, SENT + 2)) == ELSEWHERE

    @pytest.mark.parametrize(("is_accepted", "late"), [(True, UNCHANGED), (False, PENDING)])
    def test_old_status_fails_an_accepted_request_after_the_grace(self, is_accepted, late):
        made = evidence(Startup, CANCELED, is_accepted=is_accepted)
        assert weigh(made, (CANCELED, LATE - 0.1)) == PENDING
        assert weigh(made, (CANCELED, LATE)) == late

    @pytest.mark.parametrize(
        ("second", "verdict"),
        [(at(SENT + 2.9), PENDING), (at(SENT + 3), FELL_BACK), (ReadWindow(SENT + 2.9, LATE), PENDING)],
    )
    def test_old_status_after_a_starting_one_counts_when_confirmed(self, second, verdict):
        made = evidence(Startup, CANCELED)
        reads = (WAITING, SENT), (CANCELED, ReadWindow(SENT + 1, SENT + 2)), (CANCELED, second)
        assert weigh(made, *reads) == verdict

    @pytest.mark.parametrize("between", [WAITING, ANOTHER_NUMBER])
    def test_another_status_between_starts_the_confirmation_of_the_old_one_again(self, between):
        made = evidence(Startup, CANCELED)
        assert weigh(made, (INIT, SENT), (CANCELED, SENT + 1), (between, SENT + 2), (CANCELED, SENT + 3)) == PENDING
        assert weigh(made, (CANCELED, SENT + 4)) == FELL_BACK

    @pytest.mark.parametrize(
        ("second", "verdict"),
        [(at(SENT + 2.9), PENDING), (at(SENT + 3), REACHED), (ReadWindow(SENT + 2.9, LATE), PENDING)],
    )
    def test_running_after_a_stop_counts_when_confirmed(self, second, verdict):
        made = evidence(Startup, KILLED, was_stopped=True)
        assert weigh(made, (RUNNING, ReadWindow(SENT + 1, SENT + 2)), (RUNNING, second)) == verdict

    @pytest.mark.parametrize("between", [KILLED, KILLING, ANOTHER_NUMBER])
    def test_another_status_between_starts_the_confirmation_of_running_again(self, between):
        made = evidence(Startup, KILLED, was_stopped=True)
        assert weigh(made, (RUNNING, SENT), (between, SENT + 2), (RUNNING, SENT + 3), (RUNNING, SENT + 3.9)) == PENDING
        assert weigh(made, (RUNNING, SENT + 4)) == REACHED

    def test_running_after_a_stop_and_a_starting_status_counts_at_once(self):
        made = evidence(Startup, KILLED, was_stopped=True)
        assert weigh(made, (RUNNING, SENT), (INIT, SENT + 0.1), (RUNNING, SENT + 0.2)) == REACHED

    @pytest.mark.parametrize("status", [KILLING, ANOTHER_NUMBER])
    def test_another_status_after_a_stop_proves_nothing(self, status):
        assert weigh(evidence(Startup, KILLED, was_stopped=True), (status, SENT + 1)) == PENDING

    @pytest.mark.parametrize(
        ("status", "moment", "verdict"),
        [(WAITING, LATE - 0.1, PENDING), (WAITING, LATE, CONFIRMED), (INIT, SENT + 1, CONFIRMED)],
    )
    def test_starting_status_from_before_our_own_stop_proves_nothing(self, status, moment, verdict):
        made = evidence(Startup, KILLED, was_stopped=True, stale=Status.of(WAITING))
        assert weigh(made, (status, moment)) == verdict

    def test_running_after_such_a_status_counts_when_confirmed(self):
        made = evidence(Startup, KILLED, was_stopped=True, stale=Status.of(WAITING))
        assert weigh(made, (WAITING, SENT), (RUNNING, SENT + 1), (RUNNING, SENT + 1.9)) == PENDING
        assert weigh(made, (RUNNING, SENT + 2)) == REACHED

    @pytest.mark.parametrize(
        ("reads", "verdict"),
        [
            ([(INIT, 0), (KILLING, 1), (KILLING, 1.9)], CONFIRMED),
            ([(INIT, 0), (KILLING, 1), (KILLING, 2)], ELSEWHERE),
            ([(KILLING, 1), (KILLING, 2)], ELSEWHERE),
            ([(INIT, 0), (KILLING, 1), (CANCELED, 2)], FELL_BACK),
            ([(INIT, 0), (CANCELED, 1), (KILLING, 2)], ELSEWHERE),
            ([(INIT, 0), (KILLING, 1), (KILLED, 1.1)], ELSEWHERE),
            ([(INIT, 0), (KILLING, 1), (RUNNING, 2)], REACHED),
        ],
    )
    def test_stop_on_the_way_up_is_failure(self, reads, verdict):
        made = evidence(Startup, CANCELED)
        assert weigh(made, *((status, SENT + moment) for status, moment in reads)) == verdict

    @pytest.mark.parametrize(("status", "verdict"), [(COMPLETED, ELSEWHERE), (WAITING, CONFIRMED), (RUNNING, REACHED)])
    def test_job_that_was_starting_when_the_task_began(self, status, verdict):
        assert weigh(evidence(Startup, WAITING, sent_at=None), (status, SENT)) == verdict
