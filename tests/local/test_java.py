"""A Java runtime is installed once, however many engines look for one at the same time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from caytre.local import java


def test_two_engines_that_look_for_java_at_once_get_one_that_stays(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = {future.result() for future in [pool.submit(java.find, tmp_path, system=False) for _ in range(4)]}
    (one,) = found
    assert (java.version(one) or 0) >= java.OLDEST
    assert (one.parent.parent / "lib" / "libnio.so").exists()
