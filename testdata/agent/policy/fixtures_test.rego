# What the tests build their inputs from.
package gate_fixtures_test

call(user, agent, environment, name, arguments) := {
	"jsonrpc": "2.0",
	"id": 1,
	"method": "tools/call",
	"params": {
		"_meta": {
			"gateway.example.com/identity": {"chain": [
				{"type": "user", "id": user},
				{"type": "agent", "id": agent},
			]},
			"gateway.example.com/context": {"environment": environment, "source_ip": "10.20.0.9"},
		},
		"name": name,
		"arguments": arguments,
	},
}

with_context(message, more) := object.union(
	message,
	{"params": {"_meta": {"gateway.example.com/context": more}}},
)

refund(user, order, amount, currency) := call(
	user, "support-bot", "prod", "issue_refund",
	{"order": order, "amount": amount, "currency": currency},
)

hook(session, tool, arguments) := {
	"session_id": session,
	"cwd": "/home/alice/shop",
	"permission_mode": "default",
	"hook_event_name": "PreToolUse",
	"tool_name": tool,
	"tool_input": arguments,
	"tool_use_id": "toolu_1",
}

bash(command) := hook("s-alice-dev", "Bash", {"command": command})

digest := "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

review(namespace, operation, object) := {
	"apiVersion": "admission.k8s.io/v1",
	"kind": "AdmissionReview",
	"request": {
		"uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
		"kind": {"group": "apps", "version": "v1", "kind": "Deployment"},
		"resource": {"group": "apps", "version": "v1", "resource": "deployments"},
		"name": "checkout",
		"namespace": namespace,
		"operation": operation,
		"userInfo": {"username": "system:serviceaccount:agents:deploy-bot", "groups": ["system:serviceaccounts"]},
		"object": object,
		"oldObject": null,
		"dryRun": false,
	},
}

deployment(image) := {
	"apiVersion": "apps/v1",
	"kind": "Deployment",
	"metadata": {"name": "checkout", "labels": {"app": "checkout", "owner": "shop"}},
	"spec": {
		"replicas": 2,
		"template": {"spec": {"containers": [{
			"name": "app",
			"image": image,
			"resources": {"limits": {"memory": "256Mi"}},
		}]}},
	},
}
