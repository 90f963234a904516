"""What operators alert on: the instruments of every service, named as in docs/operating.md.

Histograms and counters are told where something happens. Gauges are looked for when somebody asks (`scraping.py`), and
what was not found is not told: a value of yesterday would look like one of now. Units follow UCUM, as the OpenTelemetry
conventions want them. Labels are names of consumers, topics, routes, codes: few, known, and nobody's data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

_METER = metrics.get_meter("caytre")
#: Seconds, from a page that Kafka acknowledges at once to one that waits out an outage.
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
#: What OpenTelemetry's conventions advise for requests.
_OF_REQUESTS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)


class Gauge:
    """A gauge that tells what was found at the last look, nothing before it and nothing when it failed."""

    def __init__(self, name: str, unit: str, description: str) -> None:
        self.name = name
        self._found: tuple[Observation, ...] = ()
        _METER.create_observable_gauge(name, [self._observed], unit=unit, description=description)

    def show(self, value: float, labels: Mapping[str, str] | None = None) -> None:
        """The one value there is."""
        self._found = (Observation(value, labels),)

    def show_each(self, values: Iterable[tuple[float, Mapping[str, str]]]) -> None:
        """All values there are, each with its labels."""
        self._found = tuple(Observation(value, labels) for value, labels in values)

    def forget(self) -> None:
        """It is not known now."""
        self._found = ()

    def _observed(self, _: CallbackOptions) -> tuple[Observation, ...]:
        return self._found


database_up = Gauge("database.up", "{database}", "1 when the service's database answered at this scrape")
database_connections = Gauge("db.client.connection.count", "{connection}", "Connections of a pool, idle or used")
database_most_connections = Gauge("db.client.connection.max", "{connection}", "Connections a pool may open")
oldest_transaction = Gauge("pg.oldest_xact_seconds", "s", "Age of the service's oldest open transaction")
kafka_up = Gauge("kafka.up", "{cluster}", "1 when Kafka answered at this scrape")

outbox_depth = Gauge("outbox.depth", "{row}", "Messages committed and not yet in the journal; told by the leader")
outbox_oldest_age = Gauge("outbox.oldest_age_seconds", "s", "Age of the oldest message in the outbox")
outbox_publish_duration = _METER.create_histogram(
    "outbox.publish.duration",
    unit="s",
    description="From sending a page of messages to Kafka's acknowledgement",
    explicit_bucket_boundaries_advisory=_SECONDS,
)
relay_leading = Gauge("relay.leading", "{relay}", "1 in the process that leads the relay")
relay_blocked = Gauge("relay.blocked", "{relay}", "1 when the relay waits for an operator's command")
relay_unpublished = Gauge("relay.unpublished", "{message}", "Messages in the journal and not yet acknowledged by Kafka")
relay_lag_seconds = Gauge("relay.lag_seconds", "s", "Age of the oldest message that Kafka has not acknowledged")
relay_published = _METER.create_counter(
    "relay.published", unit="{message}", description="Messages that Kafka has acknowledged"
)

consumer_lag = Gauge("consumer.lag", "{message}", "Records of a partition that are not yet read")
consumer_lag_seconds = Gauge("consumer.lag_seconds", "s", "Age of the oldest unread record of a partition")
consumer_halted = Gauge("consumer.halted", "{consumer}", "1 when the consumer waits for `caytre resume`")
consumer_paused = Gauge("consumer.paused", "{partition}", "Partitions that wait for a failure to pass by itself")
parked_messages = Gauge("parked.events", "{message}", "Messages that could not be applied, and those behind them")
consumer_applied = _METER.create_counter(
    "consumer.applied", unit="{message}", description="Messages whose effects are committed"
)
consumer_process_duration = _METER.create_histogram(
    "consumer.process.duration",
    unit="s",
    description="A batch, from its handlers' start to its commit, or to the failure",
    explicit_bucket_boundaries_advisory=_SECONDS,
)
consumer_duplicates = _METER.create_counter(
    "consumer.duplicates", unit="{message}", description="Messages dropped because they were applied before"
)
consumer_gaps = _METER.create_counter(
    "consumer.gaps", unit="{message}", description="Messages whose predecessor is missing in the topic"
)
end_to_end_latency = _METER.create_histogram(
    "e2e.latency",
    unit="s",
    description="From the commit of a message to the commit of its effects in a consumer",
    explicit_bucket_boundaries_advisory=_SECONDS,
)

event_loop_lag = _METER.create_histogram(
    "event_loop.lag",
    unit="s",
    description="How late the event loop wakes",
    explicit_bucket_boundaries_advisory=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0),
)
http_duration = _METER.create_histogram(
    "http.server.request.duration",
    unit="s",
    description="A request from its first to its last byte",
    explicit_bucket_boundaries_advisory=_OF_REQUESTS,
)
