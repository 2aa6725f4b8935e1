#!/usr/bin/env python3
"""Writes the benchmark's cases: for each a folder with the policy, its data, its inputs and the answers they must get.

    NAME/policy.rego      one or more modules, Rego v1
    NAME/data.json        the base document, where there is one
    NAME/entry            the reference to evaluate, for example data.bench.allow
    NAME/inputs.jsonl     one input a line; an engine goes round them
    NAME/expected.jsonl   the answer to the same line; canonical (keys sorted); an empty line is undefined
    NAME/about            a sentence on what the case is

The same bytes come out on every run and every machine. Expected answers are computed here, by Python that says what the
policy means, and not by an engine; only those of agent_gate are OPA's. Where a case has hits and misses in one folder,
at least a third of its inputs is of either kind, which is asserted.
"""

import argparse
import json
import pathlib

from bench_case import UNDEFINED, Case, Numbers
from families import families

ROOT = pathlib.Path(__file__).resolve().parent.parent


# The floor ------------------------------------------------------------------------------------------------------


def constant():
    inputs = [{"user": "u%d" % n, "action": "read"} for n in range(16)]
    return Case("constant", "allow := true: what a decision costs before the policy does anything.",
                "package bench\n\nallow := true\n", inputs, [True] * 16, mixed=False)


def equality():
    inputs = [{"user": "alice" if n % 2 else "user%d" % n, "action": "read"} for n in range(16)]
    return Case("equality", "One rule with one comparison; half the inputs hit.", """
        package bench

        default allow := false

        allow if input.user == "alice"
        """, inputs, [i["user"] == "alice" for i in inputs])


# Rule sets ------------------------------------------------------------------------------------------------------


def rules(count, hit):
    policy = "package bench\n\ndefault allow := false\n"
    for n in range(count):
        policy += '\nallow if {\n\tinput.user == "u%d"\n\tinput.action == "%s"\n}\n' % (n, ("read", "write")[n % 2])
    numbers = Numbers(count)
    inputs = []
    for n in range(64):
        user = numbers.below(count)
        right, wrong = ("read", "write") if user % 2 == 0 else ("write", "read")
        # A miss is half the time a user nobody mentions and half the time the wrong action of a known one.
        known = hit or n % 2 == 0
        inputs.append({"user": "u%d" % (user if known else count + user), "action": right if hit else wrong,
                       "resource": "r%d" % numbers.below(1000)})
    name = "rules_%d_%s" % (count, "hit" if hit else "miss")
    return Case(name, "%d rules of two equalities, all inputs %s." % (count, "match one" if hit else "match none"),
                policy, inputs, [hit] * 64, mixed=False)


NSG = """
    # Inbound and outbound rules of a network security group. Refusals are stronger than permissions.
    package bench

    default allow := false

    allow if {
    	permitted
    	not refused
    }

    # 100: people reach the web servers.
    permitted if {
    	input.direction == "inbound"
    	input.protocol == "tcp"
    	input.destination.port in {80, 443}
    	input.destination.subnet == "web"
    }

    # 110: the load balancer probes them.
    permitted if {
    	input.direction == "inbound"
    	input.protocol == "tcp"
    	input.source.tag == "AzureLoadBalancer"
    	input.destination.port >= 8000
    	input.destination.port <= 8099
    }

    # 120: web servers call the application servers.
    permitted if {
    	input.direction == "inbound"
    	input.protocol == "tcp"
    	input.source.subnet == "web"
    	input.destination.subnet == "app"
    	input.destination.port >= 9000
    	input.destination.port < 9100
    }

    # 130: application servers reach the databases.
    permitted if {
    	input.direction == "inbound"
    	input.protocol == "tcp"
    	input.source.subnet == "app"
    	input.destination.subnet == "data"
    	input.destination.port in {1433, 3306, 5432, 6379}
    }

    # 140: administrators come from the office network and through the bastion.
    permitted if {
    	input.direction == "inbound"
    	input.protocol == "tcp"
    	startswith(input.source.address, "10.250.")
    	input.destination.port in {22, 3389}
    }

    # 150: everything inside the management network.
    permitted if {
    	startswith(input.source.address, "10.9.")
    	startswith(input.destination.address, "10.9.")
    }

    # 160: names and time.
    permitted if {
    	input.direction == "outbound"
    	input.protocol == "udp"
    	input.destination.port in {53, 123}
    	input.destination.address in {"10.0.0.2", "10.0.0.3"}
    }

    # 170: updates, through the proxy.
    permitted if {
    	input.direction == "outbound"
    	input.protocol == "tcp"
    	input.destination.address == "10.0.0.80"
    	input.destination.port == 3128
    }

    # 10: addresses that have misbehaved.
    refused if input.source.address in {"198.51.100.7", "198.51.100.23", "203.0.113.9", "203.0.113.77"}

    # 20: no clear-text logins, wherever they come from.
    refused if input.destination.port in {20, 21, 23, 512, 513, 514}

    # 30: no remote desktop from outside.
    refused if {
    	input.direction == "inbound"
    	input.destination.port == 3389
    	not startswith(input.source.address, "10.")
    }

    # 40: machines in quarantine talk to nobody but the scanner.
    refused if {
    	input.source.tag == "quarantine"
    	input.destination.address != "10.9.0.66"
    }
    """


def flow(numbers, number):
    """One flow, about 300 bytes; four in ten are made to match a permission."""
    kind = numbers.below(14)
    f = {
        "time": "2024-05-%02dT%02d:%02d:%02dZ" % (1 + numbers.below(28), numbers.below(24), numbers.below(60),
                                                  numbers.below(60)),
        "flow": "f-%06d" % number,
        "direction": "inbound",
        "protocol": "tcp",
        "source": {"address": "10.%d.%d.%d" % (1 + numbers.below(8), numbers.below(256), numbers.below(256)),
                   "port": 1024 + numbers.below(60000), "subnet": numbers.pick(["web", "app", "batch", "guest"]),
                   "tag": numbers.pick(["VirtualNetwork", "Internet", "VirtualNetwork"])},
        "destination": {"address": "10.2.%d.%d" % (numbers.below(256), numbers.below(256)),
                        "port": numbers.pick([25, 110, 443, 2049, 8080, 9042, 11211, 27017]),
                        "subnet": numbers.pick(["web", "app", "data", "data"]), "tag": "VirtualNetwork"},
        "nic": "nic-%s-%02d" % (numbers.pick(["web", "app", "db"]), numbers.below(20)),
        "bytes": numbers.below(1 << 20),
    }
    s, d = f["source"], f["destination"]
    if kind == 0:
        d.update(port=443, subnet="web")
    elif kind == 1:
        s.update(tag="AzureLoadBalancer")
        d.update(port=8000 + numbers.below(110))
    elif kind == 2:
        s.update(subnet="web")
        d.update(subnet="app", port=9000 + numbers.below(100))
    elif kind == 3:
        s.update(subnet="app")
        d.update(subnet="data", port=numbers.pick([1433, 3306, 5432, 6379]))
    elif kind == 4:
        s.update(address="10.250.0.%d" % numbers.below(256))
        d.update(port=numbers.pick([22, 3389]))
    elif kind == 5:
        s.update(address="10.9.1.%d" % numbers.below(256))
        d.update(address="10.9.0.%d" % numbers.below(256))
    elif kind == 6:
        f.update(direction="outbound", protocol="udp")
        d.update(address="10.0.0.%d" % (2 + numbers.below(2)), port=numbers.pick([53, 123]))
    elif kind == 7:
        s.update(address=numbers.pick(["198.51.100.7", "203.0.113.77"]), tag="Internet")
        d.update(port=443, subnet="web")
    elif kind == 8:
        d.update(port=numbers.pick([21, 23, 514]))
    elif kind == 9:
        s.update(tag="quarantine")
    return f


def permitted_flow(f):
    s, d, inbound, tcp = f["source"], f["destination"], f["direction"] == "inbound", f["protocol"] == "tcp"
    permitted = (
        inbound and tcp and d["port"] in (80, 443) and d["subnet"] == "web"
        or inbound and tcp and s["tag"] == "AzureLoadBalancer" and 8000 <= d["port"] <= 8099
        or inbound and tcp and s["subnet"] == "web" and d["subnet"] == "app" and 9000 <= d["port"] < 9100
        or inbound and tcp and s["subnet"] == "app" and d["subnet"] == "data" and d["port"] in (1433, 3306, 5432, 6379)
        or inbound and tcp and s["address"].startswith("10.250.") and d["port"] in (22, 3389)
        or s["address"].startswith("10.9.") and d["address"].startswith("10.9.")
        or f["direction"] == "outbound" and f["protocol"] == "udp" and d["port"] in (53, 123)
        and d["address"] in ("10.0.0.2", "10.0.0.3")
        or f["direction"] == "outbound" and tcp and d["address"] == "10.0.0.80" and d["port"] == 3128)
    refused = (
        s["address"] in ("198.51.100.7", "198.51.100.23", "203.0.113.9", "203.0.113.77")
        or d["port"] in (20, 21, 23, 512, 513, 514)
        or inbound and d["port"] == 3389 and not s["address"].startswith("10.")
        or s["tag"] == "quarantine" and d["address"] != "10.9.0.66")
    return permitted and not refused


def network():
    numbers = Numbers(12)
    inputs = [flow(numbers, n) for n in range(96)]
    return Case("network", "Twelve rules of a network security group over inputs of about 300 bytes.", NSG, inputs,
                [permitted_flow(f) for f in inputs])


def network_priority():
    """The same kind of rules as a chain by priority, which names the rule that decided."""
    chain = [
        (10, "DenyBlocked", "Deny", 'input.source.address in {"198.51.100.7", "203.0.113.77"}'),
        (20, "DenyClearText", "Deny", "input.destination.port in {20, 21, 23, 512, 513, 514}"),
        (40, "DenyQuarantine", "Deny", 'input.source.tag == "quarantine"'),
        (100, "AllowWeb", "Allow", 'input.direction == "inbound"\n\tinput.destination.port in {80, 443}\n'
                                   '\tinput.destination.subnet == "web"'),
        (110, "AllowProbe", "Allow", 'input.source.tag == "AzureLoadBalancer"\n\tinput.destination.port >= 8000\n'
                                     "\tinput.destination.port <= 8099"),
        (120, "AllowApp", "Allow", 'input.source.subnet == "web"\n\tinput.destination.subnet == "app"\n'
                                   "\tinput.destination.port >= 9000\n\tinput.destination.port < 9100"),
        (130, "AllowData", "Allow", 'input.source.subnet == "app"\n\tinput.destination.subnet == "data"\n'
                                    "\tinput.destination.port in {1433, 3306, 5432, 6379}"),
        (140, "AllowAdmin", "Allow", 'startswith(input.source.address, "10.250.")\n'
                                     "\tinput.destination.port in {22, 3389}"),
        (150, "AllowManagement", "Allow", 'startswith(input.source.address, "10.9.")\n'
                                          '\tstartswith(input.destination.address, "10.9.")'),
        (160, "AllowNames", "Allow", 'input.protocol == "udp"\n\tinput.destination.port in {53, 123}'),
    ]
    policy = "package bench\n\n"
    for index, (priority, name, access, body) in enumerate(chain):
        head = 'decision := ' if index == 0 else " else := "
        verdict = '{"access": "%s", "rule": "%s", "priority": %d}' % (access, name, priority)
        policy += '%s%s if {\n\t%s\n}' % (head, verdict, body)
    policy += ' else := {"access": "Deny", "rule": "DenyAll", "priority": 65500}\n'

    def decide(f):
        s, d = f["source"], f["destination"]
        tests = [
            s["address"] in ("198.51.100.7", "203.0.113.77"),
            d["port"] in (20, 21, 23, 512, 513, 514),
            s["tag"] == "quarantine",
            f["direction"] == "inbound" and d["port"] in (80, 443) and d["subnet"] == "web",
            s["tag"] == "AzureLoadBalancer" and 8000 <= d["port"] <= 8099,
            s["subnet"] == "web" and d["subnet"] == "app" and 9000 <= d["port"] < 9100,
            s["subnet"] == "app" and d["subnet"] == "data" and d["port"] in (1433, 3306, 5432, 6379),
            s["address"].startswith("10.250.") and d["port"] in (22, 3389),
            s["address"].startswith("10.9.") and d["address"].startswith("10.9."),
            f["protocol"] == "udp" and d["port"] in (53, 123),
        ]
        for (priority, name, access, _), holds in zip(chain, tests):
            if holds:
                return {"access": access, "rule": name, "priority": priority}
        return {"access": "Deny", "rule": "DenyAll", "priority": 65500}

    numbers = Numbers(13)
    inputs = [flow(numbers, n) for n in range(96)]
    answers = [decide(f) for f in inputs]
    allowed = sum(a["access"] == "Allow" for a in answers)
    assert 32 <= allowed <= 64, allowed
    return Case("network_priority", "Ten rules as an else chain by priority; the answer is an object.", policy, inputs,
                answers, entry="data.bench.decision", mixed=False)


# Collections ----------------------------------------------------------------------------------------------------


def users(count):
    policy = """
        package bench

        default allow := false

        admins := {user.id | some user in input.users; user.role == "admin"}

        allow if {
        	count(admins) >= 1
        	every user in input.users {
        		user.age >= 18
        		user.active
        	}
        }
        """
    numbers = Numbers(count + 1)
    inputs, answers = [], []
    for n in range(12):
        people = [{"id": "user%04d" % i, "role": numbers.pick(["reader", "writer", "admin", "guest"]),
                   "age": 18 + numbers.below(60), "active": True} for i in range(count)]
        people[0]["role"] = "admin"
        if n % 3 == 1:  # fails at the last one, after all the work
            people[-1]["active"] = False
        if n % 6 == 5:  # fails in the comprehension's result
            for person in people:
                person["role"] = "reader"
        inputs.append({"users": people})
        answers.append(any(p["role"] == "admin" for p in people)
                       and all(p["age"] >= 18 and p["active"] for p in people))
    return Case("users_%d" % count, "A set comprehension and an every over %d users in the input." % count, policy,
                inputs, answers)


def roles(count):
    policy = """
        package bench

        default allow := false

        allow if {
        	some role in data.users[input.user].roles
        	some grant in data.roles[role]
        	grant.action == input.action
        	grant.type == input.type
        }
        """
    numbers = Numbers(77)
    actions, types = ["read", "write", "delete", "share"], ["invoice", "order", "customer", "report", "ticket"]
    grants = {"role%02d" % r: [{"action": a, "type": t} for a in actions for t in types if numbers.below(4) == 0]
              for r in range(40)}
    people = {"user%05d" % n: {"name": "User %d" % n, "roles": ["role%02d" % numbers.below(40) for _ in range(2)]}
              for n in range(count)}
    inputs, answers = [], []
    for _ in range(128):
        inputs.append({"user": "user%05d" % numbers.below(count + count // 10), "action": numbers.pick(actions),
                       "type": numbers.pick(types)})
        i = inputs[-1]
        answers.append(any({"action": i["action"], "type": i["type"]} in grants[role]
                           for role in people.get(i["user"], {"roles": []})["roles"]))
    return Case("roles_%d" % count, "Roles of %d users in data, grants of 40 roles." % count, policy, inputs, answers,
                data={"users": people, "roles": grants})


def functions():
    policy = """
        package bench

        default allow := false

        price(item) := item.quantity * item.unit if item.class != "free"

        price(item) := 0 if item.class == "free"

        discounted(amount, class) := amount - 10 if {
        	class == "sale"
        	amount > 10
        } else := amount

        total := sum([discounted(price(item), item.class) | some item in input.items])

        allow if total <= input.limit
        """
    numbers = Numbers(5)
    inputs, answers = [], []
    for n in range(24):
        items = [{"sku": "s%03d" % numbers.below(500), "class": numbers.pick(["free", "sale", "plain"]),
                  "quantity": 1 + numbers.below(9), "unit": 1 + numbers.below(50)} for _ in range(100)]
        total = 0
        for item in items:
            amount = 0 if item["class"] == "free" else item["quantity"] * item["unit"]
            total += amount - 10 if item["class"] == "sale" and amount > 10 else amount
        inputs.append({"limit": total - n % 2, "items": items})
        answers.append(n % 2 == 0)
    return Case("functions_100", "A loop of 100 with two function calls each, summed.", policy, inputs, answers)


# Text -----------------------------------------------------------------------------------------------------------


def texts():
    policy = """
        package bench

        default allow := false

        allow if {
        	not denied
        	granted
        }

        granted if {
        	input.method == "GET"
        	glob.match("/api/v1/*/items", ["/"], input.path)
        }

        granted if {
        	input.method in {"GET", "HEAD"}
        	startswith(input.path, "/public/")
        	not contains(input.path, "..")
        }

        granted if {
        	input.method == "POST"
        	regex.match(`^/api/v[12]/orders/[0-9]{4,8}(/notes)?$`, input.path)
        	lower(input.headers["content-type"]) == "application/json"
        }

        granted if {
        	endswith(input.path, "/health")
        	input.headers["user-agent"] == "probe/1"
        }

        denied if regex.match(`(?i)\\b(select|union|drop)\\b`, input.query)

        denied if glob.match("**.internal", ["."], input.headers.host)
        """
    numbers = Numbers(9)
    inputs, answers = [], []
    for n in range(96):
        kind = n % 8
        order = str(1000 + numbers.below(99000))
        path = ["/api/v1/%s/items" % order, "/public/img/%s.png" % order, "/api/v2/orders/%s" % order, "/a/health",
                "/api/v1/%s/items/7" % order, "/public/../%s" % order, "/api/v3/orders/%s" % order, "/b/health"][kind]
        method = "POST" if "orders" in path else "GET"
        query = "page=%d" % numbers.below(9) if n % 16 else "q=1 UNION SELECT name"
        host = "shop.example.com" if n % 24 != 1 else "db.internal"
        inputs.append({"method": method, "path": path, "query": query, "headers": {
            "host": host, "content-type": "Application/JSON", "user-agent": "probe/1" if kind == 3 else "browser/5",
            "accept": "text/html,application/json;q=0.9,*/*;q=0.8"}})
        answers.append(kind < 4 and "UNION" not in query and host != "db.internal")
    return Case("texts", "Prefixes, globs and regular expressions over HTTP requests.", policy, inputs, answers)


def agent_gate():
    """The whole gate of testdata/agent: about twenty modules, an object as the answer."""
    folder = ROOT / "testdata" / "agent"
    modules = {path.name: path.read_text(encoding="utf-8") for path in sorted((folder / "policy").glob("*.rego"))
               if not path.name.endswith("_test.rego")}
    inputs, answers = [], []
    lines = zip((folder / "actions.jsonl").read_text(encoding="utf-8").split("\n"),
                (folder / "expected.jsonl").read_text(encoding="utf-8").split("\n"))
    for action, expected in lines:
        if action and len(action) < 4000:
            inputs.append(json.loads(action))
            answers.append(json.loads(expected)["decision"])
    allowed = sum(answer["verdict"] == "allow" for answer in answers)
    assert 4 * allowed >= len(answers)
    return Case("agent_gate", "The agent gate of testdata/agent over its %d inputs." % len(inputs), modules, inputs,
                answers, data=json.loads((folder / "policy" / "data.json").read_text(encoding="utf-8")),
                entry="data.gate.decision", mixed=False)


def cases():
    yield constant()
    yield equality()
    yield network()
    yield network_priority()
    for count in (10, 100, 1000):
        yield rules(count, True)
        yield rules(count, False)
    yield users(10)
    yield users(1000)
    yield roles(10000)
    yield functions()
    yield texts()
    yield agent_gate()
    yield from families()


def generate(folder):
    """Writes all cases below folder; their names in order."""
    names = []
    for case in cases():
        case.write(folder)
        names.append(case.name)
    (folder / "names").write_text("".join(name + "\n" for name in names), encoding="utf-8")
    return names


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("folder", type=pathlib.Path, help="where to write them, for example build/bench/cases")
    for written in generate(options.parse_args().folder):
        print(written)
