package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/cluster/elsewhere"
)

// handOverTime is how long a host waits for its run.
const handOverTime = 10 * time.Minute

// runIDVariable gives a run the id that the one has chosen who hands it over.
const runIDVariable = "LIVELOAD_RUN_ID"

// runID is the id of a run of this process.
func (o *outside) runID() string {
	if id, err := uuid.Parse(o.env[runIDVariable]); err == nil {
		return id.String()
	}
	return uuid.NewString()
}

// hostFolder is where the host of a run elsewhere and those who reach it meet. There is one in a container.
func hostFolder() string { return filepath.Join(os.TempDir(), "liveload-host") }

// host waits for a run that somebody elsewhere hands over, and runs it. It is what the Pod of a controller runs.
func (o *outside) host(c *cli.Context) error {
	v, err := sources(c)
	if err != nil {
		return err
	}
	r := flagReader{layered: v}
	program, err := o.program()
	if err != nil {
		return fmt.Errorf("find liveload itself, which runs what is handed over: %w", err)
	}
	ends, release := o.listen(c.Context)
	defer release()
	h := &elsewhere.Host{Folder: hostFolder(), Program: program, Wait: handOverTime, Keep: r.keep(), Out: o.stdout, Log: o.newLogger(o.stderr, r.log(0))}
	if r.err != nil {
		return r.err
	}
	code, err := h.Run(ends.stop)
	if err == nil && code != exitOK {
		err = &elsewhereError{code}
	}
	return err
}

// keep is how long what a run elsewhere has written is kept.
func (r *flagReader) keep() time.Duration {
	if d := r.positive(clusterKeepFlag); d != nil {
		return *d
	}
	return keepTime
}

// pipe connects its standard input and output with the host in the same container.
func (o *outside) pipe(*cli.Context) error {
	conn, err := net.Dial("unix", filepath.Join(hostFolder(), elsewhere.SocketName))
	if err != nil {
		return errors.New("no run can be handed over or followed here: no host of one runs")
	}
	defer conn.Close()
	return copyUntilClosed(conn, o.stdin, o.bare)
}
