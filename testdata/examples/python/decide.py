"""One page of Python: decide through libwrit.so with nothing but ctypes.

    WRIT_LIBRARY=/usr/local/lib/libwrit.so.0 python3 decide.py policy.rego
"""
import ctypes
import json
import os
import sys

writ = ctypes.CDLL(os.environ.get("WRIT_LIBRARY", "libwrit.so.0"))
Handle, Size = ctypes.c_void_p, ctypes.c_size_t
ALLOW, RECORD = 1, 1


class Text(ctypes.Structure):
    _fields_ = [("data", ctypes.POINTER(ctypes.c_char)), ("size", Size)]

    def __str__(self):
        return ctypes.string_at(self.data, self.size).decode()


class Source(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("name_size", Size), ("text", ctypes.c_char_p), ("text_size", Size)]


class DecideOptions(ctypes.Structure):
    _fields_ = [("struct_size", Size), ("flags", ctypes.c_uint32), ("fuel", ctypes.c_uint64),
                ("traceparent", ctypes.c_char_p), ("traceparent_size", Size),
                ("tracestate", ctypes.c_char_p), ("tracestate_size", Size),
                ("requested_by", ctypes.c_char_p), ("requested_by_size", Size),
                ("action_digest", ctypes.c_void_p)]


def declare(name, result, *arguments):
    function = getattr(writ, name)
    function.restype, function.argtypes = result, arguments
    return function


declare("writ_error_create", Handle)
declare("writ_error_message", Text, Handle)
declare("writ_program_compile", ctypes.c_int, ctypes.POINTER(Source), Size, Handle, ctypes.POINTER(Handle), Handle)
declare("writ_data_from_json", ctypes.c_int, ctypes.c_char_p, Size, ctypes.POINTER(Handle), Handle)
declare("writ_context_create", ctypes.c_int, Handle, Handle, Handle, ctypes.POINTER(Handle), Handle)
declare("writ_decide", ctypes.c_int, Handle, ctypes.c_char_p, Size, ctypes.c_char_p, Size,
        ctypes.POINTER(DecideOptions), ctypes.POINTER(Handle), Handle)
declare("writ_result_verdict", ctypes.c_int, Handle)
declare("writ_result_json", ctypes.c_int, Handle, ctypes.POINTER(Text), Handle)
declare("writ_result_record", Text, Handle)
for name in ("error", "program", "data", "context"):
    declare(f"writ_{name}_free", None, Handle)


class Policy:
    """A compiled policy with its data. For one thread at a time."""

    def __init__(self, modules, data):
        self.error, self.program = Handle(writ.writ_error_create()), Handle()
        self.data, self.context = Handle(), Handle()
        texts = [(name.encode(), text.encode()) for name, text in modules.items()]
        sources = (Source * len(texts))(*(Source(name, len(name), text, len(text)) for name, text in texts))
        self._check(writ.writ_program_compile(sources, len(modules), None, self.program, self.error))
        text = json.dumps(data).encode()
        self._check(writ.writ_data_from_json(text, len(text), self.data, self.error))
        self._check(writ.writ_context_create(self.program, self.data, None, self.context, self.error))

    def decide(self, entry, document):
        """(allowed, value, record)"""
        options = DecideOptions(struct_size=ctypes.sizeof(DecideOptions), flags=RECORD)
        text, result, answer = json.dumps(document).encode(), Handle(), Text()
        path = entry.encode()
        self._check(writ.writ_decide(self.context, path, len(path), text, len(text), options, result, self.error))
        self._check(writ.writ_result_json(result, answer, self.error))
        value = json.loads(str(answer)) if answer.size else None
        return writ.writ_result_verdict(result) == ALLOW, value, json.loads(str(writ.writ_result_record(result)))

    def close(self):
        writ.writ_context_free(self.context)
        writ.writ_data_free(self.data)
        writ.writ_program_free(self.program)
        writ.writ_error_free(self.error)

    def _check(self, status):
        if status != 0:
            raise RuntimeError(str(writ.writ_error_message(self.error)))


if __name__ == "__main__":
    with open(sys.argv[1] if len(sys.argv) > 1 else "policy.rego") as file:
        policy = Policy({"policy.rego": file.read()}, {"admins": ["root"]})
    allowed, value, record = policy.decide("authz/allow", {"user": "ann", "action": "read", "path": "/home/ann/notes"})
    print("ours:", "allow" if allowed else "no", "decided as", record["decision_id"])
    assert allowed and value is True and record["writ"]["verdict"] == "allow"
    allowed, value, record = policy.decide("authz/allow", {"user": "ann", "action": "read", "path": "/home/bob/notes"})
    print("theirs:", "allow" if allowed else "no")
    assert not allowed and value is False and record["writ"]["verdict"] == "deny"
    policy.close()
    try:
        Policy({"policy.rego": "package p\nallow if x"}, {})
        raise AssertionError("a broken policy was loaded")
    except RuntimeError as error:
        print("broken:", error)
