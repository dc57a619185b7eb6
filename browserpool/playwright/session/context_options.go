package session

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/objects"
)

// contextOptions reads Playwright's browser context options by their JavaScript names; "device" names
// one of Playwright's devices, whose options the others override.
func contextOptions(devices map[string]*pw.DeviceDescriptor, options map[string]any, files browserpool.ScriptFiles) (pw.BrowserNewContextOptions, error) {
	var result pw.BrowserNewContextOptions
	rest := maps.Clone(options)
	if name, ok := rest["device"]; ok {
		device := devices[fmt.Sprint(name)]
		if device == nil {
			return result, fmt.Errorf("context options: unknown device %q%s", name, objects.DidYouMean(fmt.Sprint(name), maps.Keys(devices)))
		}
		useDevice(&result, device)
		delete(rest, "device")
	}
	for name := range rest {
		if !slices.Contains(optionNames, name) {
			return result, fmt.Errorf("context options: unknown option %q%s", name, objects.DidYouMean(name, slices.Values(optionNames)))
		}
	}
	if err := translate(rest, files); err != nil {
		return result, err
	}
	if err := browserpool.ReadPlain(rest, &result); err != nil {
		return result, fmt.Errorf("context options: %w", err)
	}
	return result, cmp.Or(checkSize("viewport", result.Viewport), checkSize("screen", result.Screen), checkStorage(result.StorageState))
}

// mostStorage is how many bytes a storage state has. Browsers keep 10 MB of an origin; with much more the driver, which other users
// share, hangs.
const mostStorage = 16 << 20

func checkStorage(state *pw.OptionalStorageState) error {
	if state == nil {
		return nil
	}
	size := 0
	for _, cookie := range state.Cookies {
		size += len(cookie.Name) + len(cookie.Value)
	}
	for _, origin := range state.Origins {
		for _, item := range origin.LocalStorage {
			size += len(item.Name) + len(item.Value)
		}
	}
	if size > mostStorage {
		return fmt.Errorf("context options: storageState has %d bytes, more than %d MB", size, mostStorage>>20)
	}
	return nil
}

// checkSize refuses an empty size; what a script leaves out is 0.
func checkSize(option string, size *pw.Size) error {
	if size != nil && (size.Width < 1 || size.Height < 1) {
		return fmt.Errorf("context options: %s must have a width and a height above 0", option)
	}
	return nil
}

// translate renames options whose names differ between JavaScript and playwright-go.
func translate(options map[string]any, files browserpool.ScriptFiles) error {
	if viewport, ok := options["viewport"]; ok && viewport == nil {
		options["noViewport"] = true
	}
	if options["recordVideo"] != nil {
		return errors.New("context options: recordVideo is not available in a load test: use user.screenshot or --trace")
	}
	for name := range options {
		if strings.HasPrefix(name, "recordHar") {
			return fmt.Errorf("context options: %s is not available in a load test: all users would write one file; use --trace", name)
		}
	}
	for _, name := range []string{"storageState", "storageStatePath"} {
		if path, ok := options[name].(string); ok {
			content, err := objects.ReadFile(files, path)
			if err != nil {
				return fmt.Errorf("context options: %s: %w", name, err)
			}
			delete(options, name)
			var state pw.OptionalStorageState // without what else there is in the file
			if err := json.Unmarshal(content, &state); err != nil {
				return fmt.Errorf("context options: %s: %q is no JSON of a storage state: %w", name, path, err)
			}
			options["storageState"] = state
		}
	}
	if list, ok := options["clientCertificates"].([]any); ok {
		certificates, err := clientCertificates(list, files)
		options["clientCertificates"] = certificates
		return err
	}
	return nil
}

// clientCertificates reads certificates as scripts can hold them: cert and key as the text of a PEM file,
// pfx in base64. What is missing is filled in, since the driver refuses null.
func clientCertificates(list []any, files browserpool.ScriptFiles) ([]any, error) {
	all := make([]any, len(list))
	for i, item := range list {
		object, ok := item.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("context options: clientCertificates[%d] must be an object such as { origin, certPath, keyPath }", i)
		}
		certificate := maps.Clone(object)
		for _, name := range []string{"cert", "key"} {
			if text, ok := certificate[name].(string); ok {
				certificate[name] = []byte(text)
			}
		}
		for _, name := range []string{"cert", "key", "pfx"} {
			path, ok := certificate[name+"Path"].(string)
			if !ok {
				continue
			}
			content, err := objects.ReadFile(files, path)
			if err != nil {
				return nil, fmt.Errorf("context options: clientCertificates[%d].%sPath: %w", i, name, err)
			}
			delete(certificate, name+"Path")
			certificate[name] = content
		}
		if certificate["passphrase"] == nil {
			certificate["passphrase"] = ""
		}
		all[i] = certificate
	}
	return all, nil
}

// optionNames are the options that playwright-go knows, and ours.
var optionNames = append(objects.OptionNames(reflect.TypeFor[pw.BrowserNewContextOptions]()), "device")

// useDevice sets the options of a device, as copies: all sessions share the devices.
func useDevice(options *pw.BrowserNewContextOptions, device *pw.DeviceDescriptor) {
	options.UserAgent = pw.String(device.UserAgent)
	options.DeviceScaleFactor = pw.Float(device.DeviceScaleFactor)
	options.IsMobile = pw.Bool(device.IsMobile)
	options.HasTouch = pw.Bool(device.HasTouch)
	if device.Viewport != nil {
		options.Viewport = new(*device.Viewport)
	}
	if device.Screen != nil {
		options.Screen = new(*device.Screen)
	}
}

// wildcards turns globs into patterns in which * is anything, slashes too, and nothing else is special.
func wildcards(globs []string) ([]string, error) {
	var patterns []string
	for _, glob := range globs {
		if strings.Count(glob, "{") != strings.Count(glob, "}") {
			return nil, fmt.Errorf("block %q: it has an open brace: close it with }", glob)
		}
		for _, choice := range choices(glob) {
			for strings.Contains(choice, "**") {
				choice = strings.ReplaceAll(choice, "**", "*")
			}
			patterns = append(patterns, strings.ReplaceAll(choice, "*/", "*"))
		}
	}
	return patterns, nil
}

// choices writes out the first {a,b} of a glob, and then those that follow.
func choices(glob string) []string {
	before, rest, found := strings.Cut(glob, "{")
	inside, after, closed := strings.Cut(rest, "}")
	if !found || !closed {
		return []string{glob}
	}
	var all []string
	for _, choice := range strings.Split(inside, ",") {
		all = append(all, choices(before+choice+after)...)
	}
	return all
}
