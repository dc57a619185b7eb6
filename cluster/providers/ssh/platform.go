package ssh

import (
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
)

// A platform is a system and an architecture, as Go names them: linux/amd64.
type platform string

// here is the platform of this process.
const here = platform(runtime.GOOS + "/" + runtime.GOARCH)

var (
	systems       = map[string]string{"Linux": "linux", "Darwin": "darwin"}
	architectures = map[string]string{"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
)

// platformOf reads what uname -s and uname -m say.
func platformOf(system, machine string) (platform, error) {
	goos, known := systems[system]
	goarch, also := architectures[machine]
	if !known || !also {
		return "", fmt.Errorf("it is a %s on %s, but workers run on Linux and macOS, on x86_64 and arm64", system, machine)
	}
	return platform(goos + "/" + goarch), nil
}

// parseBinaries reads OS/ARCH=FILE of each option.
func parseBinaries(options []string) (map[platform]string, error) {
	binaries := map[platform]string{}
	for _, text := range options {
		name, file, ok := strings.Cut(text, "=")
		if !ok || file == "" || !slices.Contains(platforms(), platform(name)) {
			return nil, fmt.Errorf("worker-binary is %q, but must be OS/ARCH=FILE, such as linux/arm64=liveload-arm64", text)
		}
		if _, err := os.Stat(file); err != nil {
			return nil, fmt.Errorf("worker-binary for %s: %w", name, err)
		}
		binaries[platform(name)] = file
	}
	return binaries, nil
}

// platforms are all on which workers run.
func platforms() (all []platform) {
	for _, system := range slices.Sorted(maps.Values(systems)) {
		for _, architecture := range slices.Compact(slices.Sorted(maps.Values(architectures))) {
			all = append(all, platform(system+"/"+architecture))
		}
	}
	return all
}

// binary is the program for a platform.
func (p *Provider) binary(want platform) (string, error) {
	if file := p.binaries[want]; file != "" {
		return file, nil
	}
	if want != here {
		return "", fmt.Errorf("it is %s, and this liveload is for %s: give one for it with --cluster-opt worker-binary=%s=FILE", want, here, want)
	}
	return p.home.Binary, nil
}
