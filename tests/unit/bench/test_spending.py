"""Whose CPU time a benchmark counts."""

import os
import subprocess
import sys
from time import process_time

from caytre.bench.spending import cpu_seconds

_FAMILY = """
import os, time
spend = lambda seconds: [None for _ in iter(lambda: time.process_time() < seconds, False)]
child = os.fork()
if child == 0:
    spend(0.2)
    os._exit(0)
os.waitpid(child, 0)
print(flush=True)
input()
"""


def test_what_a_child_has_spent_counts_also_when_it_has_ended() -> None:
    with subprocess.Popen([sys.executable, "-c", _FAMILY], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        spent = cpu_seconds(process.pid)
        process.communicate(b"\n")

    assert spent >= 0.15


def test_of_a_benchmark_itself_its_children_do_not_count() -> None:
    subprocess.run([sys.executable, "-c", "sum(range(10**7))"], check=True)

    assert cpu_seconds(os.getpid()) <= process_time()
