# Chooses the one surface an input came from and checks what all surfaces have in common.
#
# The action model: {surface, call, tool, arguments, principal: {user, agent, chain}, resource: {type, id},
# context: {environment, …}}. Rules read this and never the wire format.
package gate.normalise

import data.gate.lib.schema
import data.gate.normalise.admission
import data.gate.normalise.hook
import data.gate.normalise.mcp

candidates["mcp"] := mcp.action

candidates["hook"] := hook.action

candidates["kubernetes"] := admission.action

claimed contains "mcp" if mcp.claims

claimed contains "hook" if hook.claims

claimed contains "kubernetes" if admission.claims

action := candidates[surface] if {
	count(claimed) == 1
	some surface in claimed
}

tool := data.tools[action.tool]

# The first problem found, in an order that never depends on the policy's other rules.
problem := {"reason": "shape.unrecognised", "message": "The input is not a tool call this gate knows."} if {
	count(claimed) == 0
} else := {"reason": "shape.ambiguous", "message": "The input claims to be from more than one surface."} if {
	count(claimed) > 1
} else := {"reason": "shape.malformed", "message": "The call lacks a member its protocol requires."} if {
	not action
} else := {"reason": "tool.unknown", "message": sprintf("The tool %q is not in the catalogue.", [action.tool])} if {
	not tool
} else := {"reason": "tool.arguments", "message": sprintf("Wrong arguments: %s.", [concat("; ", faults)])} if {
	count(faults) > 0
} else := {"reason": "context.environment", "message": "The action names no known environment."} if {
	not data.environments[action.context.environment]
}

faults := schema.faults(action.arguments, tool.arguments)
