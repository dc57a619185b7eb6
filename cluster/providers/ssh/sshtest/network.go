package sshtest

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// ownNetwork is set in a test program that has a network of its own.
const ownNetwork = "SSHTEST_OWN_NETWORK"

// OwnNetwork is for TestMain: it begins the tests anew in a network of their own, where the system allows that, so that
// browsers of other tests do not notice the interfaces that come and go (ERR_NETWORK_CHANGED). Other roles of a test program,
// such as a worker, stay where they are.
func OwnNetwork() {
	unshare, err := exec.LookPath("unshare")
	if err != nil || os.Getenv(ownNetwork) != "" || len(os.Args) < 2 || !strings.HasPrefix(os.Args[1], "-test.") {
		return
	}
	const begin = `ip link set lo up && exec "$@"`
	args := []string{"unshare", "--net", "sh", "-c"}
	if exec.Command(unshare, append(args[1:], begin, "sh", "true")...).Run() != nil {
		return // newLink says what is missing
	}
	program, err := os.Executable()
	if err == nil {
		err = syscall.Exec(unshare, append(append(args, begin, "sh", program), os.Args[1:]...), append(os.Environ(), ownNetwork+"=1"))
	}
	fmt.Fprintln(os.Stderr, "begin the tests in a network of their own:", err)
	os.Exit(1)
}
