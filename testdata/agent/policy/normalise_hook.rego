# A coding agent's hook before each tool use. The hook says which session is calling; the session register, which the
# host writes when a person starts the agent, says who that person is and what the session may reach.
package gate.normalise.hook

import data.gate.lib.types

claims if input.hook_event_name

action := {
	"surface": "hook",
	"call": object.get(input, "tool_use_id", ""),
	"tool": tool,
	"arguments": arguments,
	"principal": {"user": session.user, "agent": session.agent, "chain": chain},
	"resource": {"type": "workspace", "id": input.cwd},
	"context": {
		"environment": session.environment,
		"workspace": input.cwd,
		"mode": object.get(input, "permission_mode", "default"),
		"delegated": count(chain) > 2,
	},
} if {
	input.hook_event_name == "PreToolUse"
	types.is_text(input.tool_name)
	types.is_text(input.cwd)
	types.is_object(input.tool_input)
}

session := data.sessions[input.session_id]

# Tools of a server appear as mcp__<server>__<tool>.
parts := regex.find_all_string_submatch_n(`^mcp__([a-z0-9-]+)__([a-z0-9_]+)$`, input.tool_name, 1)

tool := data.aliases.hook[input.tool_name] if {
	data.aliases.hook[input.tool_name]
} else := object.get(data.aliases.mcp, parts[0][2], parts[0][2]) if {
	parts[0][1] in data.servers
} else := input.tool_name

chain := array.concat([session.user, session.agent], [id | id := input.agent_id])

# Every tool has its own words for the same thing: file_path becomes path, cmd becomes command.
arguments[name] := value if {
	some key, value in input.tool_input
	name := object.get(data.aliases.arguments, key, key)
	name in object.keys(data.tools[tool].arguments)
}
