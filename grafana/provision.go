package grafana

import (
	"bytes"
	"fmt"
	"strings"
	"text/template"
)

// A Database is where the points of runs are, as Grafana reaches it.
type Database struct {
	URL  string // without secrets
	Name string // database or bucket, without a retention policy
	Auth Auth
}

// Auth says how Grafana makes itself known. The secrets are in its environment.
type Auth int

// Ways to be known to InfluxDB.
const (
	NoAuth   Auth = iota
	Token         // $INFLUX_TOKEN: InfluxDB 2 and 3
	Password      // $INFLUX_USERNAME and $INFLUX_PASSWORD: InfluxDB 1.8
)

// Variables are the environment variables that Grafana needs.
func (a Auth) Variables() []string {
	return map[Auth][]string{Token: {"INFLUX_TOKEN"}, Password: {"INFLUX_USERNAME", "INFLUX_PASSWORD"}}[a]
}

// A File is one that Grafana reads. Its name has slashes.
type File struct {
	Name    string
	Content []byte
}

// Names of the folders that Files fill.
const (
	DashboardsFolder   = "dashboards"
	ProvisioningFolder = "provisioning"
)

// Files returns the dashboards and what provisions Grafana with them. Grafana sees the folder that they are written to
// as mounted.
func Files(db Database, mounted string) ([]File, error) {
	all, err := Dashboards()
	if err != nil {
		return nil, err
	}
	db.URL, db.Name, mounted = literal(db.URL), literal(db.Name), literal(mounted)
	var files []File
	for _, d := range all {
		files = append(files, File{DashboardsFolder + "/" + d.UID + ".json", d.JSON})
	}
	for _, p := range []struct{ name, text string }{{"datasources", datasourceYAML}, {"dashboards", providerYAML}} {
		var content bytes.Buffer
		err := template.Must(template.New(p.name).Parse(p.text)).Execute(&content, struct {
			Database
			Mark, UID, Dashboards string
		}{db, mark, sourceUID, mounted + "/" + DashboardsFolder})
		if err != nil {
			return nil, fmt.Errorf("write the provisioning of %s: %w", p.name, err)
		}
		files = append(files, File{ProvisioningFolder + "/" + p.name + "/liveload.yaml", content.Bytes()})
	}
	return files, nil
}

// literal keeps Grafana from filling in what begins with $.
func literal(text string) string { return strings.ReplaceAll(text, "$", "$$") }

// sourceUID is that of the data source that Files provision.
const sourceUID = "liveload"

// mark is the first line of a YAML file that is ours.
const mark = "# Written by: liveload grafana export"

const datasourceYAML = `{{.Mark}}
# The database that liveload --out influxdb writes to, asked in InfluxQL: 1.8, 2 and 3 have it.
# Grafana fills in what begins with $ from its environment.
apiVersion: 1
datasources:
  - name: liveload
    uid: {{.UID}}
    type: influxdb
    access: proxy
    url: {{printf "%q" .URL}}
{{- if eq .Auth 2}}
    user: $INFLUX_USERNAME
{{- end}}
    jsonData:
      version: InfluxQL
      dbName: {{printf "%q" .Name}}
      timeInterval: 1s
{{- if eq .Auth 1}}
      httpHeaderName1: Authorization
    secureJsonData:
      httpHeaderValue1: Token $INFLUX_TOKEN
{{- else if eq .Auth 2}}
    secureJsonData:
      password: $INFLUX_PASSWORD
{{- end}}
`

const providerYAML = `{{.Mark}}
apiVersion: 1
providers:
  - name: liveload
    folder: liveload
    type: file
    allowUiUpdates: true
    options:
      path: {{printf "%q" .Dashboards}}
`
