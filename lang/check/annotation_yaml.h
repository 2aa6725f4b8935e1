// The YAML of an annotation, read into the types that its members have in OPA.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/arena.h"
#include "engine/value/value.h"

namespace writ::lang {

// What a METADATA block says, before anybody asks whether it makes sense. Values are objects with other keys than strings
// where Go has a map[interface {}]interface {}.
struct AnnotationYaml {
  using Members = std::vector<std::pair<std::string, Value>>;  // as written

  std::string scope, title, description;
  bool entrypoint = false;
  std::vector<std::string> organizations;
  std::vector<Value> related_resources, authors;
  std::vector<Members> schemas;
  Members compile, custom, labels;
  // Why some value has no JSON form; empty if all have.
  std::string why_not_json;
};

// False and `*problem` set, in Go's words, if the text is no YAML or something has another type. Values lie in `arena`.
bool read_annotation_yaml(std::string_view text, Arena& arena, AnnotationYaml* result, std::string* problem);

}  // namespace writ::lang
