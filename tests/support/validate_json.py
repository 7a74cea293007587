#!/usr/bin/env python3
"""Validates a JSON file against a JSON schema: validate_json.py SCHEMA FILE. Ends with 1 when
it is not valid, naming each defect."""

import json
import sys

import jsonschema


def main(schema_path, path):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    validator = jsonschema.validators.validator_for(schema)(schema)
    defects = list(validator.iter_errors(document))
    for defect in defects[:20]:
        print("/".join(str(step) for step in defect.absolute_path), defect.message[:300])
    return 1 if defects else 0


sys.exit(main(*sys.argv[1:]))
