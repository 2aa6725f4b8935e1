// The example that runs through the definition of evidence, for the tests of all its parts.
#pragma once

#include <string_view>

namespace writ::worked_example {

inline constexpr std::string_view kAuthzRego =
    "package authz\n"
    "\n"
    "import data.limits\n"
    "\n"
    "default allow := false\n"
    "\n"
    "allow if {\n"
    "\tinput.user.role == \"admin\"\n"
    "\tlimits.within(input.amount)\n"
    "\ttime.now_ns() < data.expiry.until\n"
    "}\n";
inline constexpr std::string_view kLimitsRego =
    "package limits\n"
    "\n"
    "within(x) if x <= data.cap\n";
inline constexpr std::string_view kExpiry = "{\"until\":1893456000000000000}";
inline constexpr std::string_view kConfig =
    "{\"builtins\":{\"equal\":1,\"lt\":1,\"lte\":1,\"time.now_ns\":1},\"entrypoints\":[\"authz/allow\"],\"fuel_model\":1,"
    "\"language\":\"rego.v1\",\"limits\":{\"fuel\":1000000,\"output_bytes\":1048576},\"numbers\":\"bf64/1\","
    "\"semantics\":\"writ/1\",\"strict_builtin_errors\":true,\"verdict\":\"boolean\"}";
inline constexpr std::string_view kInput =
    "{\"amount\":1.1,\"ref\":9007199254740993,\"tags\":[],\"user\":{\"name\":\"alice\",\"role\":\"admin\"}}";
// The stored line without its line feed.
inline constexpr std::string_view kLine =
    R"({"bundles":{"main":{"revision":"7"}},"decision_id":"019b76da-a87b-7123-8567-89abcdef0123","input":{"amount":1.)"
    R"(1,"ref":9007199254740993,"tags":[],"user":{"name":"alice","role":"admin"}},"labels":{"app":"billing","id":"nod)"
    R"(e-7"},"metrics":{"timer_rego_query_eval_ns":41250},"path":"authz/allow","requested_by":"10.0.0.9","result":tru)"
    R"(e,"span_id":"7fd5592bef1c44af","timestamp":"2026-01-01T00:00:00.123456789Z","trace_id":"74a323ef6a155cdd05c655)"
    R"(156a33a45b","writ":{"digest":{"decision":"sha256:cac164405e446fb605c1e7e183d0f18d6f813b0e5498e5039115f127659cc)"
    R"(51c","input":"sha256:75326e0252a0ac300c1705b7bc453dc15a5f59d47066846a14463b5b664d5fde","jcs":false,"nd":"sha25)"
    R"(6:49193347a8d4cbd90cbf0f2db7682e5462384c6849ab35637512f40e12fea176","outcome":"sha256:3fe7e70d9d5fa8fd73015a81)"
    R"(a0ec63180216250992f7a1817549eff3d3eb29f1"},"engine":{"build":"sha256:00000000000000000000000000000000000000000)"
    R"(00000000000000000000000","name":"writ","version":"0.1.0"},"entry":{"call":{},"kind":"path","text":"authz/allow)"
    R"("},"fuel":"57","nd":[{"args":[],"fn":"time.now_ns","value":1767225600123456789}],"policy":{"config":"sha256:f0)"
    R"(9c9aceb26837e7003e2a3eb3728105e6c89af9581237f5224d0a383365eee3","data":"sha256:13bda45e7c5b9ac0f07860322c193aa)"
    R"(4a80ce548ed189ab6026f33bbe4240a85","digest":"sha256:8def8df96b0a4f363a3c7113b79bc80a4f97c3f428e051a96029cae37f)"
    R"(7a64be","modules":"sha256:a0926dbd428489cc78771d21ed3ba58bf4b264fd2f4677f92a0e2d8398b71ebf"},"salt":{"input":")"
    R"(a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0","meta":"a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3","nd":"a1a1a1a1a1a1a1a1a1a1a1a1a1a1)"
    R"(a1a1","outcome":"a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2"},"status":"defined","time_ns":"1767225600123456789","trace")"
    R"(:{"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},"v":1,"verdict":"allow"}})";

}  // namespace writ::worked_example
