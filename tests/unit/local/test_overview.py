"""What `caytre top` makes of readings: sums over processes, maxima over replicas, rates between two looks."""

from __future__ import annotations

import io
from dataclasses import asdict

import pytest
from rich.console import Console

from caytre.cli.top_screen import screen
from caytre.local.metrics import Reading, rate, read, samples_in
from caytre.local.overview import overview
from caytre.local.ports import free_port

WORKER = """
# TYPE target_info gauge
target_info{{service_name="agreements",caytre_role="{role}"}} 1.0
# TYPE relay_leading gauge
relay_leading {leading}
relay_blocked 0.0
# TYPE relay_published_total counter
relay_published_total {published}
consumer_applied_total{{consumer="agreements",topic="t"}} {applied}
consumer_lag{{consumer="agreements",topic="t",partition="{partition}"}} {lag}
consumer_lag_seconds{{consumer="agreements",topic="t",partition="{partition}"}} {seconds}
parked_events{{consumer="agreements"}} 2.0
consumer_halted{{consumer="agreements"}} 0.0
consumer_paused{{consumer="agreements"}} 1.0
http_server_request_duration_seconds_count{{http_response_status_code="200"}} {served}
http_server_request_duration_seconds_count{{http_response_status_code="503"}} {failed}
http_server_request_duration_seconds_bucket{{le="1"}} 3
"""
LEADER = "outbox_depth 5.0\noutbox_oldest_age_seconds 12.5\nrelay_unpublished 7.0\nrelay_lag_seconds 13.0\n"
NOTICES = """
timer_late_seconds 3.0
obligation_overdue{code="OPINION"} 4.0
obligation_overdue{code="DEL_REPORT"} 9.0
mail_queued{failure=""} 3.0
mail_queued{failure="SERVER_AWAY"} 2.0
mail_late_seconds 61.0
mail_deliveries_total{outcome="sent"} 10.0
mail_deliveries_total{outcome="SERVER_AWAY"} 6.0
"""


def worker(
    at: float, *, leads: bool = True, role: str = "worker", address: str = "http://a", **values: float
) -> Reading:
    values = {"published": 0, "applied": 0, "partition": 0, "lag": 0, "seconds": 0, "served": 0, "failed": 0} | values
    text = WORKER.format(role="worker", leading=int(leads), **values) + (LEADER if leads else "")
    return Reading("agreements", address, at, "ready", samples=samples_in(text))


def test_rates_are_steps_between_two_looks_and_a_restart_counts_from_nought() -> None:
    before, now = worker(10, published=100, served=50), worker(12, published=120, served=50, failed=4)
    assert rate(now, before, "relay_published_total") == 10
    (process,) = overview([now], [before]).processes
    assert (process.requests_per_second, process.failures_per_second) == (2, 2)
    assert rate(worker(14, published=6), now, "relay_published_total") == 3
    assert rate(now, None, "relay_published_total") is None
    assert overview([now]).processes[0].requests_per_second is None


def test_a_relay_is_told_by_its_leader() -> None:
    leading, standing = overview([worker(1), worker(1, leads=False, address="http://b")]).processes
    assert leading.relay is not None
    assert (leading.relay.lag, leading.relay.outbox, leading.relay.outbox_seconds) == (12, 5, 12.5)
    assert standing.relay is not None
    assert (standing.relay.leads, standing.relay.lag) == (False, None)
    assert (leading.service, leading.role) == ("agreements", "worker")


def test_a_consumer_adds_up_over_partitions_and_not_over_replicas() -> None:
    before = [worker(0, applied=10), worker(0, address="http://b", applied=20)]
    one = worker(2, lag=30, seconds=4, applied=20)
    other = worker(2, address="http://b", partition=1, lag=3, seconds=9.25, applied=50)
    (consumer,) = overview([one, other], before).consumers
    assert (consumer.lag, consumer.lag_seconds, consumer.applied_per_second) == (33, 9.2, 20)
    assert (consumer.parked, consumer.paused, consumer.halted) == (2, 1, False)
    same = [worker(2, lag=30), worker(2, address="http://b", lag=30)]
    assert overview(same).consumers[0].lag == 30


def test_obligations_and_mail_come_from_whoever_knows_them() -> None:
    reading = Reading("notifications", "http://n", 1, "ready", samples=samples_in(NOTICES))
    found = overview([worker(1), reading])
    assert found.obligations is not None
    assert list(found.obligations.overdue.items()) == [("DEL_REPORT", 9), ("OPINION", 4)]
    assert found.mail is not None
    assert (found.mail.queued, found.mail.retrying, found.mail.failures) == (5, {"SERVER_AWAY": 2}, {"SERVER_AWAY": 6})
    assert overview([worker(1)]).mail is None


def test_who_does_not_answer_is_told_with_the_reason() -> None:
    reading = read("agreements", f"http://127.0.0.1:{free_port()}/")
    assert (reading.state, reading.samples) == ("away", {})
    (process,) = overview([reading], [worker(0)]).processes
    assert (process.service, process.relay, process.requests_per_second) == ("agreements", None, None)
    assert process.notes


@pytest.mark.parametrize("width", [80, 140, 220])
def test_the_picture_shows_what_there_is(width: int) -> None:
    away = read("delegations", f"http://127.0.0.1:{free_port()}")
    notices = Reading("notifications", "http://n", 1, "not ready", None, ("relay: [no] turn",), samples_in(NOTICES))
    paper = io.StringIO()
    Console(file=paper, width=width).print(screen(overview([worker(1, lag=1200, seconds=90), away, notices])))
    shown = " ".join(paper.getvalue().split())
    for said in (
        "agreements",
        "leads",
        "1,200",
        "away",
        "DEL_REPORT 9 · OPINION 4",
        "5 queued",
        "SERVER_AWAY 2",
        "[no] turn",
    ):
        assert said in shown, paper.getvalue()
    empty = io.StringIO()
    Console(file=empty, width=width).print(screen(overview([away])))
    assert "the notifications service is away" in " ".join(empty.getvalue().split())
    assert asdict(overview([away]))["obligations"] is None
