# Files: reads and writes inside the workspace flow; secrets never; production trees are written in the sandbox.
package gate.rules.files

import data.gate.identity
import data.gate.lib.paths
import data.gate.normalise

tools := {"files.read", "files.write", "files.edit", "files.delete"}

asked := normalise.action.arguments.path if normalise.action.tool in tools

workspace := object.get(normalise.action.context, "workspace", data.files.workspace)

path := paths.resolve(workspace, asked)

findings contains deny("files.climbs", "The path climbs out of the file system.") if {
	asked
	not path
}

findings contains deny("files.secret", sprintf("%s holds secrets.", [path])) if {
	some pattern in data.files.secret
	glob.match(pattern, ["/"], path)
}

findings contains deny("files.system", sprintf("%s belongs to the system.", [path])) if {
	writes
	some directory in data.files.system
	paths.under(path, directory)
}

findings contains escalate("files.outside", sprintf("%s is outside the workspace.", [path]), "owner") if {
	path
	not inside
	not sandboxed
	not readable
}

findings contains escalate("files.large", sprintf("The content has more than %s.", [largest]), "owner") if {
	count(normalise.action.arguments.content) > units.parse_bytes(largest)
	path
}

findings contains escalate("files.delete", "Deleting a file cannot be undone.", "owner") if {
	normalise.action.tool == "files.delete"
	not disposable
}

findings contains escalate("files.protected", sprintf("%s decides how code is built or run.", [path]), "platform") if {
	writes
	some pattern in data.files.protected
	glob.match(pattern, ["/"], path)
}

findings contains {
	"verdict": "transform",
	"rule": "files.sandboxed",
	"message": "Writes to production trees go to the sandbox copy.",
	"ops": [{"op": "set", "path": "/arguments/path", "value": concat("", [data.files.sandbox, path])}],
} if {
	identity.granted
	sandboxed
}

findings contains {
	"verdict": "allow",
	"rule": "files.granted",
	"message": "The file is inside the workspace or readable by all.",
} if {
	identity.granted
	some ok in {inside, readable}
	ok
}

largest := data.limits.file_size

writes if normalise.action.tool in {"files.write", "files.edit", "files.delete"}

default inside := false

inside if paths.under(path, workspace)

default readable := false

readable if {
	not writes
	some directory in data.files.readable
	paths.under(path, directory)
}

sandboxed if {
	writes
	some directory in data.files.production
	paths.under(path, directory)
}

disposable if {
	inside
	some pattern in data.files.disposable
	glob.match(pattern, ["/"], path)
}

deny(rule, message) := {"verdict": "deny", "rule": rule, "message": message}

escalate(rule, message, "owner") := {
	"verdict": "escalate",
	"rule": rule,
	"message": message,
	"escalate": {"approvers": [sprintf("user:%s", [normalise.action.principal.user])], "quorum": 1},
}

escalate(rule, message, "platform") := {
	"verdict": "escalate",
	"rule": rule,
	"message": message,
	"escalate": {"approvers": ["role:platform"], "quorum": 1},
}
