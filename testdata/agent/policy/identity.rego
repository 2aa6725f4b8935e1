# Who is asking, in whose name, and what the two together may do.
package gate.identity

import data.gate.normalise

user := data.users[normalise.action.principal.user]

agent := data.agents[normalise.action.principal.agent]

known if {
	user
	agent
}

# An agent never has more than the person it works for: only roles of both count.
roles := {role | some role in user.roles} & {role | some role in agent.roles}

# Everything the common roles grant in this environment, as tool patterns.
patterns contains pattern if {
	some role in roles
	some grant in data.roles[role].grants
	normalise.action.context.environment in grant.environments
	some pattern in grant.tools
}

granted if {
	some pattern in patterns
	glob.match(pattern, ["."], normalise.action.tool)
}

# The most generous number the common roles have under this name; 0 when none has.
limit(name) := max({0} | numbers(name))

numbers(name) := {number |
	some role in roles
	number := data.roles[role].limits[name]
}

expired(until) if time.parse_rfc3339_ns(until) <= time.now_ns()
