// The words of type errors, and the same as members of JSON. Lines that would be too wide show only what the types differ in
// (text.h). References are copied with the author's names in the place of generated ones before anything is said of them.
#include "lang/types/type_errors.h"

#include <algorithm>

#include "engine/value/order.h"
#include "engine/value/text.h"
#include "lang/syntax/ast_json.h"

namespace writ::lang {
namespace {

constexpr std::string_view kMatchHint =
    " but their types differ, so they can never be equal (see https://www.openpolicyagent.org/docs/errors/rego-type-error/match-error)";

std::string in_parentheses(const std::vector<std::string>& parts) {
  std::string out = "(";
  for (const std::string& part : parts) out.append(out.size() > 1 ? ", " : "").append(part);
  return out + ")";
}

std::vector<std::string> texts_of(const std::vector<NamedType>& types, std::string (*text)(const NamedType&)) {
  std::vector<std::string> texts;
  for (const NamedType& type : types) texts.push_back(text(type));
  return texts;
}

struct Description {
  std::string_view builtin;
  size_t place;
  std::string_view text;
};
constexpr Description kDescriptions[] = {
#define DESCRIPTION(builtin, place, text) {builtin, place, text},
#include "lang/types/descriptions.def"
#undef DESCRIPTION
};

void describe(std::vector<NamedType>& types, std::string_view builtin) {
  auto [first, last] = std::equal_range(std::begin(kDescriptions), std::end(kDescriptions), Description{builtin, 0, {}},
                                        [](const Description& a, const Description& b) { return a.builtin < b.builtin; });
  for (; first != last; ++first) {
    if (first->place < types.size()) types[first->place].description = first->text;
  }
}

// A constant as OPA encodes it: what is in a collection is {"type": …, "value": …}, and null has no members.
void write_constant(JsonWriter& json, const Value& value) {
  auto write_part = [&](const Value& part) {
    json.begin_object().member("type", kind_name(part.kind)).key("value");
    write_constant(json, part);
    json.end_object();
  };
  if (value.kind == Kind::kNull) {
    json.begin_object().end_object();
  } else if (value.is_object()) {
    json.begin_array();
    for (const Entry& entry : value.members()) {
      json.begin_array();
      write_part(entry.key);
      write_part(entry.value);
      json.end_array();
    }
    json.end_array();
  } else if (value.is_collection()) {
    json.begin_array();
    for (const Value& item : value.items()) write_part(item);
    json.end_array();
  } else {
    json.raw(to_json(value));
  }
}

// Arguments and, if asked for, the result of a function, with their names.
std::vector<NamedType> wanted(const Type& function, bool with_result) {
  std::vector<NamedType> types;
  const FunctionNames* names = function.names;
  for (size_t i = 0; i < function.items.size(); ++i) {
    types.push_back({names != nullptr ? names->arguments[i] : std::string_view(), function.items[i]});
  }
  if (with_result && function.element != nullptr) {
    types.push_back({names != nullptr ? names->result : std::string_view(), function.element});
  }
  return types;
}

// The plural of what both are, where they are the same kind of collection.
std::string_view shared_kind(TypeRef a, TypeRef b) {
  if (a == nullptr || b == nullptr || a->shape != b->shape) return {};
  switch (a->shape) {
    case Shape::kObject: return "objects";
    case Shape::kArray: return "arrays";
    case Shape::kSet: return "sets";
    default: return {};
  }
}

// A step that OPA generated and nobody wrote.
bool is_temporary(const Term& step) {
  return is_var(step) && is_generated(step.text) && step.text.ends_with("__");
}

}  // namespace

TypeError TypeErrors::arguments(Span span, const Term& function, std::string_view what, std::vector<TypeRef> have,
                                TypeRef want, bool with_result, Id id) {
  std::vector<NamedType> given, needed = wanted(*want, with_result);
  if (want->names != nullptr) describe(needed, dotted_name(function));
  for (TypeRef type : have) given.push_back({{}, type});
  std::string further;
  if (want->variadic != nullptr) further = to_text(want->variadic) + "...";
  auto lines = [&](std::vector<std::string> left, std::vector<std::string> right) {
    if (!further.empty()) right.push_back(further);
    return std::vector<std::string>{"have: " + in_parentheses(left), "want: " + in_parentheses(right)};
  };
  TypeError error{make_diagnostic(id, span, {to_text(function), what}), false};
  error.from_unknown = std::any_of(have.begin(), have.end(), [](TypeRef type) { return is_unknown(type); });
  error.diagnostic.lines = lines(texts_of(given, to_text), texts_of(needed, to_text));
  if (is_wide_line(error.diagnostic.lines[0]) || is_wide_line(error.diagnostic.lines[1])) {
    std::vector<std::string> left = texts_of(given, short_text), right = texts_of(needed, short_text);
    for (size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
      if (types_.unifies(given[i].type, needed[i].type)) continue;
      std::tie(left[i], right[i]) = different_texts(given[i], needed[i]);
    }
    error.diagnostic.lines = lines(std::move(left), std::move(right));
  }
  JsonWriter json(error.diagnostic.details);
  json.key("have").begin_array();
  for (const NamedType& type : given) write_json(json, type);
  json.end_array().key("want").begin_object();
  if (!needed.empty()) json.key("args").begin_array();
  for (const NamedType& type : needed) write_json(json, type);
  if (!needed.empty()) json.end_array();
  if (want->variadic != nullptr) write_json(json.key("variadic"), {{}, want->variadic});
  json.end_object();
  return error;
}

TypeError TypeErrors::match(Span span, TypeRef left, TypeRef right) {
  TypeError error{make_diagnostic(Id::kMatch, span), is_unknown(left) || is_unknown(right)};
  std::vector<std::string>& lines = error.diagnostic.lines;
  lines = {"left  : " + to_text(left), "right : " + to_text(right)};
  if (is_wide_line(lines[0]) || is_wide_line(lines[1])) {
    auto [shown_left, shown_right] = different_texts({{}, left}, {{}, right});
    lines = {"left  : " + shown_left, "right : " + shown_right};
  }
  if (std::string_view kind = shared_kind(left, right); !kind.empty()) {
    lines.push_back("hint  : both sides are " + std::string(kind) + std::string(kMatchHint));
  }
  JsonWriter json(error.diagnostic.details);
  write_json(json.key("a"), {{}, left});
  write_json(json.key("b"), {{}, right});
  return error;
}

TypeError TypeErrors::undefined_function(Span span, const Term& function) {
  return {make_diagnostic(Id::kUndefinedFunction, span, {to_text(function)})};
}

// --- references ------------------------------------------------------------------------------------------------------

// A copy with the author's names. Subjects hold variables that stand for other subjects, never for themselves.
Term* TypeErrors::substitute(const Term& term) {
  charge_work(1);
  if (is_var(term)) {
    if (auto subject = checker_.subjects.find(term.text); subject != checker_.subjects.end()) {
      return substitute(*subject->second);
    }
  }
  Term* copy = checker_.ast.term(term.kind, term.span);
  *copy = term;
  copy->flat = false;
  if (is_var(term) && !is_wildcard(term.text)) {
    if (std::string_view name = written_name(term.text); !name.empty()) copy->text = name;
  }
  for (Term*& item : copy->items) item = substitute(*item);
  if (copy->body != nullptr) {
    copy->body = checker_.copy(*copy->body);
    auto rename = term_walker([](Term* t) {
      if (is_var(*t) && !is_wildcard(t->text) && !written_name(t->text).empty()) t->text = written_name(t->text);
      return false;
    });
    rename(copy->body);
  }
  return copy;
}

const Term* TypeErrors::shown(const Term& ref) { return substitute(ref); }

void TypeErrors::write_ref(JsonWriter& json, const Term& ref, size_t at) {
  json.key("ref").begin_array();
  for (const Term* step : ref.items) {
    Arena arena;
    Value value = term_to_value(*step, checker_.sources, arena);
    if (value.is_defined()) {
      json.raw(to_json(value));
    } else {
      json.begin_object().member("type", "term").member("value", to_text(*step)).end_object();
    }
  }
  json.end_array().member("pos", static_cast<uint64_t>(at));
}

namespace {

// The text of the first steps of a reference.
std::string prefix_text(const Term& ref, size_t count) {
  Term prefix;
  prefix.kind = TermKind::kRef;
  prefix.items.assign(ref.items.begin(), ref.items.begin() + static_cast<ptrdiff_t>(std::min(count, ref.items.size())));
  return to_text(prefix);
}

}  // namespace

TypeError TypeErrors::unsupported(const Term& written, size_t at, TypeRef have) {
  const Term* ref = shown(written);
  std::string text = to_text(*ref);
  Span span = written.items[0]->span;
  TypeError error;
  if (is_shape(have, Shape::kFunction)) {
    bool drop = is_temporary(*ref->items.back());
    error.diagnostic =
        make_diagnostic(Id::kFunctionNotCalled, span, {drop ? prefix_text(*ref, ref->items.size() - 1) : text});
  } else {
    error.diagnostic = make_diagnostic(Id::kUndefinedRef, span, {text});
  }
  error.diagnostic.lines = {text, std::string(prefix_text(*ref, at + 1).size(), '^'), "have: " + to_text(have)};
  JsonWriter json(error.diagnostic.details);
  write_ref(json, *ref, at);
  write_json(json.key("have"), {{}, have});
  return error;
}

TypeError TypeErrors::invalid(const Term& written, size_t at, TypeRef have, TypeRef want, std::vector<Value> one_of) {
  const Term* ref = shown(written);
  std::string text = to_text(*ref);
  TypeError error{make_diagnostic(Id::kUndefinedRef, written.items[0]->span, {text}), false};
  std::string pad(prefix_text(*ref, at).size() + 1, ' ');
  std::string allowed;
  for (const Value& key : one_of) allowed.append(allowed.empty() ? "" : " ").append(to_rego(key));
  bool by_type = one_of.empty() && want != nullptr;
  error.diagnostic.lines = {
      text, pad + "^",
      pad + (have != nullptr ? "have (type): " + to_text(have) : "have: " + to_text(*ref->items[at])),
      pad + (by_type ? "want (type): " + to_text(want) : "want (one of): [" + allowed + "]")};
  JsonWriter json(error.diagnostic.details);
  write_ref(json, *ref, at);
  if (have != nullptr) write_json(json.key("have"), {{}, have});
  write_json(json.key("want"), {{}, want});
  json.key("oneOf");
  if (one_of.empty()) {
    json.null();
  } else {
    json.begin_array();
    for (const Value& key : one_of) write_constant(json, key);
    json.end_array();
  }
  return error;
}

std::vector<Value> TypeErrors::keys_of(TypeRef type) {
  type = unwrap(type);
  std::vector<Value> keys;
  if (is_shape(type, Shape::kObject)) {
    for (const StaticMember& member : type->members) keys.push_back(member.key);
  } else if (is_shape(type, Shape::kAny)) {
    for (TypeRef alternative : type->parts()) {
      std::vector<Value> more = keys_of(alternative);
      keys.insert(keys.end(), more.begin(), more.end());
    }
  }
  std::sort(keys.begin(), keys.end(), less);
  keys.erase(std::unique(keys.begin(), keys.end(), [](const Value& a, const Value& b) { return compare(a, b) == 0; }),
             keys.end());
  return keys;
}

}  // namespace writ::lang
