// JSON as the library reads it with which OPA looks into the header of a token that it signs, and asks whether a text is
// one key or a set of them. It takes texts that JSON does not allow (control characters in strings, "nan", digits in any
// order), the first of equal members wins, and its errors have words of their own: what is signed, and which error is
// said, follows from that.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace writ {

class QuickJson {
 public:
  // Reads the text, which must outlive this, in time linear in it. The caller has paid for that.
  explicit QuickJson(std::string_view text);

  // Whether it is an object with such a member.
  bool has(std::string_view name) const;
  // The string that is the member of that name; false and `*error` set if there is none or the text was not read.
  bool find_string(std::string_view name, std::string* value, std::string* error) const;

 private:
  // Members of the outermost object as they are written; strings without their quotes.
  struct Member {
    std::string_view key;
    std::string_view value;
    std::string_view kind;  // "string", "number", "true", …
  };
  const Member* find(std::string_view name) const;

  std::vector<Member> members_;
  std::string error_;
};

}  // namespace writ
