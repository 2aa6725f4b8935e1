# Shell commands. A line is taken apart at its operators; each part has to be known to be harmless, or someone looks.
package gate.rules.shell

import data.gate.identity
import data.gate.normalise

command := normalise.action.arguments.command if normalise.action.tool == "shell.run"

# The simple commands of the line. What hides a command from this split is refused or escalated below.
parts := [trimmed |
	some part in regex.split(`\s*(?:&&|\|\||;|\||&|\n)\s*`, regex.replace(command, `\d?>&\d`, ""))
	trimmed := trim_space(part)
	trimmed != ""
]

# What could name a file, without quotes: `--env-file=".env"` holds the word .env.
words := regex.split(`[\s=<>;|&]+`, regex.replace(command, `['"\\]`, ""))

findings contains {
	"verdict": "deny",
	"rule": sprintf("shell.%s", [danger.id]),
	"message": danger.message,
} if {
	some danger in data.shell.dangers
	regex.match(danger.pattern, command)
}

findings contains {
	"verdict": "deny",
	"rule": "shell.secret_path",
	"message": sprintf("The command names %s.", [word]),
} if {
	some word in words
	some form in {word, concat("/", [".", word])}
	some pattern in data.files.secret
	glob.match(pattern, ["/"], form)
}

findings contains {
	"verdict": "deny",
	"rule": "shell.production",
	"message": "No shell in production.",
} if {
	command
	data.environments[normalise.action.context.environment].tier == "production"
}

findings contains {
	"verdict": "escalate",
	"rule": "shell.substitution",
	"message": "The command computes another command.",
	"escalate": {"approvers": ["role:on-call"], "quorum": 1},
} if {
	regex.match("\\$\\(|`|<\\(|\\beval\\b", command)
}

findings contains {
	"verdict": "escalate",
	"rule": "shell.unknown",
	"message": sprintf("Nobody has vouched for %q.", [part]),
	"escalate": {"approvers": [sprintf("user:%s", [normalise.action.principal.user])], "quorum": 1},
} if {
	identity.granted
	some part in parts
	not harmless(part)
	count(rewrites(part)) == 0
}

findings contains {
	"verdict": "transform",
	"rule": sprintf("shell.%s", [rewrite.id]),
	"message": rewrite.message,
	"ops": [{"op": "set", "path": "/arguments/command", "value": rewritten}],
} if {
	identity.granted
	count(parts) == 1
	some rewrite in rewrites(parts[0])
	rewritten := regex.replace(parts[0], rewrite.from, rewrite.to)
}

findings contains {
	"verdict": "escalate",
	"rule": "shell.compound",
	"message": "A command that has to be rewritten stands in a longer line.",
	"escalate": {"approvers": [sprintf("user:%s", [normalise.action.principal.user])], "quorum": 1},
} if {
	count(parts) > 1
	some part in parts
	count(rewrites(part)) > 0
}

findings contains {
	"verdict": "allow",
	"rule": "shell.harmless",
	"message": "Every part of the command is known to be harmless.",
} if {
	identity.granted
	count(parts) > 0
	every part in parts {
		harmless(part)
	}
}

harmless(part) if {
	some pattern in data.shell.harmless
	glob.match(pattern, null, part)
	not redirects(part)
	count(rewrites(part)) == 0
}

# Output that goes to a file is a write and not harmless by itself.
redirects(part) if regex.match(`[^0-9&]>|>>|^>`, part)

rewrites(part) := {rewrite |
	some rewrite in data.shell.rewrites
	regex.match(rewrite.from, part)
	not contains(part, rewrite.unless)
}
