// What is left over of queries against small policies (package doors): title, query, policy, data, input, unknown, kept rule, ways.
// The results are those of OPA 1.22.4, up to names of variables.
#pragma once

namespace writ::lang {

struct Row {
  const char* about;
  const char* query;
  const char* policy;
  const char* data;
  const char* input;
  const char* unknown_root;
  const char* unknown;  // below it; "": all of the input
  const char* keep;     // a rule that is not to be inlined
  bool shallow;
  const char* queries;  // " | " between them; "none"
  const char* support;
};

inline constexpr Row kRows[] = {
    {"what is known is gone",
     "x := 2; x > 1; input.level >= x",
     "",
     "", "", "", "", "", false,
     "gte(input.level, 2)",
     ""},
    {"what never holds leaves nothing",
     "input.level == 1; 1 == 2",
     "",
     "", "", "", "", "", false,
     "none",
     ""},
    {"what always holds leaves an empty query",
     "data.doors.open",
     "open if { 1 < 2 }",
     "", "", "", "", "", false,
     "",
     ""},
    {"definitions are ways",
     "data.doors.open",
     "open if input.badge == \"gold\"\n"
     "open if { input.badge == \"silver\"; input.hour > 8 }",
     "", "", "", "", "", false,
     "input.badge = \"gold\" | input.badge = \"silver\"; gt(input.hour, 8)",
     ""},
    {"known data is tried key by key",
     "data.doors.open",
     "open if { some i; data.badges[i].name == input.badge; data.badges[i].level > 1 }",
     "{\"badges\": [{\"name\": \"a\", \"level\": 1}, {\"name\": \"b\", \"level\": 2}, {\"name\": \"c\", \"level\": 3}]}", "", "", "", "", false,
     "input.badge = \"b\" | input.badge = \"c\"",
     ""},
    {"what is known of the input",
     "input.hour > 8; input.day == \"monday\"",
     "",
     "", "{\"hour\": 9}", "input", "day", "", false,
     "\"monday\" = input.day",
     ""},
    {"a key only an unknown has",
     "input[k] == 1",
     "",
     "", "{\"b\": 1}", "input", "a", "", false,
     "k = \"b\" | input.a = 1; k = \"a\"",
     ""},
    {"unknown data",
     "data.doors.open",
     "open if data.badges[input.id].level > 3",
     "", "{\"id\": \"x7\"}", "data", "badges", "", false,
     "gt(data.badges.x7.level, 3)",
     ""},
    {"partial sets",
     "data.doors.names[x]; x == input.name",
     "names contains n if { some n in [\"ann\", \"bob\"] }\n"
     "names contains input.owner",
     "", "", "", "", "", false,
     "\"ann\" = input.name; x = \"ann\" | \"bob\" = input.name; x = \"bob\" | x = input.owner; x; x = input.name",
     ""},
    {"partial objects",
     "data.doors.levels[k] = 2",
     "levels[n] := l if { n := input.names[_]; l := input.levels[n] }\n"
     "levels[\"root\"] := 2",
     "", "", "", "", "", false,
     "k = input.names[_]; 2 = input.levels[k] | k = \"root\"",
     ""},
    {"functions",
     "data.doors.open(input.badge)",
     "open(b) if b.level > 3\n"
     "open(b) if startswith(b.name, \"vip\")",
     "", "", "", "", "", false,
     "gt(input.badge.level, 3) | startswith(input.badge.name, \"vip\")",
     ""},
    {"functions with a value",
     "x = data.doors.rank(input.badge)",
     "rank(b) := b.level + 1 if b.level < 3\n"
     "rank(b) := 9 if b.vip",
     "", "", "", "", "", false,
     "lt(input.badge.level, 3); plus(input.badge.level, 1, x) | input.badge.vip; x = 9",
     ""},
    {"a default that matters",
     "x = data.doors.open",
     "default open := false\n"
     "open if input.level > 3",
     "", "", "", "", "", false,
     "data.partial.doors.open = x",
     "package partial.doors\n"
     "\n"
     "default open = false\n"
     "open = true if { gt(input.level, 3) }"},
    {"a default that does not",
     "data.doors.open",
     "default open := false\n"
     "open if input.level > 3",
     "", "", "", "", "", false,
     "gt(input.level, 3)",
     ""},
    {"a default of another value",
     "data.doors.level = 3",
     "default level := 1\n"
     "level := 3 if input.vip",
     "", "", "", "", "", false,
     "input.vip",
     ""},
    {"else stays a reference",
     "data.doors.level = 3",
     "level := 1 if { input.guest } else := 3 if { input.vip }",
     "", "", "", "", "", false,
     "data.doors.level = 3",
     ""},
    {"else that is known",
     "data.doors.level = x",
     "level := 1 if { data.a > 1 } else := 3 if { data.a == 1 }",
     "{\"a\": 1}", "", "", "", "", false,
     "x = 3",
     ""},
    {"not of a comparison",
     "not data.doors.shut",
     "shut if input.hour > 20",
     "", "", "", "", "", false,
     "not data.partial.__not0_0_1__",
     "package partial\n"
     "\n"
     "__not0_0_1__ = true if { gt(input.hour, 20) }"},
    {"not of ways and conjunctions",
     "not data.doors.shut",
     "shut if { input.hour > 20; input.day == \"sunday\" }\n"
     "shut if input.alarm",
     "", "", "", "", "", false,
     "not data.partial.__not0_0_1__",
     "package partial\n"
     "\n"
     "__not0_0_1__ = true if { input.alarm }\n"
     "__not0_0_1__ = true if { gt(input.hour, 20); input.day = \"sunday\" }"},
    {"not with a variable",
     "not data.doors.shut",
     "shut if { some i; input.alarms[i].on == true }",
     "", "", "", "", "", false,
     "not data.partial.__not0_0_1__",
     "package partial\n"
     "\n"
     "__not0_0_1__ = true if { input.alarms[__local0_2__].on = true }"},
    {"not of what is known",
     "not data.doors.shut; input.x",
     "shut if { 1 == 2 }",
     "", "", "", "", "", false,
     "input.x",
     ""},
    {"not not",
     "data.doors.open",
     "open if { not shut }\n"
     "shut if { not lit }\n"
     "lit if input.lamp == 1",
     "", "", "", "", "", false,
     "input.lamp = 1",
     ""},
    {"comprehensions",
     "data.doors.open",
     "open if { n := count([x | some x in input.names; x != data.owner]); n > 1 }",
     "{\"owner\": \"ann\"}", "", "", "", "", false,
     "__local5_1__ = [__local1_1__ | __local1_1__ = input.names[__local0_1__]; __local4_1__ = data.owner; neq(__local1_1__, __local4_1__)]; gt(count(__local5_1__), 1)",
     ""},
    {"comprehensions that are known",
     "data.doors.open",
     "open if { n := count({x | some x in data.names}); n == input.n }",
     "{\"names\": [\"a\", \"b\", \"a\"]}", "", "", "", "", false,
     "2 = input.n",
     ""},
    {"every over few",
     "data.doors.open",
     "open if { every d in [1, 2] { input.doors[d].open } }",
     "", "", "", "", "", false,
     "input.doors[1].open; input.doors[2].open",
     ""},
    {"every over the unknown",
     "data.doors.open",
     "open if { every d in input.doors { d.open; d.level < data.most } }",
     "{\"most\": 4}", "", "", "", "", false,
     "every __localk0_1__, __local0_1__ in input.doors { __local0_1__.open; __local2_1__ = __local0_1__.level; __local3_1__ = data.most; lt(__local2_1__, __local3_1__) }",
     ""},
    {"with",
     "data.doors.open",
     "open if { level == 3 with input.badge as \"gold\" }\n"
     "level := 3 if { input.badge == \"gold\"; input.hour < 5 }",
     "", "", "", "", "", false,
     "data.partial.doors.level = 3 with input.badge as \"gold\"",
     "package partial.doors\n"
     "\n"
     "level = 3 if { input.badge = \"gold\"; lt(input.hour, 5) }"},
    {"with an unknown value",
     "data.doors.open",
     "open if { level == 3 with data.badge as input.badge }\n"
     "level := 3 if { data.badge == \"gold\" }",
     "", "", "", "", "", false,
     "data.doors.level = 3 with data.badge as input.badge",
     ""},
    {"a function in the place of another",
     "data.doors.open",
     "late(_) := true if input.hour > 20\n"
     "early(_) := false\n"
     "open if { shut with early as late }\n"
     "shut if early(1)",
     "", "", "", "", "", false,
     "data.partial.doors.late(1)",
     "package partial.doors\n"
     "\n"
     "late(__local0_3__) = true if { __local2_3__ = input.hour; gt(__local2_3__, 20) }"},
    {"kept rules",
     "data.doors.open",
     "open if { lit; input.hour > 8 }\n"
     "lit if input.lamp == 1",
     "", "", "", "", "lit", false,
     "data.partial.doors.lit; gt(input.hour, 8)",
     "package partial.doors\n"
     "\n"
     "lit = true if { input.lamp = 1 }"},
    {"shallow",
     "data.doors.open",
     "open if { lit; input.hour > h }\n"
     "h := 8\n"
     "lit if input.lamp == 1",
     "", "", "", "", "", true,
     "data.partial.doors.open = __term_0_0__; __term_0_0__",
     "package partial.doors\n"
     "\n"
     "lit = true if { input.lamp = 1 }\n"
     "open = true if { data.partial.doors.lit = __term_1_0_1__; __term_1_0_1__; __local0_1__ = input.hour; gt(__local0_1__, 8) }"},
    {"whole partial sets",
     "x = data.doors.names",
     "names contains n if { some n in input.names }\n"
     "names contains \"ann\"",
     "", "", "", "", "", false,
     "data.partial.doors.names = x",
     "package partial.doors\n"
     "\n"
     "names contains \"ann\" if { true }\n"
     "names contains __local1_1__ if { __local1_1__ = input.names[__local0_1__] }"},
    {"whole packages",
     "x = data.doors",
     "a := 1\n"
     "b := 2 if 1 == 1",
     "", "", "", "", "", false,
     "x = {\"a\": 1, \"b\": 2}",
     ""},
    {"general references",
     "data.doors.at[x].open = true",
     "at[d].open := true if { d := input.door }\n"
     "at[\"back\"].open := true if input.hour < 3",
     "", "", "", "", "", false,
     "x = input.door | lt(input.hour, 3); x = \"back\"",
     ""},
    {"the time is kept",
     "time.now_ns() > input.since",
     "",
     "", "", "", "", "", false,
     "gt(time.now_ns(), input.since)",
     ""},
    {"dynamic keys",
     "data.doors.open",
     "open if data.levels[input.name] == 3",
     "{\"levels\": {\"ann\": 3, \"bob\": 2, \"cyd\": 3}}", "", "", "", "", false,
     "\"ann\" = input.name | \"cyd\" = input.name",
     ""},
    {"values of variables",
     "x := [input.a, 1]; x[0] == x[1]; y = x",
     "",
     "", "", "", "", "", false,
     "1 = input.a; __local0__ = [1, 1]; y = [1, 1]",
     ""},
    {"unknown keys of what rules make",
     "data.doors.level[input.name] = 2",
     "level[\"ann\"] := 1\n"
     "level[\"bob\"] := 2\n"
     "level[\"cyd\"] := 2 if input.vip",
     "", "", "", "", "", false,
     "\"bob\" = input.name | \"cyd\" = input.name; input.vip",
     ""},
    {"bodies of not",
     "data.doors.open",
     "open if { not { input.a == 1; input.b == 2 } }",
     "", "", "", "", "", false,
     "not {input.a = 1; input.b = 2}",
     ""},
    {"a wildcard that is there twice has a name",
     "data.doors.keys[_] = 1",
     "keys[k] := 1 if { input.a[k]; input.b[k] }",
     "", "", "", "", "", false,
     "input.a[__localw0__]; input.b[__localw0__]",
     ""},
    {"a variable is not called as a rule of its module",
     "x = data.doors.names",
     "x1 := 3 if input.q\n"
     "names contains x if { x = input.x[_]; x > x1 }",
     "", "", "", "", "x1", false,
     "data.partial.doors.names = x",
     "package partial.doors\n"
     "\n"
     "names contains __localw0__ if { __localw0__ = input.x[_]; gt(__localw0__, data.partial.doors.x1) }\n"
     "x1 = 3 if { input.q }"},
    {"strings read back",
     "input.a[\"b\\\"\"] = \"\\u0000\\u001b\"",
     "",
     "", "", "", "", "", false,
     "input.a[\"b\\\"\"] = \"\\u0000\\u001b\"",
     ""},
    {"keywords are imported",
     "x = data.doors.names",
     "names contains 1 if { not {input.a; input.b} }",
     "", "", "", "", "", false,
     "data.partial.doors.names = x",
     "package partial.doors\n"
     "\n"
     "import future.keywords.not\n"
     "\n"
     "names contains 1 if { not {input.a; input.b} }"},
    {"an object that is empty has no keys",
     "data.doors.keys = {\"a\": v}; v",
     "keys[k] := 1 if { some k in [\"a\"]; 1 == 2; input.c }",
     "", "", "", "", "", false,
     "none",
     ""},
    {"data as a whole is without data.system",
     "x = data; input.a",
     "",
     "{\"system\": {\"a\": 1}, \"b\": 2}", "", "", "", "", false,
     "input.a; x = {\"b\": 2}",
     ""},
};

}  // namespace writ::lang
