#!/usr/bin/env python3
"""Reads what ctest wrote with --output-junit, for tests/run.sh.

    read_junit.py failures FILE
        prints how many tests failed
    read_junit.py judge STAGE FOLDER
        FOLDER holds tests-0.xml, of a stage's first run, and maybe tests-1.xml and tests-2.xml, of what had failed in the
        run before. A test that failed in all its runs is a failure; one that passed in the end is flaky. Prints why tests
        were skipped, and writes tests-counts ("passed failed skipped"), tests-flaky and tests-failures, which are for
        people and may be empty.
"""

import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

MOST_LINES = 30  # of what a failed test printed: its end says why
PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"

# A batch of tests of one program, as batches.cmake.in names it, and how GoogleTest frames each of them in its output.
BATCH = re.compile(r"([^/]+/).*\.\* \d+")
BEGIN = re.compile(r"\[ RUN      \] (\S+)")
END = re.compile(r"\[ *(OK|SKIPPED|FAILED) *\] (\S+?),? .*\(\d+ ms\)$")
STATUS = {"OK": PASSED, "SKIPPED": SKIPPED, "FAILED": FAILED}


def tests_of_batch(folder, output):
    """Names, endings and outputs of those that began; one that has no end stopped the program."""
    name, lines = None, []
    for line in output:
        if begin := BEGIN.match(line):
            name, lines = folder + begin[1], []
        elif name and (end := END.match(line)) and folder + end[2] == name:
            yield name, STATUS[end[1]], lines
            name = None
        elif name:
            lines.append(line)
    if name:
        yield name, FAILED, lines


def tests_of(case):
    name, status = case.get("name"), case.get("status")
    output = (case.findtext("system-out") or "").splitlines()
    ending = {"run": PASSED, "fail": FAILED}.get(status, SKIPPED)  # "notrun", "disabled"
    if not (batch := BATCH.fullmatch(name)) or ending == SKIPPED:
        yield name, ending, output
        return
    tests = list(tests_of_batch(batch[1], output))
    if ending == FAILED and all(ending != FAILED for _, ending, _ in tests):
        # What went wrong behind the last test is its failure, such as a leak.
        tests[-1:] = [(tests[-1][0] if tests else name, FAILED, output)]
    yield from tests


class Run:
    """One run of ctest: how the tests ended, by their names, and what they printed."""

    def __init__(self, path):
        self.tests = {}
        for case in ElementTree.parse(path).getroot().iter("testcase"):
            for name, ending, output in tests_of(case):
                self.tests[name] = ending, output

    def failures(self):
        return sum(ending == FAILED for ending, _ in self.tests.values())


def reason_for_skipping(output):
    """GoogleTest prints it on the line behind "FILE:LINE: Skipped"; nothing where it gave none."""
    for line, following in zip(output, output[1:]):
        if line.endswith(": Skipped"):
            return following
    return None


def judge(stage, folder, runs):
    endings, outputs = {}, {}  # by the test's name: of all its runs; of the last one
    for run in runs:
        for name, (ending, output) in run.tests.items():
            endings.setdefault(name, []).append(ending)
            outputs[name] = output
    of = {how: [name for name, all_ in endings.items() if all_[-1] == how] for how in (PASSED, FAILED, SKIPPED)}
    for name in of[SKIPPED]:
        if reason := reason_for_skipping(outputs[name]):
            print(f"skipped {name}: {reason}")
    flaky, failures = [], [f"== failed ({stage}):"] if of[FAILED] else []
    for name in of[PASSED]:
        if times := endings[name].count(FAILED):
            flaky.append(f"flaky {name} ({stage}): failed {times} of {len(endings[name])} runs, fix it")
    for name in of[FAILED]:
        times = f" (failed {endings[name].count(FAILED)} of {len(endings[name])} runs)" if len(runs) > 1 else ""
        failures += [f"--- {name}{times}", *outputs[name][-MOST_LINES:]]
    write_lines(folder / "tests-counts", [" ".join(str(len(of[how])) for how in (PASSED, FAILED, SKIPPED))])
    write_lines(folder / "tests-flaky", flaky)
    write_lines(folder / "tests-failures", failures)


def write_lines(path, lines):
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def main(arguments):
    match arguments:
        case ["failures", file]:
            print(Run(file).failures())
        case ["judge", stage, folder]:
            files = sorted(pathlib.Path(folder).glob("tests-[0-9].xml"))
            if not files:
                sys.exit(f"no test was run in {folder}")
            judge(stage, pathlib.Path(folder), [Run(file) for file in files])
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
