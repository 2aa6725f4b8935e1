// Texts are put together at random from a small grammar. DocumentWriter makes data and input, BodyWriter terms and
// statements, ProgramWriter the rules around them. Each choice draws from one generator, so the order of evaluation must
// be fixed: parts are joined by lists and not by operators.
#include "testdata/cases/random_program.h"

#include <initializer_list>
#include <vector>

namespace writ::cases {

namespace {

enum class Form { kComplete, kElse, kSet, kObject, kFunction, kDeep, kDeepSet };
constexpr Form kForms[] = {Form::kComplete, Form::kComplete, Form::kElse, Form::kSet,    Form::kSet,
                           Form::kObject,   Form::kFunction, Form::kDeep, Form::kDeepSet};

// SplitMix64: small, and the same on every platform.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 0x632BE59BD9B4E019u) {}
  uint64_t below(uint64_t bound) { return next() % bound; }
  bool one_in(uint64_t count) { return below(count) == 0; }
  template <class List>
  std::string pick(const List& list) {
    return std::string(*(std::begin(list) + below(std::size(list))));
  }
  std::string pick(std::initializer_list<const char*> list) { return list.begin()[below(list.size())]; }

 private:
  uint64_t next() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  uint64_t state_;
};

struct Rule {
  std::string name;
  Form form;
  uint32_t arity = 0;
};

using Names = std::vector<std::string>;

// In the order of the list: unlike operands of +, elements of a list are evaluated in order everywhere.
std::string join(std::initializer_list<std::string> parts) {
  std::string text;
  for (const std::string& part : parts) text += part;
  return text;
}

// Data and input.
class DocumentWriter {
 public:
  explicit DocumentWriter(Random& random) : random_(random) {}

  std::string json(uint32_t depth) {
    switch (depth == 0 ? 0 : random_.below(4)) {
      case 1: return join({"[", json(depth - 1), ", ", json(depth - 1), "]"});
      case 2: return json_object(depth - 1);
      default: return random_.pick({"0", "1", "2", "\"a\"", "\"b\"", "true", "false", "null"});
    }
  }
  std::string json_object(uint32_t depth) {
    std::string text = "{";
    for (const char* key : {"a", "b", "x"}) {
      if (random_.one_in(3)) continue;
      text += (text.size() > 1 ? ", \"" : "\"") + std::string(key) + "\": " + json(depth);
    }
    return text + "}";
  }
  std::string maybe_members() {
    std::string text;
    if (!random_.one_in(3)) text += ", \"y\": " + json(1);
    if (!random_.one_in(3)) text += join({", \"l\": [", json(0), ", ", json(1), ", ", json(0), "]"});
    return text;
  }

 private:
  Random& random_;
};

// Terms and statements, which may contain each other. A statement may bind names, which it adds to `names`; a term uses
// those and the rules after the current one.
class BodyWriter {
 protected:
  explicit BodyWriter(uint64_t seed) : random_(seed) {}

  std::string write_body(Names& names, uint64_t count, uint32_t depth, const std::string& indent) {
    std::string body;
    for (uint64_t i = 0; i < count; ++i) body += indent + statement(names, depth, indent) + "\n";
    return body;
  }

  std::string statement(Names& names, uint32_t depth, const std::string& indent) {
    switch (random_.below(18)) {
      case 16: return index_condition();
      case 0:
      case 1: return bind(names, " := " + term(names, depth));
      case 2:
      case 3: {
        std::string from = collection(names, depth);
        if (random_.one_in(2)) return "some " + fresh(names) + " in " + from;
        std::string first = fresh(names);
        return "some " + first + ", " + fresh(names) + " in " + from;
      }
      case 4: return unification(names, depth);
      case 5: return negation(names, depth);
      case 6: return every(names, depth, indent);
      case 7: return enumeration(names);
      case 8: return with_statement(names, depth);
      case 9: return join({term(names, depth), " in ", collection(names, depth)});
      case 10: return reference(names);
      case 11: {
        std::string known = rule_reference(names);
        return known.empty() ? reference(names) : known;
      }
      default: return comparison(names, depth);
    }
  }

  // What the rule index is made of.
  std::string index_condition() {
    std::string path = random_.pick({"input.x", "input.x", "input.o.a", "input.y"});
    return random_.one_in(4) ? join({scalar(), " = ", path}) : join({path, " == ", scalar()});
  }

  std::string bind(Names& names, const std::string& rest) { return fresh(names) + rest; }

  // Two digits, so that no name is the beginning of another.
  static std::string name_of(uint32_t number) {
    return {'v', static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
  }
  std::string fresh(Names& names) {
    std::string name = name_of(next_name_++);
    names.push_back(name);
    return name;
  }

  std::string unification(Names& names, uint32_t depth) {
    std::string right = term(names, depth);
    if (random_.one_in(3)) {
      std::string first = fresh(names);
      return join({"[", first, ", ", scalar(), "] = [", term_without_last(names), ", ", term_without_last(names), "]"});
    }
    if (random_.one_in(2)) {
      std::string name = fresh(names);
      return "{\"a\": " + name + "} = " + right;
    }
    std::string name = fresh(names);
    return random_.one_in(2) ? "[" + name + ", _] = " + right : right + " = " + name;
  }

  // The last of `names` is being bound: it must not be part of the term.
  std::string term_without_last(const Names& names) { return term(Names(names.begin(), names.end() - 1), 0); }

  std::string negation(const Names& names, uint32_t depth) {
    if (new_not_ && random_.one_in(3)) {
      Names inner = names;
      std::string body = join({statement(inner, 0, ""), "; ", comparison(inner, 0)});
      return "not { " + body + " }";
    }
    return "not " + (random_.one_in(2) ? comparison(names, depth) : reference(names));
  }

  std::string every(const Names& names, uint32_t depth, const std::string& indent) {
    if (depth == 0) return comparison(names, 0);
    Names inner = names;
    std::string from = collection(names, 0);
    std::string head = "every ";
    if (random_.one_in(2)) head += fresh(inner) + ", ";
    head += fresh(inner);
    std::string body = write_body(inner, 1 + random_.below(2), depth - 1, indent + "  ");
    return head + " in " + from + " {\n" + body + indent + "}";
  }

  // A reference that binds a new name.
  std::string enumeration(Names& names) {
    const char* kRoots[] = {"input.l", "input.o", "input", "data.d", "data.e", "input.y"};
    std::string root = random_.pick(kRoots);
    if (const Rule* rule = later_rule(); rule != nullptr && rule->form != Form::kFunction && random_.one_in(2)) {
      root = rule->name;
    }
    std::string text = root + "[" + fresh(names) + "]";
    if (random_.one_in(3)) text += "[" + fresh(names) + "]";
    if (random_.one_in(2)) text += " == " + scalar();
    names_declared(text, names);
    return text;
  }

  // Undeclared names would otherwise be global: a `some` makes them local.
  void names_declared(std::string& text, const Names& names) {
    std::string declared;
    for (const std::string& name : names) {
      if (text.find("[" + name + "]") != std::string::npos) declared += (declared.empty() ? "" : ", ") + name;
    }
    if (random_.one_in(2)) text = "some " + declared + "; " + text;
  }

  std::string with_statement(const Names& names, uint32_t depth) {
    std::string what;
    switch (random_.below(4)) {
      case 0: what = comparison(names, depth); break;
      case 1: what = "not " + reference(names); break;
      default: what = rule_reference(names); break;
    }
    if (what.empty()) what = reference(names);
    uint64_t count = 1 + random_.below(2);
    for (uint64_t i = 0; i < count; ++i) what += " with " + with_target(names);
    return what;
  }

  std::string with_target(const Names& names) {
    const Rule* rule = later_rule();
    switch (random_.below(7)) {
      case 0: return join({"input as {\"x\": ", scalar(), ", \"l\": [", scalar(), ", ", scalar(), "]}"});
      case 1: return "input.o.a as " + term(names, 0);
      case 2: return "data.d.a as " + term(names, 0);
      case 3: return "data.d as {\"a\": " + scalar() + "}";
      case 4:
      case 5:
        if (rule == nullptr) return "input.y as [" + scalar() + "]";
        if (rule->form == Form::kFunction) return "data.p." + rule->name + " as " + scalar();
        return join({"data.p.", rule->name, " as ",
                     random_.one_in(2) ? scalar() : random_.pick({"{\"a\": 1}", "{1, 2}"})});
      default: return "input.x as " + term(names, 0);
    }
  }

  std::string comparison(const Names& names, uint32_t depth) {
    const char* kOperators[] = {"==", "==", "==", "!=", "<", ">="};
    std::string left = random_.one_in(2) ? reference(names) : term(names, depth);
    return join({left, " ", random_.pick(kOperators), " ", term(names, depth == 0 ? 0 : depth - 1)});
  }

  std::string scalar() {
    return random_.pick({"0", "1", "1", "2", "1.0", "\"a\"", "\"b\"", "true", "false", "null"});
  }
  std::string constant() {
    switch (random_.below(6)) {
      case 0: return join({"[", scalar(), ", ", scalar(), "]"});
      case 1: return "{\"a\": " + scalar() + "}";
      case 2: return join({"{", scalar(), ", ", scalar(), "}"});
      default: return scalar();
    }
  }
  std::string key(const Names& names) {
    if (!names.empty() && !random_.one_in(3)) return random_.pick(names);
    return random_.pick({"\"a\"", "\"b\"", "1", "input.x"});
  }

  std::string reference(const Names& names) {
    const char* kReferences[] = {"input.x",    "input.x",    "input.y",    "input.o.a",  "input.o.b", "input.l[0]",
                                 "input.l[1]", "data.d.a",   "data.d.b",   "data.e[0]",  "input.y.a", "data.d.a.b",
                                 "input.z",    "data.none.x"};
    if (!names.empty() && random_.one_in(4)) {
      return join({random_.pick({"input.o", "data.d", "input.l", "input"}), ("[" + random_.pick(names) + "]")});
    }
    return random_.pick(kReferences);
  }

  const Rule* later_rule() {
    if (current_ + 1 >= rules_.size()) return nullptr;
    return &rules_[current_ + 1 + random_.below(rules_.size() - current_ - 1)];
  }

  // Empty if there is no later rule.
  std::string rule_reference(const Names& names) {
    const Rule* rule = later_rule();
    if (rule == nullptr) return "";
    switch (rule->form) {
      case Form::kFunction: {
        std::string call = rule->name + "(" + term(names, 0);
        if (rule->arity == 2) call += ", " + term(names, 0);
        return call + ")";
      }
      case Form::kSet: return random_.one_in(2) ? rule->name : rule->name + "[" + key(names) + "]";
      case Form::kObject: return random_.one_in(3) ? rule->name : rule->name + "[" + key(names) + "]";
      case Form::kDeep:
        return join({rule->name, "[", key(names), "]", random_.one_in(2) ? "" : "[" + key(names) + "]"});
      case Form::kDeepSet: return join({rule->name, "[", key(names), "]", random_.one_in(2) ? "" : ".s"});
      default: return random_.one_in(6) ? "data.p[\"" + rule->name + "\"]" : rule->name;
    }
  }

  std::string collection(const Names& names, uint32_t depth) {
    switch (random_.below(9)) {
      case 0: return join({"[", term(names, 0), ", ", scalar(), "]"});
      case 1: return join({"{", scalar(), ", ", scalar(), "}"});
      case 2: return join({"{\"a\": ", term(names, 0), ", \"b\": ", scalar(), "}"});
      case 3: return "input.o";
      case 4: return "data.d";
      case 5: return "data.e";
      case 6: {
        std::string known = rule_reference(names);
        return known.empty() ? "input.l" : known;
      }
      case 7:
        if (depth > 0) return comprehension(names, depth - 1);
        [[fallthrough]];
      default: return "input.l";
    }
  }

  std::string comprehension(const Names& names, uint32_t depth) {
    Names inner = names;
    std::string body = statement(inner, depth, "  ");
    if (random_.one_in(2)) body += "; " + statement(inner, depth, "  ");
    switch (random_.below(3)) {
      case 0: return "[" + safe_head(inner) + " | " + body + "]";
      case 1: return "{" + safe_head(inner) + " | " + body + "}";
      default: return join({"{", safe_head(inner), ": ", safe_head(inner), " | ", body, "}"});
    }
  }
  std::string safe_head(const Names& names) { return names.empty() ? scalar() : random_.pick(names); }

  std::string term(const Names& names, uint32_t depth) {
    if (!names.empty() && random_.one_in(2)) return random_.pick(names);
    switch (depth == 0 ? random_.below(3) : random_.below(11)) {
      case 0: return scalar();
      case 1: return reference(names);
      case 2: {
        std::string known = rule_reference(names);
        return known.empty() ? scalar() : known;
      }
      case 3: return join({"[", term(names, depth - 1), ", ", term(names, depth - 1), "]"});
      case 4: return join({"{", term(names, depth - 1), ", ", term(names, depth - 1), "}"});
      case 5: return "{\"a\": " + term(names, depth - 1) + "}";
      case 6: return comprehension(names, depth - 1);
      case 7: return "count(" + collection(names, depth - 1) + ")";
      case 8:
        return join({"(", term(names, 0), random_.pick({" + ", " - ", " * ", " / "}),
                     random_.pick({"1", "0", "input.x"}), ")"});
      case 9:
        return join({"object.get(input, ", random_.pick({"\"x\"", "[\"o\", \"a\"]", "\"none\""}), ", ", scalar(), ")"});
      default: return "type_name(" + term(names, depth - 1) + ")";
    }
  }

  Random random_;
  std::vector<Rule> rules_;
  size_t current_ = 0;
  uint32_t next_name_ = 0;
  bool new_not_ = false;
};

// Rules, one after the other, and what belongs to them.
class ProgramWriter : BodyWriter {
 public:
  explicit ProgramWriter(uint64_t seed) : BodyWriter(seed) {}

  RandomProgram write() {
    uint64_t count = 1 + random_.below(6);
    for (uint64_t i = 0; i < count; ++i) {
      Rule rule{"r" + std::to_string(i), kForms[random_.below(std::size(kForms))]};
      if (rule.form == Form::kFunction) rule.arity = 1 + static_cast<uint32_t>(random_.below(2));
      rules_.push_back(rule);
    }
    text_ = "package p\n\n";
    if (random_.one_in(6)) {
      new_not_ = true;
      text_ += "import future.keywords.not\n\n";
    }
    for (current_ = 0; current_ < rules_.size(); ++current_) write_rule(rules_[current_]);
    RandomProgram program;
    DocumentWriter documents(random_);
    program.policy = text_;
    program.data = join({"{\"d\": ", documents.json_object(2), ", \"e\": [", documents.json(1), ", ",
                         documents.json(1), "]}"});
    if (!random_.one_in(12)) {
      program.input = join({"{\"x\": ", documents.json(0), ", \"o\": ", documents.json_object(1),
                            documents.maybe_members(), "}"});
    }
    program.entry = random_.one_in(3) || rules_[0].form == Form::kFunction ? "p" : "p/r0";
    return program;
  }

 private:
  void write_rule(const Rule& rule) {
    if ((rule.form == Form::kComplete || rule.form == Form::kElse) && random_.one_in(3)) {
      text_ += "default " + rule.name + " := " + constant() + "\n\n";
    }
    if (rule.form == Form::kFunction && random_.one_in(4)) {
      text_ += "default " + rule.name + (rule.arity == 1 ? "(_)" : "(_, _)") + " := " + constant() + "\n\n";
    }
    uint64_t definitions = 1 + random_.below(3);
    for (uint64_t i = 0; i < definitions; ++i) write_definition(rule);
  }

  void write_definition(const Rule& rule) {
    Names names;
    next_name_ = 0;
    std::string head = rule.name;
    if (rule.form == Form::kFunction) {
      head += join({"(", parameter(names), (rule.arity == 2 ? ", " + parameter(names) : ""), ")"});
    }
    std::string body = write_body(names, 1 + random_.below(3), 2, "  ");
    switch (rule.form) {
      case Form::kComplete:
      case Form::kFunction: head += random_.one_in(4) ? "" : " := " + term(names, 1); break;
      case Form::kElse: head += " := " + term(names, 1); break;
      case Form::kSet: head += " contains " + term(names, 1); break;
      case Form::kObject: head += join({"[", key(names), "] := ", term(names, 1)}); break;
      case Form::kDeep: head += join({"[", key(names), "][", key(names), "] := ", term(names, 0)}); break;
      case Form::kDeepSet: head += join({"[", key(names), "].s contains ", term(names, 0)}); break;
    }
    std::string text = head + " if {\n" + body + "}";
    if (rule.form == Form::kElse || (rule.form == Form::kFunction && random_.one_in(5))) text += alternatives(names);
    drop_unused(text);
    text_ += text + "\n\n";
  }

  // Names that occur nowhere else become wildcards: the compiler rejects most of them.
  void drop_unused(std::string& text) {
    for (uint32_t i = 0; i < next_name_; ++i) {
      std::string name = name_of(i);
      size_t first = text.find(name);
      if (first != std::string::npos && text.find(name, first + 1) == std::string::npos) {
        text.replace(first, name.size(), "_");
      }
    }
  }

  std::string alternatives(const Names& outer) {
    // Of the names of the first body only the parameters reach the others; they come first.
    Names names;
    for (const std::string& name : outer) {
      if (name[0] == 'p') names.push_back(name);
    }
    std::string text;
    uint64_t count = 1 + random_.below(2);
    for (uint64_t i = 0; i < count; ++i) {
      Names inner = names;
      std::string body = write_body(inner, 1 + random_.below(2), 1, "  ");
      text += " else := " + term(inner, 0) + " if {\n" + body + "}";
    }
    return text;
  }

  std::string parameter(Names& names) {
    if (random_.one_in(4)) return scalar();
    std::string name = "p" + std::to_string(names.size());
    names.push_back(name);
    if (random_.one_in(6)) return "[" + name + ", _]";
    if (random_.one_in(8)) return "{\"a\": " + name + "}";
    return name;
  }

  std::string text_;
};

}  // namespace

RandomProgram random_program(uint64_t seed) { return ProgramWriter(seed).write(); }

}  // namespace writ::cases
