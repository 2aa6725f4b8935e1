# Customer data that leaves: which columns, how many rows, to whom and across which border. And queries, by verb.
package gate.rules.exports

import data.gate.identity
import data.gate.normalise

arguments := normalise.action.arguments if normalise.action.tool == "exports.customers"

columns := {column | some column in arguments.columns}

forbidden := columns & {column | some column in data.exports.forbidden}

personal := columns & {column | some column in data.exports.personal}

findings contains deny("export.nothing_left", "All columns asked for are forbidden.") if {
	count(columns) > 0
	count(columns - forbidden) == 0
}

findings contains deny("export.empty", "An export has to name its columns.") if {
	arguments
	count(columns) == 0
}

findings contains deny("export.border", sprintf("Data of %s may not go to %s.", [arguments.region, target])) if {
	target := data.exports.destinations[domain].region
	not target in data.exports.flows[arguments.region]
}

findings contains deny("export.destination", sprintf("%s is not a known destination.", [domain])) if {
	arguments
	not data.exports.destinations[domain]
}

findings contains deny("export.rows", "No export has this many rows.") if {
	arguments.rows > data.limits.exports.hard
}

findings contains escalate("export.rows_limit", sprintf("More than %d rows.", [limit])) if {
	arguments.rows > limit
	arguments.rows <= data.limits.exports.hard
}

findings contains escalate("export.personal", message) if {
	count(personal) > 0
	not arguments.purpose in data.exports.purposes
	message := sprintf("Personal columns need a purpose: %s.", [concat(", ", personal)])
}

findings contains {
	"verdict": "transform",
	"rule": "export.columns_removed",
	"message": sprintf("Removed: %s.", [concat(", ", forbidden)]),
	"ops": [{"op": "set", "path": "/arguments/columns", "value": kept}],
} if {
	identity.granted
	count(forbidden) > 0
	kept := [column | some column in arguments.columns; not column in forbidden]
	count(kept) > 0
}

findings contains {
	"verdict": "allow",
	"rule": "export.within_limits",
	"message": "Few rows, plain columns, a known destination.",
} if {
	identity.granted
	arguments.rows <= limit
	count(forbidden) == 0
}

limit := identity.limit("export_rows")

domain := lower(split(arguments.destination, "@")[1])

escalate(rule, message) := {
	"verdict": "escalate",
	"rule": rule,
	"message": message,
	"escalate": {"approvers": ["role:data-protection"], "quorum": 1},
}

deny(rule, message) := {"verdict": "deny", "rule": rule, "message": message}

# Queries.

sql := normalise.action.arguments.sql if normalise.action.tool == "database.query"

verb := upper(regex.find_n(`[A-Za-z]+`, sql, 1)[0])

findings contains deny("query.destructive", sprintf("%s is never run by an agent.", [verb])) if {
	verb in {"DROP", "TRUNCATE", "ALTER", "GRANT"}
}

findings contains deny("query.stacked", "One statement at a time.") if {
	regex.match(`;\s*\S`, sql)
}

findings contains deny("query.unbounded_change", sprintf("%s without WHERE.", [verb])) if {
	verb in {"UPDATE", "DELETE"}
	not regex.match(`(?i)\bwhere\b`, sql)
}

findings contains escalate("query.change", sprintf("%s changes data.", [verb])) if {
	sql
	not verb in {"SELECT", "EXPLAIN", "SHOW"}
}

findings contains {
	"verdict": "transform",
	"rule": "query.limited",
	"message": "Production queries return at most 1000 rows.",
	"ops": [{
		"op": "set",
		"path": "/arguments/sql",
		"value": sprintf("%s LIMIT %d", [trim_right(sql, "; \n"), data.limits.query_rows]),
	}],
} if {
	identity.granted
	verb == "SELECT"
	data.environments[normalise.action.context.environment].tier == "production"
	not regex.match(`(?i)\blimit\s+\d+`, sql)
}

findings contains {
	"verdict": "allow",
	"rule": "query.reads",
	"message": "The query only reads.",
} if {
	identity.granted
	verb in {"SELECT", "EXPLAIN", "SHOW"}
}
