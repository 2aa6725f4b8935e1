package authz

default allow := false

allow if input.user in data.admins

allow if {
	input.action == "read"
	startswith(input.path, sprintf("/home/%s/", [input.user]))
}
