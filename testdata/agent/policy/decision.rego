# METADATA
# title: Agent action gate
# description: |
#   Decides one action of an agent. Every rule package under gate.rules contributes findings; the strictest finding
#   wins; an action that nobody granted is denied. The answer is always a whole verdict object.
# scope: package
# entrypoint: false
package gate

import data.gate.normalise
import data.gate.risk

# The strictest verdict has the highest rank, so combining findings is taking a maximum and their order never matters.
rank := {"deny": 5, "defer": 4, "escalate": 3, "transform": 2, "allow": 0}

default allow := false

# METADATA
# title: May the action proceed exactly as asked?
# entrypoint: true
allow if decision.verdict == "allow"

# A decision that could not be made is a refusal.
default decision := {
	"verdict": "deny",
	"reason": "gate.undecided",
	"message": "The gate could not decide this action.",
	"rules": ["gate.undecided"],
}

# METADATA
# title: The verdict on the action in input
# entrypoint: true
decision := {
	"verdict": "deny",
	"reason": normalise.problem.reason,
	"message": normalise.problem.message,
	"rules": [normalise.problem.reason],
} if {
	normalise.problem
} else := object.union(summary, details)

findings contains finding if {
	some family
	some finding in data.gate.rules[family].findings
}

findings contains {
	"verdict": "deny",
	"rule": "gate.no_grant",
	"message": "No rule allows this action.",
} if {
	not granted
	not refused
}

findings contains {
	"verdict": "escalate",
	"rule": "risk.too_high",
	"message": sprintf("Risk %d of 100 needs a person.", [risk.points]),
	"escalate": {"approvers": ["role:risk-officer"], "quorum": 1},
} if {
	risk.points >= data.limits.risk.escalate_at
}

granted if {
	some family
	some finding in data.gate.rules[family].findings
	finding.verdict in {"allow", "transform", "escalate"}
}

# Something already says no, and says why.
refused if {
	some family
	some finding in data.gate.rules[family].findings
	finding.verdict == "deny"
}

# The finding that supplies the reason: highest rank first, then the last rule id in order, so the choice is total.
winner := max([[rank[finding.verdict], finding.rule, finding] | some finding in findings])[2]

summary := {
	"verdict": winner.verdict,
	"reason": winner.rule,
	"message": winner.message,
	"rules": sort_rules([finding.rule | some finding in findings; finding.verdict == winner.verdict]),
	"risk": {"points": risk.points, "level": risk.level, "factors": risk.names},
	"action": {
		"surface": normalise.action.surface,
		"call": normalise.action.call,
		"tool": normalise.action.tool,
		"environment": normalise.action.context.environment,
		"principal": normalise.action.principal.chain,
	},
}

# A set comes out in order; that is all the sorting that is needed.
sort_rules(names) := [name | some name in {n | some n in names}]

details := {"transform": {"ops": operations, "arguments": json.patch(normalise.action.arguments, patches)}} if {
	winner.verdict == "transform"
} else := {"escalate": approval} if {
	winner.verdict == "escalate"
} else := {"defer": {"until": winner.until}} if {
	winner.verdict == "defer"
} else := {}

operations := [operation |
	some operation in {op |
		some finding in findings
		some op in finding.ops
	}
]

patches := [{"op": "add", "path": trim_prefix(operation.path, "/arguments"), "value": operation.value} |
	some operation in operations
]

# Several escalations combine to the strictest: every approver group is asked, the largest quorum counts.
approval := {
	"approvers": [approver | some approver in {a | some block in blocks; some a in block.approvers}],
	"quorum": max([block.quorum | some block in blocks]),
}

blocks contains finding.escalate if {
	some finding in findings
	finding.verdict == "escalate"
}
