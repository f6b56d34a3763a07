"""Mutation of the program under its own tests. See tests/mutate.sh.

A mutation is one change of one line, in a place drawn at random: a condition negated, a comparison or a sum off by one,
a call or an assignment dropped. One that does not compile is drawn again. One that the tests do not notice is printed as
a patch: read it, and write the test that is missing, or why nobody can tell.
"""

import argparse
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

FOLDERS = ["servers/protocols", "common/http", "client/engine"]
UNNOTICED_CALLS = ("reserve(", "shrink_to_fit")  # change speed, not what is answered

# (name, what is looked for, what takes its place)
OPERATORS = [
    ("negated condition", r"\b(if|while) \((?!const auto |auto )([^;{}]*)\)(?= (?:return|break|continue|\{|[a-z_]+))", r"\1 (!(\2))"),
    ("off by one", r" < ", " <= "),
    ("off by one", r" <= ", " < "),
    ("off by one", r" > ", " >= "),
    ("off by one", r" >= ", " > "),
    ("off by one", r" \+ 1\b", ""),
    ("off by one", r" - 1\b", ""),
    ("off by one", r"([a-z_]+)\.size\(\)(?=[;,)])", r"\1.size() + 1"),
    ("other logic", r" && ", " || "),
    ("other logic", r" \|\| ", " && "),
    ("other equality", r" == ", " != "),
    ("dropped call", r"^(\s+)((?:[a-z_]+(?:\.|->))*[a-z_]+\([^;]*\);)$", r"\1/* dropped */;"),
    ("dropped assignment", r"^(\s+)([a-z_.>-]+ [+-]?= [^;]+;)$", r"\1/* dropped */;"),
]
NO_CODE = re.compile(r"^\s*(//|#|static_assert|assert|template|using|friend)")


def mutations(root):
    """Every (file, line number, operator, changed line) there is."""
    found = []
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.cc")):
            for number, line in enumerate(path.read_text().split("\n")):
                code = line.split("  // ")[0]
                if NO_CODE.match(line) or "template <" in line or "#include" in line or any(c in line for c in UNNOTICED_CALLS):
                    continue
                for name, pattern, replacement in OPERATORS:
                    for match in re.finditer(pattern, code):
                        changed = code[:match.start()] + match.expand(replacement) + code[match.end():]
                        found.append((path.relative_to(root), number, name, changed))
    return found


def tests_for(path):
    """Targets and ctest's pattern for what shows the behaviour of this file."""
    folder = str(path)
    if folder.startswith("client/engine"):
        return ["client_test"], "^client/"
    if folder.startswith("common/http"):
        return ["common_test", "servers_test", "client_test", "conformance_test"], \
               "^common/|^servers/.*[Hh]ttp|^client/.*Http|^conformance/EveryBackend/Http.*/epoll$"
    return ["servers_test", "conformance_test"], "^servers/|^conformance/EveryBackend[^/]*/(Http|Echo|Drain|Limits).*/epoll$"


class Tree:
    """A copy of the sources, and its build."""

    def __init__(self, root):
        self.sources = root / "build-mutate" / "tree"
        self.build = root / "build-mutate" / "build"
        self.sources.mkdir(parents=True, exist_ok=True)
        tracked = subprocess.run(["git", "-C", root, "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
        for name in filter(None, tracked.split("\0")):
            source, copy = root / name, self.sources / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            if source.exists() and (not copy.exists() or copy.read_bytes() != source.read_bytes()):
                shutil.copy2(source, copy)
        launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
        self.run(["cmake", "-S", self.sources, "-B", self.build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                  "-DBUILD_TESTING=ON", "-DSUITE_JOIN=TESTS", "-DSUITE_PRECOMPILE=OFF", *launcher], must=True)

    def run(self, command, must=False, limit=3600):
        try:
            done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  text=True, timeout=limit)
        except subprocess.TimeoutExpired:
            return False, "took too long"
        if must and done.returncode != 0:
            sys.exit(f"tests/mutate.sh: {' '.join(map(str, command))}\n{done.stdout[-3000:]}")
        return done.returncode == 0, done.stdout

    def compiles(self, targets):
        return self.run(["cmake", "--build", self.build, "--parallel", "2", "--target", *targets])[0]

    def first_failure(self, pattern):
        """The name of a test that fails; None if all pass."""
        passed, output = self.run(["ctest", "--test-dir", self.build, "-R", pattern, "--parallel", "4", "--stop-on-failure",
                                   "--timeout", "30"], limit=1200)
        if passed:
            return None
        failed = re.search(r"Test\s+#\d+: (.*?) \.*\*\*\*", output)
        return failed.group(1) if failed else "the time: it was over"


def main():
    parser = argparse.ArgumentParser(prog="tests/mutate.sh", description="breaks random places; do the tests notice?")
    parser.add_argument("root", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("places", type=int, nargs="?", default=20, metavar="PLACES", help="how many to break (20)")
    parser.add_argument("seed", type=int, nargs="?", default=1, metavar="SEED", help="what they are drawn with (1)")
    options = parser.parse_args()
    tree = Tree(options.root)
    targets = sorted({target for folder in FOLDERS for target in tests_for(Path(folder))[0]})
    print("building what is not changed", file=sys.stderr)
    tree.run(["cmake", "--build", tree.build, "--parallel", "2", "--target", *targets], must=True)
    places = mutations(tree.sources)
    random.Random(options.seed).shuffle(places)
    survivors, tried = [], 0
    for path, number, name, changed in places:
        if tried == options.places:
            break
        file = tree.sources / path
        whole = file.read_text()
        lines = whole.split("\n")
        patch = f"{path}:{number + 1}: {name}\n-{lines[number]}\n+{changed}"
        targets, pattern = tests_for(path)
        try:
            file.write_text("\n".join(lines[:number] + [changed] + lines[number + 1:]))
            if not tree.compiles(targets):
                continue
            tried += 1
            noticed = tree.first_failure(pattern)
        finally:
            file.write_text(whole)
        print(f"{tried}/{options.places} {patch}\n {'noticed by ' + noticed if noticed else 'SURVIVED'}\n", flush=True)
        if not noticed:
            survivors.append(patch)
    print(f"seed {options.seed}: {tried - len(survivors)} of {tried} noticed")
    print(*[f"\nnot noticed: {patch}" for patch in survivors], sep="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
