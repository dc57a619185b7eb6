// Package clustertest makes clusters for tests: a broker, a Hub and workers in one process, which speak over real
// connections of the loopback interface.
package clustertest

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/liveload/liveload/cluster/broker"
	"github.com/liveload/liveload/cluster/remote"
	"github.com/liveload/liveload/cluster/upload"
	"github.com/liveload/liveload/cluster/worker"
)

// Version is that of the controller and all workers.
const Version = "1.2.3"

// patience is generous: machines of tests are busy.
const patience = time.Minute

// A Cluster is a broker, a Hub and workers. The end of the test ends it. It is used by the goroutine of the test alone.
type Cluster struct {
	Broker   *broker.Broker
	Hub      *remote.Hub
	Contents *remote.Contents

	t       testing.TB
	log     *slog.Logger
	workers map[string]context.CancelFunc // by name
	errs    map[string]chan error
}

// New starts a cluster without workers. settings are for them, and change may change what they get when they arrive.
func New(t testing.TB, settings any, change func(*remote.Options)) *Cluster {
	t.Helper()
	c := &Cluster{t: t, Contents: &remote.Contents{}, log: slog.New(slog.NewTextHandler(t.Output(), nil)), workers: map[string]context.CancelFunc{}, errs: map[string]chan error{}}
	var err error
	if c.Broker, err = broker.Start(t.Context(), broker.Options{Run: uuid.NewString(), Log: c.log}); err != nil {
		t.Fatal(err)
	}
	packed, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	options := remote.Options{Gate: c.Broker, Version: Version, Settings: packed, Contents: c.Contents, Evidence: upload.NewFolder(t.TempDir(), nil), Log: c.log}
	if change != nil {
		change(&options)
	}
	if c.Hub, err = remote.Open(options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.close)
	return c
}

func (c *Cluster) close() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c.Hub.Close(ctx)
	for name := range c.errs {
		c.Kill(name)
		c.Wait(name)
	}
	c.Broker.Close()
}

// Join starts a worker. create makes its machine; change may change how it joins.
func (c *Cluster) Join(name string, create func(context.Context, worker.Assignment) (worker.Machine, error), change func(*worker.Options)) {
	o := worker.Options{Token: c.Broker.Token(), Name: name, Version: Version, Make: create, Log: c.log}
	if change != nil {
		change(&o)
	}
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error, 1)
	c.workers[name], c.errs[name] = cancel, over
	go func() { over <- worker.Run(ctx, o) }()
}

// Kill tells a worker to leave at once.
func (c *Cluster) Kill(name string) { c.workers[name]() }

// Wait waits for the end of a worker, and returns how it ended. It can be called once.
func (c *Cluster) Wait(name string) error {
	c.t.Helper()
	select {
	case err := <-c.errs[name]:
		delete(c.errs, name)
		return err
	case <-time.After(patience):
		c.t.Fatalf("the worker %s has not ended within %v", name, patience)
		return nil
	}
}

// Gather waits for n workers.
func (c *Cluster) Gather(n int) []*remote.Node {
	c.t.Helper()
	ctx, cancel := context.WithTimeoutCause(c.t.Context(), patience, fmt.Errorf("waited %v", patience))
	defer cancel()
	nodes, err := c.Hub.Gather(ctx, n, func([]string) {})
	if err != nil {
		c.t.Fatal(err)
	}
	return nodes
}
