package main

import (
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/grafana"
	"github.com/liveload/liveload/grafana/link"
	"github.com/liveload/liveload/sinks/influxdb"
	"github.com/liveload/liveload/sinks/outputs"
)

const influxKind = "influxdb"

func grafanaFlags() []cli.Flag {
	return []cli.Flag{
		newListFlag("out", "", "show what `KIND=ADDRESS` has, as it is written for a run; here it is the address at which Grafana reaches it"),
		newFlag("mounted-at", "Grafana sees DIR at `PATH`, as in a container (DIR)"),
	}
}

// grafana has one word so far: export.
func (o *outside) grafana(c *cli.Context) error {
	switch word := c.Args().First(); word {
	case "export":
	case "":
		return &usageError{problem: "what about Grafana? For example: liveload grafana export"}
	default:
		return &usageError{problem: fmt.Sprintf("liveload grafana does not know %q: it has export, as in: liveload grafana export", word)}
	}
	if err := atMost(c, 2); err != nil {
		return err
	}
	folder := c.Args().Get(1)
	if folder == "" {
		folder = "grafana"
	}
	v, err := sources(c)
	if err != nil {
		return err
	}
	r := flagReader{layered: v}
	database := r.database(o.outputs, o.env)
	if r.err != nil {
		return r.err
	}
	mounted := v.text("mounted-at")
	if mounted == "" {
		if mounted, err = filepath.Abs(folder); err != nil {
			return fmt.Errorf("export the dashboards: %w", err)
		}
	}
	mounted = strings.TrimSuffix(filepath.ToSlash(mounted), "/")
	files, err := grafana.Files(database, mounted)
	if err != nil {
		return err
	}
	if err := grafana.Write(folder, files); err != nil {
		return err
	}
	return o.introduceGrafana(folder, mounted, database, len(files))
}

// database is where Grafana finds the points of runs.
func (r *flagReader) database(table outputs.Table, env map[string]string) grafana.Database {
	from := r.of("out")
	targets := r.outputs("out", from, table)
	i := slices.IndexFunc(targets, func(t outputs.Target) bool { return t.Kind.Name == influxKind })
	if len(targets) > 0 && i < 0 {
		r.refuse("out", "names no %s, which is what the dashboards show", influxKind)
	}
	address := ""
	if i >= 0 {
		address = targets[i].Address
	}
	if r.err != nil {
		return grafana.Database{}
	}
	place, err := influxdb.Find(address, func(name string) string { return env[name] })
	if err != nil {
		r.refuse("out", "cannot be read: %v", err)
	}
	d := grafana.Database{URL: place.Server, Name: place.Database}
	switch {
	case place.Token:
		d.Auth = grafana.Token
	case place.Password:
		d.Auth = grafana.Password
	}
	return d
}

func (o *outside) introduceGrafana(folder, mounted string, d grafana.Database, files int) error {
	text := fmt.Sprintf(grafanaText, files, folder, d.URL, d.Name, mounted)
	if names := d.Auth.Variables(); names != nil {
		text += fmt.Sprintf("   %s   in Grafana's environment: the files have no secrets\n", strings.Join(names, " and "))
	}
	_, err := fmt.Fprint(o.stdout, text+grafanaNext)
	return err
}

const grafanaText = `Wrote %d files to %s:
   dashboards/      one file for each, which Grafana can also import by hand
   provisioning/    the data source (%s, database %s) and where the dashboards are

Next:
   GF_PATHS_PROVISIONING=%[5]s/provisioning   in Grafana's environment; or copy the two files to its own folder
`

const grafanaNext = `   liveload checkout.js --out influxdb --grafana http://127.0.0.1:3000   prints the link to the run

liveload docs grafana says more; examples/grafana of the repository starts a database and a Grafana with all of this.
`

// grafanaLink prints the link to the dashboard of a run that is about to start.
func (w *wiring) grafanaLink(run string) {
	if w.settings.grafana == nil || w.settings.quiet {
		return
	}
	if !slices.ContainsFunc(w.settings.outputs, func(t outputs.Target) bool { return t.Kind.Name == influxKind }) {
		w.log.Warn("there is no link to Grafana: its dashboards show what --out influxdb=... writes")
		return
	}
	fmt.Fprintf(w.outside.stdout, "Grafana: %s\n", link.Of(w.settings.grafana, run, time.Now()))
}

func (r *flagReader) grafanaURL() *url.URL {
	text := r.text("grafana")
	if text == "" {
		return nil
	}
	u, err := link.Parse(text)
	if err != nil {
		r.refuse("grafana", "%v", err)
	}
	return u
}
