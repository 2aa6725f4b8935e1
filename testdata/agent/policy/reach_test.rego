# Reaching outside: the web, mail, tickets.
package gate_reach_test

import data.gate
import data.gate_fixtures_test as f

reason(message) := decision.reason if {
	decision := gate.decision with input as message
}

fetch(url) := f.hook("s-alice-dev", "WebFetch", {"url": url, "prompt": "Summarise."})

test_fetches if {
	expected := {
		"https://docs.example.com/a?b#c": "web.listed",
		"https://en.wikipedia.org/wiki/Rego": "web.listed",
		"https://a.docs.example.org": "web.listed",
		"https://a.b.docs.example.org": "web.unknown",
		"https://DOCS.example.com:8443/": "web.listed",
		"http://docs.example.com/": "web.plain",
		"https://192.168.1.10/admin": "web.internal",
		"https://169.254.169.254/latest/meta-data": "web.internal",
		"https://8.8.8.8/": "web.unknown",
		"https://paste.example.net/x": "web.blocked",
		"https://docs.example.com@evil.test/": "web.address",
		"file:///etc/passwd": "web.address",
	}
	every url, rule in expected {
		reason(fetch(url)) == rule
	}
}

mail(to) := f.call("bob@example.com", "support-bot", "prod", "send_email", {"to": to, "subject": "s", "body": "b"})

test_mail if {
	reason(mail(["a@example.com", "B@Example.com"])) == "mail.inside"
	reason(mail(["a@example.com", "x@customer.test"])) == "mail.outside"
	reason(mail(["not an address"])) == "mail.address"
	reason(mail([sprintf("u%d@example.com", [i]) | some i in numbers_to_21])) == "mail.recipients"
	reason(mail([])) == "gate.no_grant"
}

numbers_to_21 := [i | some i, _ in split("aaaaaaaaaaaaaaaaaaaaa", "")]

test_quorum_grows_with_the_audience if {
	few := gate.decision with input as mail([sprintf("u%d@customer.test", [i]) | some i in [1, 2, 3, 4, 5]])
	many := gate.decision with input as mail([sprintf("u%d@customer.test", [i]) | some i in [1, 2, 3, 4, 5, 6]])
	few.escalate.quorum == 1
	many.escalate.quorum == 2
}

test_granted_reads if {
	reason(f.call("bob@example.com", "support-bot", "prod", "search_tickets", {"query": "late"})) == "reads.granted"
	reason(f.hook("s-alice-dev", "Grep", {"pattern": "main"})) == "reads.granted"
}

test_tools_of_a_server_are_found_by_name if {
	refund := {"order": "O-1002", "amount": 900, "currency": "EUR"}
	reason(f.hook("s-carol-prod", "mcp__billing__issue_refund", refund)) == "refund.small"
	reason(f.hook("s-carol-prod", "mcp__unheard-of__issue_refund", refund)) == "tool.unknown"
}

test_protected_files_need_the_platform_team if {
	decision := gate.decision with input as f.hook("s-alice-dev", "Edit", {
		"file_path": "/home/alice/shop/.github/workflows/ci.yaml",
		"old_string": "a",
		"new_string": "b",
	})
	decision.reason == "files.protected"
	decision.escalate.approvers == ["role:platform"]
}

remove(path) := f.call("alice@example.com", "code-assistant", "dev", "delete_file", {"path": path})

test_deleting_files if {
	reason(remove("/srv/workspace/build/out.o")) == "files.granted"
	reason(remove("/srv/workspace/main.go")) == "files.delete"
}
