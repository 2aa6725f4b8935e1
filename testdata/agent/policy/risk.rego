# Points from 0 to 100, the sum of what is known to make an action dangerous. Whole numbers, so no boundary moves.
package gate.risk

import data.gate.identity
import data.gate.normalise

factors["irreversible"] := 25 if normalise.tool.reversible == "no"

factors["compensable"] := 10 if normalise.tool.reversible == "compensable"

factors["financial"] := 15 if normalise.tool.financial

factors["customer_facing"] := 15 if normalise.tool.customer_facing

factors["production"] := 20 if data.environments[normalise.action.context.environment].tier == "production"

factors["delegated"] := 10 if normalise.action.context.delegated

factors["new_agent"] := 10 if identity.agent.probation

factors["large_amount"] := points if {
	amount := normalise.action.arguments.amount
	some band in data.limits.risk.amounts
	amount >= band.from
	amount < band.below
	points := band.points
}

factors["large_export"] := 20 if normalise.action.arguments.rows > data.limits.risk.rows

factors["unattended"] := 15 if normalise.action.context.mode in {"bypassPermissions", "dontAsk"}

points := max({p | p := sum(values); p <= 100} | {100 | sum(values) > 100})

values := [value | some value in factors]

names := [name | some name, _ in factors]

level := "low" if {
	points < 25
} else := "medium" if {
	points < 50
} else := "high" if {
	points < 75
} else := "critical"
