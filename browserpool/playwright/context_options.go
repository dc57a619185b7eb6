package playwright

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	pw "github.com/playwright-community/playwright-go"
)

// contextOptions reads Playwright's browser context options by their JavaScript names; "device" names
// one of Playwright's devices, whose options the others override.
func contextOptions(devices map[string]*pw.DeviceDescriptor, options map[string]any) (pw.BrowserNewContextOptions, error) {
	var result pw.BrowserNewContextOptions
	rest := maps.Clone(options)
	if name, ok := rest["device"]; ok {
		device := devices[fmt.Sprint(name)]
		if device == nil {
			return result, fmt.Errorf("unknown device %q: use a name from Playwright's list, such as %s", name, sampleDevices(devices))
		}
		useDevice(&result, device)
		delete(rest, "device")
	}
	encoded, err := json.Marshal(rest)
	if err != nil {
		return result, fmt.Errorf("read context options: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&result); err != nil {
		return result, fmt.Errorf("read context options: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return result, nil
}

func useDevice(options *pw.BrowserNewContextOptions, device *pw.DeviceDescriptor) {
	options.UserAgent = pw.String(device.UserAgent)
	options.Viewport = device.Viewport
	options.Screen = device.Screen
	options.DeviceScaleFactor = pw.Float(device.DeviceScaleFactor)
	options.IsMobile = pw.Bool(device.IsMobile)
	options.HasTouch = pw.Bool(device.HasTouch)
}

func sampleDevices(devices map[string]*pw.DeviceDescriptor) string {
	names := slices.Sorted(maps.Keys(devices))
	return strings.Join(names[:min(3, len(names))], ", ")
}
