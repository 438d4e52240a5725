"""The rules don't depend on the zone the computer is set to."""

import os
import subprocess

import pytest

SUITES = ("tests/domain", "tests/mail", "tests/store", "tests/engine")
# They take minutes and look at processes and wires, not at the calendar.
LEFT_OUT = (
    "*/test_sending_faults.py",
    "*/test_sending_wire.py",
    "*/test_sending_together.py",
    "*/test_life_machine.py",
)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(os.name == "nt", reason="Windows doesn't read TZ")
@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "Asia/Kolkata", "Pacific/Auckland"])
def test_T39_the_suite_passes_in_every_zone_of_the_computer(zone, repository, python):
    suites = [suite for suite in SUITES if (repository / suite).is_dir()]
    command = [python, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *suites]
    left_out = [f"--ignore-glob={pattern}" for pattern in LEFT_OUT]
    chosen = ["-m", "not slow and not postgres and not servers and not chaos and not bench"]
    environment = {**os.environ, "TZ": zone, "OPENDOORS_TEST_PROFILE": "quick"}

    done = subprocess.run(
        [*command, *left_out, *chosen], cwd=repository, env=environment, capture_output=True, text=True, check=False
    )

    if done.returncode != 0:
        pytest.fail(f"with TZ={zone}:\n{done.stdout[-3000:]}{done.stderr[-1000:]}", pytrace=False)
