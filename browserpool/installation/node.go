package installation

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

const nodeFix = "install Node.js 18 or later with npm: `apt-get install nodejs npm`, or from the Node.js website"

// checkNode returns the path of a Node.js that is new enough.
func (e Env) checkNode(ctx context.Context) (string, error) {
	path, err := e.findNode()
	if err != nil {
		return "", err
	}
	_, err = e.nodeVersion(ctx, path)
	return path, err
}

// nodeVersion asks Node.js for its version, such as "20.20.2", and refuses an old one.
func (e Env) nodeVersion(ctx context.Context, path string) (string, error) {
	out, err := e.Runner.Run(ctx, Command{Path: path, Args: []string{"--version"}})
	if err != nil {
		return "", fmt.Errorf("ask %s for its version: %w", path, err)
	}
	version := versionNumber(string(out))
	major, _, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(major)
	if err != nil {
		return "", fmt.Errorf("ask %s for its version: it answered %q", path, out)
	}
	if n < oldestNode {
		return "", fmt.Errorf("%s is version %s; the driver needs %d or later", path, version, oldestNode)
	}
	return version, nil
}

// installNode adds Node.js and npm from the system's packages when one of them is missing.
func (e Env) installNode(ctx context.Context) []Step {
	const name = "Node.js and npm packages"
	_, nodeErr := e.findNode()
	_, npmErr := e.Runner.LookPath("npm")
	if nodeErr == nil && npmErr == nil {
		return nil
	}
	if err := e.aptInstall(ctx, "nodejs", "npm"); err != nil {
		return []Step{failed(name, nodeFix, err)}
	}
	return []Step{done(name, "installed nodejs and npm with apt-get")}
}
