"""The whole chain without Airflow: what a run gives, and that nothing disturbs it."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable

import pikepdf
import pytest

from tests.oryndau.conftest import COMMAND, LAWS, Home, run_words


def indicator(score: dict, identifier: str) -> dict:
    return next(i for i in score["indicators"] if i["id"] == identifier)


def test_renewables_stand_ahead_of_the_path_that_the_documents_set(finished: Home) -> None:
    done = finished.call("score", "--law", "Z090000165_", "--json")
    [law] = json.loads(done.stdout)
    share = indicator(law, "res-share")
    assert (share["value"], share["period"]) == (4.99, "2023")
    assert share["needed_value"] == pytest.approx(4.8)
    assert (share["baseline"], share["baseline_period"]) == (0.62, "2014")
    assert (share["target"], share["target_date"]) == (15, "2030-12-31")
    path = [(point["period"], point["value"]) for point in share["path"]]
    assert path == [("2014", 0.62), ("2020", 3), ("2025", 6), ("2030", 15)]
    assert law["status"] == share["status"] == "on_track"


def test_a_score_has_every_field_that_others_build_on(finished: Home) -> None:
    [law] = json.loads(finished.call("score", "--law", "Z090000165_", "--json").stdout)
    law_fields = "law reference_date as_of score needed status coverage quality pillars indicators"
    figure = "id value period unit baseline target target_date attainment needed ratio status"
    origin = "source series vintage raw_sha256"
    assert set(law_fields.split()) <= law.keys()
    assert all(set(f"{figure} {origin}".split()) <= i.keys() for i in law["indicators"])


def test_a_score_names_its_source_down_to_the_bytes(finished: Home) -> None:
    [law] = json.loads(finished.call("score", "--law", "Z090000165_", "--json").stdout)
    share = indicator(law, "res-share")
    raw = finished.root / "home/archive" / share["raw_sha256"][:2] / share["raw_sha256"][2:4]
    assert (raw / f"{share['raw_sha256']}.gz").is_file()
    assert (share["source"], share["series"]) == ("kz-sdg", "kz-sdg/7-2-1/ELWPP")


def test_the_past_is_answered_as_it_was_known(finished: Home) -> None:
    done = finished.call("score", "--law", "Z090000165_", "--as-of", "2022-06-30", "--at", "2022-06-30", "--json")
    [law] = json.loads(done.stdout)
    share = indicator(law, "res-share")
    assert (share["value"], share["period"]) == (3.0, "2020")


def test_by_laws_that_were_not_found_give_bounds_and_no_score(finished: Home) -> None:
    [law] = json.loads(finished.call("score", "--law", "Z2400000110", "--json").stdout)
    assert law["score"] is None
    assert (round(law["low"], 1), law["high"]) == (33.3, 100)


def test_a_second_run_writes_the_same_bytes(copied: Callable[[], Home], finished: Home) -> None:
    again = copied()
    assert again.call(*run_words(*LAWS)).returncode == 0
    assert again.files() == finished.files()


@pytest.mark.parametrize("moment", ["collect", "check", "publish", "render"])
def test_a_killed_run_repeated_gives_the_same_bytes(moment: str, fresh: Home, finished: Home) -> None:
    # The process stops itself at the moment and is then killed, so that the test waits on no clock.
    stopper = f"""
import os, signal, sys
from oryndau import pipeline
from oryndau.cli import main
from indicators.store.store import Store
original = {{"collect": Store.stage, "check": Store.set_verdict, "publish": Store.publish}}.get({moment!r})
calls = 0
def stop():
    global calls
    calls += 1
    if calls == 3:
        os.kill(os.getpid(), signal.SIGSTOP)
def wrapped(*args, **kwargs):
    result = original(*args, **kwargs)
    stop()
    return result
if {moment!r} == "render":
    from oryndau import publication
    written = publication._write
    def write(*args):
        written(*args)
        stop()
    publication._write = write
else:
    setattr(Store, original.__name__, wrapped)
sys.argv = ["oryndau", *{run_words(*LAWS)!r}]
main()
"""
    victim = subprocess.Popen(
        [COMMAND[0], "-c", stopper], env=fresh.environment(), cwd=fresh.root, stderr=subprocess.PIPE
    )
    wait_until_stopped(victim)
    victim.send_signal(signal.SIGKILL)
    assert victim.wait() == -signal.SIGKILL
    assert any(fresh.out.rglob("*.part")) == (moment == "render")
    for edition in fresh.out.glob("editions/[!.]*/[!.]*"):
        assert (edition / "manifest.json").is_file(), "half an edition is to be seen"
    assert fresh.call(*run_words(*LAWS)).returncode == 0
    assert fresh.files() == finished.files()


def wait_until_stopped(process: subprocess.Popen) -> None:
    import psutil

    deadline = time.monotonic() + 90
    while psutil.Process(process.pid).status() != psutil.STATUS_STOPPED:
        assert process.poll() is None, process.stderr and process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_true_report_is_verified(finished: Home) -> None:
    for pdf in finished.pdfs:
        done = finished.call("verify", str(pdf), "--json")
        answer = json.loads(done.stdout)
        assert (done.returncode, answer["verified"]) == (0, True), answer


@pytest.mark.parametrize("ending", ["kk", "brief_kk"])
def test_a_report_with_one_figure_changed_is_told_apart(ending: str, finished: Home, fresh: Home) -> None:
    pdf = finished.edition("Z090000165_") / f"KZ-Z090000165__2026-Q3_{ending}.pdf"
    forged = fresh.root / "forged.pdf"
    with pikepdf.open(pdf) as document:
        name = next(n for n in document.attachments if n.endswith(".json"))
        data = document.attachments[name].get_file().read_bytes()
        document.attachments[name] = pikepdf.AttachedFileSpec(document, data.replace(b"4.99", b"9.99"), filename=name)
        document.save(forged)
    done = finished.call("verify", str(forged), "--json")
    answers = {a["question"]: a["yes"] for a in json.loads(done.stdout)["answers"]}
    assert done.returncode == 1
    assert not any(answers.values())


@pytest.mark.parametrize(
    ("finding", "published", "period"),
    [("§1", "4.99", "2023"), ("§4", "3.0", "2020")],  # the law's score; the milestone of 2020
)
def test_a_finding_leads_to_the_figure_that_it_names(finished: Home, finding: str, published: str, period: str) -> None:
    trace = json.loads(finished.call("trace", f"KZ-Z090000165_/2026-Q3 {finding}", "--json").stdout)
    [step] = trace["observed"]
    assert (float(step["published"]), step["period"]) == (float(published), period)


def test_a_finding_leads_back_to_the_response(finished: Home) -> None:
    done = finished.call("trace", "KZ-Z090000165_/2026-Q3 §2", "--json")
    trace = json.loads(done.stdout)
    [step] = trace["observed"]
    assert (step["published"], step["period"]) == ("4.99", "2023")
    assert "4,99" in trace["sentences"]["ru"]
    assert len(step["raw_sha256"]) == 64 and step["raw_bytes"] > 0
