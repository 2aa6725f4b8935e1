# What kind of value something is. In Rego's order of all values null < false < true < numbers < strings < arrays <
# objects < sets, so a kind is an interval.
package gate.lib.types

is_number(x) if {
	x > true
	x < ""
}

# The remainder of 1 would tell, too, but is an error for a fraction, and a gate that stops at errors would then decide
# nothing where it should say that an argument is wrong.
is_integer(x) if {
	is_number(x)
	round(x) == x
}

# Larger than any fraction that anyone could mean.
is_integer(x) if {
	is_number(x)
	abs(x) >= 9007199254740992
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
