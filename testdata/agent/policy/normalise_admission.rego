# Kubernetes: an AdmissionReview, as sent for each change an agent's service account asks the API server for.
package gate.normalise.admission

import data.gate.lib.types

claims if input.kind == "AdmissionReview"

action := {
	"surface": "kubernetes",
	"call": request.uid,
	"tool": tool,
	"arguments": arguments,
	"principal": {"user": account.user, "agent": account.agent, "chain": [account.user, account.agent]},
	"resource": {
		"type": lower(request.kind.kind),
		"id": concat("/", [request.namespace, object.get(request, "name", "")]),
	},
	"context": object.union({"environment": environment, "delegated": false, "dry_run": dry_run}, ticket),
} if {
	startswith(input.apiVersion, "admission.k8s.io/")
	types.is_text(request.uid)
	types.is_object(arguments)
}

request := input.request

account := data.accounts[request.userInfo.username]

environment := object.get(data.namespaces, request.namespace, "unknown")

default dry_run := false

dry_run if request.dryRun == true

default ticket := {}

ticket := {"ticket": name} if {
	name := request.object.metadata.annotations["change.example.com/ticket"]
}

workloads := {"Deployment", "StatefulSet", "DaemonSet"}

default tool := "kubernetes.other"

tool := "deployments.apply" if {
	request.kind.kind in workloads
	request.operation in {"CREATE", "UPDATE"}
	not request.subResource
}

tool := "deployments.delete" if {
	request.kind.kind in workloads
	request.operation == "DELETE"
}

tool := "secrets.write" if {
	request.kind.kind == "Secret"
	request.operation in {"CREATE", "UPDATE", "DELETE"}
}

tool := "shell.run" if {
	request.operation == "CONNECT"
	request.subResource == "exec"
}

tool := "config.write" if {
	request.kind.kind == "ConfigMap"
	request.operation in {"CREATE", "UPDATE"}
}

arguments := {
	"service": request.object.metadata.name,
	"images": [container.image | some container in containers],
	"replicas": object.get(request.object.spec, "replicas", 1),
	"pod": request.object.spec.template.spec,
	"labels": object.get(request.object.metadata, "labels", {}),
} if {
	tool == "deployments.apply"
} else := {"service": request.name} if {
	tool == "deployments.delete"
} else := {"command": concat(" ", request.object.command)} if {
	tool == "shell.run"
} else := {"name": request.name, "keys": sorted_keys(object.get(request.object, "data", {}))} if {
	tool in {"secrets.write", "config.write"}
} else := {}

containers := array.concat(
	object.get(request.object.spec.template.spec, "initContainers", []),
	request.object.spec.template.spec.containers,
)

sorted_keys(document) := [key | some key in object.keys(document)]
