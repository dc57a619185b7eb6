package home

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	ownerFile   = "owner" // in the cache folder
	longestName = 24      // of a user or a host, in bytes
)

// owner names the user, the host and the cache folder, whose runs are the ones that can be seen from here. A copy of the
// folder on another host, as of a container's image, is another owner.
func owner(cache string) (string, error) {
	id, err := ownerID(cache)
	if err != nil {
		return "", fmt.Errorf("say who owns machines: %w", err)
	}
	who, host := strconv.Itoa(os.Getuid()), "host"
	if u, err := user.Current(); err == nil { // else there is only a number, as in some containers
		who = u.Username
	}
	if name, err := os.Hostname(); err == nil {
		host = name
	}
	return plain(who) + "-" + plain(host) + "-" + id, nil
}

// plain keeps of a name what every cloud takes in a label.
func plain(name string) string {
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(name))
	return strings.Trim(name[:min(len(name), longestName)], "-")
}

// ownerID reads the number of a cache folder, which it makes when there is none.
func ownerID(cache string) (string, error) {
	path := filepath.Join(cache, ownerFile)
	id, err := os.ReadFile(path)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return string(id), err
	}
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return "", err
	}
	fresh, err := os.CreateTemp(cache, ownerFile)
	if err != nil {
		return "", err
	}
	defer os.Remove(fresh.Name())
	_, err = fmt.Fprintf(fresh, "%08x", rand.Uint32())
	if err = errors.Join(err, fresh.Close()); err != nil {
		return "", err
	}
	if err := os.Link(fresh.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) { // another process has made it meanwhile
		return "", err
	}
	id, err = os.ReadFile(path)
	return string(id), err
}
