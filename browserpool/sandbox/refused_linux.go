package sandbox

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
)

// Refused says why this process may not make the namespaces that Chromium's sandbox consists of; nil when it may. The
// answer of the system is asked for once.
var Refused = sync.OnceValue(func() error {
	cmd := exec.Command("true")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: os.Geteuid(), HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getegid(), HostID: os.Getegid(), Size: 1}},
	}
	err := cmd.Run()
	if err == nil || errors.Is(err, exec.ErrNotFound) { // then the browser has to find out
		return nil
	}
	return fmt.Errorf("this system allows no user namespaces: %w", err)
})
