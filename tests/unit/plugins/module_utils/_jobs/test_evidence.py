# Copyright (c) 2026, mlops.modelarts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each kind of wait alone: what a series of reads proves. Times are in seconds."""

from __future__ import annotations

import pytest
from ansible_collections.mlops.modelarts.plugins.module_utils._jobs.evidence import (
    CONFIRMED,
    EVIDENCE,
    OVERTAKEN,
    PENDING,
    REACHED,
    Appearance,
    Conclusion,
    Deletion,
    Description,
    ReadWindow,
    Shutdown,
    Startup,
    Verdict,
    Why,
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
ELSEWHERE, FELL_BACK, UNCHANGED = (Verdict(Conclusion.FAILED, why) for why in Why)


def evidence(kind, previous, sent_at=SENT, is_accepted=True, **options):
    made = kind(sent_at, Status.of(previous), **options)
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
    assert weigh(Appearance(SENT, Status.of(None)), (None, SENT + 1)) == CONFIRMED


@pytest.mark.parametrize("is_accepted", [True, False])
@pytest.mark.parametrize(
    ("shown", "moment", "verdict"),
    [("new", SENT, REACHED), ("old", SENT + 29.9, PENDING), ("old", LATE, UNCHANGED), (None, LATE, UNCHANGED)],
)
def test_description(shown, moment, verdict, is_accepted):
    made = evidence(Description, RUNNING, is_accepted=is_accepted, description="new")
    # As long as nobody knows whether the request was accepted, an old description is no failure.
    expected = verdict if is_accepted or verdict == REACHED else PENDING
    assert made.weigh(viz(RUNNING, description=shown), at(moment)) == expected


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(RUNNING, PENDING), (INIT, PENDING), (ANOTHER_NUMBER, PENDING), (KILLING, CONFIRMED), (KILLED, REACHED)],
)
def test_shutdown(status, verdict):
    assert weigh(evidence(Shutdown, RUNNING), (status, LATE)) == verdict


@pytest.mark.parametrize(
    ("previous", "status", "is_accepted", "verdict"),
    [
        (KILLED, KILLED, True, PENDING),
        (KILLED, KILLING, True, PENDING),
        (KILLED, DELETE_FAILED, True, ELSEWHERE),
        (DELETE_FAILED, DELETE_FAILED, True, PENDING),
        (KILLED, DELETE_FAILED, False, PENDING),
    ],
)
def test_deletion(previous, status, is_accepted, verdict):
    assert weigh(evidence(Deletion, previous, is_accepted=is_accepted), (status, LATE)) == verdict


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

    @pytest.mark.parametrize("between", [WAITING, KILLING, ANOTHER_NUMBER])
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

    @pytest.mark.parametrize("status", [COMPLETED, WAITING])
    def test_job_that_was_never_restarted_and_stops_has_to_be_planned_anew(self, status):
        made = evidence(Startup, WAITING, sent_at=None)
        assert weigh(made, (status, SENT)) == (OVERTAKEN if status == COMPLETED else CONFIRMED)
