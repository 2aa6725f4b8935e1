// Templates, parsed as Go's text/template/parse does: by recursive descent with a look-ahead of three tokens. Each {{define}} and
// {{block}} is read by a parser of its own on the same lexer, with its own variables. An error ends the parse; it is thrown
// as a TemplateFault, which Template::parse catches. Lines of errors are those of the token that was read last.
#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>

#include "engine/base/error.h"
#include "engine/builtins/templates/template.h"
#include "engine/builtins/templates/template_functions.h"
#include "engine/builtins/templates/template_lex.h"
#include "engine/builtins/templates/template_literals.h"
#include "engine/value/text.h"

namespace writ {

using TokenKind = TemplateTokenKind;

namespace {

using NodeKind = TemplateNode::Kind;

std::string quoted(std::string_view text) {
  std::string result;
  append_quoted_go(result, text);
  return result;
}

struct TemplateFault {
  std::string text;
};

// Whether there is nothing but space in it.
bool is_empty_tree(const TemplateNode& node) {
  if (node.kind == NodeKind::kText) return node.text.find_first_not_of(" \t\n\v\f\r") == std::string::npos;
  if (node.kind != NodeKind::kList) return false;
  return std::all_of(node.nodes.begin(), node.nodes.end(), [](const TemplateNode* item) { return is_empty_tree(*item); });
}

}  // namespace

class TemplateParser {
 public:
  TemplateParser(Template& made, TemplateLexer& lexer, uint32_t depth) : made_(made), lexer_(lexer), depth_(depth) {}

  void parse();

 private:
  struct Nesting {
    explicit Nesting(TemplateParser& parser) : parser(parser) {
      if (++parser.depth_ > kMaxTemplateDepth) throw Failure(ErrorCode::E_DEPTH, "the template is nested too deeply");
    }
    ~Nesting() { --parser.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    TemplateParser& parser;
  };

  // --- tokens ---
  const TemplateToken& next();
  const TemplateToken& peek();
  void backup() { ++peeked_; }
  // The last token is there already; these come in front of it.
  void backup2(const TemplateToken& first);
  void backup3(const TemplateToken& first, const TemplateToken& second);
  const TemplateToken& next_non_space();
  const TemplateToken& peek_non_space();
  TemplateToken expect(TokenKind kind, std::string_view context);

  // --- errors ---
  [[noreturn]] void fail(const std::string& text) {
    throw TemplateFault{"template: " + std::string(kTemplateName) + ":" + std::to_string(tokens_[0].line) + ": " + text};
  }
  [[noreturn]] void unexpected(const TemplateToken& token, std::string_view context);
  TemplateNode* node(NodeKind kind, uint32_t position, std::string text = {});

  // --- lists ---
  void add(const std::string& name, TemplateNode* root);
  // {{define "name"}} … {{end}}; the word has been read.
  void definition();
  TemplateNode* whole_list(std::string_view context);
  // Up to an {{end}} or {{else}}, which `*end` becomes.
  TemplateNode* item_list(TemplateNode** end);
  TemplateNode* text_or_action();

  // --- actions ---
  TemplateNode* action();
  TemplateNode* jump(NodeKind kind, const TemplateToken& word, std::string_view shown);
  TemplateNode* else_action();
  TemplateNode* control(NodeKind kind, std::string_view context);
  // `{{else if a}}` is `{{else}}{{if a}}` whose end is the end of both.
  TemplateNode* else_list(NodeKind kind, std::string_view context, const TemplateNode& word);
  TemplateNode* block();
  // Of a block in `outer`, which reports that another end was expected.
  void block_list(const std::string& name, TemplateParser& outer);
  TemplateNode* template_action();
  std::string template_name(const TemplateToken& token, std::string_view context);
  std::string unquote(std::string_view literal);

  // --- pipelines ---
  TemplateNode* pipeline(std::string_view context, TokenKind end);
  static bool begins_operand(TokenKind kind);
  // `$x :=`, `$x =` and, of a range, `$i, $x :=`.
  void declarations(TemplateNode& pipe, std::string_view context);
  void declare(TemplateNode& pipe, const TemplateToken& variable);
  void check_pipeline(const TemplateNode& pipe, std::string_view context);
  TemplateNode* command();
  // A term with the fields behind it; null if there is none.
  TemplateNode* operand();
  TemplateNode* term();
  TemplateNode* number(const TemplateToken& token);
  TemplateNode* variable_node(uint32_t position, const std::string& name);
  TemplateNode* used_variable(const TemplateToken& token);

  Template& made_;
  TemplateLexer& lexer_;
  uint32_t depth_;
  TemplateToken tokens_[3];
  size_t peeked_ = 0;
  std::vector<std::string> variables_{"$"};
  uint32_t action_line_ = 0;  // where the action being read began; 0 outside of one
  uint32_t ranges_ = 0;
};

void TemplateParser::parse() {
  TemplateNode* root = node(NodeKind::kList, peek().position);
  while (peek().kind != TokenKind::kEof) {
    if (peek().kind == TokenKind::kLeftDelimiter) {
      TemplateToken delimiter = next();
      if (next_non_space().kind == TokenKind::kDefine) {
        TemplateParser(made_, lexer_, depth_).definition();
        continue;
      }
      backup2(delimiter);
    }
    TemplateNode* item = text_or_action();
    if (item->kind == NodeKind::kEnd || item->kind == NodeKind::kElse) fail("unexpected " + to_text(*item));
    root->nodes.push_back(item);
  }
  add(std::string(kTemplateName), root);
}

// --- tokens ----------------------------------------------------------------------------------------------------------

const TemplateToken& TemplateParser::next() {
  if (peeked_ > 0) --peeked_;
  else tokens_[0] = lexer_.next();
  return tokens_[peeked_];
}

const TemplateToken& TemplateParser::peek() {
  if (peeked_ == 0) {
    peeked_ = 1;
    tokens_[0] = lexer_.next();
  }
  return tokens_[peeked_ - 1];
}

void TemplateParser::backup2(const TemplateToken& first) {
  tokens_[1] = first;
  peeked_ = 2;
}

void TemplateParser::backup3(const TemplateToken& first, const TemplateToken& second) {
  TemplateToken before = first;
  tokens_[1] = second;
  tokens_[2] = std::move(before);
  peeked_ = 3;
}

const TemplateToken& TemplateParser::next_non_space() {
  for (;;) {
    const TemplateToken& token = next();
    if (token.kind != TokenKind::kSpace) return token;
  }
}

const TemplateToken& TemplateParser::peek_non_space() {
  next_non_space();
  backup();
  return tokens_[peeked_ - 1];
}

TemplateToken TemplateParser::expect(TokenKind kind, std::string_view context) {
  TemplateToken token = next_non_space();
  if (token.kind != kind) unexpected(token, context);
  return token;
}

// --- errors ----------------------------------------------------------------------------------------------------------

void TemplateParser::unexpected(const TemplateToken& token, std::string_view context) {
  if (token.kind != TokenKind::kError) fail("unexpected " + token.shown() + " in " + std::string(context));
  std::string extra;
  if (action_line_ != 0 && action_line_ != token.line) {
    bool names_action = token.text.ends_with(" action");
    extra = std::string(names_action ? "" : " in action") + " started at " + std::string(kTemplateName) + ":" +
            std::to_string(action_line_);
  }
  fail(token.shown() + extra);
}

TemplateNode* TemplateParser::node(NodeKind kind, uint32_t position, std::string text) {
  TemplateNode& made = made_.nodes_.emplace_back();
  made.kind = kind;
  made.position = position;
  made.text = std::move(text);
  return &made;
}

// --- lists -----------------------------------------------------------------------------------------------------------

void TemplateParser::add(const std::string& name, TemplateNode* root) {
  TemplateNode*& known = made_.trees_[name];
  if (known == nullptr || is_empty_tree(*known)) known = root;
  else if (!is_empty_tree(*root)) fail("template: multiple definition of template " + quoted(name));
}

void TemplateParser::definition() {
  constexpr std::string_view kContext = "define clause";
  TemplateToken name = next_non_space();
  if (name.kind != TokenKind::kString && name.kind != TokenKind::kRawString) unexpected(name, kContext);
  std::string text = unquote(name.text);
  expect(TokenKind::kRightDelimiter, kContext);
  add(text, whole_list(kContext));
}

TemplateNode* TemplateParser::whole_list(std::string_view context) {
  TemplateNode* end = nullptr;
  TemplateNode* list = item_list(&end);
  if (end->kind != NodeKind::kEnd) fail("unexpected " + to_text(*end) + " in " + std::string(context));
  return list;
}

TemplateNode* TemplateParser::item_list(TemplateNode** end) {
  Nesting nesting(*this);
  TemplateNode* list = node(NodeKind::kList, peek_non_space().position);
  while (peek_non_space().kind != TokenKind::kEof) {
    TemplateNode* item = text_or_action();
    if (item->kind == NodeKind::kEnd || item->kind == NodeKind::kElse) {
      *end = item;
      return list;
    }
    list->nodes.push_back(item);
  }
  fail("unexpected EOF");
}

TemplateNode* TemplateParser::text_or_action() {
  const TemplateToken& token = next_non_space();
  if (token.kind == TokenKind::kText) return node(NodeKind::kText, token.position, token.text);
  if (token.kind != TokenKind::kLeftDelimiter) unexpected(token, "input");
  action_line_ = token.line;
  TemplateNode* result = action();
  action_line_ = 0;
  return result;
}

// --- actions ---------------------------------------------------------------------------------------------------------

TemplateNode* TemplateParser::action() {
  TemplateToken token = next_non_space();
  switch (token.kind) {
    case TokenKind::kBlock: return block();
    case TokenKind::kBreak: return jump(NodeKind::kBreak, token, "{{break}}");
    case TokenKind::kContinue: return jump(NodeKind::kContinue, token, "{{continue}}");
    case TokenKind::kElse: return else_action();
    case TokenKind::kEnd: return node(NodeKind::kEnd, expect(TokenKind::kRightDelimiter, "end").position);
    case TokenKind::kIf: return control(NodeKind::kIf, "if");
    case TokenKind::kRange: return control(NodeKind::kRange, "range");
    case TokenKind::kTemplate: return template_action();
    case TokenKind::kWith: return control(NodeKind::kWith, "with");
    default: break;
  }
  backup();
  TemplateNode* result = node(NodeKind::kAction, peek().position);
  result->pipe = pipeline("command", TokenKind::kRightDelimiter);
  return result;
}

TemplateNode* TemplateParser::jump(NodeKind kind, const TemplateToken& word, std::string_view shown) {
  const TemplateToken& token = next_non_space();
  if (token.kind != TokenKind::kRightDelimiter) unexpected(token, shown);
  if (ranges_ == 0) fail(std::string(shown) + " outside {{range}}");
  return node(kind, word.position);
}

TemplateNode* TemplateParser::else_action() {
  const TemplateToken& token = peek_non_space();
  bool goes_on = token.kind == TokenKind::kIf || token.kind == TokenKind::kWith;
  return node(NodeKind::kElse, goes_on ? token.position : expect(TokenKind::kRightDelimiter, "else").position);
}

TemplateNode* TemplateParser::control(NodeKind kind, std::string_view context) {
  Nesting nesting(*this);
  size_t variables = variables_.size();
  TemplateNode* result = node(kind, 0);
  result->pipe = pipeline(context, TokenKind::kRightDelimiter);
  result->position = result->pipe->position;
  if (kind == NodeKind::kRange) ++ranges_;
  TemplateNode* end = nullptr;
  result->list = item_list(&end);
  if (kind == NodeKind::kRange) --ranges_;
  if (end->kind == NodeKind::kElse) result->else_list = else_list(kind, context, *end);
  variables_.resize(variables);
  return result;
}

TemplateNode* TemplateParser::else_list(NodeKind kind, std::string_view context, const TemplateNode& word) {
  TokenKind again = kind == NodeKind::kIf ? TokenKind::kIf : TokenKind::kWith;
  if (kind != NodeKind::kRange && peek().kind == again) {
    next();
    TemplateNode* list = node(NodeKind::kList, word.position);
    list->nodes.push_back(control(kind, context));
    return list;
  }
  TemplateNode* end = nullptr;
  TemplateNode* list = item_list(&end);
  if (end->kind != NodeKind::kEnd) fail("expected end; found " + to_text(*end));
  return list;
}

TemplateNode* TemplateParser::block() {
  constexpr std::string_view kContext = "block clause";
  TemplateToken token = next_non_space();
  TemplateNode* result = node(NodeKind::kTemplate, token.position, template_name(token, kContext));
  result->pipe = pipeline(kContext, TokenKind::kRightDelimiter);
  Nesting nesting(*this);
  TemplateParser inner(made_, lexer_, depth_);
  inner.block_list(result->text, *this);
  return result;
}

void TemplateParser::block_list(const std::string& name, TemplateParser& outer) {
  TemplateNode* end = nullptr;
  TemplateNode* list = item_list(&end);
  if (end->kind != NodeKind::kEnd) outer.fail("unexpected " + to_text(*end) + " in block clause");
  add(name, list);
}

TemplateNode* TemplateParser::template_action() {
  constexpr std::string_view kContext = "template clause";
  TemplateToken token = next_non_space();
  TemplateNode* result = node(NodeKind::kTemplate, token.position, template_name(token, kContext));
  if (next_non_space().kind != TokenKind::kRightDelimiter) {
    backup();
    result->pipe = pipeline(kContext, TokenKind::kRightDelimiter);
  }
  return result;
}

std::string TemplateParser::template_name(const TemplateToken& token, std::string_view context) {
  if (token.kind != TokenKind::kString && token.kind != TokenKind::kRawString) unexpected(token, context);
  return unquote(token.text);
}

std::string TemplateParser::unquote(std::string_view literal) {
  std::optional<std::string> text = unquote_go(literal);
  if (!text) fail("invalid syntax");
  return *text;
}

// --- pipelines -------------------------------------------------------------------------------------------------------

TemplateNode* TemplateParser::pipeline(std::string_view context, TokenKind end) {
  TemplateNode* pipe = node(NodeKind::kPipe, peek_non_space().position);
  declarations(*pipe, context);
  for (;;) {
    TemplateToken token = next_non_space();
    if (token.kind == end) {
      check_pipeline(*pipe, context);
      return pipe;
    }
    if (!begins_operand(token.kind)) unexpected(token, context);
    backup();
    pipe->nodes.push_back(command());
  }
}

bool TemplateParser::begins_operand(TokenKind kind) {
  switch (kind) {
    case TokenKind::kBool:
    case TokenKind::kCharConstant:
    case TokenKind::kComplex:
    case TokenKind::kDot:
    case TokenKind::kField:
    case TokenKind::kIdentifier:
    case TokenKind::kNumber:
    case TokenKind::kNil:
    case TokenKind::kRawString:
    case TokenKind::kString:
    case TokenKind::kVariable:
    case TokenKind::kLeftParen: return true;
    default: return false;
  }
}

void TemplateParser::declarations(TemplateNode& pipe, std::string_view context) {
  while (peek_non_space().kind == TokenKind::kVariable) {
    TemplateToken variable = next();
    TemplateToken after = peek();
    TemplateToken following = peek_non_space();
    if (following.kind == TokenKind::kAssign || following.kind == TokenKind::kDeclare) {
      pipe.assigns = following.kind == TokenKind::kAssign;
      next_non_space();
      declare(pipe, variable);
      return;
    }
    if (following.kind != TokenKind::kChar || following.text != ",") {
      if (after.kind == TokenKind::kSpace) backup3(variable, after);
      else backup2(variable);
      return;
    }
    next_non_space();
    declare(pipe, variable);
    if (context != "range" || pipe.declared.size() >= 2) fail("too many declarations in " + std::string(context));
    TokenKind kind = peek_non_space().kind;
    bool may_follow =
        kind == TokenKind::kVariable || kind == TokenKind::kRightDelimiter || kind == TokenKind::kRightParen;
    if (!may_follow) fail("range can only initialize variables");
  }
}

void TemplateParser::declare(TemplateNode& pipe, const TemplateToken& variable) {
  pipe.declared.push_back(variable_node(variable.position, variable.text));
  variables_.push_back(variable.text);
}

void TemplateParser::check_pipeline(const TemplateNode& pipe, std::string_view context) {
  if (pipe.nodes.empty()) fail("missing value for " + std::string(context));
  for (size_t i = 1; i < pipe.nodes.size(); ++i) {
    switch (pipe.nodes[i]->nodes[0]->kind) {
      case NodeKind::kBool:
      case NodeKind::kDot:
      case NodeKind::kNil:
      case NodeKind::kNumber:
      case NodeKind::kString: fail("non executable command in pipeline stage " + std::to_string(i + 1));
      default: break;
    }
  }
}

TemplateNode* TemplateParser::command() {
  TemplateNode* result = node(NodeKind::kCommand, peek_non_space().position);
  for (;;) {
    peek_non_space();
    if (TemplateNode* item = operand(); item != nullptr) result->nodes.push_back(item);
    const TemplateToken& token = next();
    if (token.kind == TokenKind::kSpace) continue;
    if (token.kind == TokenKind::kRightDelimiter || token.kind == TokenKind::kRightParen) backup();
    else if (token.kind != TokenKind::kPipe) unexpected(token, "operand");
    break;
  }
  if (result->nodes.empty()) fail("empty command");
  return result;
}

TemplateNode* TemplateParser::operand() {
  TemplateNode* first = term();
  if (first == nullptr || peek().kind != TokenKind::kField) return first;
  TemplateNode* chain = node(NodeKind::kChain, peek().position);
  chain->nodes.push_back(first);
  while (peek().kind == TokenKind::kField) chain->names.push_back(next().text.substr(1));
  switch (first->kind) {
    case NodeKind::kField:
    case NodeKind::kVariable: {
      TemplateNode* longer = node(first->kind, chain->position);
      longer->names = first->names;
      longer->names.insert(longer->names.end(), chain->names.begin(), chain->names.end());
      return longer;
    }
    case NodeKind::kBool:
    case NodeKind::kString:
    case NodeKind::kNumber:
    case NodeKind::kNil:
    case NodeKind::kDot: fail("unexpected . after term " + quoted(to_text(*first)));
    default: return chain;
  }
}

TemplateNode* TemplateParser::term() {
  TemplateToken token = next_non_space();
  switch (token.kind) {
    case TokenKind::kIdentifier:
      if (find_template_function(token.text) == nullptr) fail("function " + quoted(token.text) + " not defined");
      return node(NodeKind::kIdentifier, token.position, token.text);
    case TokenKind::kDot: return node(NodeKind::kDot, token.position);
    case TokenKind::kNil: return node(NodeKind::kNil, token.position);
    case TokenKind::kVariable: return used_variable(token);
    case TokenKind::kField: {
      TemplateNode* field = node(NodeKind::kField, token.position);
      field->names.push_back(token.text.substr(1));
      return field;
    }
    case TokenKind::kBool: {
      TemplateNode* boolean = node(NodeKind::kBool, token.position);
      boolean->truth = token.text == "true";
      return boolean;
    }
    case TokenKind::kCharConstant:
    case TokenKind::kComplex:
    case TokenKind::kNumber: return number(token);
    case TokenKind::kLeftParen: {
      Nesting nesting(*this);
      return pipeline("parenthesized pipeline", TokenKind::kRightParen);
    }
    case TokenKind::kString:
    case TokenKind::kRawString: {
      TemplateNode* string = node(NodeKind::kString, token.position, token.text);
      string->value = unquote(token.text);
      return string;
    }
    default: backup(); return nullptr;
  }
}

TemplateNode* TemplateParser::number(const TemplateToken& token) {
  TemplateNode* result = node(NodeKind::kNumber, token.position, token.text);
  std::string fault;
  result->number = read_template_number(token.text, token.kind == TokenKind::kComplex, &fault);
  if (result->number == nullptr) fail(fault);
  return result;
}

TemplateNode* TemplateParser::variable_node(uint32_t position, const std::string& name) {
  TemplateNode* result = node(NodeKind::kVariable, position);
  result->names.push_back(name);
  return result;
}

TemplateNode* TemplateParser::used_variable(const TemplateToken& token) {
  bool known = std::find(variables_.begin(), variables_.end(), token.text) != variables_.end();
  if (!known) fail("undefined variable " + quoted(token.text));
  return variable_node(token.position, token.text);
}

std::unique_ptr<const Template> Template::parse(std::string_view text, std::string* fault) {
  auto made = std::make_unique<Template>();
  made->text_ = text;
  TemplateLexer lexer(made->text_);
  try {
    TemplateParser(*made, lexer, 0).parse();
  } catch (const TemplateFault& found) {
    *fault = found.text;
    return nullptr;
  }
  return made;
}

// Each byte of an action may be a node, or two.
uint64_t Template::memory_of(std::string_view text) {
  uint64_t inside = 0;
  for (size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at)) {
    size_t end = std::min(text.find("}}", at), text.size());
    inside += end - at + 4;
    at = end;
  }
  return 1024 + 4 * text.size() + 2 * sizeof(TemplateNode) * inside;
}

// --- as text ---------------------------------------------------------------------------------------------------------

namespace {

void append(std::string& out, const TemplateNode& node);

void append_list(std::string& out, std::span<TemplateNode* const> nodes, std::string_view separator) {
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (i > 0) out += separator;
    bool parentheses = separator == " " && nodes[i]->kind == NodeKind::kPipe;
    if (parentheses) out += '(';
    append(out, *nodes[i]);
    if (parentheses) out += ')';
  }
}

void append_branch(std::string& out, std::string_view word, const TemplateNode& node) {
  out.append("{{").append(word).append(" ");
  append(out, *node.pipe);
  out += "}}";
  append(out, *node.list);
  if (node.else_list != nullptr) {
    out += "{{else}}";
    append(out, *node.else_list);
  }
  out += "{{end}}";
}

void append_pipe(std::string& out, const TemplateNode& pipe) {
  append_list(out, pipe.declared, ", ");
  if (!pipe.declared.empty()) out += pipe.assigns ? " = " : " := ";
  append_list(out, pipe.nodes, " | ");
}

void append_fields(std::string& out, std::span<const std::string> names) {
  for (const std::string& name : names) out.append(".").append(name);
}

void append_chain(std::string& out, const TemplateNode& chain) {
  append_list(out, chain.nodes, " ");
  append_fields(out, chain.names);
}

void append_template(std::string& out, const TemplateNode& node) {
  out += "{{template " + quoted(node.text);
  if (node.pipe != nullptr) {
    out += ' ';
    append(out, *node.pipe);
  }
  out += "}}";
}

void append(std::string& out, const TemplateNode& node) {
  switch (node.kind) {
    case NodeKind::kText:
    case NodeKind::kIdentifier:
    case NodeKind::kNumber:
    case NodeKind::kString: out += node.text; break;
    case NodeKind::kAction:
      out += "{{";
      append(out, *node.pipe);
      out += "}}";
      break;
    case NodeKind::kBreak: out += "{{break}}"; break;
    case NodeKind::kContinue: out += "{{continue}}"; break;
    case NodeKind::kIf: append_branch(out, "if", node); break;
    case NodeKind::kRange: append_branch(out, "range", node); break;
    case NodeKind::kWith: append_branch(out, "with", node); break;
    case NodeKind::kList: append_list(out, node.nodes, ""); break;
    case NodeKind::kTemplate: append_template(out, node); break;
    case NodeKind::kPipe: append_pipe(out, node); break;
    case NodeKind::kCommand: append_list(out, node.nodes, " "); break;
    case NodeKind::kVariable:
      out += node.names[0];
      append_fields(out, std::span(node.names).subspan(1));
      break;
    case NodeKind::kField: append_fields(out, node.names); break;
    case NodeKind::kChain: append_chain(out, node); break;
    case NodeKind::kDot: out += '.'; break;
    case NodeKind::kNil: out += "nil"; break;
    case NodeKind::kBool: out += node.truth ? "true" : "false"; break;
    case NodeKind::kEnd: out += "{{end}}"; break;
    case NodeKind::kElse: out += "{{else}}"; break;
  }
}

}  // namespace

std::string to_text(const TemplateNode& node) {
  std::string out;
  append(out, node);
  return out;
}

}  // namespace writ
