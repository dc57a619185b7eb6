package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/liveload/liveload/browserpool/engines"
	"github.com/liveload/liveload/js/memory"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
	"github.com/liveload/liveload/suggest"
)

// A flagReader turns texts into values and keeps the first error.
type flagReader struct {
	layered
	err error
}

func (r *flagReader) refuse(flag, format string, args ...any) {
	if r.err != nil {
		return
	}
	name := fmt.Sprintf("--%s (or %s)", flag, variable(flag))
	if place := r.place(flag); strings.Contains(place, ":") {
		name = place + ": " + flag
	}
	r.err = &usageError{problem: name + " " + fmt.Sprintf(format, args...)}
}

func (r *flagReader) number(flag string) *int { return r.numberFrom(flag, 1) }

func (r *flagReader) numberFrom(flag string, least int) *int {
	text := r.text(flag)
	if text == "" {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least {
		r.refuse(flag, "is %q, but must be a whole number from %d up", text, least)
		return nil
	}
	return &n
}

// read reads a value; nil when there is none, or it is refused.
func read[T any](r *flagReader, flag string, parse func(string) (T, error)) *T {
	text := r.text(flag)
	if text == "" {
		return nil
	}
	value, err := parse(text)
	if err != nil {
		r.refuse(flag, "cannot be read: %v", err)
		return nil
	}
	return &value
}

func (r *flagReader) duration(flag string) *time.Duration { return read(r, flag, plan.ParseDuration) }

func (r *flagReader) rate(flag string) *shape.Rate { return read(r, flag, shape.ParseRate) }

const browserArgFlag = "browser-arg"

// browserArgs are flags for the browsers.
func (r *flagReader) browserArgs() []string {
	args := r.all(browserArgFlag)
	for _, arg := range args {
		if err := engines.CheckArg(arg); err != nil {
			r.refuse(browserArgFlag, "cannot be used: %v", err)
		}
	}
	return args
}

const allowReadFlag = "allow-read"

// allowRead are the folders besides its own that a script may read.
func (r *flagReader) allowRead() []string {
	folders := r.of(allowReadFlag).texts[allowReadFlag]
	for _, folder := range folders {
		if info, err := os.Stat(folder); err != nil {
			r.refuse(allowReadFlag, "is %q, which is not there: %v", folder, err)
		} else if !info.IsDir() {
			r.refuse(allowReadFlag, "is %q, which is a file: name the folder in which it is", folder)
		}
	}
	return folders
}

// positive reads a time longer than 0.
func (r *flagReader) positive(flag string) *time.Duration {
	d := r.duration(flag)
	if d != nil && *d <= 0 {
		r.refuse(flag, "is %q, but must be longer than 0, such as 5m", r.text(flag))
	}
	return d
}

func (r *flagReader) policy(flag string) *plan.OnFailure {
	return chosen(r, flag, plan.Stop, plan.Continue, plan.Restart)
}

func (r *flagReader) session(flag string) *plan.Session {
	return chosen(r, flag, plan.SessionIteration, plan.SessionUser)
}

// chosen reads one of a few values; nil is not set.
func chosen[T ~string](r *flagReader, flag string, values ...T) *T {
	words := make([]string, len(values))
	for i, value := range values {
		words[i] = string(value)
	}
	value := T(r.choice(flag, "", words...))
	if value == "" {
		return nil
	}
	return &value
}

func (r *flagReader) pairs(flag string) map[string]string {
	pairs := map[string]string{}
	for _, text := range r.all(flag) {
		key, value, ok := strings.Cut(text, "=")
		if !ok || key == "" {
			r.refuse(flag, "is %q, but must be KEY=VALUE, such as baseURL=http://127.0.0.1:4000", text)
			return nil
		}
		pairs[key] = value
	}
	return pairs
}

// choice reads one of a few words, whose case does not count.
func (r *flagReader) choice(flag, fallback string, words ...string) string {
	text := r.text(flag)
	if text == "" {
		return fallback
	}
	if i := slices.Index(words, strings.ToLower(text)); i >= 0 {
		return words[i]
	}
	hint := ""
	if near := suggest.Closest(text, words); near != "" {
		hint = fmt.Sprintf(" (did you mean %s?)", near)
	}
	allowed := strings.Join(words, ", ")
	if i := strings.LastIndex(allowed, ", "); i >= 0 {
		allowed = allowed[:i] + " or " + allowed[i+2:]
	}
	r.refuse(flag, "is %q, but must be %s%s", text, allowed, hint)
	return fallback
}

// port reads a TCP port; 0 asks for a free one.
func (r *flagReader) port(flag string, fallback int) int {
	text := r.text(flag)
	if text == "" {
		return fallback
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 65535 {
		r.refuse(flag, "is %q, but must be a number from 0 to 65535", text)
	}
	return n
}

func (r *flagReader) stages(flag string) []plan.Stage {
	var stages []plan.Stage
	for _, text := range r.all(flag) {
		stage, err := plan.ParseStage(text)
		if err != nil {
			r.refuse(flag, "cannot be read: %v", err)
			return nil
		}
		if len(stages) > 0 && (stages[0].Rate == nil) != (stage.Rate == nil) {
			r.refuse(flag, "is %q, but the stages before it lead to %s: use one of both", text, goalOf(stages[0]))
			return nil
		}
		stages = append(stages, stage)
	}
	return stages
}

func goalOf(s plan.Stage) string {
	if s.Rate != nil {
		return "rates"
	}
	return "numbers of users"
}

// mostSeed is the largest whole number that JavaScript, and so every reader of JSON, keeps exactly.
const mostSeed = 1<<53 - 1

// seed reads a seed, or chooses one.
func (r *flagReader) seed(flag string) (seed uint64, from string) {
	text := r.text(flag)
	if text == "" {
		return 1 + rand.Uint64N(mostSeed), "chosen at random"
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n < 1 || n > mostSeed {
		r.refuse(flag, "is %q, but must be a whole number from 1 to %d", text, uint64(mostSeed))
	}
	return n, r.place(flag)
}

const scriptMemoryFlag = "script-memory"

// scriptMemory is how many bytes all scripts of a machine may take; 0 is not said.
func (r *flagReader) scriptMemory() int64 {
	size := read(r, scriptMemoryFlag, plan.ParseSize)
	if size == nil {
		return 0
	}
	if *size < memory.Least {
		r.refuse(scriptMemoryFlag, "is %q, but must be at least %s", r.text(scriptMemoryFlag), memory.Size(memory.Least))
	}
	return *size
}
