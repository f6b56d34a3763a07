#!/usr/bin/python3 -B
"""docs/ci.md keeps its word: the shell parts of its recipes run as they stand, with shorter times and wider limits.

Exits with 77 where python3-yaml is not installed or a network namespace cannot be had. Run as:
ci_recipes_test.py docs/ci.md PROGRAM
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError as missing:
    print(f"skipped: {missing} (apt-get install python3-yaml)")
    sys.exit(77)

SHORTER = [("--secs 3", "--secs 200ms"), ("--warmup 500ms", "--warmup 20ms"), ("sleep 0.1", "sleep 0.01"),
           ("--rate 1k", "--rate 2k"), ("p99>200ms", "p99>200s"), ("regression 10%", "regression 900%")]
# Ports of its own: the recipes name a fixed one.
APART = ["unshare", "--map-root-user", "--net", "--mount", "--pid", "--fork", "--mount-proc",
         "--kill-child", "sh", "-c",
         'ip link set lo up && exec "$@"', "sh"]


def shorter(script):
    for before, after in SHORTER:
        script = script.replace(before, after)
    return script


def run(script, folder, environment):
    done = subprocess.run([*APART, "bash", "-e", "-o", "pipefail", "-c", script], cwd=folder, env=environment,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    return done.returncode, done.stdout


def variables_in(file):
    return dict(line.split("=", 1) for line in file.read_text().splitlines()) if file.exists() else {}


def run_github(job, folder, environment):
    """Each step in a shell of its own; what it adds to GITHUB_ENV is the next one's environment."""
    files = {"GITHUB_ENV": folder / "env", "GITHUB_STEP_SUMMARY": folder / "summary.md"}
    environment = {**environment, **job["env"], **{name: str(file) for name, file in files.items()}}
    for step in job["steps"]:
        if "run" not in step or "apt-get" in step["run"]:
            continue
        code, said = run(shorter(step["run"]), folder, {**environment, **variables_in(files["GITHUB_ENV"])})
        if code != 0:
            return code, said
    summary = files["GITHUB_STEP_SUMMARY"].read_text()
    return (0, "") if summary.count("|") > 20 else (1, f"no tables in the summary: {summary}")


def run_gitlab(job, folder, environment):
    return run(shorter("\n".join(job["script"])), folder, {**environment, **job["variables"]})


def check(name, recipe, environment, gate_of):
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        (folder / "public").mkdir()
        (folder / "public/index.html").write_text("hello\n")
        job = gate_of(next(iter((recipe.get("jobs") or recipe).values())))
        runner = run_github if "jobs" in recipe else run_gitlab
        code, said = runner(job, folder, environment)
        kept = [file for file in ("report.html", "gates.xml", "gates.json") if (folder / file).exists()]
        print(f"{name}: exit code {code}, kept {kept}")
        return code, said, kept


def with_a_gate_that_fails(job):
    return yaml.safe_load(yaml.safe_dump(job).replace("p99>200ms", "p99>1ns"))


def main():
    document, program = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    path = f"{program.parent}:{os.environ['PATH']}:/usr/sbin:/sbin"
    environment = {"PATH": path, "HOME": "/nonexistent"}
    if run("true", "/", environment)[0] != 0:
        print("skipped: needs a network of its own, and ip")
        return 77
    blocks = re.findall(r"^```yaml\n(.*?)^```", document.read_text(), re.DOTALL | re.MULTILINE)
    recipes = dict(zip(["GitHub", "GitLab"], map(yaml.safe_load, blocks), strict=True))
    wrong = 0
    for name, recipe in recipes.items():
        code, said, kept = check(name, recipe, environment, lambda job: job)
        if code != 0 or len(kept) != 3:
            print(said)
            wrong = 1
        code, said, kept = check(f"{name} with a breach", recipe, environment, with_a_gate_that_fails)
        if code != 3 or len(kept) != 3:  # the page is kept all the more
            print(said)
            wrong = 1
    return wrong


sys.exit(main())
