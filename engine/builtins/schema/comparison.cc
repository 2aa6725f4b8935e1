// Names of types and texts of values, as schemas compare and print them.
#include <algorithm>

#include "engine/base/error.h"
#include "engine/base/json_writer.h"
#include "engine/builtins/float64.h"
#include "engine/builtins/go_float.h"
#include "engine/builtins/schema/schema.h"
#include "engine/value/number.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace writ {

namespace {

// Numbers become what a float64 holds of them, written as Go's encoder of JSON does. Integers up to here are exact.
constexpr int64_t kLargestExact = int64_t{1} << 53;

class ComparisonText {
 public:
  explicit ComparisonText(std::string* fault) : fault_(fault) {}

  bool append(const Value& value) {
    switch (value.kind) {
      case Kind::kNumber: return append_float(value);
      case Kind::kArray: return append_items(value);
      case Kind::kObject: return append_members(value);
      default: append_json(out_, value); return true;
    }
  }

  std::string out_;

 private:
  bool append_items(const Value& array) {
    enter();
    out_ += '[';
    for (const Value& item : array.items()) {
      if (&item != array.elements) out_ += ',';
      if (!append(item)) return false;
    }
    out_ += ']';
    --depth_;
    return true;
  }

  bool append_members(const Value& object) {
    enter();
    out_ += '{';
    for (const Entry& member : object.members()) {
      if (&member != object.entries) out_ += ',';
      append_json_string(out_, member.key.text(), JsonEscape::kHtml);
      out_ += ':';
      if (!append(member.value)) return false;
    }
    out_ += '}';
    --depth_;
    return true;
  }

  bool append_float(const Value& number) {
    if (number.is_int64() && number.integer >= -kLargestExact && number.integer <= kLargestExact) {
      out_.append(std::to_string(number.integer));
      return true;
    }
    std::string text;
    append_number(text, number);
    BinaryNumber real;
    if (!nearest_float64(text, &real)) {
      *fault_ = "json: cannot unmarshal number " + text + " into Go value of type float64";
      return false;
    }
    // With an exponent below 1e-6 and from 1e21 upwards; "1e-07" without the zero.
    int64_t point = shortest_digits(real).point;
    bool has_exponent = real.mantissa != 0 && (point < -5 || point > 21);
    std::string written = go_float_text(real, has_exponent ? 'e' : 'f', -1);
    size_t size = written.size();
    if (has_exponent && size >= 4 && written[size - 4] == 'e' && written[size - 3] == '-' && written[size - 2] == '0') {
      written.erase(size - 2, 1);
    }
    out_.append(written);
    return true;
  }

  void enter() {
    if (++depth_ > kMaxValueDepth) throw Failure(ErrorCode::E_DEPTH, "the value is nested too deeply");
  }

  std::string* fault_;
  uint32_t depth_ = 0;
};

}  // namespace

std::string SchemaTypes::text() const {
  if (count_ == 0) return "Undefined";
  if (count_ == 1) return std::string(schema_type_name(order_[0]));
  std::string out = "[";
  for (uint8_t i = 0; i < count_; i++) out.append(schema_type_name(order_[i])).append(",");
  out.back() = ']';
  return out;
}

const SubSchema* SubSchema::property(std::string_view name) const {
  auto found = std::lower_bound(properties.begin(), properties.end(), name,
                                [](const auto& property, std::string_view wanted) { return property.first < wanted; });
  return found != properties.end() && found->first == name ? found->second : nullptr;
}

std::optional<std::string> schema_comparison_text(const Value& value, std::string* fault) {
  ComparisonText text(fault);
  if (!text.append(value)) return std::nullopt;
  return std::move(text.out_);
}

}  // namespace writ
