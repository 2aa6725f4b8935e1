#include "cli/capabilities.h"

#include <ostream>
#include <vector>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/value/json.h"
#include "engine/value/text.h"
#include "lang/check/check.h"

namespace writ::cli {

namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text, JsonEscape::kText);
  return out;
}

// Reads types: any, number, array[T], set[T], any<T, …>, array<T, …>, object[K: V], object<name: T, …>[K: V].
class SignatureReader {
 public:
  SignatureReader(std::string_view text, bool variadic) : text_(text), variadic_(variadic) {}

  std::string read() {
    expect("(");
    std::string args;
    while (!take(")")) {
      std::string name = word();
      expect(": ");
      args += (args.empty() ? "" : ",") + with_name(type(), name);
      take(", ");
    }
    expect(" -> ");
    std::string result = text_.substr(at_) == "void" ? "" : type();
    std::string decl = "{";
    if (variadic_) {
      decl += "\"variadic\":{\"type\":\"any\"}";
    } else if (!args.empty()) {
      decl += "\"args\":[" + args + "]";
    }
    if (!result.empty()) decl += std::string(decl.size() > 1 ? "," : "") + "\"result\":" + result;
    return decl + (decl.size() > 1 ? "," : "") + "\"type\":\"function\"}";
  }

 private:
  std::string type() {
    if (++depth_ > kMaxDepth) reject();
    std::string name = word();
    std::string members;
    if (take("<")) {
      members = name == "object" ? static_members() : list();
      expect(">");
      if (name == "object" && at_ < text_.size() && text_[at_] == '[') members += "," + dynamic_members();
    } else if (name == "object") {
      members = dynamic_members();
    } else if (take("[")) {
      members = (name == "array" ? "\"dynamic\":" : "\"of\":") + type();
      expect("]");
    } else {
      --depth_;
      return "{\"type\":" + quoted(name) + "}";
    }
    if (!members.empty() && members[0] == '[') members = (name == "array" ? "\"static\":" : "\"of\":") + members;
    --depth_;
    return "{" + members + ",\"type\":" + quoted(name) + "}";
  }

  std::string list() {
    std::string types;
    do types += (types.empty() ? "" : ",") + type();
    while (take(", "));
    return "[" + types + "]";
  }

  std::string static_members() {
    std::string members;
    do {
      std::string name = word();
      expect(": ");
      members += (members.empty() ? "" : ",") + ("{\"key\":" + quoted(name) + ",\"value\":" + type() + "}");
    } while (take(", "));
    return "\"static\":[" + members + "]";
  }

  std::string dynamic_members() {
    expect("[");
    std::string key = type();
    expect(": ");
    std::string value = type();
    expect("]");
    return "\"dynamic\":{\"key\":" + key + ",\"value\":" + value + "}";
  }

  // Operands without a name of their own are called x0, x1, … in the table; OPA leaves their names out.
  static std::string with_name(std::string type, const std::string& name) {
    bool generated = name.size() >= 2 && name[0] == 'x' && name.find_first_not_of("0123456789", 1) == std::string::npos;
    if (generated) return type;
    return "{\"name\":" + quoted(name) + "," + type.substr(1);
  }

  std::string word() {
    size_t begin = at_;
    while (at_ < text_.size() &&
           (text_[at_] == '_' || text_[at_] == '-' || (text_[at_] >= 'a' && text_[at_] <= 'z') ||
            (text_[at_] >= 'A' && text_[at_] <= 'Z') || (text_[at_] >= '0' && text_[at_] <= '9'))) {
      ++at_;
    }
    if (at_ == begin) reject();
    return std::string(text_.substr(begin, at_ - begin));
  }
  bool take(std::string_view mark) {
    if (!text_.substr(at_).starts_with(mark)) return false;
    at_ += mark.size();
    return true;
  }
  void expect(std::string_view mark) {
    if (!take(mark)) reject();
  }
  [[noreturn]] void reject() {
    throw Failure(ErrorCode::E_INTERNAL, "signature at " + std::to_string(at_) + ": " + std::string(text_));
  }

  static constexpr int kMaxDepth = 32;
  std::string_view text_;
  bool variadic_;
  size_t at_ = 0;
  int depth_ = 0;
};

// OPA leaves the category out where the name begins with it.
bool names_category(const Builtin& builtin) {
  std::string_view category = builtin.category;
  return !category.empty() && category != "deprecated" && category != "internal" &&
         !builtin.name.starts_with(std::string(category) + ".");
}

std::string builtin_json(const Builtin& builtin) {
  std::string out = "{\"name\":" + quoted(builtin.name);
  if (names_category(builtin)) out += ",\"categories\":[" + quoted(builtin.category) + "]";
  out += ",\"decl\":" + signature_json(builtin.signature, builtin.variadic);
  if (!builtin.infix.empty()) out += ",\"infix\":" + quoted(builtin.infix);
  if (builtin.relation) out += ",\"relation\":true";
  bool asks = builtin.effect == Effect::kClock || builtin.effect == Effect::kRandom || builtin.effect == Effect::kHost;
  if (asks) out += ",\"nondeterministic\":true";
  if (builtin.deprecated) out += ",\"deprecated\":true";
  return out + "}";
}

// Keeps the order of members, which Values do not: capabilities are compared by people.
std::string indent_json(std::string_view json) {
  std::string out;
  size_t depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    char c = json[i];
    if (in_string) {
      out += c;
      if (c == '\\') out += json[++i];
      if (c == '"') in_string = false;
    } else if (c == '"') {
      out += c;
      in_string = true;
    } else if (c == '{' || c == '[') {
      out += c;
      out.append(1, '\n').append(2 * ++depth, ' ');
    } else if (c == '}' || c == ']') {
      out.append(1, '\n').append(2 * --depth, ' ');
      out += c;
    } else if (c == ',') {
      out.append(",\n").append(2 * depth, ' ');
    } else {
      out += c;
      if (c == ':') out += ' ';
    }
  }
  return out + "\n";
}

bool is_available(const Builtin& builtin) {
  return builtin.function != nullptr || lang::is_compiled_away(builtin.name);
}

}  // namespace

std::string signature_json(std::string_view signature, bool variadic) {
  return SignatureReader(signature, variadic).read();
}

std::string capabilities_json() {
  std::string available, missing;
  for (const Builtin& builtin : builtins()) {
    if (is_available(builtin)) {
      available += (available.empty() ? "" : ",") + builtin_json(builtin);
    } else {
      missing += (missing.empty() ? "" : ",") + quoted(builtin.name);
    }
  }
  std::string json = "{\"builtins\":[" + available + "],\"future_keywords\":[\"and\",\"not\",\"or\"]," +
                     "\"features\":[\"keywords_in_refs\",\"rego_v1\",\"template_strings\"]";
  if (!missing.empty()) json += ",\"writ\":{\"builtins_not_available\":[" + missing + "]}";
  return indent_json(json + "}");
}

int run_capabilities(const Words& words, Terminal& terminal) {
  bool current = false;
  OptionSet options(
      "capabilities", "",
      "Print what policies can use, in the format of OPA's capabilities files: the available built-in functions and,\n"
      "under `writ`, the names of OPA's built-in functions that are not available.");
  options.flag("--current", current, "accepted for compatibility; there is only one version");
  options.unsupported("--version", true);
  options.unsupported("--file", true);
  options.unsupported("--v0-compatible", false);
  if (auto over = options.parse(words, terminal)) return *over;
  terminal.out << capabilities_json();
  return kExitOk;
}

}  // namespace writ::cli
