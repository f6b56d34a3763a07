"""validate_json.py SCHEMA DOCUMENTS: for each line of DOCUMENTS, a JSON document, a line that says what is wrong
with it by SCHEMA (draft 2020-12), or an empty one. Exit 77: the validator is not installed."""
import json
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit(77)

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
with open(sys.argv[2], encoding="utf-8") as documents:
    for document in documents:
        error = next(validator.iter_errors(json.loads(document)), None)
        print("" if error is None else f"{error.json_path}: {error.message}".replace("\n", " ")[:500])
