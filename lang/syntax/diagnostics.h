// The list of everything that can be wrong with a policy, and how one entry of it becomes a Diagnostic.
//
// diagnostics.def holds one row each: a stable code, OPA's code for the same error, the message with {} where a
// detail goes, and what to do about it. Codes are never reused: REGO01xx is the parser's, REGO02xx names and safety, REGO03xx
// types and arity, REGO04xx everything else the checker finds, REGO05xx limits of programs, REGO09xx errors in the compiler.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "engine/base/diagnostic.h"

namespace writ::lang {

enum class DiagnosticId : uint16_t {
#define DIAGNOSTIC(number, name, opa_code, message, help) name = number,
#include "lang/syntax/diagnostics.def"
#undef DIAGNOSTIC
};

struct DiagnosticInfo {
  DiagnosticId id;
  std::string_view code;      // "REGO0101"
  std::string_view name;      // "kNullCharacter"
  std::string_view opa_code;  // "rego_parse_error"
  std::string_view message;   // with {} for each detail
  std::string_view help;      // what to do about it
};

// All rows in order of their code.
std::span<const DiagnosticInfo> diagnostic_table();
const DiagnosticInfo& diagnostic_info(DiagnosticId id);
// By code ("REGO0101"), for `explain`; null if there is none.
const DiagnosticInfo* find_diagnostic(std::string_view code);

// A diagnostic of that row; each {} of its message is replaced by the next argument.
Diagnostic make_diagnostic(DiagnosticId id, Span span, std::initializer_list<std::string_view> arguments = {});

}  // namespace writ::lang
