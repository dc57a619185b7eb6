package installation

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

const nodeFix = "install Node.js 18 or later with npm: `apt-get install nodejs npm`, or from the Node.js website"

// checkNode returns the path of Node.js and its version, and refuses an old one.
func (e Env) checkNode(ctx context.Context) (path, version string, err error) {
	if path, err = e.findNode(); err != nil {
		return "", "", err
	}
	if version, err = e.version(ctx, path); err != nil {
		return "", "", err
	}
	major, _, _ := strings.Cut(version, ".")
	if n, err := strconv.Atoi(major); err != nil || n < oldestNode {
		return "", "", fmt.Errorf("%s is version %s; the driver needs %d or later", path, version, oldestNode)
	}
	return path, version, nil
}

// installNode adds Node.js and npm from the system's packages when one of them is missing.
func (e Env) installNode(ctx context.Context) []Report {
	const name = "Node.js and npm packages"
	_, nodeErr := e.findNode()
	_, npmErr := e.Runner.LookPath("npm")
	if nodeErr == nil && npmErr == nil {
		return nil
	}
	if err := e.aptInstall(ctx, "nodejs", "npm"); err != nil {
		return []Report{StatusFailed.report(name, nodeFix, "%v", err)}
	}
	return []Report{StatusDone.report(name, "", "installed nodejs and npm with apt-get")}
}
