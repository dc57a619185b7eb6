package kubernetes

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/streaming/pkg/httpstream"

	"github.com/liveload/liveload/cluster/providers"
)

// Dial runs a command in the container of a machine, and returns a connection with its standard input and output. The command ends
// with the connection.
func (p *Provider) Dial(ctx context.Context, m providers.Machine, command ...string) (net.Conn, error) {
	_, job, index, err := parseMachineID(m.ID)
	if err != nil {
		return nil, err
	}
	running, err := p.client.podsWhere(ctx, job, func(pod *corev1.Pod) bool { return indexOf(pod) == index && stateOf(pod).running })
	if err != nil {
		return nil, fmt.Errorf("look for %s: %w", m.Name, err)
	}
	if len(running) == 0 {
		return nil, fmt.Errorf("%s: %w", m.Name, providers.ErrGone)
	}
	executor, err := p.executor(running[0].Name, command)
	if err != nil {
		return nil, fmt.Errorf("run a command in %s: %w", m.Name, err)
	}
	return connectTo(p.quiet(), executor), nil
}

// executor runs a command in a Pod: over a WebSocket, or over SPDY where a server or a proxy knows no other way.
func (p *Provider) executor(pod string, command []string) (remotecommand.Executor, error) {
	at := p.exec.Post().Namespace(p.client.namespace).Resource("pods").Name(pod).SubResource("exec").
		VersionedParams(&corev1.PodExecOptions{Container: container, Command: command, Stdin: true, Stdout: true, Stderr: true}, runtime.NewParameterCodec(newScheme())).URL()
	return newExecutor(p.config, at)
}

func newExecutor(config *rest.Config, at *url.URL) (remotecommand.Executor, error) {
	spdy, err := remotecommand.NewSPDYExecutor(config, "POST", at)
	if err != nil {
		return nil, err
	}
	websocket, err := remotecommand.NewWebSocketExecutor(config, "GET", at.String())
	if err != nil {
		return nil, err
	}
	return remotecommand.NewFallbackExecutor(websocket, spdy, func(err error) bool {
		return httpstream.IsUpgradeFailure(err) || httpstream.IsHTTPSProxyError(err)
	})
}

// A pipe is the standard input and output of a command elsewhere, as a connection without deadlines.
type pipe struct {
	in    *io.PipeWriter // of the command
	out   *io.PipeReader
	end   func() // ends the command
	ended chan struct{}
}

// connectTo runs a command. Reading from it ends with what it prints on standard error when it fails.
func connectTo(ctx context.Context, executor remotecommand.Executor) net.Conn {
	ctx, end := context.WithCancel(ctx)
	inRead, inWrite := io.Pipe()
	outRead, outWrite := io.Pipe()
	p := &pipe{in: inWrite, out: outRead, end: end, ended: make(chan struct{})}
	go func() {
		defer close(p.ended)
		var said words
		err := executor.StreamWithContext(ctx, remotecommand.StreamOptions{Stdin: inRead, Stdout: outWrite, Stderr: &said})
		if text := strings.TrimSpace(said.String()); err != nil && text != "" {
			err = errors.New(text)
		}
		outWrite.CloseWithError(err)
		inRead.CloseWithError(err)
	}()
	return p
}

// words are what a command prints on standard error. Safe for concurrent use: the executor may return while it still writes.
type words struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (w *words) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(text)
}

func (w *words) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

func (p *pipe) Read(b []byte) (int, error)  { return p.out.Read(b) }
func (p *pipe) Write(b []byte) (int, error) { return p.in.Write(b) }

// Close implements net.Conn. It waits until the command has ended, as far as this side is concerned.
func (p *pipe) Close() error {
	p.in.Close()
	p.out.Close()
	p.end()
	<-p.ended
	return nil
}

func (p *pipe) LocalAddr() net.Addr              { return &net.UnixAddr{Name: "here"} }
func (p *pipe) RemoteAddr() net.Addr             { return &net.UnixAddr{Name: "there"} }
func (p *pipe) SetDeadline(time.Time) error      { return os.ErrNoDeadline }
func (p *pipe) SetReadDeadline(time.Time) error  { return os.ErrNoDeadline }
func (p *pipe) SetWriteDeadline(time.Time) error { return os.ErrNoDeadline }
