package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/browserpool/installation"
	"github.com/liveload/liveload/examples/demo"
)

const demoPort = 4000

// demo serves the demo application until somebody interrupts it.
func (o *outside) demo(c *cli.Context) error {
	v, err := sources(c)
	if err != nil {
		return err
	}
	r := flagReader{layered: v}
	port := r.port("port", demoPort)
	logs := r.log(0)
	if r.err != nil {
		return r.err
	}
	host := cmp.Or(v.text("host"), "127.0.0.1")
	app, err := o.newDemo(logs)
	if err != nil {
		return err
	}
	defer app.Close()
	listener, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return fmt.Errorf("start the demo: %w; --port chooses another port, 0 a free one", err)
	}
	ends, release := o.listen(c.Context)
	defer release()
	o.introduceDemo("http://" + listener.Addr().String())
	return serve(ends.stop, app.Handler(), listener)
}

func (o *outside) newDemo(logs logSettings) (*demo.Server, error) {
	env, err := o.environment("", false)
	if err != nil {
		return nil, err
	}
	clients, err := installation.LocateDemoClient(env)
	if err != nil {
		return nil, err
	}
	return demo.New(demo.Options{ClientDir: clients, Logger: o.newLogger(o.stderr, logs)})
}

func (o *outside) introduceDemo(url string) {
	fmt.Fprintf(o.stdout, `The demo is at %[1]s

   %[1]s/counter     click and count
   %[1]s/            all pages
   %[1]s/__stats     what really happened here, as JSON
   %[1]s/metrics     the same for Prometheus, with CPU and memory

Try, in another terminal:
   liveload examples/counter.js --users 10 --duration 20s --config baseURL=%[1]s

Ctrl-C stops it.
`, url)
}

// serve answers until ctx is over.
func serve(ctx context.Context, handler http.Handler, listener net.Listener) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 30 * time.Second}
	defer context.AfterFunc(ctx, func() { server.Close() })()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the demo: %w", err)
	}
	return nil
}
