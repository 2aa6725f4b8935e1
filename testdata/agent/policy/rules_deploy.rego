# Deployments: pinned images from known registries, no freeze, a change ticket in production, and no dangerous pods.
package gate.rules.deploy

import data.gate.identity
import data.gate.normalise

tools := {"deployments.apply", "deployments.delete", "config.write", "secrets.write"}

arguments := normalise.action.arguments if normalise.action.tool in tools

environment := normalise.action.context.environment

production if data.environments[environment].tier == "production"

images := array.concat(
	object.get(arguments, "images", []),
	[image | image := arguments.image],
)

findings contains deny("deploy.registry", sprintf("%s is not from a known registry.", [image])) if {
	some image in images
	every pattern in data.registries {
		not glob.match(pattern, ["/"], image)
	}
}

findings contains deny("deploy.unpinned", sprintf("%s is not pinned.", [image])) if {
	production
	some image in images
	not regex.match(`@sha256:[0-9a-f]{64}$`, image)
}

findings contains deny("deploy.latest", sprintf("%s names no version.", [image])) if {
	some image in images
	not contains(image, "@sha256:")
	not regex.match(`:v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?$`, image)
}

findings contains deny("deploy.replicas", sprintf("At most %d replicas.", [most])) if {
	most := data.environments[environment].replicas
	arguments.replicas > most
}

findings contains deny("pod.privileged", "The pod asks for privileges of the host.") if {
	walk(arguments.pod, [path, true])
	path[count(path) - 1] in {"privileged", "hostNetwork", "hostPID", "allowPrivilegeEscalation"}
}

findings contains deny("pod.host_path", sprintf("The pod mounts %s of the host.", [volume.hostPath.path])) if {
	some volume in arguments.pod.volumes
}

findings contains deny("pod.memory", sprintf("Container %s asks for more than %s.", [container.name, most])) if {
	most := data.limits.pod_memory
	some container in arguments.pod.containers
	units.parse_bytes(container.resources.limits.memory) > units.parse_bytes(most)
}

findings contains escalate("pod.no_limits", message, "role:platform", 1) if {
	names := {container.name |
		some container in arguments.pod.containers
		not container.resources.limits.memory
	}
	count(names) > 0
	message := sprintf("No memory limit: %s.", [concat(", ", names)])
}

findings contains {
	"verdict": "defer",
	"rule": "deploy.frozen",
	"message": sprintf("%s is frozen: %s.", [environment, freeze.name]),
	"until": freeze.to,
} if {
	arguments
	not normalise.action.context.dry_run
	not break_glass
	some freeze in active
}

findings contains escalate("deploy.break_glass", "A frozen environment is to be changed.", "role:incident-lead", 2) if {
	arguments
	break_glass
	count(active) > 0
}

findings contains {
	"verdict": "defer",
	"rule": "deploy.hours",
	"message": "Changes here are made on working days between 08:00 and 16:00 UTC.",
	"until": "next working day 08:00 UTC",
} if {
	arguments
	data.environments[environment].working_hours
	not working_hours
}

findings contains escalate("deploy.no_ticket", "Production changes need an approved change.", "role:change-board", 1) if {
	arguments
	production
	not normalise.action.context.dry_run
	not approved
}

findings contains escalate("deploy.downgrade", message, "role:on-call", 1) if {
	wanted := arguments.version
	running := data.running[environment][arguments.service]
	semver.compare(wanted, running) < 0
	message := sprintf("%s is older than the running %s.", [wanted, running])
}

findings contains escalate("deploy.delete", "Deleting a workload needs its owner.", owner, 1) if {
	normalise.action.tool == "deployments.delete"
	owner := sprintf("team:%s", [object.get(data.owners, arguments.service, "platform")])
}

findings contains deny("secrets.agent_write", "Agents do not write secrets.") if {
	normalise.action.tool == "secrets.write"
}

findings contains {
	"verdict": "transform",
	"rule": "deploy.owner_label",
	"message": "The owner label is added.",
	"ops": [{"op": "set", "path": "/arguments/labels", "value": labels}],
} if {
	identity.granted
	normalise.action.surface == "kubernetes"
	normalise.action.tool == "deployments.apply"
	not arguments.labels.owner
	labels := object.union(arguments.labels, {"owner": object.get(data.owners, arguments.service, "platform")})
}

findings contains {
	"verdict": "allow",
	"rule": "deploy.granted",
	"message": "The change is granted by role.",
} if {
	identity.granted
	arguments
	not production
}

findings contains {
	"verdict": "allow",
	"rule": "deploy.approved_change",
	"message": sprintf("The change %s is approved.", [normalise.action.context.ticket]),
} if {
	identity.granted
	production
	approved
}

findings contains {
	"verdict": "allow",
	"rule": "deploy.dry_run",
	"message": "A dry run changes nothing.",
} if {
	identity.granted
	arguments
	normalise.action.context.dry_run
}

active contains freeze if {
	some freeze in data.freezes
	environment in freeze.environments
	now := time.now_ns()
	time.parse_rfc3339_ns(freeze.from) <= now
	now < time.parse_rfc3339_ns(freeze.to)
}

break_glass if {
	normalise.action.context.break_glass == true
	"sre" in identity.roles
}

working_hours if {
	now := time.now_ns()
	not time.weekday(now) in {"Saturday", "Sunday"}
	[hour, _, _] := time.clock(now)
	hour >= 8
	hour < 16
}

# A change covers a service, in an environment, until it is over.
approved if {
	change := data.changes[normalise.action.context.ticket]
	change.state == "approved"
	change.environment == environment
	arguments.service in change.services
	not identity.expired(change.until)
}

deny(rule, message) := {"verdict": "deny", "rule": rule, "message": message}

escalate(rule, message, approver, quorum) := {
	"verdict": "escalate",
	"rule": rule,
	"message": message,
	"escalate": {"approvers": [approver], "quorum": quorum},
}
