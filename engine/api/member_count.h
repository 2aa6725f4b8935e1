// How many members an aggregate has: what compares a struct with the table that lists its members.
#pragma once

#include <cstddef>

namespace writ {

// Converts to the type of any member.
struct AnyMember {
  template <typename Member>
  operator Member() const;
};

template <typename Aggregate, typename... Members>
constexpr size_t member_count() {
  if constexpr (requires { Aggregate{Members{}..., AnyMember{}}; }) {
    return member_count<Aggregate, Members..., AnyMember>();
  } else {
    return sizeof...(Members);
  }
}

}  // namespace writ
