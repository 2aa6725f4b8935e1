# Rules about who asks, before anything about what is asked.
package gate.rules.identity

import data.gate.identity
import data.gate.normalise

findings contains deny("identity.unknown", "The principal is not registered.") if not identity.known

findings contains deny("identity.suspended", sprintf("%s is suspended.", [name])) if {
	some name in normalise.action.principal.chain
	name in data.suspended
}

findings contains deny("identity.expired", "The credentials have expired.") if {
	identity.expired(identity.user.valid_until)
}

findings contains deny("identity.agent_expired", "The agent's registration has expired.") if {
	identity.expired(identity.agent.valid_until)
}

findings contains deny("identity.agent_outdated", sprintf("Version %s is below %s.", [version, least])) if {
	version := identity.agent.version
	least := data.limits.agent_version
	semver.compare(version, least) < 0
}

findings contains deny("identity.network", "The call comes from a network this principal may not use.") if {
	address := normalise.action.context.source_ip
	not inside(address, identity.user.networks)
}

findings contains deny("scope.not_granted", message) if {
	identity.known
	not identity.granted
	message := sprintf("No role common to user and agent grants %s in %s.", [
		normalise.action.tool,
		normalise.action.context.environment,
	])
}

findings contains deny("identity.delegation", "The chain of agents is too long.") if {
	count(normalise.action.principal.chain) > data.limits.chain
}

findings contains {
	"verdict": "escalate",
	"rule": "identity.delegated_effect",
	"message": "A sub-agent may not move money or reach customers alone.",
	"escalate": {"approvers": [sprintf("user:%s", [normalise.action.principal.user])], "quorum": 1},
} if {
	normalise.action.context.delegated
	normalise.tool.class in {"payment", "notification"}
}

deny(rule, message) := {"verdict": "deny", "rule": rule, "message": message}

inside(address, networks) if {
	some network in networks
	net.cidr_contains(network, address)
}
