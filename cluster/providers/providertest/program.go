package providertest

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/aws/ecstask"
)

// Variables of the environment say what a program of this package is.
const (
	behaviour  = "PROVIDERTEST_WORKER"     // of a worker: stubborn, failing or absent; otherwise it does as it is told
	controller = "PROVIDERTEST_CONTROLLER" // a JSON order: the program is a controller that launches and is killed
	// Needs names a file without which doctor fails. Install makes it.
	Needs = "PROVIDERTEST_NEEDS"
)

// An order says what a controller in another process has to launch.
type order struct {
	Config   string
	Machines int
	Spec     providers.Spec
}

// Main is for TestMain. Besides tests, the program is the worker that providers start, and a controller that is killed. Open
// is that of the suite.
func Main(m *testing.M, open Open) {
	var err error
	switch text := os.Getenv(controller); {
	case len(os.Args) > 1 && os.Args[1] == "worker":
		err = work(os.Args[2:])
	case len(os.Args) > 1 && slices.Contains([]string{"doctor", "install"}, os.Args[1]):
		err = equip(os.Args[1], os.Getenv(Needs))
	case len(os.Args) > 1 && slices.Contains([]string{"version", "cluster"}, os.Args[1]):
		// There is nothing to clean up.
	case text != "":
		err = control(text, open)
	default:
		hurryRaces()
		_ = os.Setenv(ownSecret, "hunter2-of-the-controller")
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(3)
	}
}

// hurryRaces keeps programs that a test starts from sleeping for a second before they end, as those do that look for races.
func hurryRaces() {
	if os.Getenv("GORACE") == "" {
		os.Setenv("GORACE", "atexit_sleep_ms=0")
	}
}

// equip does what doctor and install do about a file that is needed; "" is none.
func equip(command, file string) error {
	if file == "" {
		return nil
	}
	if command == "install" {
		return os.WriteFile(file, nil, 0o600)
	}
	_, err := os.Stat(file)
	if err != nil {
		fmt.Println("fail     Playwright driver:", err)
	}
	return err
}

// work joins as `liveload worker` does, and stays until it is told to leave, its controller is gone or its lifetime over.
func work(args []string) error {
	o, err := readOptions(args)
	if err != nil {
		return err
	}
	token, gone, err := o.token()
	if err != nil {
		return err
	}
	leave := make(chan os.Signal, 1)
	signal.Notify(leave, syscall.SIGTERM)
	var dismissed chan struct{}
	switch os.Getenv(behaviour) {
	case "failing":
		return errors.New("no browser to be found by the worker with the token " + token)
	case "absent":
	default:
		conn, err := o.join(token)
		if err != nil {
			return err
		}
		defer conn.Close()
		dismissed = make(chan struct{})
		go func() { defer close(dismissed); io.Copy(io.Discard, conn) }()
	}
	if os.Getenv(behaviour) == "stubborn" {
		gone, leave = nil, nil
	}
	select {
	case <-leave:
	case <-gone:
	case <-dismissed:
	case <-time.After(o.lifetime):
	}
	return nil
}

// options are those of `liveload worker`, which has them of flags or the environment.
type options struct {
	where, name string
	lifetime    time.Duration
}

func readOptions(args []string) (o options, err error) {
	flags := flag.NewFlagSet("worker", flag.ContinueOnError)
	flags.StringVar(&o.where, "join", os.Getenv("LIVELOAD_JOIN"), "")
	flags.StringVar(&o.name, "name", os.Getenv("LIVELOAD_WORKER_NAME"), "")
	flags.DurationVar(&o.lifetime, "lifetime", time.Hour, "")
	for _, other := range []string{"log-level", "browser-path"} {
		flags.String(other, "", "")
	}
	if err := flags.Parse(args); err != nil {
		return o, fmt.Errorf("these are no arguments of a worker: %q: %w", args, err)
	}
	if o.where == "" || o.name == "" || flags.NArg() > 0 {
		return o, fmt.Errorf("these are no arguments of a worker: %q", args)
	}
	if o.name == ecstask.Own {
		o.name, err = ecstask.OwnName(context.Background(), os.Getenv)
	}
	return o, err
}

// token is the one that comes with standard input, in a file, or as it is.
func (o options) token() (token string, gone <-chan struct{}, err error) {
	if o.where == providers.FromStdin {
		return providers.Receive(os.Stdin)
	}
	content, err := os.ReadFile(o.where)
	if errors.Is(err, os.ErrNotExist) && !strings.HasPrefix(o.where, "/") {
		return o.where, nil, nil
	}
	return strings.TrimSpace(string(content)), nil, err
}

func (o options) join(token string) (net.Conn, error) {
	address, secret, _ := strings.Cut(token, "/")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	if err := json.NewEncoder(conn).Encode(hello{Name: o.name, Secret: secret}); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// control launches, says which machines run, and waits to be killed.
func control(text string, open Open) error {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	provider, _, err := open(o.Config, o.Spec.Run)
	if err != nil {
		return err
	}
	machines, err := provider.Launch(context.Background(), o.Machines, o.Spec)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(machines); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
