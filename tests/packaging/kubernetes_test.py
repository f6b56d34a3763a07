#!/usr/bin/python3 -B
"""Checks the Job of packaging/kubernetes against the API that Debian's python3-kubernetes describes.

Each field must be one of its type's, of the right kind, and each required field must be there. Exits with 77 where the
packages are not installed. Run as: kubernetes_test.py SOURCE_FOLDER
"""
import pathlib
import re
import sys

try:
    import yaml
    from kubernetes.client import models
except ImportError as missing:
    print(f"skipped: {missing} (apt-get install python3-kubernetes)")
    sys.exit(77)

SIMPLE = {"str": str, "int": int, "bool": bool, "object": object}


def check(value, kind, place):
    """Complaints about `value`, which should be of the type that the client library calls `kind`."""
    if listed := re.fullmatch(r"list\[(.*)\]", kind):
        if not isinstance(value, list):
            return [f"{place} is no list"]
        return [c for i, one in enumerate(value) for c in check(one, listed[1], f"{place}[{i}]")]
    if mapped := re.fullmatch(r"dict\(str, (.*)\)", kind):
        if not isinstance(value, dict):
            return [f"{place} is no map"]
        return [c for key, one in value.items() for c in check(one, mapped[1], f"{place}.{key}")]
    if kind in SIMPLE:
        is_right = isinstance(value, SIMPLE[kind]) and (kind != "int" or not isinstance(value, bool))
        return [] if is_right else [f"{place} is {value!r}, not of type {kind}"]
    return check_fields(value, getattr(models, kind), place)


def check_fields(value, model, place):
    if not isinstance(value, dict):
        return [f"{place} is no map"]
    by_name = {name: attribute for attribute, name in model.attribute_map.items()}
    complaints = []
    for name, one in value.items():
        if name not in by_name:
            complaints.append(f"{place} has no field {name}")
        else:
            complaints += check(one, model.openapi_types[by_name[name]], f"{place}.{name}")
    if not complaints:
        try:
            model(**{by_name[name]: one for name, one in value.items()})  # it refuses what lacks a field
        except ValueError as lack:
            complaints.append(f"{place}: {lack}")
    return complaints


def complaints_about(job):
    complaints = check(job, "V1Job", "Job")
    spec = job["spec"]
    parts = spec["completions"]
    command = " ".join(spec["template"]["spec"]["containers"][0]["command"])
    if (job["apiVersion"], job["kind"], spec["completionMode"]) != ("batch/v1", "Job", "Indexed"):
        complaints.append("it is no Indexed Job of batch/v1")
    if spec["parallelism"] != parts or f'--share "$((JOB_COMPLETION_INDEX + 1))/{parts}"' not in command:
        complaints.append("completions, parallelism and --share disagree")
    return complaints


def main():
    path = pathlib.Path(sys.argv[1]) / "packaging/kubernetes/load.yaml"
    documents = list(yaml.safe_load_all(path.read_text()))
    if len(documents) != 1:
        sys.exit(f"{path}: {len(documents)} documents")
    if complaints := complaints_about(documents[0]):
        sys.exit("\n".join(complaints))
    # The check sees a field that does not exist, one of a wrong type, and one that is missing.
    for before, after in [("backoffLimit:", "backofLimit:"), ("completions: 8", "completions: eight"),
                          ("- name: load\n", "- tty: true\n"), ("parallelism: 8", "parallelism: 7")]:
        broken = path.read_text().replace(before, after, 1)
        try:
            if broken == path.read_text() or not complaints_about(yaml.safe_load(broken)):
                sys.exit(f"the check does not see {after!r} in place of {before!r}")
        except KeyError:
            pass


main()
