"""`pytest graders/ --submission FILE-or-DIR`, as an instructor runs it."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from llmquiz import catalog
from llmquiz.catalog import content_root

ROOT = content_root()
GRADERS = ROOT / "graders"
ATTENTION = GRADERS / "test_attention.py"


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch):
    """Run pytest in a process of its own, as an instructor would."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def call(*arguments: object) -> pytest.RunResult:
        plugin = ("-p", "llmquiz.grading.plugin")
        return pytester.runpytest_subprocess(*plugin, "-p", "no:cacheprovider", *arguments)

    return call


def test_the_solutions_pass_and_the_points_are_summed_up(run) -> None:
    result = run(GRADERS, "--submission", ROOT / "solutions")
    count = sum(len(exercise.tests) for exercise in catalog.exercises())
    result.assert_outcomes(passed=count)
    assert result.ret == 0
    points = catalog.find("attention").points
    result.stdout.fnmatch_lines([f"attention: PASS {points}/{points} points"])


def test_the_stubs_are_to_do_and_the_run_does_not_pass(run) -> None:
    result = run(GRADERS, "--submission", ROOT / "exercises")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["attention: TODO 0/*", "*todo*"])
    assert "passed" not in result.stdout.str().splitlines()[-1]


def test_k_x_and_junitxml_work_as_ever(run, pytester: pytest.Pytester) -> None:
    result = run(ATTENTION, "--submission", ROOT / "solutions", "-k", "scores", "--junitxml=o.xml")
    count = sum(test.part == "scores" for test in catalog.find("attention").tests)
    count += sum(
        test.name == "test_weights_large_scores" for test in catalog.find("attention").tests
    )
    count += sum(
        test.name == "test_attention_large_scores" for test in catalog.find("attention").tests
    )
    result.assert_outcomes(passed=count, deselected=len(catalog.find("attention").tests) - count)
    suite = ET.parse(pytester.path / "o.xml").getroot()[0]
    assert suite.get("tests") == str(count)
    stopped = run(ATTENTION, "--submission", ROOT / "exercises" / "attention.py", "-x")
    assert stopped.ret == 1
    assert "stopping after 1 failures" in stopped.stdout.str()


def test_a_selected_test_runs_although_the_one_it_needs_was_not_selected(run) -> None:
    solution = ROOT / "solutions"
    result = run(f"{ATTENTION}::test_scores_unchanged", "--submission", solution)
    result.assert_outcomes(passed=1)


def test_a_failure_shows_our_sentence_and_not_the_grader(run, pytester: pytest.Pytester) -> None:
    wrong = (ROOT / "solutions" / "attention.py").read_text().replace("1 / math.sqrt", "math.sqrt")
    path = pytester.path / "attention.py"
    path.write_text(wrong)
    result = run(ATTENTION, "--submission", path, "--submission-seed", "5")
    result.stdout.fnmatch_lines(["llmquiz: seed 5", "*expected at*", "*got there*", "sandbox: *"])
    assert "expect.values" not in result.stdout.str()
    assert result.parseoutcomes()["failed"] == 1


def test_a_file_of_another_name_is_graded_by_the_grader_that_is_named(
    run, pytester: pytest.Pytester
) -> None:
    shutil.copy(ROOT / "solutions" / "rope.py", pytester.path / "alice.py")
    run(GRADERS / "test_rope.py", "--submission", "alice.py").assert_outcomes(
        passed=len(catalog.find("rope").tests)
    )
    result = run(GRADERS, "--submission", "alice.py")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "which exercise is alice.py?" in result.stderr.str() + result.stdout.str()


def test_a_missing_file_of_a_folder_fails_and_does_not_pass_unseen(
    run, pytester: pytest.Pytester
) -> None:
    folder = pytester.mkdir("alice")
    shutil.copy(ROOT / "solutions" / "rope.py", folder)
    result = run(GRADERS / "test_rope.py", ATTENTION, "--submission", folder)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*there is no*", "*attention.py*", "attention: FAIL 0/*"])


def test_a_wrong_path_is_a_usage_error(run) -> None:
    result = run(ATTENTION, "--submission", "no_such_file.py")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "no_such_file.py does not exist" in result.stderr.str() + result.stdout.str()


def test_without_a_submission_the_graders_say_what_they_need(run) -> None:
    result = run(ATTENTION)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "these graders need --submission FILE-or-DIR" in result.stderr.str()
    assert run(ATTENTION, "--collect-only").ret == 0


def test_other_tests_in_the_same_environment_are_left_alone(run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import sys\ndef test_mine(): assert 'torch' not in sys.modules\n")
    run().assert_outcomes(passed=1)


def test_a_broken_grader_gives_pytests_own_internal_error_code(
    run, pytester: pytest.Pytester
) -> None:
    grader = pytester.path / "test_rope.py"
    text = (
        (GRADERS / "test_rope.py")
        .read_text()
        .replace("    x = sequence(draw)\n", "    x = 1 / 0\n", 1)
    )
    grader.write_text(text)
    result = run(grader, "--submission", ROOT / "solutions")
    assert result.ret == 3


def test_an_assertion_of_a_grader_is_a_failure_of_the_submission(
    run, pytester: pytest.Pytester
) -> None:
    grader = pytester.path / "test_rope.py"
    grader.write_text(
        "from llmquiz.grading import graded\n"
        "@graded(part='rotation', points=1, zh='x')\n"
        "def test_it(submission):\n"
        '    """It holds"""\n'
        "    assert submission.rope_frequencies(2).output == 3, 'should be three'\n"
    )
    result = run(grader, "--submission", ROOT / "solutions")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*should be three*"])


def test_a_submissions_skip_does_not_skip_the_test(run, pytester: pytest.Pytester) -> None:
    """Raising pytest's own skip or exit in the worker is an error there, and nothing here."""
    path = pytester.path / "attention.py"
    path.write_text(
        "import pytest\n"
        "def attention_scores(*a, **k): pytest.skip('please')\n"
        "def masked_softmax(*a, **k): pytest.exit('bye', returncode=0)\n"
        "def scaled_dot_product_attention(*a, **k): pytest.fail('x')\n"
    )
    result = run(ATTENTION, "--submission", path)
    assert result.ret == 1
    assert result.parseoutcomes()["failed"] >= 2
    result.stdout.fnmatch_lines(["*Skipped: please*", "*Exit: bye*"])


def test_the_installed_package_registers_the_plugin() -> None:
    from importlib.metadata import entry_points

    names = {point.name: point.value for point in entry_points(group="pytest11")}
    assert names["llmquiz"] == "llmquiz.grading.plugin"


def test_hidden_tests_stand_at_the_top_level_of_the_repository() -> None:
    assert {path.stem for path in Path(GRADERS).glob("test_*.py")} == {
        f"test_{exercise.name}" for exercise in catalog.exercises()
    }


def test_strangers_code_is_not_graded_in_a_mere_process_unless_asked_for(
    run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no layer works, --trust-submissions says so, and the result keeps it."""
    pytester.makepyfile(
        bare="from llmquiz.sandbox import layers\n"
        "layers.ALL = ('limits', 'descriptors')  # as on a system without the others\n"
    )
    arguments = ("-p", "bare", ATTENTION, "--submission", ROOT / "solutions")
    monkeypatch.setenv("PYTHONPATH", str(pytester.path))
    refused = run(*arguments)
    assert refused.ret == pytest.ExitCode.USAGE_ERROR
    refused.stderr.fnmatch_lines(["*only a separate process*--trust-submissions*"])
    trusted = run(*arguments, "--trust-submissions")
    trusted.assert_outcomes(passed=len(catalog.find("attention").tests))
    trusted.stdout.fnmatch_lines(["sandbox: process, trusted"])
