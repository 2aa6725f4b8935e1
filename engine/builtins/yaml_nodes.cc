// The events of libyaml made into nodes. The descent is recursive and counts its depth; a line number is given to an error
// by the rules of Go's yaml.v3, which has libyaml's marks.
#include "engine/builtins/yaml_nodes.h"

#include <yaml.h>

#include <map>
#include <new>

#include "engine/base/error.h"
#include "engine/base/meter.h"
#include "engine/value/order.h"

namespace writ {

namespace {

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

class NodeReader {
 public:
  NodeReader(std::string_view text, Arena& arena) : arena_(arena) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    // libyaml wants a pointer even to nothing.
    const char* bytes = text.empty() ? "" : text.data();
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(bytes), text.size());
  }
  NodeReader(const NodeReader&) = delete;
  NodeReader& operator=(const NodeReader&) = delete;
  ~NodeReader() { yaml_parser_delete(&parser_); }

  YamlNode* read_stream() {
    YamlNode* first = nullptr;
    for (;;) {
      Event event;
      next(event);
      if (event.raw.type == YAML_STREAM_END_EVENT) return first;
      if (event.raw.type != YAML_DOCUMENT_START_EVENT) continue;
      check_version(event);
      YamlNode* document = read_node();
      if (first == nullptr) first = document;
    }
  }

 private:
  void next(Event& event) {
    if (yaml_parser_parse(&parser_, &event.raw) == 0) refuse_syntax();
  }

  // libyaml takes documents that say they are YAML 1.2, Go's reader does not, though that is nearly what it reads.
  void check_version(const Event& event) {
    const yaml_version_directive_t* version = event.raw.data.document_start.version_directive;
    if (version == nullptr || (version->major == 1 && version->minor == 1)) return;
    size_t line = event.raw.start_mark.line;
    throw YamlRefusal{(line != 0 ? "yaml: line " + std::to_string(line) + ": " : "yaml: ") +
                      "found incompatible YAML document"};
  }

  [[noreturn]] void refuse_syntax() {
    if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
    size_t line = parser_.context_mark.line != 0 ? parser_.context_mark.line : parser_.problem_mark.line;
    // The scanner counts lines from zero, the parser has moved on by then.
    if (line != 0 && parser_.error == YAML_SCANNER_ERROR) line++;
    std::string why = line != 0 ? "yaml: line " + std::to_string(line) + ": " : "yaml: ";
    throw YamlRefusal{why + (parser_.problem != nullptr ? parser_.problem : "unknown problem parsing YAML content")};
  }

  // Null at the end of a collection.
  YamlNode* read_node() {
    Event event;
    next(event);
    switch (event.raw.type) {
      case YAML_SCALAR_EVENT: return read_scalar(event);
      case YAML_ALIAS_EVENT: return read_alias(event);
      case YAML_SEQUENCE_START_EVENT:
        return read_collection(make(YamlNode::Kind::kSequence, event, event.raw.data.sequence_start.tag),
                               event.raw.data.sequence_start.anchor);
      case YAML_MAPPING_START_EVENT:
        return read_collection(make(YamlNode::Kind::kMapping, event, event.raw.data.mapping_start.tag),
                               event.raw.data.mapping_start.anchor);
      default: return nullptr;
    }
  }

  YamlNode* make(YamlNode::Kind kind, const Event& event, const yaml_char_t* tag) {
    // libyaml looks at every open collection again for each token.
    constexpr uint32_t kLevelsPerUnit = 8;
    charge_work(depth_ / kLevelsPerUnit);
    YamlNode* node = new (arena_.allocate_array<YamlNode>(1)) YamlNode;
    node->kind = kind;
    node->line = static_cast<uint32_t>(event.raw.start_mark.line + 1);
    node->tag = short_tag(view(tag));
    return node;
  }

  // "!" alone says nothing.
  std::string_view short_tag(std::string_view tag) {
    constexpr std::string_view kPrefix = "tag:yaml.org,2002:";
    if (tag == "!") return {};
    if (!tag.starts_with(kPrefix)) return arena_.copy(tag);
    return arena_.copy("!!" + std::string(tag.substr(kPrefix.size())));
  }

  YamlNode* read_scalar(const Event& event) {
    const auto& scalar = event.raw.data.scalar;
    YamlNode* node = make(YamlNode::Kind::kScalar, event, scalar.tag);
    node->is_quoted = scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node->text = arena_.copy({reinterpret_cast<const char*>(scalar.value), scalar.length});
    remember(scalar.anchor, node);
    return node;
  }

  YamlNode* read_alias(const Event& event) {
    YamlNode* node = make(YamlNode::Kind::kAlias, event, nullptr);
    node->text = arena_.copy(view(event.raw.data.alias.anchor));
    auto found = anchors_.find(node->text);
    if (found == anchors_.end()) {
      throw YamlRefusal{"yaml: unknown anchor '" + std::string(node->text) + "' referenced"};
    }
    node->target = found->second;
    return node;
  }

  YamlNode* read_collection(YamlNode* node, const yaml_char_t* anchor) {
    if (depth_ >= kMaxValueDepth) throw Failure(ErrorCode::E_DEPTH, "yaml: values are nested too deeply");
    remember(anchor, node);
    depth_++;
    YamlNode** end = &node->first;
    while (YamlNode* child = read_node()) {
      *end = child;
      end = &child->next;
    }
    depth_--;
    return node;
  }

  void remember(const yaml_char_t* anchor, YamlNode* node) {
    if (anchor != nullptr) anchors_.insert_or_assign(std::string(view(anchor)), node);
  }

  Arena& arena_;
  yaml_parser_t parser_{};
  std::map<std::string, YamlNode*, std::less<>> anchors_;
  uint32_t depth_ = 0;
};

}  // namespace

YamlNode* read_yaml_nodes(std::string_view text, Arena& arena) { return NodeReader(text, arena).read_stream(); }

}  // namespace writ
