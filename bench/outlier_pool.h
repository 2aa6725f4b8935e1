// Arguments that are extreme in one way or another: what writ_outliers gives to every built-in that accepts their kind.
//
// Small ones are as important as large ones: what is free because it is small (a text below 256 bytes, eight elements, a
// number of 31 digits) can be had again and again for the one unit of a call.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/value/build.h"
#include "engine/value/json.h"
#include "engine/value/value.h"

namespace writ {

struct NamedValue {
  std::string name;
  Value value;
};

class OutlierPool {
 public:
  OutlierPool();
  // Those whose kind has its bit in `kinds`.
  std::vector<NamedValue> of_kinds(uint16_t kinds) const;
  // Holds them; for arguments that are made elsewhere, too.
  Arena& arena() { return arena_; }

 private:
  void add(std::string name, const Value& value) { values_.push_back({std::move(name), value}); }
  void add_text(std::string_view bytes) { add("'" + std::string(bytes) + "'", text(bytes)); }
  void add_repeated(std::string_view part, size_t times, std::string_view end = {});
  void add_texts();
  void add_numbers();
  void add_collections();
  void add_list(const std::string& name, const std::vector<Value>& elements);
  Value text(std::string_view bytes) { return make_string(arena_, bytes); }
  Value number(std::string_view digits) { return read_json(digits, arena_, {}, NumberText::kKept); }
  Value graph(int64_t nodes);
  Value nested(int depth);

  Arena arena_;
  std::vector<NamedValue> values_;
};

// `part`, so many times.
std::string repeated(std::string_view part, size_t times);

}  // namespace writ
