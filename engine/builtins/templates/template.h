// Templates of Go's text/template, parsed: what strings.render_template keeps of a text between calls.
//
//   template_lex.h    text to tokens: what is between {{ and }}, and the text around it
//   template.h        tokens to a tree (Template::parse)
//   template_run.h    the tree and the variables to text
//
// All nodes of a template are of one struct, and its kind says which members it has. A node knows where it stands, because
// errors say so, and can be written as Go writes it, which is part of the errors too.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/builtins/float64.h"
#include "engine/builtins/patterns.h"

namespace writ {

// Levels of nesting of a text: lists in lists, pipelines in parentheses. Go has no limit for the first and ten thousand for the
// other; what goes beyond is fatal, E_DEPTH.
inline constexpr uint32_t kMaxTemplateDepth = 500;

// A literal number. Go decides by its spelling which of these it is when it is used.
struct TemplateNumber {
  bool is_int = false, is_uint = false, is_float = false, is_complex = false;
  int64_t integer = 0;
  BinaryNumber real;       // of a float, and of a complex number
  BinaryNumber imaginary;
};

struct TemplateNode {
  enum class Kind : uint8_t {
    kText,        // `text`
    kAction,      // `pipe`
    kBreak,
    kContinue,
    kIf,          // `pipe`, `list`, `else_list` (may be null); so the next two
    kRange,
    kWith,
    kList,        // `nodes`
    kTemplate,    // `text`: its name; `pipe` (may be null)
    kPipe,        // `declared`, `assigns`, `nodes`: commands
    kCommand,     // `nodes`: the operand or function, then arguments
    kIdentifier,  // `text`: a function
    kVariable,    // `names`: "$x", then fields
    kField,       // `names`
    kChain,       // `nodes[0]`, then fields `names`
    kDot,
    kNil,
    kBool,        // `truth`
    kNumber,      // `text` as written, `number`
    kString,      // `text` as written, `value`
    kEnd,         // these two only while parsing
    kElse,
  };

  Kind kind = Kind::kText;
  bool truth = false;
  bool assigns = false;  // `=`; otherwise `:=`
  uint32_t position = 0;
  std::string text;
  std::string value;
  std::vector<std::string> names;
  std::vector<TemplateNode*> nodes;
  std::vector<TemplateNode*> declared;
  TemplateNode* pipe = nullptr;
  TemplateNode* list = nullptr;
  TemplateNode* else_list = nullptr;
  std::unique_ptr<TemplateNumber> number;
};

// As Go writes the node: `.a.b | printf "%d"`.
std::string to_text(const TemplateNode& node);

class Template : public CompiledArgument {
 public:
  // Null and `*fault` set to Go's words if the text is no template. Throws Failure(E_DEPTH).
  static std::unique_ptr<const Template> parse(std::string_view text, std::string* fault);
  // Bytes that parsing a text takes at most.
  static uint64_t memory_of(std::string_view text);

  const std::string& text() const { return text_; }
  // The list that is defined under the name; null if there is none. The text itself is "template".
  const TemplateNode* find(std::string_view name) const {
    auto found = trees_.find(name);
    return found == trees_.end() ? nullptr : found->second;
  }

 private:
  friend class TemplateParser;
  std::string text_;
  std::deque<TemplateNode> nodes_;
  std::map<std::string, TemplateNode*, std::less<>> trees_;
};

inline constexpr std::string_view kTemplateName = "template";

}  // namespace writ
