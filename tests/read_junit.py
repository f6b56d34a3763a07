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
import sys
import xml.etree.ElementTree as ElementTree

MOST_LINES = 30  # of what a failed test printed: its end says why


class Run:
    """One run of ctest: the names of the tests by how they ended, and what the failed and the skipped ones printed."""

    def __init__(self, path):
        self.passed, self.failed, self.skipped = [], {}, {}
        for case in ElementTree.parse(path).getroot().iter("testcase"):
            name, status = case.get("name"), case.get("status")
            output = (case.findtext("system-out") or "").splitlines()
            if status == "run":
                self.passed.append(name)
            elif status == "fail":
                self.failed[name] = output
            else:  # "notrun", "disabled"
                self.skipped[name] = output


def reason_for_skipping(output):
    """GoogleTest prints it on the line behind "FILE:LINE: Skipped"; nothing where it gave none."""
    for line, following in zip(output, output[1:]):
        if line.endswith(": Skipped"):
            return following
    return None


def judge(stage, folder, runs):
    first, again = runs[0], runs[1:]
    passed, skipped = list(first.passed), dict(first.skipped)
    failed = {name: 1 for name in first.failed}  # how often
    endings, flaky = dict(first.failed), []
    for run in again:
        for name in run.passed:
            flaky.append(f"flaky {name} ({stage}): failed {failed[name]} of {failed.pop(name) + 1} runs, fix it")
            passed.append(name)
        for name, output in run.skipped.items():
            del failed[name]
            skipped[name] = output
        for name, output in run.failed.items():
            failed[name] += 1
            endings[name] = output
    for name, output in skipped.items():
        if reason := reason_for_skipping(output):
            print(f"skipped {name}: {reason}")
    failures = [f"== failed ({stage}):"] if failed else []
    for name, times in failed.items():
        failures += [f"--- {name} (failed {times} of {times} runs)" if again else f"--- {name}"]
        failures += endings[name][-MOST_LINES:]
    write_lines(folder / "tests-counts", [f"{len(passed)} {len(failed)} {len(skipped)}"])
    write_lines(folder / "tests-flaky", flaky)
    write_lines(folder / "tests-failures", failures)


def write_lines(path, lines):
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def main(arguments):
    match arguments:
        case ["failures", file]:
            print(len(Run(file).failed))
        case ["judge", stage, folder]:
            files = sorted(pathlib.Path(folder).glob("tests-[0-9].xml"))
            if not files:
                sys.exit(f"no test was run in {folder}")
            judge(stage, pathlib.Path(folder), [Run(file) for file in files])
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
