"""The benchmarks' runner: figures formed from rounds, one line each, a status that tells of a missed goal."""

import importlib
import json
from types import SimpleNamespace

import pytest

import bench.__main__ as runner
from bench.figure import figure, not_measured


@pytest.fixture
def two_benchmarks(monkeypatch):
    """A fast one that keeps its goal, a slow one that misses it."""
    modules = {
        "bench.fast": SimpleNamespace(figures=lambda n: [figure("fast", [(4.0, 2.0)] * n, unit="rows/s", goal=1.5)]),
        "bench.slow_start": SimpleNamespace(
            figures=lambda n: [figure("slow-start", [(9.0, 3.0)] * n, unit="ms", goal=2, less_is_better=True)]
        ),
    }
    monkeypatch.setattr(runner, "names", lambda: ["fast", "slow-start"])
    monkeypatch.setattr(importlib, "import_module", modules.__getitem__)


def test_the_ratio_is_the_median_of_the_rounds_ratios():
    found = figure("claim", [(10.0, 10.0), (30.0, 10.0), (40.0, 20.0)], unit="rows/s", goal=2)

    assert (found.ours, found.anchor, found.ratio) == (30.0, 10.0, 2.0)
    assert found.holds


@pytest.mark.parametrize("ratio,less_is_better,holds", [(2.1, False, True), (1.9, False, False), (1.9, True, True)])
def test_a_goal_is_a_bound(ratio, less_is_better, holds):
    assert figure("x", [(ratio, 1.0)], unit="s", goal=2, less_is_better=less_is_better).holds is holds


def test_json_has_the_agreed_keys_one_object_a_line(two_benchmarks, capsys):
    assert runner.main(["--json"]) == 1

    fast, slow = map(json.loads, capsys.readouterr().out.splitlines())
    assert fast == {
        "name": "fast", "ours": 4.0, "anchor": 2.0, "unit": "rows/s", "ratio": 2.0, "goal": 1.5, "holds": True,
    }  # fmt: skip
    assert slow["holds"] is False


def test_a_named_one_runs_alone(two_benchmarks, capsys):
    assert runner.main(["fast", "--rounds", "3"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["name", "fast"]


@pytest.mark.parametrize("wrong", [["nothing"], ["--rounds", "0"]])
def test_wrong_use_is_told(two_benchmarks, capsys, wrong):
    with pytest.raises(SystemExit) as ended:
        runner.main(wrong)

    assert ended.value.code == 2


def test_every_benchmark_there_is_has_figures():
    for name in runner.names():
        module = importlib.import_module(f"bench.{name.replace('-', '_')}")
        assert callable(module.figures)


def test_what_cannot_be_measured_says_why_and_keeps_no_goal(monkeypatch, capsys):
    found = not_measured("beside another", "it isn't installed", unit="ms", goal=0.25, less_is_better=True)
    monkeypatch.setattr(runner, "names", lambda: ["beside"])
    monkeypatch.setattr(importlib, "import_module", lambda _: SimpleNamespace(figures=lambda _: [found]))

    assert runner.main(["beside"]) == 1
    assert "not measured: it isn't installed" in capsys.readouterr().out
    assert runner.main(["beside", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "name": "beside another", "not_measured": "it isn't installed", "goal": 0.25, "holds": False,
    }  # fmt: skip
