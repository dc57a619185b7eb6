// Command outputs compares the iterations of users without an output, and with one whose destination is dead: it refuses
// connections, or takes requests and never answers. The runs take turns, with real browsers on the demo application. The
// first contestant runs twice a round, which shows the noise. What outputs cost is measured by the benchmarks beside it.
//
//	go run ./bench/outputs -users 2 -rounds 3
package main

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/shirou/gopsutil/v4/process"

	"github.com/liveload/liveload/browserpool/installation"
	"github.com/liveload/liveload/examples/demo"
	"github.com/liveload/liveload/metrics"
)

type settings struct {
	users    int
	rounds   int
	window   time.Duration
	liveload string
}

func main() {
	var s settings
	flag.IntVar(&s.users, "users", 2, "users at once")
	flag.IntVar(&s.rounds, "rounds", 3, "how often each contestant runs")
	flag.DurationVar(&s.window, "window", 15*time.Second, "how long a run lasts")
	flag.StringVar(&s.liveload, "liveload", "bin/liveload", "the liveload binary")
	flag.Parse()
	if err := compare(s); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// contestants, by what becomes of their destination after the write that tries it; "" has none.
var contestants = []struct{ name, destination string }{
	{"no output", ""},
	{"refuses connections", refuses},
	{"never answers", hangs},
	{"no output, again", ""},
}

func compare(s settings) error {
	inst, err := installation.Here()
	if err != nil {
		return err
	}
	app, err := demo.New(demo.Options{ClientDir: inst.DemoClientDir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	server := httptest.NewServer(app.Handler())
	defer server.Close()
	defer app.Close()
	rows := make([][]measurement, len(contestants))
	for round := range s.rounds {
		for i, c := range contestants {
			m, err := run(s, server.URL, c.destination)
			if err != nil {
				return fmt.Errorf("%s, round %d: %w", c.name, round+1, err)
			}
			rows[i] = append(rows[i], m)
		}
	}
	return print(os.Stdout, s, rows)
}

// A measurement is one run: how long the iterations of its users took, and the CPU that liveload's own process used at
// the end of the window, without driver and browsers.
type measurement struct {
	took metrics.HistogramValues
	cpu  time.Duration
}

// run runs the users once.
func run(s settings, app, destination string) (m measurement, err error) {
	dir, err := os.MkdirTemp("", "liveload-bench-")
	if err != nil {
		return m, err
	}
	defer os.RemoveAll(dir)
	result := filepath.Join(dir, "result.json")
	args := []string{"bench/flow/counter.js", "--users", strconv.Itoa(s.users), "--duration", s.window.String(), "--config", "baseURL=" + app,
		"--quiet", "--log-level", "error", "--result", result, "--evidence-dir", dir, "--out-timeout", "1s"}
	var d *dying
	if destination != "" {
		if d, err = startDying(destination); err != nil {
			return m, err
		}
		defer d.close()
		args = append(args, "--out", "influxdb="+d.url())
	}
	command := exec.Command(s.liveload, args...)
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		return m, err
	}
	time.Sleep(s.window)
	m.cpu, err = used(command.Process.Pid)
	if err := errors.Join(err, command.Wait()); err != nil {
		return m, err
	}
	if d != nil && !d.isDead() {
		return m, errors.New("the destination never got a point")
	}
	m.took, err = iterations(result)
	return m, err
}

// used is the CPU of one process.
func used(pid int) (time.Duration, error) {
	p, err := process.NewProcess(int32(pid))
	if err != nil {
		return 0, err
	}
	times, err := p.Times()
	if err != nil {
		return 0, err
	}
	return time.Duration((times.User + times.System) * float64(time.Second)), nil
}

func iterations(file string) (metrics.HistogramValues, error) {
	content, err := os.Open(file)
	if err != nil {
		return metrics.HistogramValues{}, err
	}
	defer content.Close()
	results, err := metrics.ReadResults(content)
	if err != nil {
		return metrics.HistogramValues{}, err
	}
	return results[0].Global.Histograms[metrics.IterationDuration.Name].Aggregate, nil
}
