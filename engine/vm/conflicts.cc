#include "engine/vm/conflicts.h"

#include <tuple>

#include "engine/base/error.h"
#include "engine/base/utf8.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr size_t kMaxValues = 10;
constexpr size_t kMaxRunes = 80;
// More of a value is not written: white space within it can only make it shorter.
constexpr uint64_t kMaxBytes = 4096;

// Rego text of the value in one line, cut.
std::string short_text(const Value& value) {
  if (value.is_string() && value.size > kMaxBytes) return short_text(Value::string(value.text().substr(0, kMaxBytes)));
  std::string whole;
  try {
    append_rego(whole, value, kMaxBytes);
  } catch (const Failure& failure) {
    // Too long, too deep, or no fuel for the rest: it is cut. What came from outside ends the decision.
    ErrorCode code = failure.error().code;
    if (code == ErrorCode::E_DEADLINE || code == ErrorCode::E_CANCEL) throw;
  }
  return one_line(whole, kMaxRunes);
}

}  // namespace

bool Conflicts::takes(size_t depth, uint32_t to, uint32_t from) {
  if (depth != depth_) return false;
  if (to != arguments_.size()) {
    chain_ = to;
    return true;
  }
  bool shown = from != kNone32 && from == chain_;
  chain_ = kNone32;
  return !shown;
}

void Conflicts::add(const Value& value, Place place) {
  if (!found_.empty()) {
    if (more_ || equal(found_.front().value, value)) return;
    auto same = [&](const Found& f) {
      return &f != &found_.front() && f.place.file == place.file && f.place.row == place.row && f.place.column == place.column;
    };
    if (std::any_of(found_.begin(), found_.end(), same)) return;
    if (found_.size() == kMaxValues) {
      more_ = true;
      return;
    }
  }
  found_.push_back({value, std::move(place)});
}

std::string Conflicts::text() const {
  if (found_.size() < 2) return {};
  std::vector<Found> sorted = found_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Found& a, const Found& b) {
    return std::tie(a.place.file, a.place.row, a.place.column) < std::tie(b.place.file, b.place.row, b.place.column);
  });
  std::string text = ":";
  for (const Found& found : sorted) {
    text += "\n  " + short_text(found.value) + " at ";
    text += found.place.file.empty() ? std::to_string(found.place.row) + ":" + std::to_string(found.place.column)
                                     : found.place.file + ":" + std::to_string(found.place.row);
  }
  return more_ ? text + "\n  ..." : text;
}

}  // namespace writ
