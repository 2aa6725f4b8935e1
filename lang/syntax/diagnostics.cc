#include "lang/syntax/diagnostics.h"

#include <algorithm>
#include <iterator>

namespace writ::lang {
namespace {

constexpr DiagnosticInfo kTable[] = {
#define DIAGNOSTIC(number, name, opa_code, message, help) \
  {DiagnosticId::name, "REGO0" #number, #name, opa_code, message, help},
#include "lang/syntax/diagnostics.def"
#undef DIAGNOSTIC
};

constexpr bool is_sorted_by_code() {
  for (size_t i = 1; i < std::size(kTable); ++i) {
    if (!(kTable[i - 1].id < kTable[i].id)) return false;
  }
  return true;
}
constexpr bool all_say_what_to_do() {
  return std::all_of(std::begin(kTable), std::end(kTable), [](const DiagnosticInfo& info) { return !info.help.empty(); });
}
static_assert(all_say_what_to_do());
static_assert(is_sorted_by_code(), "rows of diagnostics.def are in order of their codes, each used once");

}  // namespace

std::span<const DiagnosticInfo> diagnostic_table() { return kTable; }

const DiagnosticInfo& diagnostic_info(DiagnosticId id) {
  return *std::lower_bound(std::begin(kTable), std::end(kTable), id,
                           [](const DiagnosticInfo& info, DiagnosticId wanted) { return info.id < wanted; });
}

const DiagnosticInfo* find_diagnostic(std::string_view code) {
  for (const DiagnosticInfo& info : kTable) {
    if (info.code == code) return &info;
  }
  return nullptr;
}

Diagnostic make_diagnostic(DiagnosticId id, Span span, std::initializer_list<std::string_view> arguments) {
  const DiagnosticInfo& info = diagnostic_info(id);
  Diagnostic result;
  result.id = info.code;
  result.opa_code = info.opa_code;
  result.help = info.help;
  result.span = span;
  auto argument = arguments.begin();
  for (size_t i = 0; i < info.message.size(); ++i) {
    bool placeholder = info.message.substr(i, 2) == "{}" && argument != arguments.end();
    if (placeholder) {
      result.message += *argument++;
      ++i;
    } else {
      result.message += info.message[i];
    }
  }
  return result;
}

}  // namespace writ::lang
