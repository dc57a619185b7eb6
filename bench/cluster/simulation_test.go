package cluster

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
)

const (
	// usersEach is how many users a worker has. Each does an iteration in ten seconds.
	usersEach   = 100
	workersEach = 500 // of a process
	runs        = 20 * time.Second

	// asWorkers tells this program to be workers: the number of the first one, and how many.
	asWorkers = "LIVELOAD_BENCH_WORKERS"
)

func TestMain(m *testing.M) {
	if which := os.Getenv(asWorkers); which != "" {
		if err := beWorkers(which); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// beWorkers is a process of workers. It reads the token from standard input, and prints what its users did.
func beWorkers(which string) error {
	var first, count int
	if _, err := fmt.Sscanf(which, "%d,%d", &first, &count); err != nil {
		return err
	}
	in := bufio.NewReader(os.Stdin)
	token, err := in.ReadString('\n')
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, in) // it ends with the controller
		cancel()
	}()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	did, err := runWorkers(ctx, strings.TrimSpace(token), first, count, machine{iteration: 10 * time.Second, visits: 1, extra: extras(50)}, log)
	fmt.Println(did.Iterations.Load(), did.Events.Load(), cpuTime().Seconds())
	return err
}

// processes starts workers in other processes. wait returns what their users did.
func processes(b *testing.B, token string, workers int) (wait func() (iterations, events int64, cpu float64)) {
	b.Helper()
	var started []*exec.Cmd
	var inputs []io.Closer
	var outputs []*strings.Builder
	for first := 0; first < workers; first += workersEach {
		command, out := exec.Command(os.Args[0]), &strings.Builder{}
		command.Env = append(os.Environ(), "GOGC=800", fmt.Sprintf("%s=%d,%d", asWorkers, first, min(workersEach, workers-first)))
		command.Stdout, command.Stderr = out, os.Stderr
		in, err := command.StdinPipe()
		if err == nil {
			err = command.Start()
		}
		if err == nil {
			_, err = fmt.Fprintln(in, token)
		}
		if err != nil {
			b.Fatal(err)
		}
		started, inputs, outputs = append(started, command), append(inputs, in), append(outputs, out)
	}
	var once sync.Once
	wait = func() (iterations, events int64, cpu float64) {
		once.Do(func() {
			for i, command := range started {
				if err := command.Wait(); err != nil {
					b.Error("workers:", err)
				}
				var n, e int64
				var c float64
				if _, err := fmt.Sscan(outputs[i].String(), &n, &e, &c); err != nil {
					b.Error("workers say", outputs[i].String(), err)
				}
				iterations, events, cpu = iterations+n, events+e, cpu+c
			}
		})
		return iterations, events, cpu
	}
	b.Cleanup(func() {
		for _, in := range inputs {
			_ = in.Close() // it may be closed
		}
		wait()
	})
	return wait
}

// BenchmarkCluster forms a cluster of workers without browsers, over real connections, and runs 100 users on each. The
// controller is this process, with as many threads and as much garbage as the command has.
func BenchmarkCluster(b *testing.B) {
	for _, workers := range []int{10, 100, 300, 1000} {
		b.Run(fmt.Sprintf("%d workers", workers), func(b *testing.B) {
			for b.Loop() {
				simulate(b, workers)
			}
		})
	}
}

func simulate(b *testing.B, workers int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	f := newFormation(b, log)
	f.sink.users = int64(workers * usersEach)
	began, cpu := time.Now(), cpuTime()
	wait := processes(b, f.broker.Token(), workers)
	nodes := f.gather(b, workers)
	b.ReportMetric(time.Since(began).Seconds(), "s/joined")
	n, duration := workers*usersEach, runs
	forming := cpuTime()
	r := f.run(b, nodes, plan.Options{Users: &n, Duration: &duration}, time.Second+time.Duration(workers)*2*time.Millisecond)
	b.ReportMetric((cpuTime()-forming).Seconds()/(float64(r.Global.ElapsedMS)/1000), "cores/run")
	b.ReportMetric((forming - cpu).Seconds(), "cpu-s/joined")
	f.sink.mu.Lock()
	b.ReportMetric(f.sink.start.Sub(began).Seconds(), "s/start")
	b.ReportMetric(f.sink.at.Sub(began).Seconds(), "s/started")
	f.sink.mu.Unlock()
	b.ReportMetric(peakMB(), "MB/peak")
	f.close()
	iterations, events, busy := wait()
	b.ReportMetric(busy, "cpu-s/workers")
	gotIterations, gotEvents := counted(&r.Global)
	if f.sink.most != int64(n) || gotIterations != iterations || gotEvents != events || len(r.Nodes) != workers {
		b.Errorf("%d users of %d, %d nodes; the Result has %d iterations and %d events, users did %d and %d", f.sink.most, n, len(r.Nodes), gotIterations, gotEvents, iterations, events)
	}
	for _, one := range r.Nodes {
		if one.Status != metrics.NodeOK {
			b.Errorf("%s: %s %s", one.Node, one.Status, one.Reason)
		}
	}
}

// peakMB is the most memory that the process had.
func peakMB() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	var kB float64
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			if _, err := fmt.Sscan(rest, &kB); err != nil {
				panic(err)
			}
		}
	}
	return kB / 1000
}
