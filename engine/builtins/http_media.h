// What the Content-Type of a response says of its body, as OPA takes it.
#pragma once

#include <string_view>

namespace writ {

enum class HttpMedia { kOther, kJson, kYaml };

// JSON is "application/json" and "application/…+json" with parameters that Go's mime.ParseMediaType accepts; YAML is any
// text that names "application/yaml" or "application/x-yaml".
HttpMedia http_media(std::string_view content_type);

}  // namespace writ
