// From a writ_decide_options to DecideOptions, by the table of both.
#include "engine/api/c_decide_options.h"

#include <cstring>

#include "engine/api/c_handles.h"
#include "engine/api/member_count.h"

namespace writ::c {

namespace {

// A member of either struct without a row would be forgotten below.
constexpr size_t kRows = 0
#define DECIDE_FLAG(...) +1
#define DECIDE_NUMBER(...) +1
#define DECIDE_TEXT(...) +1
#define DECIDE_DIGEST(...) +1
#define DECIDE_INTERNAL(...) +1
#include "engine/api/decide_options.def"
    ;
static_assert(member_count<DecideOptions>() == kRows, "decide_options.def lists the members of DecideOptions");

constexpr size_t kCMembers = 2  // struct_size, flags
#define DECIDE_NUMBER(...) +1
#define DECIDE_TEXT(...) +2
#define DECIDE_DIGEST(...) +1
#include "engine/api/decide_options.def"
    ;
static_assert(member_count<writ_decide_options>() == kCMembers,
              "decide_options.def lists the members of writ_decide_options");

constexpr uint32_t kFlags = 0
#define DECIDE_FLAG(member, c_name, value) | WRIT_##c_name
#include "engine/api/decide_options.def"
    ;

}  // namespace

DecideOptions decide_options_of(const writ_decide_options* given) {
  DecideOptions options;
  if (given == nullptr) return options;
  const writ_decide_options from = copy_in(given);
  require((from.flags & ~kFlags) == 0, "unknown flag");
#define DECIDE_FLAG(member, c_name, value) \
  if ((from.flags & WRIT_##c_name) != 0) options.member = value;
#define DECIDE_NUMBER(member) \
  if (from.member != 0) options.member = from.member;
#define DECIDE_TEXT(member) \
  if (from.member != nullptr) options.member = text_of(from.member, from.member##_size);
#define DECIDE_DIGEST(member, c_member)                                                     \
  if (from.c_member != nullptr) {                                                           \
    options.member.emplace();                                                               \
    std::memcpy(options.member->bytes.data(), from.c_member, options.member->bytes.size()); \
  }
#include "engine/api/decide_options.def"
  return options;
}

}  // namespace writ::c
