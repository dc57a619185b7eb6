package remote

import "github.com/liveload/liveload/cluster/wire"

// mostPlain is how long names and versions of workers may be, in characters.
const mostPlain = 100

// plain returns what a worker calls something as one short line for people.
func plain(text string) string { return wire.Plain(text, mostPlain, "") }
