package installation

// Everything that is downloaded is pinned here, and only here.
const (
	// DriverVersion is the playwright-core that playwright-go speaks to; both change together.
	DriverVersion = "1.57.0"
	// driverChromiumRevision is the Chromium build in that version's browsers.json.
	driverChromiumRevision = "1200"
	// oldestNode is the first major version of Node.js that runs the driver.
	oldestNode = 18
)

// A pin is one npm package: its version, and the hash that the registry's tarball must have. npm
// checks a tarball against what the registry says; the pin checks what the registry says.
type pin struct {
	name      string
	version   string
	integrity string
}

func driverPin() pin {
	return pin{"playwright-core", DriverVersion,
		"sha512-agTcKlMw/mjBWOnD6kFZttAAGHgi/Nw0CZ2o6JqWSbMlI219lAFLZZCyqByTsvVAJq5XA5H8cA6PrvBRpBWEuQ=="}
}

// demoClientPins are the genuine LiveView clients that the demo application serves to browsers.
func demoClientPins() []pin {
	return []pin{
		{"phoenix", "1.8.16", "sha512-bNNJkYBnES2MHo8XjBg6ROK7iU7FeYfkANpTnYzh2ecOipI+8ZF1wiiWdvqv2YfV4MVb9yFJBE2BPF+RXgXXuw=="},
		{"phoenix_live_view", "1.2.12", "sha512-MmJSXZrqThk4mTzyvxSujzdRj6OHdVf5P5IS+qLPKdquCzHBYC7YXCkltBPCaom4uKS1cBKGahU7fGhU3Vyo4w=="},
	}
}
