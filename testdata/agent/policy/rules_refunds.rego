# Refunds: small ones flow, larger ones need a person, the largest need two, and some are not refunds at all.
package gate.rules.refunds

import data.gate.identity
import data.gate.normalise

arguments := normalise.action.arguments if normalise.action.tool == "payments.refund"

order := data.orders[arguments.order]

findings contains deny("refund.order_unknown", "There is no such order.") if {
	arguments
	not order
}

findings contains deny("refund.currency", sprintf("The order was paid in %s.", [order.currency])) if {
	arguments.currency != order.currency
}

findings contains deny("refund.exceeds_order", "More than was paid and not yet refunded.") if {
	arguments.amount > order.paid - refunded
}

findings contains deny("refund.limit", sprintf("Above the hard limit of %d.", [hard_limit])) if {
	arguments.amount > hard_limit
}

findings contains escalate("refund.amount", message, "role:refund-approver", quorum) if {
	arguments.amount > auto_limit
	arguments.amount <= hard_limit
	message := sprintf("%d is above the limit of %d for this role.", [arguments.amount, auto_limit])
}

findings contains escalate("refund.return_period", "The return period is over.", "role:refund-approver", 1) if {
	identity.expired(order.return_until)
}

findings contains escalate("refund.repeated", message, "role:fraud-desk", 1) if {
	earlier := [r | some r in data.refunds; r.customer == order.customer]
	count(earlier) >= data.limits.refunds.per_customer
	message := sprintf("The customer has had %d refunds.", [count(earlier)])
}

findings contains escalate("refund.destination", "The money would go to another account.", "role:fraud-desk", 2) if {
	object.get(arguments, "destination", "original") != "original"
}

findings contains {
	"verdict": "allow",
	"rule": "refund.small",
	"message": "A small refund of a known order.",
} if {
	identity.granted
	order
	arguments.amount <= auto_limit
}

refunded := sum([r.amount | some r in data.refunds; r.order == arguments.order])

auto_limit := identity.limit("refund")

hard_limit := data.limits.refunds.hard[arguments.currency]

quorum := 2 if {
	arguments.amount > data.limits.refunds.two_people
} else := 1

deny(rule, message) := {"verdict": "deny", "rule": rule, "message": message}

escalate(rule, message, approver, people) := {
	"verdict": "escalate",
	"rule": rule,
	"message": message,
	"escalate": {"approvers": [approver], "quorum": people},
}
