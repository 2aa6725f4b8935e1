// Reading YAML: the events of libyaml made into values the way Go's sigs.k8s.io/yaml does.
//
// Reader is a descent over the events. Scalars are resolved by yaml_scalar.cc; anchors keep the value they name;
// aliases are counted against Go's allowance. A refusal is thrown as Refusal and caught by yaml_parse, at the end.
#include "engine/builtins/yaml.h"

#include <yaml.h>

#include <map>
#include <optional>
#include <vector>

#include "engine/base/error.h"
#include "engine/builtins/base64.h"
#include "engine/value/build.h"
#include "engine/value/number.h"
#include "engine/value/order.h"

namespace writ {

namespace {

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

// A refusal on the way: caught by yaml_parse, so that reading can stop anywhere.
struct Refusal {
  std::string why;
  bool of_yaml = true;  // else of the way to JSON, whose faults do not say "yaml: "
};

// One event of libyaml, freed when it goes.
struct Event {
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&raw); }
  yaml_event_t raw{};
};

std::string_view view(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

// Go's allowance for nodes that come from aliases, in thousandths of all nodes.
uint64_t allowed_alias_share(uint64_t nodes) {
  constexpr uint64_t kFew = 400'000;
  constexpr uint64_t kMany = 4'000'000;
  if (nodes <= kFew) return 990;
  if (nodes >= kMany) return 100;
  return 990 - 890 * (nodes - kFew) / (kMany - kFew);
}

class Reader {
 public:
  Reader(std::string_view text, Arena& arena, YamlBooleans booleans) : arena_(arena), booleans_(booleans) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { yaml_parser_delete(&parser_); }

  Value read_document() {
    Event event;
    next(event);  // the start of the stream
    Event start;
    next(start);
    if (start.raw.type == YAML_STREAM_END_EVENT) return Value::null();
    Node node = read_node();
    refuse_not_finite(node);
    Event end;
    next(end);
    return node.value;
  }

 private:
  struct Node {
    Value value;
    uint64_t nodes = 1;       // with all that is in it, aliases written out
    bool is_merge_key = false;
    bool is_not_finite = false;
    bool is_end = false;      // not a node: the end of a collection
  };

  void next(Event& event) {
    if (yaml_parser_parse(&parser_, &event.raw) == 0) refuse_syntax();
  }

  [[noreturn]] void refuse_syntax() {
    if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
    size_t line = 0;
    if (parser_.problem_mark.line != 0) {
      // The scanner counts lines from zero, the parser has moved on by then.
      line = parser_.problem_mark.line + (parser_.error == YAML_SCANNER_ERROR ? 1 : 0);
    } else {
      line = parser_.context_mark.line;
    }
    std::string why = line != 0 ? "line " + std::to_string(line) + ": " : "";
    throw Refusal{why + (parser_.problem != nullptr ? parser_.problem : "unknown problem parsing YAML content")};
  }

  Node read_node() {
    Event event;
    next(event);
    switch (event.raw.type) {
      case YAML_SCALAR_EVENT: return remember(event.raw.data.scalar.anchor, read_scalar(event));
      case YAML_SEQUENCE_START_EVENT: return read_collection(event.raw.data.sequence_start.anchor, false);
      case YAML_MAPPING_START_EVENT: return read_collection(event.raw.data.mapping_start.anchor, true);
      case YAML_ALIAS_EVENT: return read_alias(view(event.raw.data.alias.anchor));
      default: {
        Node end;
        end.is_end = true;
        return end;
      }
    }
  }

  Node remember(const yaml_char_t* anchor, Node node) {
    count(1, 0);
    if (anchor != nullptr) anchors_[std::string(view(anchor))] = node;
    return node;
  }

  // Nodes read so far, aliases written out; `aliased` of them are reached through aliases.
  void count(uint64_t nodes, uint64_t aliased) {
    nodes_ += nodes;
    aliased_ += aliased;
    if (aliased_ > 100 && nodes_ > 1000 && aliased_ * 1000 > allowed_alias_share(nodes_) * nodes_) {
      throw Refusal{"document contains excessive aliasing"};
    }
  }

  Node read_alias(std::string_view name) {
    auto found = anchors_.find(name);
    if (found == anchors_.end()) throw Refusal{"unknown anchor '" + std::string(name) + "' referenced"};
    if (!found->second) throw Refusal{"anchor '" + std::string(name) + "' value contains itself"};
    Node node = *found->second;
    count(node.nodes + 1, node.nodes);
    node.is_merge_key = false;
    return node;
  }

  Node read_collection(const yaml_char_t* anchor, bool is_mapping) {
    if (depth_ >= kMaxValueDepth) throw Failure(ErrorCode::E_DEPTH, "yaml: values are nested too deeply");
    depth_++;
    if (anchor != nullptr) anchors_[std::string(view(anchor))] = std::nullopt;
    Node node = is_mapping ? read_mapping() : read_sequence();
    depth_--;
    return remember(anchor, std::move(node));
  }

  Node read_sequence() {
    Node sequence;
    std::vector<Value> elements;
    for (Node node = read_node(); !node.is_end; node = read_node()) {
      refuse_not_finite(node);
      elements.push_back(node.value);
      sequence.nodes += node.nodes;
    }
    sequence.value = make_array(arena_, elements);
    return sequence;
  }

  Node read_mapping() {
    Node mapping;
    std::vector<Entry> entries;
    for (Node key = read_node(); !key.is_end; key = read_node()) {
      Node value = read_node();
      mapping.nodes += key.nodes + value.nodes;
      if (key.is_merge_key) {
        merge(entries, value);
        continue;
      }
      refuse_not_finite(value);
      entries.push_back({key_of(key), value.value});
    }
    mapping.value = make_object(arena_, entries);
    return mapping;
  }

  // The members of a mapping, or of mappings in a sequence of which the earlier win.
  void merge(std::vector<Entry>& entries, const Node& node) {
    auto add = [&](const Value& value) {
      if (!value.is_object()) throw Refusal{"map merge requires map or sequence of maps as the value"};
      entries.insert(entries.end(), value.members().begin(), value.members().end());
    };
    if (!node.value.is_array()) return add(node.value);
    for (uint32_t i = node.value.size; i-- > 0;) add(node.value.elements[i]);
  }

  Value key_of(const Node& key) {
    const Value& value = key.value;
    if (key.is_not_finite) return value;  // ".inf" names a member where it cannot be a value
    switch (value.kind) {
      case Kind::kString: return value;
      case Kind::kBoolean: return Value::string(value.is_true() ? "true" : "false");
      case Kind::kNumber: {
        std::string text;
        append_number(text, value);
        return make_string(arena_, text);
      }
      case Kind::kNull: throw Refusal{"unsupported map key of type: %!s(<nil>), key: <nil>", false};
      default: throw Refusal{"invalid map key"};
    }
  }

  void refuse_not_finite(const Node& node) {
    if (!node.is_not_finite) return;
    std::string_view text = node.value.text();
    bool is_nan = (text[1] | 0x20) == 'n';  // ".nan", else "+.inf" and the like
    throw Refusal{std::string("json: unsupported value: ") + (is_nan ? "NaN" : text[0] == '-' ? "-Inf" : "+Inf"), false};
  }

  Node read_scalar(const Event& event) {
    const auto& scalar = event.raw.data.scalar;
    std::string_view text{reinterpret_cast<const char*>(scalar.value), scalar.length};
    std::string_view tag = view(scalar.tag);
    Node node;
    node.value = make_string(arena_, text);
    node.is_merge_key = text == "<<" && (scalar.plain_implicit != 0 || tag == "tag:yaml.org,2002:merge");
    if (tag.empty() && scalar.plain_implicit == 0) return node;
    if (!tag.empty()) return read_tagged(std::move(node), text, tag);
    YamlScalar resolved = resolve_yaml_scalar(text);
    bool is_word = text.size() < 4;  // "yes", "on", "n": the shortest of the others is "true"
    if (resolved.kind == YamlKind::kBoolean && is_word && booleans_ == YamlBooleans::kTrueAndFalse) return node;
    assign(node, resolved);
    return node;
  }

  void assign(Node& node, const YamlScalar& scalar) {
    switch (scalar.kind) {
      case YamlKind::kNull: node.value = Value::null(); break;
      case YamlKind::kBoolean: node.value = Value::of(scalar.truth); break;
      case YamlKind::kInteger:
      case YamlKind::kFloat: node.value = number_from_text(arena_, scalar.number); break;
      case YamlKind::kNotFinite: node.is_not_finite = true; break;
      default: break;
    }
  }

  // "!!int 5": the text must be of the type the tag names. Tags of one's own have no effect.
  Node read_tagged(Node node, std::string_view text, std::string_view tag) {
    if (!tag.starts_with(kTagPrefix)) return node;
    std::string_view name = tag.substr(kTagPrefix.size());
    if (name == "binary") {
      std::string bytes;
      size_t at = 0;
      if (!base64_decode(text, {}, &bytes, &at)) throw Refusal{"!!binary value contains invalid base64 data"};
      node.value = make_string(arena_, bytes);
      return node;
    }
    constexpr std::pair<std::string_view, YamlKind> kTags[] = {
        {"bool", YamlKind::kBoolean}, {"int", YamlKind::kInteger},         {"float", YamlKind::kFloat},
        {"null", YamlKind::kNull},    {"timestamp", YamlKind::kTimestamp},
    };
    for (const auto& [tag_name, kind] : kTags) {
      if (name != tag_name) continue;
      YamlScalar scalar = resolve_yaml_scalar(text);
      bool fits = scalar.kind == kind || (kind == YamlKind::kFloat && (scalar.kind == YamlKind::kInteger ||
                                                                      scalar.kind == YamlKind::kNotFinite));
      if (!fits) {
        throw Refusal{"cannot decode " + std::string(kind_tag(scalar.kind)) + " `" + std::string(text) + "` as a !!" +
                      std::string(name)};
      }
      assign(node, scalar);
    }
    return node;
  }

  static std::string_view kind_tag(YamlKind kind) {
    switch (kind) {
      case YamlKind::kNull: return "!!null";
      case YamlKind::kBoolean: return "!!bool";
      case YamlKind::kInteger: return "!!int";
      case YamlKind::kFloat:
      case YamlKind::kNotFinite: return "!!float";
      case YamlKind::kTimestamp: return "!!timestamp";
      default: return "!!str";
    }
  }

  Arena& arena_;
  YamlBooleans booleans_;
  yaml_parser_t parser_{};
  std::map<std::string, std::optional<Node>, std::less<>> anchors_;  // nothing = being read
  uint64_t nodes_ = 0;
  uint64_t aliased_ = 0;
  uint32_t depth_ = 0;
};

}  // namespace

Value yaml_parse(std::string_view text, Arena& arena, std::string* error, YamlBooleans booleans) {
  try {
    Reader reader(text, arena, booleans);
    return reader.read_document();
  } catch (const Refusal& refusal) {
    *error = refusal.of_yaml ? "yaml: " + refusal.why : refusal.why;
    return Value::undefined();
  }
}

}  // namespace writ
