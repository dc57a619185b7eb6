// Command compare shows what `liveload compare` says of pairs of real runs on the demo application: of equal ones it
// must not call anything worse, and of those in which one event takes longer it must name that event, and no other.
// Each run has a demo of its own, as two versions of an application are compared.
//
//	go run ./bench/compare -pairs 5
//	go run ./bench/compare -pairs 5 -slower 40ms
//
// With -keep the Results stay in a folder, and -judge compares those of such a folder again, without running anything.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

type settings struct {
	pairs    int
	first    int
	users    int
	window   time.Duration
	slower   time.Duration
	liveload string
	keep     string
	judge    bool
}

func main() {
	var s settings
	flag.IntVar(&s.pairs, "pairs", 5, "how many pairs of runs")
	flag.IntVar(&s.first, "first", 1, "number of the first pair, to go on in pieces with -keep")
	flag.IntVar(&s.users, "users", 2, "users at once")
	flag.DurationVar(&s.window, "window", 40*time.Second, "how long a run lasts")
	flag.DurationVar(&s.slower, "slower", 0, "how much longer the event inc takes in the second run of each pair")
	flag.StringVar(&s.liveload, "liveload", "bin/liveload", "the liveload binary")
	flag.StringVar(&s.keep, "keep", "", "folder in which the Results stay")
	flag.BoolVar(&s.judge, "judge", false, "compare what is in the folder of -keep, and run nothing")
	flag.Parse()
	if err := show(s); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// show runs and compares the pairs, and fails when one is judged wrongly.
func show(s settings) error {
	if s.keep == "" {
		dir, err := os.MkdirTemp("", "liveload-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		s.keep = dir
	} else if err := os.MkdirAll(s.keep, 0o755); err != nil {
		return err
	}
	wrong := 0
	for pair := s.first; pair < s.first+s.pairs; pair++ {
		old, new := s.file(pair, "old"), s.file(pair, "new")
		if !s.judge {
			if err := s.run(old, 0); err != nil {
				return fmt.Errorf("pair %d, the old run: %w", pair, err)
			}
			if err := s.run(new, s.slower); err != nil {
				return fmt.Errorf("pair %d, the new run: %w", pair, err)
			}
		}
		ok, err := s.verdict(pair, old, new)
		if err != nil {
			return err
		}
		if !ok {
			wrong++
		}
	}
	if s.slower == 0 && s.pairs > 1 {
		if err := s.cross(); err != nil {
			return err
		}
	}
	if wrong > 0 {
		return fmt.Errorf("%d of %d pairs are judged wrongly", wrong, s.pairs)
	}
	return nil
}

// file is where the Result of a run is.
func (s settings) file(pair int, side string) string {
	kind := "equal"
	if s.slower > 0 {
		kind = "slower"
	}
	return filepath.Join(s.keep, fmt.Sprintf("%s-%d-%s.json", kind, pair, side))
}

// run runs the users once, on a demo of their own.
func (s settings) run(result string, slower time.Duration) error {
	app, err := startDemo()
	if err != nil {
		return err
	}
	defer app.close()
	command := exec.Command(s.liveload, "bench/compare/journey.js", "--users", strconv.Itoa(s.users), "--duration", s.window.String(),
		"--config", "baseURL="+app.url, "--config", "delay="+strconv.FormatInt(slower.Milliseconds(), 10), "--quiet", "--log-level", "error",
		"--result", result, "--evidence-dir", s.keep)
	command.Stderr = os.Stderr
	return command.Run()
}
