package main

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/sinks/outputs"
	"github.com/liveload/liveload/sinks/pump"
)

const defaultOutTimeout = 30 * time.Second

// outputs reads where the numbers of a run go.
func (r *flagReader) outputs(flag string, from source, table outputs.Table) (targets []outputs.Target) {
	for _, text := range from.texts[flag] {
		target, err := table.Parse(text)
		if err != nil {
			r.refuse(flag, "%v", err)
			return nil
		}
		targets = append(targets, target)
	}
	return targets
}

func (r *flagReader) outTimeout() time.Duration {
	if d := r.positive("out-timeout"); d != nil {
		return *d
	}
	return defaultOutTimeout
}

// joined lists outputs or probes, whose texts have no secrets.
func joined[T fmt.Stringer](targets []T) string {
	var texts []string
	for _, t := range targets {
		texts = append(texts, t.String())
	}
	return strings.Join(texts, " ")
}

func (o *outside) outputOptions(timeout time.Duration, log *slog.Logger) outputs.Options {
	return outputs.Options{Env: func(name string) string { return o.env[name] }, Timeout: timeout, Log: log}
}

// replayTarget reads where to send the spool in a folder: to what the flag names, or else where it was meant for.
func (r *flagReader) replayTarget(from source, table outputs.Table, header pump.Header, dir string) outputs.Target {
	targets := r.outputs("out", from, table)
	if len(from.texts["out"]) == 0 && header.Partial {
		join := "?"
		if strings.Contains(header.Address, "?") {
			join = "&"
		}
		r.refuse("out", "must have the whole address, since options behind its ? may be secret and are not in the spool. For example: "+
			"liveload replay %s --out '%s=%s%sNAME=VALUE'", dir, header.Kind, header.Address, join)
		return outputs.Target{}
	}
	if len(from.texts["out"]) == 0 {
		target, err := table.Parse(header.Kind + "=" + header.Address)
		if err != nil {
			r.refuse("out", "must say where to send the spool, which is for %s=%s", header.Kind, header.Address)
		}
		return target
	}
	i := slices.IndexFunc(targets, func(t outputs.Target) bool { return t.Kind.Name == header.Kind })
	if i < 0 {
		r.refuse("out", "names no %s, but the spool is for %s=%s", header.Kind, header.Kind, header.Address)
		return outputs.Target{}
	}
	return targets[i]
}

// replay sends a spool.
func (o *outside) replay(c *cli.Context) error {
	dir := c.Args().First()
	if dir == "" {
		return &usageError{problem: "which spool? For example: liveload replay liveload-results/RUN/spool/influxdb"}
	}
	if err := atMost(c, 1); err != nil {
		return err
	}
	v, err := sources(c)
	if err != nil {
		return err
	}
	header, err := pump.ReadHeader(dir)
	if err != nil {
		return err
	}
	r := flagReader{layered: v}
	settings, timeout, target := r.log(slog.LevelInfo), r.outTimeout(), r.replayTarget(v.of("out"), o.outputs, header, dir)
	if r.err != nil {
		return r.err
	}
	ends, release := o.listen(c.Context)
	defer release()
	fmt.Fprintf(o.stdout, "sending what run %s left for %s\n", header.RunID, target)
	options := o.outputOptions(timeout, o.newLogger(o.stderr, settings))
	err = outputs.Replay(ends.stop, target, dir, options, o.progress())
	if ends.early() {
		return interrupted(err)
	}
	return err
}

// progress prints how far a replay is: at most once a second, and at the end.
func (o *outside) progress() func(sent, left int64) {
	var last time.Time
	return func(sent, left int64) {
		if left == 0 || time.Since(last) >= time.Second {
			last = time.Now()
			fmt.Fprintf(o.stdout, "%s sent, %d left\n", pump.Points(sent), left)
		}
	}
}
