# File paths as text: nothing here touches a disk.
package gate.lib.paths

# The path as it would be opened from the directory base. Undefined when it climbs out of the root.
resolve(base, path) := clean(path) if {
	startswith(path, "/")
} else := clean(concat("/", [trim_suffix(base, "/"), path]))

# Without empty and "." segments; ".." takes the segment before it away. Undefined if there is none.
clean(path) := sprintf("/%s", [concat("/", kept)]) if {
	segments := [s | some s in split(path, "/"); not s in {"", "."}]
	every i, s in segments {
		depth_after(segments, i) >= 0
		s != "..."
	}
	kept := [s |
		some i, s in segments
		s != ".."
		survives(segments, i)
	]
}

# How deep below the root the path is after its first i + 1 segments.
depth_after(segments, i) := sum([step(s) | some j, s in segments; j <= i])

step("..") := -1

step(s) := 1 if s != ".."

# A segment survives when no later ".." brings the path back above it.
survives(segments, i) if {
	depth := depth_after(segments, i)
	every j, _ in segments {
		stays(segments, i, j, depth)
	}
}

stays(_, i, j, _) if j <= i

stays(segments, i, j, depth) if {
	j > i
	depth_after(segments, j) >= depth
}

under(path, directory) if path == directory

under(path, directory) if startswith(path, concat("", [trim_suffix(directory, "/"), "/"]))
