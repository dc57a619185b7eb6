package table

import (
	"fmt"
	"strconv"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/ssh"
)

func sshOptions() []Option {
	return []Option{
		{"host", "run a worker on this host; `USER@HOST:PORT`, may be repeated; HOST,weight=2 gets twice the users of HOST"},
		{"hosts", "run a worker on each host that `FILE` names in a line of its own"},
		{"config", "read `FILE` instead of ~/.ssh/config"},
		{"folder", "put what workers need for a run below `DIR` on the hosts ($TMPDIR or /tmp)"},
		{"env", "`NAME=VALUE` for the workers, such as LIVELOAD_CACHE=DIR; may be repeated"},
		{"worker-binary", "the liveload for hosts of another kind: `OS/ARCH=FILE`, such as linux/arm64=liveload-arm64; may be repeated"},
		{"install", "`no`: install nothing on the hosts (what is missing is installed)"},
		{"at-once", "prepare `N` hosts at once (16)"},
	}
}

func openSSH(home providers.Home, v Values) (providers.Provider, error) {
	options := ssh.Options{
		Hosts: v["host"], HostsFile: v.Last("hosts"), Config: v.Last("config"), Folder: v.Last("folder"), Env: v["env"],
		Binaries: v["worker-binary"], KeepInstall: v.Last("install") == "no",
	}
	if text := v.Last("install"); text != "" && text != "yes" && text != "no" {
		return nil, fmt.Errorf("install is %q, but must be yes or no", text)
	}
	if text := v.Last("at-once"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("at-once is %q, but must be a number of hosts", text)
		}
		options.AtOnce = n
	}
	p, err := ssh.New(home, options)
	if err != nil {
		return nil, err // not a nil of another type
	}
	return p, nil
}
