// Layouts of times, taken apart: "2006-01-02" is the chunks kLongYear, kZeroMonth and kZeroDay with text between them.
#pragma once

#include <cstdint>
#include <string_view>

namespace writ {

enum class TimeChunk : uint8_t {
  kNone, kLongMonth, kMonth, kNumberMonth, kZeroMonth, kLongWeekday, kWeekday, kDay, kSpaceDay, kZeroDay,
  kSpaceYearDay, kZeroYearDay, kHour, kHour12, kZeroHour12, kMinute, kZeroMinute, kSecond, kZeroSecond, kLongYear,
  kYear, kUpperPm, kLowerPm, kZoneName, kOffset, kFraction0, kFraction9,
};

// The first chunk of a layout: `before` is literal text.
struct NextTimeChunk {
  std::string_view before;
  TimeChunk chunk = TimeChunk::kNone;
  std::string_view text;
  std::string_view after;
};

NextTimeChunk next_time_chunk(std::string_view layout);

inline bool is_digit(std::string_view text, size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; }

}  // namespace writ
