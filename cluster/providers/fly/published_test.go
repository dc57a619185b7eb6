package fly

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A published... type has the fields that the description of the Machines API gives one of its schemas.
type publishedMachine struct {
	Config                  *publishedConfig `json:"config"`
	LeaseTTL                int              `json:"lease_ttl"`
	MinSecretsVersion       uint64           `json:"min_secrets_version"`
	Name                    string           `json:"name"`
	Region                  string           `json:"region"`
	SkipLaunch              bool             `json:"skip_launch"`
	SkipSecrets             bool             `json:"skip_secrets"`
	SkipServiceRegistration bool             `json:"skip_service_registration"`
}

type publishedConfig struct {
	AutoDestroy bool              `json:"auto_destroy"`
	CacheDrive  json.RawMessage   `json:"cache_drive,omitempty"`
	Checks      json.RawMessage   `json:"checks,omitempty"`
	Containers  json.RawMessage   `json:"containers,omitempty"`
	DNS         json.RawMessage   `json:"dns,omitempty"`
	Env         map[string]string `json:"env"`
	Files       []publishedFile   `json:"files"`
	Guest       publishedGuest    `json:"guest"`
	Image       string            `json:"image"`
	Init        publishedInit     `json:"init"`
	Metadata    map[string]string `json:"metadata"`
	Metrics     json.RawMessage   `json:"metrics,omitempty"`
	Mounts      json.RawMessage   `json:"mounts,omitempty"`
	Processes   json.RawMessage   `json:"processes,omitempty"`
	Restart     publishedRestart  `json:"restart"`
	Rootfs      json.RawMessage   `json:"rootfs,omitempty"`
	Schedule    string            `json:"schedule,omitempty"`
	Services    json.RawMessage   `json:"services,omitempty"`
	Spot        json.RawMessage   `json:"spot,omitempty"`
	Standbys    []string          `json:"standbys,omitempty"`
	Statics     json.RawMessage   `json:"statics,omitempty"`
	StopConfig  publishedStop     `json:"stop_config"`
}

type publishedFile struct {
	GuestPath   string `json:"guest_path"`
	ImageConfig string `json:"image_config,omitempty"`
	Mode        uint32 `json:"mode"`
	RawValue    string `json:"raw_value,omitempty"`
	SecretName  string `json:"secret_name"`
}

type publishedGuest struct {
	CPUKind              string   `json:"cpu_kind"`
	CPUs                 int      `json:"cpus"`
	GPUKind              string   `json:"gpu_kind,omitempty"`
	GPUs                 int      `json:"gpus,omitempty"`
	HostDedicationID     string   `json:"host_dedication_id,omitempty"`
	KernelArgs           []string `json:"kernel_args,omitempty"`
	MaxMemoryMB          int      `json:"max_memory_mb,omitempty"`
	MemoryMB             int      `json:"memory_mb"`
	RequiredHostFeatures []string `json:"required_host_features,omitempty"`
}

type publishedInit struct {
	Cmd        []string `json:"cmd"`
	Entrypoint []string `json:"entrypoint"`
	Exec       []string `json:"exec,omitempty"`
	KernelArgs []string `json:"kernel_args,omitempty"`
	SwapSizeMB int      `json:"swap_size_mb,omitempty"`
	TTY        bool     `json:"tty,omitempty"`
}

type publishedRestart struct {
	MaxRetries int    `json:"max_retries,omitempty"`
	Policy     string `json:"policy"`
}

type publishedStop struct {
	Signal  string `json:"signal"`
	Timeout string `json:"timeout"`
}

type publishedPlacement struct {
	Compute      publishedGuest `json:"compute"`
	Count        int            `json:"count"`
	Organization string         `json:"org_slug"`
	Region       string         `json:"region"`
	Volume       string         `json:"volume_name"`
	VolumeBytes  int64          `json:"volume_size_bytes"`
	Weights      map[string]int `json:"weights"`
}

// variable is what a variable of the environment can be called.
var variable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// valid is what Fly checks beyond the fields that there are.
func (m publishedMachine) valid(secrets map[string]string) error {
	if m.Config == nil || m.Config.Image == "" {
		return fmt.Errorf("config.image is required")
	}
	if !slices.Contains([]string{"no", "always", "on-failure"}, m.Config.Restart.Policy) {
		return fmt.Errorf("config.restart.policy is %q", m.Config.Restart.Policy)
	}
	if stop := m.Config.StopConfig; stop.Signal != "" {
		if _, err := time.ParseDuration(stop.Timeout); err != nil || !slices.Contains([]string{"SIGHUP", "SIGINT", "SIGQUIT", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGTERM"}, stop.Signal) {
			return fmt.Errorf("config.stop_config is %+v", stop)
		}
	}
	for _, file := range m.Config.Files {
		if !strings.HasPrefix(file.GuestPath, "/") || (file.RawValue == "") == (file.SecretName == "") {
			return fmt.Errorf("config.files has %+v", file)
		}
		if _, ok := secrets[file.SecretName]; file.SecretName != "" && !ok {
			return fmt.Errorf("config.files: there is no secret %s", file.SecretName)
		}
	}
	return m.Config.Guest.valid()
}

func (g publishedGuest) valid() error {
	least, most := 256, 2048
	switch g.CPUKind {
	case "performance":
		least, most = 2048, 8192
	case "shared":
	default:
		return fmt.Errorf("config.guest.cpu_kind is %q", g.CPUKind)
	}
	if g.CPUs < 1 || g.MemoryMB%256 != 0 || g.MemoryMB < g.CPUs*least || g.MemoryMB > g.CPUs*most {
		return fmt.Errorf("config.guest is %+v", g)
	}
	return nil
}
