# Reaching outside: fetching from the web and writing to people.
package gate.rules.reach

import data.gate.identity
import data.gate.normalise

url := normalise.action.arguments.url if normalise.action.tool == "web.fetch"

address := regex.find_all_string_submatch_n(`^(https?)://([^/:?#@]+)(?::(\d+))?(?:[/?#].*)?$`, url, 1)[0]

host := lower(address[2])

findings contains deny("web.address", "The address cannot be read safely.") if {
	url
	not address
}

findings contains deny("web.plain", "Only https is fetched.") if address[1] == "http"

findings contains deny("web.internal", sprintf("%s is an internal address.", [host])) if {
	regex.match(`^\d+\.\d+\.\d+\.\d+$`, host)
	some network in data.networks.private
	net.cidr_contains(network, host)
}

findings contains deny("web.blocked", sprintf("%s is blocked.", [host])) if {
	some pattern in data.web.blocked
	glob.match(pattern, ["."], host)
}

findings contains escalate("web.unknown", sprintf("%s is not on the list.", [host]), 1) if {
	host
	not listed
}

findings contains {
	"verdict": "allow",
	"rule": "web.listed",
	"message": sprintf("%s is on the list.", [host]),
} if {
	identity.granted
	listed
}

listed if {
	some pattern in data.web.allowed
	glob.match(pattern, ["."], host)
}

mail := normalise.action.arguments if normalise.action.tool == "mail.send"

outsiders := {recipient |
	some recipient in mail.to
	not endswith(lower(recipient), data.mail.own_domain)
}

findings contains deny("mail.recipients", "Too many recipients.") if count(mail.to) > data.limits.recipients

findings contains deny("mail.address", "A recipient is not an address.") if {
	some recipient in mail.to
	not regex.match(`^[^@\s]+@[^@\s]+\.[^@\s]+$`, recipient)
}

findings contains escalate("mail.outside", message, quorum) if {
	count(outsiders) > 0
	message := sprintf("Goes to %d people outside.", [count(outsiders)])
	quorum := 1 + count([1 | count(outsiders) > 5])
}

findings contains {
	"verdict": "allow",
	"rule": "mail.inside",
	"message": "Goes to colleagues only.",
} if {
	identity.granted
	count(mail.to) > 0
	count(outsiders) == 0
}

deny(rule, message) := {"verdict": "deny", "rule": rule, "message": message}

escalate(rule, message, quorum) := {
	"verdict": "escalate",
	"rule": rule,
	"message": message,
	"escalate": {"approvers": [sprintf("user:%s", [normalise.action.principal.user])], "quorum": quorum},
}
