# Model Context Protocol: a JSON-RPC request of the method tools/call. The gateway in front of the servers stamps who is
# asking and from where into _meta, under names of its own; what the client put there under those names it removes.
package gate.normalise.mcp

import data.gate.lib.types

identity_key := "gateway.example.com/identity"

context_key := "gateway.example.com/context"

claims if input.jsonrpc

action := {
	"surface": "mcp",
	"call": sprintf("%v", [input.id]),
	"tool": tool,
	"arguments": arguments,
	"principal": {"user": user.id, "agent": agent.id, "chain": [hop.id | some hop in chain]},
	"resource": {"type": "tool", "id": input.params.name},
	"context": context,
} if {
	input.jsonrpc == "2.0"
	input.method == "tools/call"
	types.is_text(input.params.name)
	types.is_object(arguments)
	count(chain) > 1
	user.type == "user"
	agent.type == "agent"
}

tool := object.get(data.aliases.mcp, input.params.name, input.params.name)

arguments := object.get(input.params, "arguments", {})

meta := input.params._meta

chain := meta[identity_key].chain

user := chain[0]

agent := chain[1]

context := object.union(
	{"environment": "dev", "delegated": count(chain) > 2},
	object.filter(object.get(meta, context_key, {}), {"environment", "source_ip", "channel", "ticket", "break_glass"}),
)
