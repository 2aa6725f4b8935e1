// Values as clients meet them: inputs, data and results, read from JSON or YAML and written as text; and
// durations, as Go and so the built-ins read them.
#pragma once

#include "engine/builtins/go_duration.h"
#include "engine/builtins/yaml.h"
#include "engine/value/json.h"
#include "engine/value/text.h"
#include "engine/value/value.h"
