# The parts by themselves.
package gate_parts_test

import data.gate
import data.gate.lib.paths
import data.gate.lib.schema
import data.gate.lib.types
import data.gate.risk
import data.gate_fixtures_test as f

test_types if {
	values := {"number": 1, "text": "", "list": [], "object": {}, "boolean": false}
	every name, value in values {
		matches := ((({n | types.is_number(value); n := "number"} | {n | types.is_text(value); n := "text"}) | {n | types.is_list(value); n := "list"}) | {n | types.is_object(value); n := "object"}) | {n | types.is_boolean(value); n := "boolean"}
		matches == {name}
	}
	not types.is_number(null)
	not types.is_object(set())
}

test_integers if {
	every n in [0, -3, 1.0, 1e3, 12345678901234567890] {
		types.is_integer(n)
	}
	not types.is_integer(0.5)
	not types.is_integer("1")
}

test_clean_paths if {
	cleaned := {
		"/a/b": "/a/b",
		"/a/./b//c": "/a/b/c",
		"/a/b/../c": "/a/c",
		"/a/b/../../c": "/c",
		"/a/..": "/",
		"/": "/",
		"/a/b/c/../../d/e/..": "/a/d",
	}
	every path, expected in cleaned {
		paths.clean(path) == expected
	}
}

test_climbing_paths_are_undefined if {
	every path in ["/..", "/a/../..", "/a/../../b"] {
		not paths.clean(path)
	}
}

test_relative_paths if {
	paths.resolve("/w/x/", "y") == "/w/x/y"
	paths.resolve("/w/x", "../y") == "/w/y"
	paths.resolve("/w/x", "/y") == "/y"
}

test_under if {
	paths.under("/srv/prod", "/srv/prod")
	paths.under("/srv/prod/a", "/srv/prod/")
	not paths.under("/srv/production", "/srv/prod")
}

test_schema_of_nothing if schema.faults({}, {}) == []

test_schema_faults if {
	fields := {"n": {"type": "integer", "min": 1, "max": 9}, "s": {"type": "text", "required": true, "pattern": "^a"}}
	schema.faults({"n": 1, "s": "ab"}, fields) == []
	schema.faults({"n": 9}, fields) == ["s is required"]
	schema.faults({"n": 10, "s": "b"}, fields) == ["n is out of range", "s has the wrong form"]
}

test_risk_is_capped if {
	message := f.refund("carol@example.com", "O-1003", 60000, "USD")
	tools := object.union(data.tools, {"payments.refund": {"reversible": "no"}})
	points := risk.points with input as message
		with data.tools as tools
		with data.agents["support-bot"].probation as true
	points == 100
}

levels := {0: "low", 24: "low", 25: "medium", 49: "medium", 50: "high", 74: "high", 75: "critical", 100: "critical"}

test_risk_levels if {
	every points, level in levels {
		risk.level == level with risk.points as points
	}
}

test_ranks_are_distinct if count({r | some r in gate.rank}) == count(gate.rank)

test_the_strictest_wins if {
	findings := {
		{"verdict": "allow", "rule": "z.allow", "message": "a"},
		{"verdict": "defer", "rule": "m.defer", "message": "b", "until": "u"},
		{"verdict": "escalate", "rule": "y.escalate", "message": "c", "escalate": {"approvers": ["p"], "quorum": 1}},
	}
	decision := gate.decision with gate.findings as findings
		with input as f.bash("ls")
	decision.verdict == "defer"
	decision.rules == ["m.defer"]
	decision.defer == {"until": "u"}
}

test_no_finding_is_a_refusal if {
	decision := gate.decision with gate.findings as set()
		with input as f.bash("ls")
	decision.reason == "gate.undecided"
}

test_every_verdict_is_known if {
	messages := [f.bash("ls"), f.bash("npm install"), f.bash("sudo ls"), f.bash("vim"), {}]
	verdicts := {v |
		some message in messages
		v := gate.decision.verdict with input as message
	}
	verdicts == {"allow", "transform", "deny", "escalate"}
}
