# Arguments against the catalogue: {name: {type, required, min, max, pattern, one_of}}.
package gate.lib.schema

import data.gate.lib.types

# All faults of arguments, as a sorted array of sentences.
faults(arguments, fields) := [fault | some fault in (missing(arguments, fields) | wrong(arguments, fields))]

missing(arguments, fields) := {sprintf("%s is required", [name]) |
	some name, field in fields
	object.get(field, "required", false)
	not name in object.keys(arguments)
}

wrong(arguments, fields) := ((({sprintf("%s is not %s", [name, fields[name].type]) |
	some name, value in arguments
	not fits(value, fields[name].type)
} | {sprintf("%s is not known", [name]) |
	some name, _ in arguments
	not name in object.keys(fields)
}) | {sprintf("%s is out of range", [name]) |
	some name, value in arguments
	out_of_range(value, fields[name])
}) | {sprintf("%s has the wrong form", [name]) |
	some name, value in arguments
	types.is_text(value)
	not regex.match(fields[name].pattern, value)
	fields[name].pattern
}) | {sprintf("%s is not one of %s", [name, concat(", ", fields[name].one_of)]) |
	some name, value in arguments
	not value in fields[name].one_of
	fields[name].one_of
}

fits(value, "text") if types.is_text(value)

fits(value, "integer") if types.is_integer(value)

fits(value, "number") if types.is_number(value)

fits(value, "boolean") if types.is_boolean(value)

fits(value, "object") if types.is_object(value)

fits(value, "texts") if {
	types.is_list(value)
	every item in value {
		types.is_text(item)
	}
}

out_of_range(value, field) if value < field.min

out_of_range(value, field) if {
	types.is_number(value)
	value > field.max
}
