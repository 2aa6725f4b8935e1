// Values as clients meet them: inputs, data and results, read from JSON or YAML and written as text.
#pragma once

#include "engine/builtins/yaml.h"
#include "engine/value/json.h"
#include "engine/value/text.h"
#include "engine/value/value.h"
