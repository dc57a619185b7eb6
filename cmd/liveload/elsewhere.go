package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/cluster/elsewhere"
	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/home"
	"github.com/liveload/liveload/cluster/providers/kubernetes"
	"github.com/liveload/liveload/metrics/journal"
)

const (
	clusterKeepFlag = "cluster-keep"
	keepTime        = time.Hour
	// stopTime is how long a run elsewhere may take to end after the second Ctrl-C.
	stopTime = time.Minute
	// passTime bounds how long one Ctrl-C is tried to be handed on.
	passTime = 10 * time.Second
	// controllerTime bounds the start of a controller.
	controllerTime = 5 * time.Minute
)

// A site is a provider among whose machines the controller can run. Methods are those of kubernetes.Provider.
type site interface {
	providers.Provider
	StartController(ctx context.Context, spec providers.Spec) (providers.Machine, error)
	Controllers(ctx context.Context) ([]providers.Machine, error)
	Dial(ctx context.Context, m providers.Machine, command ...string) (net.Conn, error)
	Namespace() string
}

// isElsewhere says whether the controller of a run is to be among the machines: they do not find it here, and nobody says how.
func (s clusterSettings) isElsewhere(env map[string]string) bool {
	return s.kind != nil && s.kind.Inside != "" && env[s.kind.Inside] == "" && s.address+s.nats+s.key == ""
}

// runElsewhere starts the controller of a run among the machines, and follows it.
func (o *outside) runElsewhere(scripts []string, settings runSettings, ends *ending) error {
	w := o.wire(settings)
	planned, err := planScripts(ends.stop, scripts, settings, w.scriptOptions())
	if err != nil {
		return err
	}
	there, err := o.site(settings.cluster, w.log)
	if err != nil {
		return err
	}
	handover, err := o.handOver(planned.plan, scripts, settings, w, "context=in-cluster", "namespace="+there.Namespace())
	if err != nil {
		return err
	}
	starting, cancel := context.WithTimeout(ends.stop, controllerTime)
	defer cancel()
	w.log.Info("starting the controller in the cluster", "run", settings.runID)
	var left atomic.Bool
	m, err := there.StartController(starting, providers.Spec{
		Run: settings.runID, Args: []string{"cluster", "host", "--" + clusterKeepFlag, settings.cluster.keep.String()},
		Lifetime: settings.cluster.lasts(planned.plan) + settings.cluster.keep,
		Ended: func(_ providers.Machine, why error) {
			if !left.Load() {
				w.log.Warn("the controller has ended", "reason", why)
			}
		},
	})
	if err != nil {
		return fmt.Errorf("start the controller in the cluster: %w", err)
	}
	f := elsewhere.NewFollower(dialer(there, m))
	if err := f.HandOver(starting, handover); err != nil {
		return errors.Join(err, o.destroy(there, m))
	}
	w.log.Info(fmt.Sprintf("the run goes on without this process too: liveload cluster attach %s follows it again", settings.runID[:8]))
	return o.follow(there, m, f, ends, &left, w.log)
}

// site opens the provider of a run whose controller is elsewhere.
func (o *outside) site(s clusterSettings, log *slog.Logger) (site, error) {
	env, err := o.environment("", false)
	if err != nil {
		return nil, err
	}
	here, err := home.Open(env.Cache, log)
	if err != nil {
		return nil, err
	}
	provider, err := s.kind.Open(here, s.options)
	if err != nil {
		return nil, err
	}
	there, ok := provider.(site)
	if !ok {
		return nil, &usageError{problem: fmt.Sprintf("no controller can be started among machines of --cluster %s: say with --%s HOST:PORT where they reach this machine", s.kind.Name, clusterAddressFlag)}
	}
	return there, nil
}

func dialer(there site, m providers.Machine) func(ctx context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) { return there.Dial(ctx, m, "liveload", "cluster", "pipe") }
}

// follow shows what a run elsewhere prints until it has ended, fetches what it has written, and removes its controller. Ctrl-C is for the
// run. left is set before the controller may end.
func (o *outside) follow(there site, m providers.Machine, f *elsewhere.Follower, ends *ending, left *atomic.Bool, log *slog.Logger) error {
	ends.announce(slog.New(slog.DiscardHandler)) // the run itself says what a signal does
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(ends.stop))
	defer cancel(nil)
	over := make(chan struct{})
	defer close(over)
	go passSignals(ctx, f, ends, over, cancel)
	lost := false
	exit, err := f.Follow(ctx, o.stdout, func(err error) {
		if !lost {
			lost = true
			log.Warn("the controller cannot be reached, and the run goes on without us: trying again", "error", err)
		}
	})
	if errors.Is(err, providers.ErrGone) {
		return fmt.Errorf("the controller is gone, with what the run has written: %w", err)
	}
	var names []string
	if err == nil {
		names, err = f.Fetch(ctx, ".")
	}
	if err != nil {
		return fmt.Errorf("%w; liveload cluster attach %s follows the run again", err, m.Run[:min(8, len(m.Run))])
	}
	if len(names) > 0 {
		log.Info("fetched what the run has written", "files", len(names))
	}
	for _, name := range names {
		if strings.HasSuffix(name, journal.Ending) {
			log.Warn("the Result was not written, but the journal of the run has come: liveload recover " + name)
		}
	}
	left.Store(true)
	if err := errors.Join(f.Leave(ctx), o.destroy(there, m)); err != nil {
		log.Warn("the controller may still be there", "error", err)
	}
	if exit.Code != exitOK {
		return &elsewhereError{exit.Code}
	}
	return nil
}

// passSignals hands Ctrl-C on, once and twice.
func passSignals(ctx context.Context, f *elsewhere.Follower, ends *ending, over <-chan struct{}, giveUp context.CancelCauseFunc) {
	pass := func() {
		ctx, cancel := context.WithTimeout(ctx, passTime)
		defer cancel()
		_ = f.Interrupt(ctx) // who cannot be reached is told of
	}
	select {
	case <-ends.drain:
		pass()
	case <-over:
		return
	}
	select {
	case <-ends.stop.Done():
		pass()
	case <-over:
		return
	}
	select {
	case <-time.After(stopTime):
		giveUp(fmt.Errorf("the run did not end within %v", stopTime))
	case <-over:
	}
}

// destroy removes a controller.
func (o *outside) destroy(there site, m providers.Machine) error {
	ctx, cancel := context.WithTimeout(context.Background(), destroyTimeout)
	defer cancel()
	return there.Destroy(ctx, []providers.Machine{m})
}

// An elsewhereError is the exit code of a run elsewhere, which has said why itself.
type elsewhereError struct{ code int }

func (e *elsewhereError) Error() string {
	return fmt.Sprintf("the run ended with exit code %d", e.code)
}

// attach is the command that follows a run whose controller is elsewhere.
func (o *outside) attach(c *cli.Context) error {
	if err := atMost(c, 2); err != nil {
		return err
	}
	v, err := sources(c)
	if err != nil {
		return err
	}
	r := flagReader{layered: v}
	kind, options := r.provider(kubernetes.Name)
	log := o.newLogger(o.stderr, r.log(slog.LevelInfo))
	if r.err != nil {
		return r.err
	}
	there, err := o.site(clusterSettings{kind: &kind, options: options}, log)
	if err != nil {
		return err
	}
	ends, release := o.listen(c.Context)
	defer release()
	m, err := chooseController(ends.stop, there, c.Args().Get(1))
	if err != nil {
		return err
	}
	return o.follow(there, m, elsewhere.NewFollower(dialer(there, m)), ends, new(atomic.Bool), log)
}

// chooseController finds the controller of the run whose id begins with a text, or the only one.
func chooseController(ctx context.Context, there site, run string) (providers.Machine, error) {
	all, err := there.Controllers(ctx)
	if err != nil {
		return providers.Machine{}, err
	}
	all = slices.DeleteFunc(all, func(m providers.Machine) bool { return m.Ended || !strings.HasPrefix(m.Run, run) })
	if len(all) == 1 {
		return all[0], nil
	}
	if len(all) == 0 && run == "" {
		return providers.Machine{}, errors.New("no controller is in the cluster: liveload cluster list shows what is")
	}
	if len(all) == 0 {
		return providers.Machine{}, fmt.Errorf("no controller of a run %s is in the cluster", run)
	}
	var names []string
	for _, m := range all {
		names = append(names, m.Run)
	}
	return providers.Machine{}, &usageError{problem: "which run? There are the controllers of " + strings.Join(names, ", ")}
}

// copyUntilClosed is what pipe does with a connection: standard input to it, and it to standard output.
func copyUntilClosed(conn net.Conn, in io.Reader, out io.Writer) error {
	go func() {
		io.Copy(conn, in)
		if half, ok := conn.(*net.UnixConn); ok {
			half.CloseWrite()
		}
	}()
	_, err := io.Copy(out, conn)
	return err
}
