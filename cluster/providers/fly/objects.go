package fly

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/labels"
)

// A newMachine is the request that creates one.
type newMachine struct {
	Name    string `json:"name"`
	Region  string `json:"region,omitempty"`
	Config  config `json:"config"`
	Secrets uint64 `json:"min_secrets_version,omitempty"` // the host knows the secrets of this version, or waits for them
}

// A config is what a machine is.
type config struct {
	Image       string            `json:"image"`
	AutoDestroy bool              `json:"auto_destroy"`
	Restart     restart           `json:"restart"`
	Guest       guest             `json:"guest"`
	Init        start             `json:"init"`
	Env         map[string]string `json:"env,omitempty"`
	Files       []file            `json:"files"`
	Metadata    map[string]string `json:"metadata"`
	Stop        stop              `json:"stop_config"`
}

type restart struct {
	Policy string `json:"policy"`
}

type guest struct {
	Kind     string `json:"cpu_kind"`
	CPUs     int    `json:"cpus"`
	MemoryMB int    `json:"memory_mb"`
}

type start struct {
	Entrypoint []string `json:"entrypoint"`
	Cmd        []string `json:"cmd"`
}

type file struct {
	Path   string `json:"guest_path"`
	Secret string `json:"secret_name"`
	Mode   uint32 `json:"mode"`
}

type stop struct {
	Signal  string `json:"signal"`
	Timeout string `json:"timeout"`
}

// tokenFile is where a worker finds the token. Others than its user may be the owner of the file.
const tokenFile = "/etc/liveload-token"

// machine describes one machine, which ends for good when its worker does.
func (o Options) machine(m providers.Machine, spec providers.Spec, region string, version uint64) newMachine {
	env, _ := o.variables(spec.Env) // checked before
	secret := secretName(m)
	return newMachine{
		Name: machineName(m), Region: region, Secrets: version,
		Config: config{
			Image: o.Image, AutoDestroy: true, Restart: restart{"no"}, Guest: guest{o.Kind, o.CPUs, o.MemoryMB},
			Init: start{
				// Fly puts all secrets of an app into the environment.
				Entrypoint: []string{"env", "-u", secret, "liveload"},
				Cmd:        slices.Concat([]string{"worker", "--join", tokenFile, "--name", m.Name}, spec.Args),
			},
			Env: env, Files: []file{{tokenFile, secret, 0o444}}, Metadata: labels.Of(m), Stop: stop{"SIGTERM", "15s"},
		},
	}
}

// machineName is unique in an app.
func machineName(m providers.Machine) string {
	return "liveload-" + m.Run + "-" + strings.TrimPrefix(m.Name, Name+"-")
}

const (
	secretPrefix = "LIVELOAD__"
	between      = "__"
)

// secretName says whose the token of a run is, since Fly keeps nothing else with a secret: it must be the name of a variable
// of the environment.
func secretName(m providers.Machine) string {
	expires := "0"
	if !m.Expires.IsZero() {
		expires = strconv.FormatInt(m.Expires.Unix(), 10)
	}
	word := func(text string) string { return strings.ToUpper(strings.ReplaceAll(text, "-", "_")) }
	return secretPrefix + word(m.Run) + between + expires + between + word(m.Owner)
}

// readSecretName returns whose a secret is. ok is false when it is none of ours.
func readSecretName(name string) (m providers.Machine, ok bool) {
	rest, ok := strings.CutPrefix(name, secretPrefix)
	parts := strings.SplitN(rest, between, 3)
	if !ok || len(parts) != 3 || parts[0] == "" {
		return m, false
	}
	seconds, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || seconds < 0 {
		return m, false
	}
	word := func(text string) string { return strings.ToLower(strings.ReplaceAll(text, "_", "-")) }
	m = providers.Machine{Run: word(parts[0]), Owner: word(parts[2]), Name: "the secret " + name}
	if seconds > 0 {
		m.Expires = time.Unix(seconds, 0)
	}
	return m, true
}

// secretValue is a token as files of secrets are written: in base64.
func secretValue(token string) string { return base64.StdEncoding.EncodeToString([]byte(token)) }
