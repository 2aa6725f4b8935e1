// From nodes to values: what scalars and tags mean, members of mappings, merges, and the way to JSON.
//
// Decoder::decode gives a node its value once; aliases share it. A mapping's members are gathered with its own first and
// those of its merges after, and the first of a name stays; of two of its own the last one counts, and what the other
// says is not looked at. What YAML has and JSON does not (keys that are null, numbers that are not finite) is an error
// only once everything else was found to be right, as in Go, where it comes up in a later step: Decoder keeps the first
// such error (`late_`).
#include "engine/builtins/yaml.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "engine/base/base64.h"
#include "engine/base/error.h"
#include "engine/builtins/float64.h"
#include "engine/builtins/go_float.h"
#include "engine/builtins/yaml_nodes.h"
#include "engine/value/build.h"
#include "engine/value/number.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace writ {

namespace {

// Go's allowance for nodes that come from aliases, in thousandths of all nodes.
uint64_t allowed_alias_share(uint64_t nodes) {
  constexpr uint64_t kFew = 400'000;
  constexpr uint64_t kMany = 4'000'000;
  if (nodes <= kFew) return 990;
  if (nodes >= kMany) return 100;
  return 990 - 890 * (nodes - kFew) / (kMany - kFew);
}

std::string_view kind_tag(YamlKind kind) {
  switch (kind) {
    case YamlKind::kNull: return "!!null";
    case YamlKind::kBoolean: return "!!bool";
    case YamlKind::kInteger: return "!!int";
    case YamlKind::kFloat:
    case YamlKind::kNotFinite: return "!!float";
    case YamlKind::kTimestamp: return "!!timestamp";
    case YamlKind::kMerge: return "!!merge";
    case YamlKind::kString: break;
  }
  return "!!str";
}

bool is_merge_key(const YamlNode& node) {
  if (node.kind != YamlNode::Kind::kScalar || node.text != "<<") return false;
  return node.tag.empty() ? !node.is_quoted : node.tag == "!!merge";
}

// Whether a key is a string by itself; a plain time may count as one.
bool is_string_key(const YamlNode& key, bool with_times) {
  const YamlNode& node = meant(key);
  if (node.kind != YamlNode::Kind::kScalar) return false;
  if (!node.tag.empty()) return node.tag == "!!str" || node.tag == "!!merge";
  if (node.is_quoted) return true;
  YamlKind kind = resolve_yaml_scalar(node.text).kind;
  return kind == YamlKind::kString || kind == YamlKind::kMerge || (with_times && kind == YamlKind::kTimestamp);
}

std::string_view not_finite_text(YamlNode::NotFinite kind) {
  return kind == YamlNode::NotFinite::kNan ? ".nan" : kind == YamlNode::NotFinite::kNegative ? "-.inf" : ".inf";
}

// A value as Go's %#v shows it, cut short. How the types of members nest is not repeated here.
void append_go_syntax(std::string& text, const Value& value) {
  if (text.size() > 1'000) return;
  if (value.kind == Kind::kNull) {
    text += "interface {}(nil)";
  } else if (value.is_string()) {
    append_quoted_go(text, value.text());
  } else if (!value.is_collection()) {
    text += to_rego(value);
  } else {
    text += value.is_object() ? "map[string]interface {}{" : "[]interface {}{";
    for (uint32_t i = 0; i < value.size; i++) {
      if (i > 0) text += ", ";
      if (value.is_object()) {
        append_go_syntax(text, value.entries[i].key);
        text += ':';
      }
      append_go_syntax(text, value.is_object() ? value.entries[i].value : value.elements[i]);
    }
    text += "}";
  }
}

std::string go_syntax(const YamlNode& node) {
  if (node.not_finite != YamlNode::NotFinite::kNo) {
    return node.not_finite == YamlNode::NotFinite::kNan ? "NaN" : "+Inf";
  }
  std::string text;
  append_go_syntax(text, node.value);
  return text;
}

bool is_time(const YamlNode& key) { return meant(key).tag == "!!timestamp"; }

bool is_float(const YamlNode& node) {
  return node.tag == "!!float" || resolve_yaml_scalar(node.text).kind == YamlKind::kFloat;
}

// A number among the keys of a mapping as a string. Go writes floats there as if they had 32 bits.
Value number_name(Arena& arena, const YamlNode& node) {
  std::string text;
  append_number(text, node.value);
  if (is_float(node)) {
    BinaryNumber real;
    BinaryNumber shorter;
    nearest_float64(text, &real);
    if (!nearest_float32(real, &shorter)) return Value::string(real.negative ? "-.inf" : ".inf");
    text = go_float_text(shorter, 'g', -1, kFloat32);
  }
  return make_string(arena, text);
}

class Decoder {
 public:
  // Keys become strings, as in JSON, or keep their kinds, as in Go.
  enum class Keys : uint8_t { kNames, kKept };

  Decoder(Arena& arena, YamlDuplicates duplicates, Keys keys = Keys::kNames)
      : arena_(arena), duplicates_(duplicates), keys_(keys) {}

  // Of a whole document.
  Value run(YamlNode& document) {
    Value value = value_of(document);
    if (!late_.empty()) throw YamlRefusal{late_};
    return value;
  }

  Value value_of(YamlNode& part) {
    const YamlNode& node = decode(part);
    check_finite(node);
    return node.value;
  }

  // What keeps the values so far from having a JSON form; empty if nothing does.
  const std::string& late() const { return late_; }

  // The node with its value; for an alias the node it names.
  YamlNode& decode(YamlNode& node) {
    if (node.kind == YamlNode::Kind::kAlias) return decode_alias(node);
    if (node.state == YamlNode::State::kDone) return node;
    enter();
    node.state = YamlNode::State::kDecoding;
    count(1, 0);
    switch (node.kind) {
      case YamlNode::Kind::kSequence: decode_sequence(node); break;
      case YamlNode::Kind::kMapping: decode_mapping(node); break;
      default: decode_scalar(node); break;
    }
    if (node.depth > kMaxValueDepth) throw Failure(ErrorCode::E_DEPTH, "yaml: values are nested too deeply");
    node.state = YamlNode::State::kDone;
    depth_--;
    return node;
  }

 private:
  using NotFinite = YamlNode::NotFinite;

  // The members of one mapping and of those merged into it.
  struct Members {
    std::vector<Entry> entries;
    std::set<std::string_view> names;
    bool all_strings = false;  // the keys of the mapping itself: then Go takes those of merged ones as they are written
    uint32_t depth = 0;
    uint64_t nodes = 1;
  };

  void enter() {
    if (++depth_ > kMaxValueDepth) throw Failure(ErrorCode::E_DEPTH, "yaml: values are nested too deeply");
  }

  YamlNode& decode_alias(const YamlNode& alias) {
    YamlNode& node = *alias.target;
    if (node.state == YamlNode::State::kDecoding) {
      throw YamlRefusal{"yaml: anchor '" + std::string(alias.text) + "' value contains itself"};
    }
    bool is_known = node.state == YamlNode::State::kDone;
    decode(node);
    count(is_known ? node.nodes + 1 : 1, node.nodes);
    return node;
  }

  // Nodes looked at so far, aliases written out; `aliased` of them are reached through aliases.
  void count(uint64_t nodes, uint64_t aliased) {
    nodes_ += nodes;
    aliased_ += aliased;
    if (aliased_ > 100 && nodes_ > 1000 && aliased_ * 1000 > allowed_alias_share(nodes_) * nodes_) {
      throw YamlRefusal{"yaml: document contains excessive aliasing"};
    }
  }

  void decode_sequence(YamlNode& sequence) {
    std::vector<Value> elements;
    for (YamlNode* child = sequence.first; child != nullptr; child = child->next) {
      const YamlNode& element = decode(*child);
      check_finite(element);
      elements.push_back(element.value);
      sequence.nodes += element.nodes;
      sequence.depth = std::max(sequence.depth, element.depth + 1);
    }
    sequence.value = make_array(arena_, elements);
  }

  // --- Mappings ---

  void decode_mapping(YamlNode& mapping) {
    Members members;
    members.all_strings = true;
    for (const YamlNode* key = mapping.first; key != nullptr; key = key->next->next) {
      members.all_strings = members.all_strings && is_string_key(*key, keys_ == Keys::kNames);
    }
    add_members(mapping, members, false);
    mapping.value = make_object(arena_, members.entries);
    mapping.nodes = members.nodes;
    mapping.depth = members.depth + 1;
  }

  struct Member {
    YamlNode* key;
    YamlNode* value;
    Value name;  // undefined if it has none; with Keys::kKept any value that is no collection

    // What equal keys have in common.
    std::string_view text() const { return name.is_string() ? name.text() : meant(*key).text; }
  };

  void add_members(YamlNode& mapping, Members& members, bool is_merged) {
    std::vector<Member> own;
    std::vector<YamlNode*> merges;
    std::map<std::string_view, size_t> places;
    for (YamlNode* key = mapping.first; key != nullptr; key = key->next->next) {
      if (is_merge_key(*key)) {
        merges.push_back(key->next);
        continue;
      }
      Member member{key, key->next, name_of(*key, is_merged && members.all_strings, members.all_strings)};
      auto [place, is_new] = member.name.is_defined() ? places.emplace(member.text(), own.size())
                                                      : std::pair(places.end(), true);
      if (is_new) own.push_back(member);
      else replace(own[place->second], member);
    }
    for (const Member& member : own) add_member(member, members, is_merged && members.all_strings);
    add_merges(merges, members);
  }

  void replace(Member& earlier, const Member& later) {
    if (duplicates_ == YamlDuplicates::kRefused) {
      std::string why = "line " + std::to_string(later.key->line) + ": mapping key ";
      append_quoted_go(why, later.text());
      throw Failure(ErrorCode::E_DUP_KEY, why + " already defined at line " + std::to_string(earlier.key->line));
    }
    earlier.value = later.value;
  }

  void add_member(const Member& member, Members& members, bool keys_as_written) {
    if (!member.name.is_defined()) {
      if (keys_as_written) return;  // Go passes over a null that is to become a string
      std::string_view key = is_time(*member.key) ? "time.Time, key: time" : "%!s(<nil>), key: <nil>";
      const YamlNode& value = decode(*member.value);
      keep_late("unsupported map key of type: " + std::string(key) + ", value: " + go_syntax(value), true);
      return;
    }
    if (!members.names.insert(member.text()).second) return;
    const YamlNode& value = decode(*member.value);
    check_finite(value);
    members.entries.push_back({member.name, value.value});
    members.nodes += 1 + value.nodes;
    members.depth = std::max(members.depth, value.depth);
  }

  // A mapping, an alias of one, or a sequence of these; of several keys "<<" all count, in order.
  void add_merges(const std::vector<YamlNode*>& merges, Members& members) {
    for (YamlNode* merge : merges) {
      if (merge->kind != YamlNode::Kind::kSequence) {
        add_merge(*merge, members);
        continue;
      }
      for (YamlNode* element = merge->first; element != nullptr; element = element->next) add_merge(*element, members);
    }
  }

  void add_merge(YamlNode& source, Members& members) {
    bool is_alias = source.kind == YamlNode::Kind::kAlias;
    YamlNode& mapping = meant(source);
    if (mapping.kind != YamlNode::Kind::kMapping) {
      throw YamlRefusal{"yaml: map merge requires map or sequence of maps as the value"};
    }
    if (mapping.state == YamlNode::State::kDecoding) {
      throw YamlRefusal{"yaml: anchor '" + std::string(source.text) + "' value contains itself"};
    }
    enter();
    YamlNode::State state = std::exchange(mapping.state, YamlNode::State::kDecoding);
    uint64_t before = members.nodes;
    add_members(mapping, members, true);
    mapping.state = state;
    depth_--;
    count_merge(mapping, is_alias, members.nodes - before);
  }

  // What is merged is looked at each time, even where it adds nothing.
  void count_merge(const YamlNode& mapping, bool is_alias, uint64_t added) {
    uint64_t size = 1 + added;
    for (const YamlNode* key = mapping.first; key != nullptr; key = key->next) size++;
    count(size, is_alias ? size : 0);
  }

  // --- Keys ---

  // The string a key becomes. Undefined if it is null or a time; throws if it is a collection.
  Value name_of(YamlNode& key, bool as_written, bool all_strings) {
    YamlNode& node = decode(key);
    if (node.kind != YamlNode::Kind::kScalar) throw YamlRefusal{"yaml: invalid map key: " + go_syntax(node)};
    if (keys_ == Keys::kKept && !all_strings) return kept_key(node);
    if (node.not_finite != NotFinite::kNo) return Value::string(not_finite_text(node.not_finite));
    if (node.value.kind == Kind::kNull || (is_time(node) && !as_written)) return Value::undefined();
    if (node.value.is_string()) return node.value;
    if (as_written) return Value::string(node.text);
    if (node.value.kind == Kind::kBoolean) return Value::string(node.value.is_true() ? "true" : "false");
    return number_name(arena_, node);
  }

  // A key that no JSON has is null here: it is never looked at, only seen to be no string.
  static Value kept_key(const YamlNode& node) {
    bool is_string = node.value.is_string() && is_string_key(node, false);
    return is_string || (node.value.is_defined() && !node.value.is_string()) ? node.value : Value::null();
  }

  // --- Scalars ---

  void decode_scalar(YamlNode& node) {
    node.value = Value::string(node.text);
    if (node.tag.empty()) {
      if (node.is_quoted) return;
      YamlScalar scalar = resolve_yaml_scalar(node.text);
      if (scalar.kind != YamlKind::kTimestamp || keys_ == Keys::kKept) assign(node, scalar);
      return;
    }
    if (node.tag == "!!binary") return decode_binary(node);
    for (YamlKind kind : {YamlKind::kBoolean, YamlKind::kInteger, YamlKind::kFloat, YamlKind::kNull,
                          YamlKind::kTimestamp}) {
      if (node.tag == kind_tag(kind)) return decode_tagged(node, kind);
    }
    // "!!str", and tags of one's own, which have no effect.
  }

  void decode_binary(YamlNode& node) {
    std::string bytes;
    size_t at = 0;
    if (!base64_decode(node.text, {}, &bytes, &at)) {
      throw YamlRefusal{"yaml: !!binary value contains invalid base64 data"};
    }
    node.value = make_string(arena_, bytes);
  }

  // "!!int 5": the text must be of the type the tag names.
  void decode_tagged(YamlNode& node, YamlKind wanted) {
    YamlScalar scalar = resolve_yaml_scalar(node.text, wanted == YamlKind::kTimestamp);
    bool fits = scalar.kind == wanted || (wanted == YamlKind::kFloat && scalar.kind == YamlKind::kNotFinite);
    if (wanted == YamlKind::kFloat && scalar.kind == YamlKind::kInteger) {
      fits = number_from_text(arena_, scalar.text).is_int64();
      scalar.text = yaml_float(scalar.text).value_or(scalar.text);
    }
    if (!fits) {
      throw YamlRefusal{"yaml: cannot decode " + std::string(kind_tag(scalar.kind)) + " `" + std::string(node.text) +
                        "` as a " + std::string(node.tag)};
    }
    assign(node, scalar);
  }

  void assign(YamlNode& node, const YamlScalar& scalar) {
    switch (scalar.kind) {
      case YamlKind::kNull: node.value = Value::null(); break;
      case YamlKind::kBoolean: node.value = Value::of(scalar.truth); break;
      case YamlKind::kInteger:
      case YamlKind::kFloat: node.value = number_from_text(arena_, scalar.text); break;
      case YamlKind::kTimestamp: node.value = make_string(arena_, scalar.text); break;
      case YamlKind::kNotFinite:
        node.value = keys_ == Keys::kKept ? Value::null() : Value::undefined();
        node.not_finite = (node.text[1] | 0x20) == 'n' ? NotFinite::kNan
                          : node.text[0] == '-'        ? NotFinite::kNegative
                                                       : NotFinite::kPositive;
        break;
      default: break;
    }
  }

  // --- Late errors ---

  void check_finite(const YamlNode& node) {
    if (node.not_finite == NotFinite::kNo) return;
    std::string_view name = node.not_finite == NotFinite::kNan        ? "NaN"
                            : node.not_finite == NotFinite::kNegative ? "-Inf"
                                                                      : "+Inf";
    keep_late("json: unsupported value: " + std::string(name), false);
  }

  // Keys come before numbers.
  void keep_late(std::string why, bool is_key) {
    if (!late_.empty() && (late_is_key_ || !is_key)) return;
    late_ = std::move(why);
    late_is_key_ = is_key;
  }

  Arena& arena_;
  YamlDuplicates duplicates_;
  Keys keys_;
  uint64_t nodes_ = 0;
  uint64_t aliased_ = 0;
  uint32_t depth_ = 0;
  std::string late_;
  bool late_is_key_ = false;
};

}  // namespace

struct YamlTree::Impl {
  YamlNode* root;
  Decoder decoder;
};

YamlTree::YamlTree(std::string_view text, Arena& arena)
    : impl_(new Impl{read_yaml_nodes(text, arena), {arena, YamlDuplicates::kRefused, Decoder::Keys::kKept}}) {}
YamlTree::~YamlTree() = default;

YamlNode* YamlTree::root() { return impl_->root; }
YamlNode& YamlTree::decode(YamlNode& node) { return impl_->decoder.decode(node); }
Value YamlTree::value(YamlNode& node) { return impl_->decoder.value_of(node); }
const std::string& YamlTree::why_not_json() const { return impl_->decoder.late(); }
bool is_yaml_merge(const YamlNode& key) { return is_merge_key(key); }

std::string_view yaml_tag(const YamlNode& node) {
  if (!node.tag.empty()) return node.tag;
  if (node.kind == YamlNode::Kind::kSequence) return "!!seq";
  if (node.kind == YamlNode::Kind::kMapping) return "!!map";
  return kind_tag(node.is_quoted ? YamlKind::kString : resolve_yaml_scalar(node.text).kind);
}

Value yaml_parse(std::string_view text, Arena& arena, std::string* error, YamlDuplicates duplicates) {
  try {
    YamlNode* document = read_yaml_nodes(text, arena);
    return document == nullptr ? Value::null() : Decoder(arena, duplicates).run(*document);
  } catch (const YamlRefusal& refusal) {
    *error = refusal.why;
    return Value::undefined();
  }
}

}  // namespace writ
