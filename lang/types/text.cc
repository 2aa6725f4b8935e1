// Printing of types. Printer writes whole types and stops where nobody would read on; the functions behind it choose what is
// left out of two types that are shown together. The texts of parts are made first and joined in brackets, as in OPA.
#include "lang/types/text.h"

#include <algorithm>

#include "engine/base/utf8.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace writ::lang {
namespace {

constexpr size_t kMaxLine = 80;          // a wider line of details is shortened
constexpr size_t kMaxPart = 32;          // a wider part that is not the subject is collapsed
constexpr int kMaxDepth = 8;             // of the walk over two types
constexpr size_t kMaxText = size_t{1} << 20;
constexpr std::string_view kEllipsis = "...";

using Texts = std::vector<std::string>;

size_t width_of(std::string_view text) {
  size_t count = 0;
  for (const char *p = text.data(), *end = p + text.size(); p != end; ++count) p += decode_utf8(p, end).size;
  return count;
}

std::string joined(const Texts& parts) {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) out.append(i == 0 ? "" : ", ").append(parts[i]);
  return out;
}

std::string_view scalar_word(Shape shape) {
  switch (shape) {
    case Shape::kNull: return "null";
    case Shape::kBoolean: return "boolean";
    case Shape::kNumber: return "number";
    case Shape::kString: return "string";
    case Shape::kArray: return "array";
    case Shape::kObject: return "object";
    case Shape::kSet: return "set";
    case Shape::kAny: return "any";
    case Shape::kFunction: return "function";
    case Shape::kRecursive: break;
  }
  return "recursive";
}

std::string composite(std::string_view word, const Texts& parts, const std::string& dynamic) {
  std::string out(word);
  if (!parts.empty()) out.append("<").append(joined(parts)).append(">");
  if (!dynamic.empty()) out.append("[").append(dynamic).append("]");
  return out;
}

std::string any_text(const Texts& alternatives) { return composite("any", alternatives, {}); }
std::string function_text(const Texts& arguments, const std::string& result) {
  return "(" + joined(arguments) + ") => " + result;
}
std::string member_text(const Value& key, const std::string& type) { return key_text(key) + ": " + type; }

// Whole types, up to `limit` bytes.
class Printer {
 public:
  explicit Printer(size_t limit) : limit_(limit) {}

  std::string run(TypeRef type) {
    print(type);
    return std::move(out_);
  }

 private:
  void print(TypeRef type) {
    if (out_.size() > limit_) return;
    if (type == nullptr) {
      out_ += "???";
      return;
    }
    switch (type->shape) {
      case Shape::kRecursive: out_.append("recursive(").append(type->name).append(")"); return;
      case Shape::kFunction: return function(*type);
      default: out_ += scalar_word(type->shape);
    }
    if (type->shape == Shape::kObject) return object(*type);
    list(type->parts(), "<", ">");
    if (type->element != nullptr) list({type->element}, "[", "]");
  }

  void list(const std::vector<TypeRef>& types, std::string_view open, std::string_view close) {
    if (types.empty()) return;
    out_ += open;
    for (size_t i = 0; i < types.size() && !is_full(); ++i) {
      if (i > 0) out_ += ", ";
      print(types[i]);
    }
    out_ += close;
  }

  void object(const Type& type) {
    for (size_t i = 0; i < type.members.size() && !is_full(); ++i) {
      out_.append(i == 0 ? "<" : ", ").append(key_text(type.members[i].key)).append(": ");
      print(type.members[i].type);
    }
    if (!type.members.empty()) out_ += '>';
    if (!type.is_dynamic) return;
    out_ += '[';
    print(type.dynamic.key);
    out_ += ": ";
    print(type.dynamic.value);
    out_ += ']';
  }

  void function(const Type& type) {
    out_ += '(';
    list(type.items, "", "");
    if (type.variadic != nullptr) {
      if (!type.items.empty()) out_ += ", ";
      print(type.variadic);
      out_ += kEllipsis;
    }
    out_ += ") => ";
    print(type.element);
  }

  bool is_full() {
    if (out_.size() <= limit_) return false;
    if (!out_.ends_with(kEllipsis)) out_ += kEllipsis;
    return true;
  }

  size_t limit_;
  std::string out_;
};

// --- leaving out -----------------------------------------------------------------------------------------------------

// The type with everything below `depth` levels replaced by an ellipsis; 0 keeps the outermost constructor.
std::string elided_text(TypeRef type, int depth);

Texts elided_texts(const std::vector<TypeRef>& types, int depth) {
  if (depth == 0) return types.empty() ? Texts{} : Texts{std::string(kEllipsis)};
  Texts parts;
  for (TypeRef type : types) parts.push_back(elided_text(type, depth - 1));
  return parts;
}

std::string elided_object(const Type& type, int depth) {
  Texts members;
  if (depth == 0 && !type.members.empty()) {
    members.emplace_back(kEllipsis);
  } else {
    for (const StaticMember& member : type.members) {
      members.push_back(member_text(member.key, elided_text(member.type, depth - 1)));
    }
  }
  std::string dynamic;
  if (type.is_dynamic) {
    dynamic = depth == 0 ? std::string(kEllipsis)
                         : elided_text(type.dynamic.key, depth - 1) + ": " + elided_text(type.dynamic.value, depth - 1);
  }
  return composite("object", members, dynamic);
}

std::string elided_function(const Type& type, int depth) {
  Texts arguments = elided_texts(type.items, depth);
  if (depth == 0) {
    if (arguments.empty() && type.variadic != nullptr) arguments.emplace_back(kEllipsis);
    return function_text(arguments, std::string(type.element == nullptr ? "???" : kEllipsis));
  }
  if (type.variadic != nullptr) arguments.push_back(elided_text(type.variadic, depth - 1) + std::string(kEllipsis));
  return function_text(arguments, elided_text(type.element, depth - 1));
}

std::string elided_text(TypeRef type, int depth) {
  if (depth < 0 || type == nullptr) return to_text(type);
  switch (type->shape) {
    case Shape::kArray:
    case Shape::kSet:
    case Shape::kAny: {
      std::string element;
      if (type->element != nullptr) element = depth == 0 ? std::string(kEllipsis) : elided_text(type->element, depth - 1);
      return composite(scalar_word(type->shape), elided_texts(type->parts(), depth), element);
    }
    case Shape::kObject: return elided_object(*type, depth);
    case Shape::kFunction: return elided_function(*type, depth);
    default: return to_text(type);
  }
}

std::string short_text(TypeRef type) {
  std::string whole = Printer(4 * kMaxPart + 4).run(type);
  return width_of(whole) <= kMaxPart ? whole : elided_text(type, 0);
}

// --- two types side by side ------------------------------------------------------------------------------------------

using Pair = std::pair<std::string, std::string>;

// Shows two types of one store; equal ones are one node, but for recursive ones, which are equal by name.
class Difference {
 public:
  static Pair of(TypeRef a, TypeRef b, int depth) {
    if (depth < kMaxDepth && a != nullptr && b != nullptr && !look_same(a, b) && a->shape == b->shape) {
      switch (a->shape) {
        case Shape::kSet:
          if (a->element != nullptr && b->element != nullptr) return sets(*a, *b, depth);
          break;
        case Shape::kArray: return arrays(*a, *b, depth);
        case Shape::kObject: return objects(*a, *b, depth);
        case Shape::kAny: return unions(*a, *b);
        case Shape::kFunction:
          if (a->items.size() == b->items.size()) return functions(*a, *b, depth);
          break;
        default: break;
      }
    }
    return {short_text(a), short_text(b)};
  }

 private:
  static bool look_same(TypeRef a, TypeRef b) {
    return a == b || (is_shape(a, Shape::kRecursive) && is_shape(b, Shape::kRecursive) && a->name == b->name);
  }

  static Pair sets(const Type& a, const Type& b, int depth) {
    auto [left, right] = of(a.element, b.element, depth + 1);
    return {"set[" + left + "]", "set[" + right + "]"};
  }

  static Pair arrays(const Type& a, const Type& b, int depth) {
    if (a.items.size() != b.items.size() || (a.element == nullptr) != (b.element == nullptr)) {
      return {elided_text(&a, 1), elided_text(&b, 1)};
    }
    Texts left, right;
    for (size_t i = 0; i < a.items.size(); ++i) add(of(a.items[i], b.items[i], depth + 1), left, right);
    Pair dynamic;
    if (a.element != nullptr) dynamic = of(a.element, b.element, depth + 1);
    return {composite("array", left, dynamic.first), composite("array", right, dynamic.second)};
  }

  // Members that are equal on both sides are left out.
  static Pair objects(const Type& a, const Type& b, int depth) {
    Texts left, right;
    bool elided = false;
    size_t i = 0, j = 0;
    while (i < a.members.size() || j < b.members.size()) {
      int order = i == a.members.size() ? 1 : j == b.members.size() ? -1 : compare(a.members[i].key, b.members[j].key);
      if (order < 0) {
        left.push_back(member_text(a.members[i].key, short_text(a.members[i].type)));
      } else if (order > 0) {
        right.push_back(member_text(b.members[j].key, short_text(b.members[j].type)));
      } else if (look_same(a.members[i].type, b.members[j].type)) {
        elided = true;
      } else {
        auto [l, r] = of(a.members[i].type, b.members[j].type, depth + 1);
        left.push_back(member_text(a.members[i].key, l));
        right.push_back(member_text(b.members[j].key, r));
      }
      if (order <= 0) ++i;
      if (order >= 0) ++j;
    }
    auto [dynamic_left, dynamic_right] = dynamic_members(a, b, depth);
    return {composite("object", with_ellipsis(left, elided), dynamic_left),
            composite("object", with_ellipsis(right, elided), dynamic_right)};
  }

  static Pair dynamic_members(const Type& a, const Type& b, int depth) {
    if (a.is_dynamic && b.is_dynamic) {
      Pair key = of(a.dynamic.key, b.dynamic.key, depth + 1), value = of(a.dynamic.value, b.dynamic.value, depth + 1);
      return {key.first + ": " + value.first, key.second + ": " + value.second};
    }
    auto alone = [](const Type& type) {
      return type.is_dynamic ? short_text(type.dynamic.key) + ": " + short_text(type.dynamic.value) : std::string();
    };
    return {alone(a), alone(b)};
  }

  // Alternatives of both are left out.
  static Pair unions(const Type& a, const Type& b) {
    Texts left, right;
    bool elided = false;
    for (TypeRef type : a.parts()) {
      if (has(b, type)) {
        elided = true;
      } else {
        left.push_back(short_text(type));
      }
    }
    for (TypeRef type : b.parts()) {
      if (!has(a, type)) right.push_back(short_text(type));
    }
    return {any_text(with_ellipsis(left, elided)), any_text(with_ellipsis(right, elided))};
  }

  static bool has(const Type& any, TypeRef type) {
    if (any.is_any()) return false;
    if (!is_shape(type, Shape::kRecursive)) return contains_type(&any, type);
    const std::vector<TypeRef>& others = any.parts();
    return std::any_of(others.begin(), others.end(), [&](TypeRef other) { return look_same(type, other); });
  }

  static Pair functions(const Type& a, const Type& b, int depth) {
    Texts left, right;
    for (size_t i = 0; i < a.items.size(); ++i) add(of(a.items[i], b.items[i], depth + 1), left, right);
    auto [l, r] = of(a.element, b.element, depth + 1);
    return {function_text(left, l), function_text(right, r)};
  }

  static void add(Pair texts, Texts& left, Texts& right) {
    left.push_back(std::move(texts.first));
    right.push_back(std::move(texts.second));
  }

  static Texts with_ellipsis(Texts parts, bool elided) {
    if (elided) parts.emplace_back(kEllipsis);
    return parts;
  }
};

std::string with_name(std::string_view name, std::string text) {
  return name.empty() ? text : std::string(name) + ": " + text;
}

}  // namespace

std::string to_text(TypeRef type) { return Printer(kMaxText).run(type); }

std::string to_text(const NamedType& type) { return with_name(type.name, to_text(type.type)); }

std::string key_text(const Value& key) {
  switch (key.kind) {
    case Kind::kString: return std::string(key.text());
    case Kind::kNull: return "<nil>";
    case Kind::kArray:
    case Kind::kSet: {
      std::string out = "[";
      for (const Value& item : key.items()) out.append(out.size() > 1 ? " " : "").append(key_text(item));
      return out + "]";
    }
    case Kind::kObject: {
      std::string out = "map[";
      for (const Entry& entry : key.members()) {
        out.append(out.size() > 4 ? " " : "").append(key_text(entry.key)).append(":").append(key_text(entry.value));
      }
      return out + "]";
    }
    default: return to_json(key);
  }
}

bool is_wide_line(std::string_view line) { return width_of(line) > kMaxLine; }

std::string short_text(const NamedType& type) {
  if (type.name.empty()) return short_text(type.type);
  std::string whole = with_name(type.name, Printer(4 * kMaxPart + 4).run(type.type));
  return width_of(whole) <= kMaxPart ? whole : with_name(type.name, elided_text(type.type, 0));
}

std::pair<std::string, std::string> different_texts(const NamedType& a, const NamedType& b) {
  auto [left, right] = Difference::of(a.type, b.type, 0);
  return {with_name(a.name, std::move(left)), with_name(b.name, std::move(right))};
}

// --- JSON ------------------------------------------------------------------------------------------------------------

namespace {

// Writes types of up to kMaxParts parts; what would come behind them is any.
class TypeWriter {
 public:
  explicit TypeWriter(JsonWriter& json) : json_(json) {}

  void type(TypeRef written, std::string_view name = {}, std::string_view description = {}) {
    if (written == nullptr) {
      json_.null();
      return;
    }
    bool is_cut = parts_++ > kMaxParts && written->depth > 0;
    const Type& type = *written;
    json_.begin_object();
    if (type.shape == Shape::kRecursive) {
      json_.member("name", type.name).end_object();
      return;
    }
    if (is_cut) {
      json_.member("type", "any").end_object();
      return;
    }
    if (!description.empty()) json_.member("description", description);
    if (type.shape == Shape::kFunction && !type.items.empty()) list("args", type.items);
    if (type.shape == Shape::kObject) {
      object(type, name);
    } else {
      others(type, name);
    }
    json_.member("type", scalar_word(type.shape));
    if (type.variadic != nullptr) part("variadic", type.variadic);
    json_.end_object();
  }

 private:
  static constexpr size_t kMaxParts = 20'000;

  void part(std::string_view name, TypeRef written) {
    json_.key(name);
    type(written);
  }

  void list(std::string_view name, const std::vector<TypeRef>& types) {
    json_.key(name).begin_array();
    for (TypeRef written : types) {
      if (parts_ > kMaxParts) break;
      type(written);
    }
    json_.end_array();
  }

  // The members of OPA's encoding in the order of their names.
  void object(const Type& type, std::string_view name) {
    if (type.is_dynamic) {
      json_.key("dynamic").begin_object();
      part("key", type.dynamic.key);
      part("value", type.dynamic.value);
      json_.end_object();
    }
    if (!name.empty()) json_.member("name", name);
    if (type.members.empty()) return;
    json_.key("static").begin_array();
    for (const StaticMember& member : type.members) {
      if (parts_ > kMaxParts) break;
      json_.begin_object().key("key").raw(to_json(member.key));
      part("value", member.type);
      json_.end_object();
    }
    json_.end_array();
  }

  void others(const Type& type, std::string_view name) {
    if (type.shape == Shape::kArray && type.element != nullptr) part("dynamic", type.element);
    if (!name.empty()) json_.member("name", name);
    if (type.shape == Shape::kSet && type.element != nullptr) part("of", type.element);
    if (type.shape == Shape::kAny && !type.is_any()) list("of", type.parts());
    if (type.shape == Shape::kFunction && type.element != nullptr) part("result", type.element);
    if (type.shape == Shape::kArray && !type.items.empty()) list("static", type.items);
  }

  JsonWriter& json_;
  size_t parts_ = 0;
};

}  // namespace

void write_json(JsonWriter& json, const NamedType& named) {
  TypeWriter(json).type(named.type, named.name, named.description);
}

}  // namespace writ::lang
