# Reading is free where a role grants the tool, except for what nobody may read; secrets may not be put into a call.
package gate.rules.reads

import data.gate.identity
import data.gate.normalise

findings contains {
	"verdict": "allow",
	"rule": "reads.granted",
	"message": "Reading is granted by role.",
} if {
	normalise.tool.class == "read"
	identity.granted
	not normalise.action.tool in own_rules
}

# Tools that have a rule set of their own.
own_rules := {"exports.customers", "database.query", "files.read", "web.fetch"}

findings contains {
	"verdict": "deny",
	"rule": "secrets.in_arguments",
	"message": sprintf("The arguments hold a %s.", [name]),
} if {
	some name, pattern in data.secret_patterns
	some text in texts
	regex.match(pattern, text)
}

# Every string anywhere in the arguments.
texts contains value if {
	walk(normalise.action.arguments, [_, value])
	value >= ""
	value < []
}
