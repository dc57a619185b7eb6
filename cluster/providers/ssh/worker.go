package ssh

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/liveload/liveload/cluster/providers"
)

// A worker is one on a host, with its connection.
type worker struct {
	provider   *Provider
	host       host
	machine    providers.Machine
	connection *connection

	mu       sync.Mutex
	launched bool // from now on its end is told
	ended    error
}

// launch brings the program to the host, and starts it. Without an error the worker has its token. What a launch that
// failed leaves on the host, the script there takes away.
func (w *worker) launch(ctx context.Context, programs *programs, spec providers.Spec) (err error) {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	w.machine = providers.Machine{Provider: Name, Run: spec.Run, Name: w.host.String()}
	install := "yes"
	if w.provider.options.KeepInstall {
		install = "no"
	}
	args := append([]string{spec.Run, w.machine.Name, w.provider.options.Folder, install}, spec.Args...)
	w.connection, err = w.provider.connect(w.host, func(err error) { w.tell(err, spec) }, workerScript, args...)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, w.connection.Kill) // a host that does not take its program cannot be waited for
	err = w.prepare(ctx, programs, spec)
	if !stop() {
		err = context.Cause(ctx)
	}
	if err == nil {
		err = w.start(ctx, spec)
	}
	if err != nil {
		w.connection.Kill()
		w.connection.End(ctx, 0)
		return fmt.Errorf("launch a worker on %s: %w", w.host, err)
	}
	return nil
}

// prepare answers the script until all is ready for the token.
func (w *worker) prepare(ctx context.Context, programs *programs, spec providers.Spec) error {
	_, about, err := w.connection.expect(ctx, "platform")
	if err != nil {
		return err
	}
	if len(about) != 3 {
		return fmt.Errorf("its answer cannot be read: %q", about)
	}
	w.machine.ID, w.machine.Launched = w.host.id(about[2]), time.Now()
	want, err := platformOf(about[0], about[1])
	if err != nil {
		return err
	}
	if err := w.send(programs, want, spec.Env); err != nil {
		return err
	}
	for {
		word, rest, err := w.connection.expect(ctx, "copied", "installing", "ready")
		if err != nil || word == "ready" {
			return err
		}
		if word == "installing" {
			w.provider.home.Log.Info("installing what does not work on a host", "host", w.host.String(), "missing", strings.Join(rest, " "))
		}
	}
}

// checkEnv refuses variables that the script on a host could not read, each in a line of its own. Values may be secrets, and are not told.
func checkEnv(env []string) error {
	for _, variable := range env {
		if name, _, ok := strings.Cut(variable, "="); !ok || name == "" || strings.ContainsAny(variable, "\r\n") {
			return fmt.Errorf("env for %q must be NAME=VALUE, in one line", name)
		}
	}
	return nil
}

// send sends the environment and the program. An error of the connection is explained by what the script says next.
func (w *worker) send(programs *programs, want platform, env []string) error {
	program, size, err := programs.open(want)
	if err != nil {
		return err
	}
	defer program.Close()
	env = append(w.provider.options.Env[:len(w.provider.options.Env):len(w.provider.options.Env)], env...)
	head := &strings.Builder{}
	fmt.Fprintln(head, len(env))
	for _, variable := range env {
		fmt.Fprintln(head, variable)
	}
	fmt.Fprintln(head, size)
	w.provider.home.Log.Debug("copying liveload", "host", w.host.String(), "bytes", size)
	if _, err := io.Copy(w.connection.Stdin, io.MultiReader(strings.NewReader(head.String()), program)); err != nil {
		w.provider.home.Log.Debug("a host took no program", "host", w.host.String(), "error", err)
	}
	return nil
}

// start hands the worker its token. From then on its end is told.
func (w *worker) start(ctx context.Context, spec providers.Spec) error {
	err := providers.Hand(w.connection.Stdin, spec.Token)
	w.mu.Lock()
	w.launched = err == nil && w.ended == nil
	launched := w.launched
	w.mu.Unlock()
	if !launched {
		w.connection.End(ctx, endTimeout) // for all that the host has to say
		return w.connection.explain("", spec.Token)
	}
	return nil
}

// tell tells of an end that nobody asked for.
func (w *worker) tell(err error, spec providers.Spec) {
	w.mu.Lock()
	w.ended = err
	launched := w.launched
	w.mu.Unlock()
	if launched && spec.Ended != nil {
		spec.Ended(w.machine, fmt.Errorf("the worker on %s ended: %w", w.host, w.connection.explain("", spec.Token)))
	}
}

// end asks the worker to leave, and says whether it has left nothing. What the script on the host does when it has ended is
// known from its exit code: 255 is ssh's own.
func (w *worker) end(ctx context.Context, leaving time.Duration) bool {
	killed := w.connection.End(ctx, leaving)
	code := w.connection.ExitCode()
	return !killed && code >= 0 && code < 255
}
