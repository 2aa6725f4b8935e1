// From a request to an answer: references are read, what is annotated is added, the residue is made, and for targets its filters
// and the masks beside them. Built-ins reach the host as those of a decision do, through a port whose log nobody keeps. A mask
// rule is evaluated as an ordinary query, with the input that is known.
#include "engine/api/partial.h"

#include <algorithm>
#include <utility>

#include "engine/api/bound_policy.h"
#include "engine/api/context.h"
#include "engine/api/query.h"
#include "engine/base/error.h"
#include "engine/base/json_writer.h"
#include "engine/builtins/builtin.h"
#include "engine/host/recording_port.h"
#include "engine/value/json.h"
#include "engine/value/text.h"
#include "lang/partial/filters/annotations.h"
#include "lang/partial/residue_json.h"
#include "lang/syntax/print.h"

namespace writ {
namespace {

using Path = std::vector<std::string>;

[[noreturn]] void refuse(const std::string& why) { throw Failure(ErrorCode::E_POLICY, why); }

lang::FilterTarget target_of(const std::string& text) {
  size_t plus = text.find('+');
  lang::FilterTarget target{text.substr(0, plus), plus == std::string::npos ? "" : text.substr(plus + 1)};
  if (std::string fault = lang::target_fault(target); !fault.empty()) refuse(fault);
  return target;
}

std::string evaluate_masks(const std::shared_ptr<const Policy>& policy, const std::shared_ptr<const DataSet>& data, Host& host,
                           const std::string& rule, const PartialRequest& request) {
  CompiledQuery query = Query::compile(policy, {.text = "masks := " + rule});
  if (query.query == nullptr) refuse("mask rule " + rule + ": " + render_opa(query.diagnostics, query.sources));
  Context context;
  context.bind(BoundPolicy::make(query.query, data, BoundPolicy::Digests::kNone), host);
  const Decision& decision = context.query(request.input);
  if (decision.status == Status::kError) throw Failure(decision.error);
  if (decision.rows.size == 0) return "";
  const Value& masks = decision.rows.elements[0].elements[0].elements[0];
  if (!masks.is_object()) refuse("mask rule " + rule + " is not an object");
  return to_json(masks);
}

class Evaluation {
 public:
  Evaluation(const std::shared_ptr<const Policy>& policy, const std::shared_ptr<const DataSet>& data, Host& host,
             const PartialRequest& request)
      : policy_(policy), data_(data == nullptr ? DataSet::empty() : data), host_(host), request_(request) {}

  PartialAnswer run() {
    BoundPolicy::make(policy_, data_, BoundPolicy::Digests::kNone);  // throws where data is where a rule is
    options_.unknowns = lang::reference_steps(request_.unknowns);
    options_.disable_inlining = lang::reference_steps(request_.disable_inlining);
    options_.shallow_inlining = request_.shallow_inlining;
    options_.nondeterministic_builtins = request_.nondeterministic_builtins;
    for (const std::string& text : request_.targets) answer_.targets.push_back(target_of(text));
    std::string mask_rule;
    if (!answer_.targets.empty()) mask_rule = prepare_filters();
    evaluate();
    if (!answer_.targets.empty() && answer_.residue.ok()) make_filters();
    if (!mask_rule.empty() && answer_.ok()) answer_.masks = evaluate_masks(policy_, data_, host_, mask_rule, request_);
    return std::move(answer_);
  }

 private:
  // What is annotated where nothing is given; the mask rule.
  std::string prepare_filters() {
    options_.nondeterministic_builtins = true;
    options_.inline_false_defaults = true;
    std::string mask_rule = request_.mask_rule;
    Path query = lang::reference_steps(request_.query.text);
    if (query.size() < 2 || query[0] != "data") refuse("the query of a data filter is a rule: " + request_.query.text);
    lang::FilterAnnotations annotated =
        lang::filter_annotations(policy_->sources(), policy_->options().language, {query.begin() + 1, query.end()});
    if (options_.unknowns.empty()) options_.unknowns = lang::reference_steps(annotated.unknowns);
    if (mask_rule.empty()) return annotated.mask_rule;
    if (mask_rule.starts_with("data.")) return mask_rule;
    const std::string& text = request_.query.text;
    return text.substr(0, text.find_last_of(".[")) + "." + mask_rule;
  }

  void evaluate() {
    const Limits& limits = policy_->options().limits;
    RecordingPort port;
    port.set_host(host_);
    port.begin(policy_->each_call_functions(), false);
    Arena answers;
    lang::PartialInput known;
    known.data = data_->root();
    if (request_.input) {
      known.input = read_json(*request_.input, arena_, {limits.input_bytes, limits.input_depth});
    }
    known.call_host = [&](std::string_view function, std::span<const Value> args) { return port.call(function, args, answers); };
    known.note = [&](std::string_view function, std::string_view text) { port.note(function, text); };
    known.fuel = limits.fuel;
    known.memory_bytes = limits.memory_bytes;
    answer_.residue = lang::partial_evaluate(policy_->sources(), policy_->options(), request_.query, known, options_);
  }

  void make_filters() {
    lang::FilterRequest request{answer_.targets, Value::undefined()};
    if (!request_.mappings.empty()) {
      request.mappings = read_json(request_.mappings, arena_);
      if (!request.mappings.is_object()) refuse("mappings are not an object");
    }
    lang::Filters made = lang::make_filters(answer_.residue.residue, request);
    if (!made.fault.empty()) refuse(made.fault);
    answer_.residue.diagnostics = std::move(made.errors);
    answer_.filters = std::move(made.filters);
  }

  const std::shared_ptr<const Policy>& policy_;
  std::shared_ptr<const DataSet> data_;
  Host& host_;
  const PartialRequest& request_;
  lang::PartialOptions options_;
  Arena arena_;
  PartialAnswer answer_;
};

// --- requests --------------------------------------------------------------------------------------------------------

class RequestReader {
 public:
  explicit RequestReader(const Value& object) : object_(object) {
    if (!object.is_object()) throw Failure(ErrorCode::E_JSON_SYNTAX, "a request is an object");
  }

  const Value* find(std::string_view name) const {
    const Value* found = object_find(object_, name);
    return found == nullptr || found->kind == Kind::kNull ? nullptr : found;
  }
  void text(std::string_view name, std::string& to) const {
    const Value* found = find(name);
    if (found == nullptr) return;
    if (!found->is_string()) refuse("`" + std::string(name) + "` of the request is not a string");
    to = found->text();
  }
  void texts(std::string_view name, std::vector<std::string>& to) const {
    const Value* found = find(name);
    if (found == nullptr) return;
    if (!found->is_array()) refuse("`" + std::string(name) + "` of the request is not an array of strings");
    for (const Value& item : found->items()) {
      if (!item.is_string()) refuse("`" + std::string(name) + "` of the request is not an array of strings");
      to.emplace_back(item.text());
    }
  }
  void flag(std::string_view name, bool& to) const {
    const Value* found = find(name);
    if (found == nullptr) return;
    if (found->kind != Kind::kBoolean) refuse("`" + std::string(name) + "` of the request is not a boolean");
    to = found->is_true();
  }

 private:
  const Value& object_;
};

std::string_view answer_name(const lang::FilterTarget& target) {
  return target.target == "ucast" ? std::string_view(target.target) : std::string_view(target.dialect);
}

void append_filters(JsonWriter& json, const PartialAnswer& answer) {
  json.begin_object();
  std::vector<std::string_view> written;
  for (size_t i = 0; i < answer.filters.size(); ++i) {
    const lang::Filter& filter = answer.filters[i];
    std::string_view name = answer_name(answer.targets[i]);
    // There is one member for UCAST: that of its first dialect.
    bool repeated = std::find(written.begin(), written.end(), name) != written.end();
    if (filter.kind == lang::Filter::Kind::kNothing || repeated) continue;
    written.push_back(name);
    json.key(name).begin_object().key("query");
    if (answer.targets[i].target == "sql") {
      json.string(filter.text);
    } else {
      json.raw(filter.text);
    }
    if (!answer.masks.empty()) json.key("masks").raw(answer.masks);
    json.end_object();
  }
  json.end_object();
}

// Operators stand between their operands where a statement is an operation.
std::string statement_text(const lang::Expr& expr) {
  bool call = expr.kind == lang::ExprKind::kTerm && expr.term->kind == lang::TermKind::kCall && expr.withs.empty();
  const Builtin* builtin = nullptr;
  if (call && expr.term->items.size() == 3) builtin = find_builtin(lang::to_text(*expr.term->items[0]));
  if (builtin == nullptr || builtin->infix.empty()) return lang::to_text(expr, lang::TextForm::kRego);
  std::string left = lang::to_text(*expr.term->items[1], lang::TextForm::kRego);
  return (expr.negated ? "not " : "") + left + " " + std::string(builtin->infix) + " " +
         lang::to_text(*expr.term->items[2], lang::TextForm::kRego);
}

}  // namespace

PartialRequest read_partial_request(std::string_view json) {
  Arena arena;
  Value object = read_json(json, arena);
  RequestReader reader(object);
  PartialRequest request;
  reader.text("query", request.query.text);
  if (request.query.text.empty()) refuse("the request has no query");
  reader.texts("unknowns", request.unknowns);
  // An input that is null is one.
  if (const Value* input = object_find(object, "input")) request.input = to_json(*input);
  const Value* options = reader.find("options");
  if (options == nullptr) return request;
  RequestReader more(*options);
  more.texts("disableInlining", request.disable_inlining);
  more.flag("shallowInlining", request.shallow_inlining);
  more.flag("nondeterministicBuiltins", request.nondeterministic_builtins);
  more.texts("targetDialects", request.targets);
  more.text("maskRule", request.mask_rule);
  if (const Value* mappings = more.find("targetSQLTableMappings")) request.mappings = to_json(*mappings);
  return request;
}

PartialAnswer evaluate_partially(const std::shared_ptr<const Policy>& policy, const std::shared_ptr<const DataSet>& data,
                                 Host& host, const PartialRequest& request) {
  return Evaluation(policy, data, host, request).run();
}

std::string partial_answer_json(PartialAnswer& answer) {
  std::string text;
  JsonWriter json(text, {JsonEscape::kText});
  json.begin_object().key("result");
  if (!answer.targets.empty()) {
    append_filters(json, answer);
  } else {
    Arena arena;
    lang::PartialResult& made = answer.residue;
    lang::ResidueTrees trees = lang::residue_trees(made.residue, made.sources, *made.ast, arena);
    json.begin_object();
    if (trees.queries.size > 0) json.key("queries").raw(to_json(trees.queries));
    if (trees.support.size > 0) json.key("support").raw(to_json(trees.support));
    json.end_object();
  }
  json.end_object();
  return text;
}

std::string residue_json(PartialAnswer& answer) {
  constexpr JsonFormat kInside{JsonEscape::kHtml, "  ", "    "};
  Arena arena;
  lang::PartialResult& made = answer.residue;
  lang::ResidueTrees trees = lang::residue_trees(made.residue, made.sources, *made.ast, arena);
  std::string members;
  for (const auto& [name, list] : {std::pair{"queries", trees.queries}, {"modules", trees.support}}) {
    if (list.size == 0) continue;
    members.append(members.empty() ? "" : ",").append("\n    \"").append(name).append("\": ").append(to_json(list, kInside));
  }
  return "{\n  \"partial\": {" + members + (members.empty() ? "}\n}" : "\n  }\n}");
}

ResidueText residue_text(const PartialAnswer& answer) {
  ResidueText text;
  lang::Readable readable(answer.residue.residue);
  for (const lang::Body* query : answer.residue.residue.queries) {
    std::vector<std::string>& lines = text.queries.emplace_back();
    for (const lang::Expr* expr : query->exprs) lines.push_back(statement_text(*expr));
  }
  text.support = lang::support_texts(answer.residue.residue);
  return text;
}

}  // namespace writ
