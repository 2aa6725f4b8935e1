#include "engine/record/verdict.h"

#include <algorithm>
#include <iterator>

namespace writ {

namespace {

enum class Source { kPolicy, kEngine };

struct VerdictRow {
  std::string_view name;
  Source source;
};

// Indexed by number.
constexpr std::string_view kStatuses[] = {"",
#define STATUS(number, id, name) name,
#include "engine/record/verdicts.def"
};
constexpr VerdictRow kVerdicts[] = {
#define VERDICT(number, id, name, c_name, source, text) {name, Source::source},
#include "engine/record/verdicts.def"
};

constexpr Outcome kBadShape{Status::kError, ErrorCode::E_VERDICT_SHAPE, Verdict::kError};

Outcome outcome_of_boolean(const Value& result) {
  if (result.kind != Kind::kBoolean) return kBadShape;
  return {Status::kDefined, ErrorCode::kNone, result.is_true() ? Verdict::kAllow : Verdict::kDeny};
}

bool is_for_policies(Verdict verdict) { return kVerdicts[static_cast<size_t>(verdict)].source == Source::kPolicy; }

Outcome outcome_of_object(const Value& result) {
  const Value* name = result.is_object() ? object_find(result, "verdict") : nullptr;
  if (!name || !name->is_string()) return kBadShape;
  std::optional<Verdict> verdict = verdict_from_name(name->text());
  if (!verdict || !is_for_policies(*verdict)) return kBadShape;
  return {Status::kDefined, ErrorCode::kNone, *verdict};
}

}  // namespace

std::string_view status_name(Status status) { return kStatuses[static_cast<size_t>(status)]; }

std::optional<Status> status_from_name(std::string_view name) {
  auto found = std::find(std::begin(kStatuses) + 1, std::end(kStatuses), name);
  if (found == std::end(kStatuses)) return std::nullopt;
  return static_cast<Status>(found - std::begin(kStatuses));
}

std::string_view verdict_name(Verdict verdict) { return kVerdicts[static_cast<size_t>(verdict)].name; }

std::optional<Verdict> verdict_from_name(std::string_view name) {
  auto found = std::find_if(std::begin(kVerdicts), std::end(kVerdicts),
                            [name](const VerdictRow& row) { return row.name == name; });
  if (found == std::end(kVerdicts)) return std::nullopt;
  return static_cast<Verdict>(found - std::begin(kVerdicts));
}

std::string_view verdict_mode_name(VerdictMode mode) { return kVerdictModes[static_cast<size_t>(mode)]; }

std::optional<VerdictMode> verdict_mode_from_name(std::string_view name) {
  auto found = std::find(std::begin(kVerdictModes), std::end(kVerdictModes), name);
  if (found == std::end(kVerdictModes)) return std::nullopt;
  return static_cast<VerdictMode>(found - std::begin(kVerdictModes));
}

Outcome derive_outcome(VerdictMode mode, const Value& result, ErrorCode code) {
  if (code != ErrorCode::kNone) return {Status::kError, code, Verdict::kError};
  if (!result.is_defined()) return {Status::kUndefined, ErrorCode::kNone, Verdict::kUndefined};
  switch (mode) {
    case VerdictMode::kBoolean: return outcome_of_boolean(result);
    case VerdictMode::kObject: return outcome_of_object(result);
    case VerdictMode::kNone: break;
  }
  return {Status::kDefined, ErrorCode::kNone, Verdict::kValue};
}

}  // namespace writ
