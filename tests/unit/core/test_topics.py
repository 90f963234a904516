"""The partition of a key is what every Kafka client of the Java family computes."""

from aiokafka.partitioner import murmur2
from hypothesis import given
from hypothesis import strategies as st

from caytre.core.relaying.topics import PARTITIONS, partition_of


@given(st.binary(max_size=80))
def test_a_key_goes_to_the_partition_that_murmur2_names(key: bytes) -> None:
    assert partition_of(key) == (murmur2(key) & 0x7FFFFFFF) % PARTITIONS


@given(st.uuids())
def test_so_does_the_text_of_a_uuid(id: object) -> None:
    key = str(id).encode()
    assert partition_of(key) == (murmur2(key) & 0x7FFFFFFF) % PARTITIONS
