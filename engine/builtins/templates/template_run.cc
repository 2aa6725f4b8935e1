// The walk over a template, as Go's text/template/exec.go does it.
//
// `walk` writes nodes; `evaluate…` computes pipelines, commands and their operands. A Frame is one template that runs: its name
// and its variables. `node_` of it is where the walk is, which errors name. An error ends everything and travels as a RunFault;
// break and continue are what `walk` returns. Go walks a mistake too: a break in the `else` of a range ends that range, not
// the one around it.
#include "engine/builtins/templates/template_run.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "engine/base/error.h"
#include "engine/builtins/templates/template_format.h"
#include "engine/builtins/templates/template_functions.h"
#include "engine/value/text.h"

namespace writ {

namespace {

using Node = TemplateNode;
using Kind = TemplateNode::Kind;
using ValueKind = GoValue::Kind;
// What came down a pipeline; nothing at its beginning.
using Final = std::optional<GoValue>;

struct RunFault {
  std::string text;
};

// Of lists, calls and pipelines in each other. Go lets templates nest a hundred thousand deep.
constexpr uint32_t kMaxRunDepth = 1200;

enum class Flow : uint8_t { kNext, kBreak, kContinue };

std::string quoted(std::string_view text) {
  std::string result;
  append_quoted_go(result, text);
  return result;
}

class TemplateRun {
 public:
  TemplateRun(BuiltinCall& call, const Template& parsed, ChargedText& out)
      : call_(call), parsed_(parsed), out_(out), variable_memory_(call.arena) {}

  void run(const Value& variables);

 private:
  struct Variable {
    std::string_view name;
    GoValue value;
  };
  static constexpr size_t kVariablesAtATime = 64;
  struct Frame {
    std::string_view name;
    std::vector<Variable> variables;
    const Node* node = nullptr;
  };
  // Counts nesting, and pays for the step.
  struct Step {
    explicit Step(TemplateRun& run) : run(run) {
      charge_elements(run.call_, 1);
      if (++run.depth_ > kMaxRunDepth) throw Failure(ErrorCode::E_DEPTH, "the template is nested too deeply");
    }
    ~Step() { --run.depth_; }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;
    TemplateRun& run;
  };

  // --- errors ---
  [[noreturn]] void fail(const std::string& text);
  void at(const Node& node) { frame_->node = &node; }

  // --- variables ---
  size_t mark() const { return frame_->variables.size(); }
  void pop(size_t mark);
  void push(std::string_view name, const GoValue& value);
  // The last one of that name.
  GoValue& variable(const std::string& name);

  // --- nodes ---
  void run_list(std::string_view name, const Node& list, const GoValue& dot);
  Flow walk(const GoValue& dot, const Node& node);
  Flow walk_list(const GoValue& dot, const Node& list);
  Flow walk_branch(const GoValue& dot, const Node& node);
  void write(const Node& node, const GoValue& value);
  void walk_template(const GoValue& dot, const Node& node);

  // --- range ---
  Flow walk_range(const GoValue& dot, const Node& range);
  size_t range_size(const Node& range, const GoValue& value);
  Flow iterate(const Node& range, const GoValue& value, size_t i);
  void set_range_variables(const Node& pipe, const GoValue& key, const GoValue& element);

  // --- pipelines ---
  GoValue pipeline(const GoValue& dot, const Node& pipe);
  void check_no_arguments(const std::vector<Node*>& arguments, const Final& final) {
    if (arguments.size() > 1 || final) fail("can't give argument to non-function " + to_text(*arguments[0]));
  }

  GoValue evaluate_command(const GoValue& dot, const Node& command, const Final& final);
  GoValue constant(const Node& node);

  // --- fields ---
  GoValue variable_fields(const Node& node, bool has_arguments) {
    return fields(variable(node.names[0]), std::span(node.names).subspan(1), has_arguments);
  }

  GoValue chain(const GoValue& dot, const Node& node, bool has_arguments);
  // `has_arguments`: of the last one.
  GoValue fields(GoValue receiver, std::span<const std::string> names, bool has_arguments);
  GoValue field(const GoValue& receiver, const std::string& name, bool has_arguments);

  // --- calls ---
  // `words`: the name and the arguments behind it, or nothing. `node`: what an error of the function is about.
  GoValue evaluate_call(const GoValue& dot, const Node& name, const Node& node, std::span<Node* const> words,
                        const Final& final);
  static TemplateParameter parameter(const TemplateFunction& function, size_t i) {
    return i < function.fixed ? function.first : function.rest;
  }

  void check_count(const TemplateFunction& function, size_t given, bool has_final);
  // `and` and `or` evaluate no further than they have to.
  GoValue logical(const GoValue& dot, bool wanted, std::span<Node* const> arguments, const Final& final);
  // No value that comes from JSON can be called.
  GoValue call_value(std::span<Node* const> arguments, const GoValue& function);
  GoValue evaluate_argument(const GoValue& dot, TemplateParameter parameter, const Node& node);
  // A value as a parameter takes it.
  GoValue checked(const GoValue& value, TemplateParameter parameter);

  BuiltinCall& call_;
  const Template& parsed_;
  ChargedText& out_;
  Frame* frame_ = nullptr;
  uint32_t depth_ = 0;
  Lease variable_memory_;
  size_t live_variables_ = 0;  // of all frames
  size_t paid_variables_ = 0;
};

void TemplateRun::run(const Value& variables) {
  GoValue data = GoValue::from(variables, call_.arena);
  run_list(kTemplateName, *parsed_.find(kTemplateName), data);
}

// --- errors ----------------------------------------------------------------------------------------------------------

void TemplateRun::fail(const std::string& text) {
  size_t end = frame_->node->position;
  std::string_view before = std::string_view(parsed_.text()).substr(0, end);
  size_t line_end = before.rfind('\n');
  size_t column = line_end == std::string_view::npos ? end : end - line_end - 1;
  auto line = std::count(before.begin(), before.end(), '\n') + 1;
  throw RunFault{"template: " + std::string(kTemplateName) + ":" + std::to_string(line) + ":" + std::to_string(column) +
                 ": executing " + quoted(frame_->name) + " at <" + to_text(*frame_->node) + ">: " + text};
}

// --- variables -------------------------------------------------------------------------------------------------------

void TemplateRun::pop(size_t mark) {
  live_variables_ -= frame_->variables.size() - mark;
  frame_->variables.resize(mark);
}

void TemplateRun::push(std::string_view name, const GoValue& value) {
  if (++live_variables_ > paid_variables_) {
    paid_variables_ += kVariablesAtATime;
    variable_memory_.grow(2 * kVariablesAtATime * sizeof(Variable));
  }
  frame_->variables.push_back({name, value});
}

GoValue& TemplateRun::variable(const std::string& name) {
  std::vector<Variable>& all = frame_->variables;
  auto found = std::find_if(all.rbegin(), all.rend(), [&](const Variable& known) { return known.name == name; });
  charge_elements(call_, static_cast<uint64_t>(found - all.rbegin()) / 8);
  if (found == all.rend()) fail("undefined variable: " + name);
  return found->value;
}

// --- nodes -----------------------------------------------------------------------------------------------------------

void TemplateRun::run_list(std::string_view name, const Node& list, const GoValue& dot) {
  Step step(*this);
  Frame frame{name, {{"$", dot}}, nullptr};
  Frame* outer = frame_;
  frame_ = &frame;
  walk(dot, list);
  pop(1);
  frame_ = outer;
}

Flow TemplateRun::walk(const GoValue& dot, const Node& node) {
  at(node);
  switch (node.kind) {
    case Kind::kList: return walk_list(dot, node);
    case Kind::kAction: {
      GoValue value = pipeline(dot, *node.pipe);
      if (node.pipe->declared.empty()) write(node, value);
      return Flow::kNext;
    }
    case Kind::kBreak: return Flow::kBreak;
    case Kind::kContinue: return Flow::kContinue;
    case Kind::kIf:
    case Kind::kWith: return walk_branch(dot, node);
    case Kind::kRange: return walk_range(dot, node);
    case Kind::kTemplate: walk_template(dot, node); return Flow::kNext;
    default: out_.append(node.text); return Flow::kNext;
  }
}

Flow TemplateRun::walk_list(const GoValue& dot, const Node& list) {
  Step step(*this);
  for (const Node* node : list.nodes) {
    charge_elements(call_, 1);
    if (Flow flow = walk(dot, *node); flow != Flow::kNext) return flow;
  }
  return Flow::kNext;
}

Flow TemplateRun::walk_branch(const GoValue& dot, const Node& node) {
  size_t before = mark();
  GoValue value = pipeline(dot, *node.pipe);
  Flow flow = Flow::kNext;
  if (value.is_true()) flow = walk(node.kind == Kind::kWith ? value : dot, *node.list);
  else if (node.else_list != nullptr) flow = walk(dot, *node.else_list);
  pop(before);
  return flow;
}

void TemplateRun::write(const Node& node, const GoValue& value) {
  at(node);
  if (value.is_nil()) return out_.append("<no value>");
  print_go(call_, out_, std::span(&value, 1));
}

void TemplateRun::walk_template(const GoValue& dot, const Node& node) {
  const Node* list = parsed_.find(node.text);
  if (list == nullptr) fail("template " + quoted(node.text) + " not defined");
  GoValue data = node.pipe == nullptr ? GoValue() : pipeline(dot, *node.pipe);
  run_list(node.text, *list, data);
}

// --- range -----------------------------------------------------------------------------------------------------------

Flow TemplateRun::walk_range(const GoValue& dot, const Node& range) {
  size_t before = mark();
  GoValue value = pipeline(dot, *range.pipe).unboxed();
  size_t count = range_size(range, value);
  Flow flow = Flow::kNext;
  for (size_t i = 0; i < count && flow != Flow::kBreak; ++i) flow = iterate(range, value, i);
  if (count == 0 && range.else_list != nullptr) flow = walk(dot, *range.else_list);
  else flow = Flow::kNext;
  pop(before);
  return flow == Flow::kContinue ? flow : Flow::kNext;
}

size_t TemplateRun::range_size(const Node& range, const GoValue& value) {
  switch (value.kind) {
    case ValueKind::kNone: return 0;
    case ValueKind::kSlice:
    case ValueKind::kMap: return value.value.size;
    case ValueKind::kInt:
    case ValueKind::kByte:
      if (range.pipe->declared.size() > 1) {
        fail("can't use " + shown_go(call_, value) + " to iterate over more than one variable");
      }
      return static_cast<size_t>(std::max<int64_t>(value.integer, 0));
    default: fail("range can't iterate over " + shown_go(call_, value));
  }
}

Flow TemplateRun::iterate(const Node& range, const GoValue& value, size_t i) {
  constexpr uint64_t kUnits = 8;  // the element becomes a value of Go, a number even a text
  charge_elements(call_, kUnits);
  GoValue key, element;
  switch (value.kind) {
    case ValueKind::kSlice:
      key = GoValue::of(static_cast<int64_t>(i));
      element = GoValue::from(value.value.items()[i], call_.arena).boxed_up();
      break;
    case ValueKind::kMap:
      key = GoValue::string(value.value.members()[i].key.text());
      element = GoValue::from(value.value.members()[i].value, call_.arena).boxed_up();
      break;
    default:
      element = value;
      element.integer = static_cast<int64_t>(i);
  }
  size_t before = mark();
  set_range_variables(*range.pipe, key, element);
  Flow flow = walk(element, *range.list);
  pop(before);
  return flow;
}

void TemplateRun::set_range_variables(const Node& pipe, const GoValue& key, const GoValue& element) {
  const std::vector<Node*>& declared = pipe.declared;
  if (declared.empty()) return;
  if (pipe.assigns) {
    variable(declared[0]->names[0]) = declared.size() > 1 ? key : element;
    if (declared.size() > 1) variable(declared[1]->names[0]) = element;
    return;
  }
  std::vector<Variable>& all = frame_->variables;
  all[all.size() - 1].value = element;
  if (declared.size() > 1) all[all.size() - 2].value = key;
}

// --- pipelines -------------------------------------------------------------------------------------------------------

GoValue TemplateRun::pipeline(const GoValue& dot, const Node& pipe) {
  Step step(*this);
  at(pipe);
  Final value;
  for (const Node* command : pipe.nodes) value = evaluate_command(dot, *command, value).unboxed();
  for (const Node* declared : pipe.declared) {
    if (pipe.assigns) variable(declared->names[0]) = *value;
    else push(declared->names[0], *value);
  }
  return *value;
}

GoValue TemplateRun::evaluate_command(const GoValue& dot, const Node& command, const Final& final) {
  charge_elements(call_, 1);
  const Node& word = *command.nodes[0];
  bool has_arguments = command.nodes.size() > 1 || final;
  switch (word.kind) {
    case Kind::kField:
      at(word);
      return fields(dot, word.names, has_arguments);
    case Kind::kChain: return chain(dot, word, has_arguments);
    case Kind::kIdentifier: return evaluate_call(dot, word, command, command.nodes, final);
    case Kind::kPipe: check_no_arguments(command.nodes, final); return pipeline(dot, word);
    case Kind::kVariable:
      at(word);
      if (word.names.size() == 1) {
        const GoValue& value = variable(word.names[0]);
        check_no_arguments(command.nodes, final);
        return value;
      }
      return variable_fields(word, has_arguments);
    default: break;
  }
  at(word);
  check_no_arguments(command.nodes, final);
  if (word.kind == Kind::kDot) return dot;
  if (word.kind == Kind::kNil) fail("nil is not a command");
  return constant(word);
}

GoValue TemplateRun::constant(const Node& node) {
  at(node);
  if (node.kind == Kind::kBool) return GoValue::of(node.truth);
  if (node.kind == Kind::kString) return GoValue::string(node.value);
  const TemplateNumber& number = *node.number;
  GoValue result;
  result.real = number.real;
  result.imaginary = number.imaginary;
  std::string_view text = node.text;
  bool hex = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X') && text.find_first_of("pP") == text.npos;
  result.kind = number.is_complex ? ValueKind::kComplex : ValueKind::kFloat;
  if (number.is_complex) return result;
  if (number.is_float && !hex && text[0] != '\'' && text.find_first_of(".eEpP") != text.npos) return result;
  if (!number.is_int) fail(node.text + " overflows int");
  return GoValue::of(number.integer);
}

// --- fields ----------------------------------------------------------------------------------------------------------

GoValue TemplateRun::chain(const GoValue& dot, const Node& node, bool has_arguments) {
  at(node);
  const Node& first = *node.nodes[0];
  at(first);
  GoValue value = first.kind == Kind::kPipe ? pipeline(dot, first) : evaluate_call(dot, first, first, {}, std::nullopt);
  return fields(value, node.names, has_arguments);
}

GoValue TemplateRun::fields(GoValue receiver, std::span<const std::string> names, bool has_arguments) {
  for (size_t i = 0; i < names.size(); ++i) receiver = field(receiver, names[i], has_arguments && i + 1 == names.size());
  return receiver;
}

GoValue TemplateRun::field(const GoValue& receiver, const std::string& name, bool has_arguments) {
  charge_elements(call_, 1);
  if (receiver.is_none()) return GoValue();
  std::string type(receiver.type_name());
  if (receiver.is_nil()) fail("nil pointer evaluating " + type + "." + name);
  if (receiver.kind != ValueKind::kMap) fail("can't evaluate field " + name + " in type " + type);
  if (has_arguments) fail(name + " is not a method but has arguments");
  const Value* found = object_find(receiver.value, Value::string(name));
  return found == nullptr ? GoValue() : GoValue::from(*found, call_.arena).boxed_up();
}

// --- calls -----------------------------------------------------------------------------------------------------------

GoValue TemplateRun::evaluate_call(const GoValue& dot, const Node& name, const Node& node, std::span<Node* const> words,
                      const Final& final) {
  Step step(*this);
  at(name);
  const TemplateFunction& function = *find_template_function(name.text);
  std::span<Node* const> arguments = words.empty() ? words : words.subspan(1);
  check_count(function, arguments.size(), final.has_value());
  if (function.name == "and" || function.name == "or") return logical(dot, function.name == "or", arguments, final);
  std::vector<GoValue> values;
  values.reserve(arguments.size() + 1);
  for (const Node* argument : arguments) {
    values.push_back(evaluate_argument(dot, parameter(function, values.size()), *argument));
  }
  if (final) values.push_back(checked(*final, parameter(function, values.size())));
  try {
    if (function.name == "call") return call_value(arguments, values[0]);
    return function.body(call_, values);
  } catch (const TemplateCallFault& fault) {
    at(node);
    fail("error calling " + name.text + ": " + fault.text);
  }
}

void TemplateRun::check_count(const TemplateFunction& function, size_t given, bool has_final) {
  size_t count = given + has_final;
  std::string wrong = "wrong number of args for " + std::string(function.name) + ": want ";
  if (function.variadic && count < function.fixed) {
    fail(wrong + "at least " + std::to_string(function.fixed) + " got " + std::to_string(given));
  }
  if (!function.variadic && count != function.fixed) {
    fail(wrong + std::to_string(function.fixed) + " got " + std::to_string(count));
  }
}

GoValue TemplateRun::logical(const GoValue& dot, bool wanted, std::span<Node* const> arguments, const Final& final) {
  GoValue value;
  for (const Node* argument : arguments) {
    value = evaluate_argument(dot, TemplateParameter::kReflect, *argument);
    if (value.is_true() == wanted) return value;
  }
  return final ? *final : value;
}

GoValue TemplateRun::call_value(std::span<Node* const> arguments, const GoValue& function) {
  if (function.is_nil()) throw TemplateCallFault{"call of nil"};
  std::string name;
  if (!arguments.empty()) name = to_text(*arguments[0]);
  else if (function.is_text()) name = function.text;
  else name = "<" + std::string(function.inner_type_name()) + " Value>";
  throw TemplateCallFault{"non-function " + name + " of type " + std::string(function.inner_type_name())};
}

GoValue TemplateRun::evaluate_argument(const GoValue& dot, TemplateParameter parameter, const Node& node) {
  charge_elements(call_, 1);
  at(node);
  switch (node.kind) {
    case Kind::kDot: return checked(dot, parameter);
    case Kind::kNil:
      if (parameter == TemplateParameter::kString) fail("cannot assign nil to string");
      return GoValue();
    case Kind::kField: return checked(fields(dot, node.names, false), parameter);
    case Kind::kVariable: return checked(variable_fields(node, false), parameter);
    case Kind::kPipe: return checked(pipeline(dot, node), parameter);
    case Kind::kIdentifier: return checked(evaluate_call(dot, node, node, {}, std::nullopt), parameter);
    case Kind::kChain: return checked(chain(dot, node, false), parameter);
    default: break;
  }
  if (parameter == TemplateParameter::kString && node.kind != Kind::kString) {
    fail("expected string; found " + to_text(node));
  }
  return constant(node);
}

GoValue TemplateRun::checked(const GoValue& value, TemplateParameter parameter) {
  if (parameter == TemplateParameter::kReflect) return value;
  if (parameter == TemplateParameter::kAny) return value.unboxed();
  if (value.is_none()) fail("invalid value; expected string");
  if (value.kind == ValueKind::kString) return value.unboxed();
  std::string_view type = value.is_nil() ? value.type_name() : value.inner_type_name();
  fail("wrong type for value; expected string; got " + std::string(type));
}

}  // namespace

bool run_template(BuiltinCall& call, const Template& parsed, const Value& variables, ChargedText& out, std::string* fault) {
  try {
    TemplateRun(call, parsed, out).run(variables);
    return true;
  } catch (const RunFault& found) {
    *fault = found.text;
    return false;
  }
}

}  // namespace writ
