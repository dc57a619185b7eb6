package driver

import (
	"slices"
	"strings"
)

// passedOn are the variables of liveload's environment that drivers and browsers get too; with a star, all that begin so.
// What changes how Node.js, Playwright or the loader work is not among them, such as NODE_OPTIONS, PWDEBUG, DEBUG and
// LD_PRELOAD: what a shell happens to have set must not change what is measured. docs/browser-flags.md has the list.
var passedOn = []string{
	"HOME", "USER", "LOGNAME", "PATH", "SHELL",
	"LANG", "LANGUAGE", "LC_*", "TZ", "TZDIR",
	"XDG_*", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "__CF_USER_TEXT_ENCODING", // windows
	"FONTCONFIG_*",
	"LD_LIBRARY_PATH", "CHROME_DEVEL_SANDBOX", // where a browser's libraries are, and its sandbox
	"SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS",
	"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
}

func isPassedOn(name string) bool {
	return slices.ContainsFunc(passedOn, func(known string) bool {
		prefix, several := strings.CutSuffix(known, "*")
		return name == known || several && strings.HasPrefix(name, prefix)
	})
}

// environment makes the environment of a browser of ours, and of what is added to it: pairs "NAME=value".
func environment(ours, added []string) map[string]string {
	made := map[string]string{}
	for _, pair := range ours {
		if name, value, _ := strings.Cut(pair, "="); isPassedOn(name) {
			made[name] = value
		}
	}
	for _, pair := range added {
		name, value, _ := strings.Cut(pair, "=")
		made[name] = value
	}
	return made
}

// removed are the names in our environment that a driver must not see, as far as a shell can name them.
func removed(ours []string) []string {
	var names []string
	for _, pair := range ours {
		name, _, _ := strings.Cut(pair, "=")
		if !isPassedOn(name) && isShellName(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func isShellName(name string) bool {
	for i, c := range []byte(name) {
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}
