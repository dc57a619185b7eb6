package fly

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/liveload/liveload/suggest"
)

// Options say what machines are like. Who asks is in FLY_API_TOKEN.
type Options struct {
	App      string   // that the machines belong to
	Image    string   // with liveload in its PATH; needed to launch
	Regions  []string // machines are spread over them; none is the one that Fly takes
	Kind     string   // of processors: shared or performance; "" is performance
	CPUs     int      // 0 is 2
	MemoryMB int      // 0 is the least that the processors may have, and 4096 at least
	Env      []string // of the workers: NAME=VALUE
}

// A kind of processors, and what Fly sells of it.
type kind struct {
	cpus        []int
	least, most int // memory of each processor, in MB
}

var kinds = map[string]kind{
	"shared":      {[]int{1, 2, 4, 6, 8}, 256, 2048},
	"performance": {[]int{1, 2, 4, 6, 8, 10, 12, 14, 16}, 2048, 8192},
}

var (
	appName    = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	regionName = regexp.MustCompile(`^[a-z]{3}$`)
)

// withDefaults returns the options with what was not said, when all is well with them.
func (o Options) withDefaults() (Options, error) {
	if o.Kind == "" {
		o.Kind = "performance"
	}
	if o.CPUs == 0 {
		o.CPUs = 2
	}
	if o.MemoryMB == 0 {
		o.MemoryMB = min(max(o.CPUs*kinds[o.Kind].least, 4096), o.CPUs*kinds[o.Kind].most)
	}
	return o, o.check()
}

func (o Options) check() error {
	switch {
	case o.App == "":
		return errors.New("which app? --cluster-opt app=NAME names the app of Fly that machines belong to (fly apps create NAME)")
	case !appName.MatchString(o.App):
		return fmt.Errorf("app is %q, but must be the name of an app of Fly: small letters, digits and dashes", o.App)
	}
	for i, region := range o.Regions {
		if !regionName.MatchString(region) {
			return fmt.Errorf("region is %q, but must be three letters, such as fra (fly platform regions)", region)
		}
		if slices.Contains(o.Regions[:i], region) {
			return fmt.Errorf("the region %s is there twice", region)
		}
	}
	if err := o.checkSize(); err != nil {
		return err
	}
	_, err := o.variables(nil)
	return err
}

func (o Options) checkSize() error {
	k, ok := kinds[o.Kind]
	if !ok {
		names := []string{"shared", "performance"}
		hint := ""
		if near := suggest.Closest(o.Kind, names); near != "" {
			hint = fmt.Sprintf(" (did you mean %s?)", near)
		}
		return fmt.Errorf("cpu-kind is %q, but must be %s%s", o.Kind, strings.Join(names, " or "), hint)
	}
	if !slices.Contains(k.cpus, o.CPUs) {
		return fmt.Errorf("cpus is %d, but Fly has %s processors by %s", o.CPUs, o.Kind, strings.Trim(fmt.Sprint(k.cpus), "[]"))
	}
	least, most := o.CPUs*k.least, o.CPUs*k.most
	if o.MemoryMB < least || o.MemoryMB > most || o.MemoryMB%256 != 0 {
		return fmt.Errorf("memory is %d, but %d %s processors have %d to %d MB, in steps of 256", o.MemoryMB, o.CPUs, o.Kind, least, most)
	}
	return nil
}

// variables are those of a worker.
func (o Options) variables(spec []string) (map[string]string, error) {
	all := map[string]string{}
	for _, text := range slices.Concat(spec, o.Env) {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("env is %q, but must be NAME=VALUE", name) // what follows a name may be a secret
		}
		all[name] = value
	}
	return all, nil
}

// size is what Fly calls a machine of this size.
func (o Options) size() string {
	if o.Kind == "shared" {
		return fmt.Sprintf("shared-cpu-%dx", o.CPUs)
	}
	return fmt.Sprintf("performance-%dx", o.CPUs)
}
