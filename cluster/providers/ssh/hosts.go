package ssh

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
)

// A host is where a worker can run. The configuration of ssh may say more about it.
type host struct {
	user, name string // of user, "" is what ssh takes
	port       int    // 0 is what ssh takes
}

// parseHost reads [USER@]HOST[:PORT].
func parseHost(text string) (host, error) {
	wrong := func(why string) (host, error) {
		return host{}, fmt.Errorf("%q is no host: %s. A host is HOST, USER@HOST or USER@HOST:PORT", text, why)
	}
	h := host{name: text}
	if at := strings.LastIndexByte(text, '@'); at >= 0 {
		if h.user, h.name = text[:at], text[at+1:]; h.user == "" {
			return wrong("there is no user before the @")
		}
	}
	if name, port, err := net.SplitHostPort(h.name); err == nil {
		n, err := strconv.Atoi(port)
		if err != nil || n < 1 || n > 65535 {
			return wrong("its port must be a number from 1 to 65535")
		}
		h.name, h.port = name, n
	} else if len(h.name) > 2 && h.name[0] == '[' && h.name[len(h.name)-1] == ']' {
		h.name = h.name[1 : len(h.name)-1]
	}
	if strings.Contains(h.name, ":") && net.ParseIP(h.name) == nil {
		return wrong("only addresses of IPv6 have several colons")
	}
	for _, part := range []string{h.user, h.name} {
		if strings.HasPrefix(part, "-") || strings.ContainsFunc(part, forbidden) {
			return wrong("names have letters, digits, dots, dashes and underscores, and do not begin with a dash")
		}
	}
	if h.name == "" {
		return wrong("its name is missing")
	}
	return h, nil
}

// forbidden says whether names of hosts and users cannot have a character. No shell takes one of the others for its own.
func forbidden(r rune) bool {
	letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	return !letter && !strings.ContainsRune("._-:", r)
}

// destination is how ssh is told about the user and the host; the port is an option.
func (h host) destination() string {
	if h.user == "" {
		return h.name
	}
	return h.user + "@" + h.name
}

// String is the host as people write it.
func (h host) String() string {
	name := h.name
	if h.port != 0 {
		name = net.JoinHostPort(name, strconv.Itoa(h.port))
	}
	if h.user != "" {
		name = h.user + "@" + name
	}
	return name
}

// id is the id of a machine: its host, and the folder of its worker there.
func (h host) id(folder string) string {
	u := url.URL{Scheme: "ssh", Host: h.name, Path: folder}
	if h.user != "" {
		u.User = url.User(h.user)
	}
	if strings.Contains(h.name, ":") {
		u.Host = "[" + h.name + "]"
	}
	if h.port != 0 {
		u.Host += ":" + strconv.Itoa(h.port)
	}
	return u.String()
}

// parseID reads what id makes.
func parseID(id string) (host, string, error) {
	u, err := url.Parse(id)
	if err != nil || u.Scheme != "ssh" || u.Hostname() == "" || u.Path == "" {
		return host{}, "", fmt.Errorf("%q is no machine of ssh", id)
	}
	text := u.Host
	if u.User != nil {
		text = u.User.Username() + "@" + text
	}
	h, err := parseHost(text)
	return h, u.Path, err
}

// readHosts reads a file with a host in each line. What follows a # is a comment.
func readHosts(file string) ([]weighted, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the hosts: %w", err)
	}
	hosts, err := parseHosts(string(content))
	if err != nil {
		return nil, fmt.Errorf("%s:%w", file, err)
	}
	return hosts, nil
}

// parseHosts reads the lines of a file. Its error begins with the number of the line.
func parseHosts(content string) (hosts []weighted, err error) {
	number := 0
	for line := range strings.Lines(content) {
		number++
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		h, err := parseWeighted(line)
		if err != nil {
			return nil, fmt.Errorf("%d: %w", number, err)
		}
		hosts = append(hosts, h)
	}
	return hosts, nil
}
