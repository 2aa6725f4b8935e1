# What kind of value something is. In Rego's order of all values null < false < true < numbers < strings < arrays <
# objects < sets, so a kind is an interval.
package gate.lib.types

is_number(x) if {
	x > true
	x < ""
}

is_integer(x) if {
	is_number(x)
	floor_of(x) == x
}

is_text(x) if {
	x >= ""
	x < []
}

is_list(x) if {
	x >= []
	x < {}
}

is_object(x) if {
	x >= {}
	x < set()
}

is_boolean(x) if x in {true, false}

# The remainder is defined for whole numbers only.
floor_of(x) := x if x % 1 == 0
