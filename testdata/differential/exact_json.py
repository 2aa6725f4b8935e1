"""JSON whose numbers keep the text they were written with."""

import json


class Number(str):
    """A number as it was written."""


def read_json(text):
    return json.loads(text, parse_int=Number, parse_float=Number)


def write_json(value):
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(json.dumps(key) + ":" + write_json(member) for key, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(write_json(item) for item in value) + "]"
    return json.dumps(value)
