//go:build !linux

package sandbox

// Refused says why this process may not make the namespaces that Chromium's sandbox consists of: it needs none here.
func Refused() error { return nil }
