package session

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool/sessiontest"
	"github.com/liveload/liveload/confined"
)

func TestContextOptions(t *testing.T) {
	t.Parallel()
	s, ctx := sessiontest.NewSite(t), within(t, patience)
	for _, c := range []struct {
		name    string
		options map[string]any
		is      string // true in the page
	}{
		{"viewport", map[string]any{"viewport": map[string]any{"width": int64(500), "height": int64(400)}}, "innerWidth === 500 && innerHeight === 400"},
		{"no viewport", map[string]any{"viewport": nil}, "innerWidth > 0"},
		{"locale", map[string]any{"locale": "de-DE"}, "navigator.language === 'de-DE'"},
		{"time zone", map[string]any{"timezoneId": "Asia/Tokyo"}, "new Date(0).getHours() === 9"},
		{"user agent", map[string]any{"userAgent": "liveload"}, "document.querySelector('#agent').textContent === 'liveload'"},
		{"headers", map[string]any{"extraHTTPHeaders": map[string]any{"X-Extra": "more"}}, "document.querySelector('#extra').textContent === 'more'"},
		{"credentials", map[string]any{"httpCredentials": map[string]any{"username": "me", "password": "secret"}}, "document.querySelector('#name').textContent === 'me'"},
		{"dark", map[string]any{"colorScheme": "dark"}, "matchMedia('(prefers-color-scheme: dark)').matches"},
		{"device", map[string]any{"device": "iPhone 13"}, "navigator.userAgent.includes('iPhone') && screen.width === 390"},
		{"device, other viewport", map[string]any{"device": "iPhone 13", "isMobile": false, "viewport": map[string]any{"width": 320.0, "height": 480.0}}, "innerWidth === 320"},
		{"storage", map[string]any{"storageState": map[string]any{
			"cookies": []any{map[string]any{"name": "a", "value": "b", "url": s.URL}},
			"origins": []any{map[string]any{"origin": s.URL, "localStorage": []any{map[string]any{"name": "k", "value": "v"}}}},
		}}, "document.cookie === 'a=b' && localStorage.k === 'v'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			u := newUser(t, c.options)
			must(t, sessiontest.Moved(u.Navigate(ctx, s.URL+"/who")))
			if v, err := u.Evaluate(ctx, c.is, nil); v != true || err != nil {
				html, _ := u.PageContent(ctx)
				t.Errorf("%s = %v, %v\n%s", c.is, v, err, html)
			}
			must(t, u.Close(ctx))
		})
	}
}

func TestWrongContextOptions(t *testing.T) {
	devices := map[string]*pw.DeviceDescriptor{"iPhone 13": {Viewport: &pw.Size{Width: 390}}}
	for _, c := range []struct {
		options map[string]any
		want    string
	}{
		{map[string]any{"viewPort": 1}, `context options: unknown option "viewPort": did you mean "viewport"?`},
		{map[string]any{"headers": 1}, `unknown option "headers"`},
		{map[string]any{"viewport": "big"}, "context options: viewport cannot be a string"},
		{map[string]any{"viewport": map[string]any{"widht": 1}}, `unknown field "widht"`},
		{map[string]any{"viewport": map[string]any{"width": 100}}, "context options: viewport must have a width and a height above 0"},
		{map[string]any{"recordVideo": map[string]any{"dir": "x"}}, "context options: recordVideo is not available in a load test: use user.screenshot or --trace"},
		{map[string]any{"device": "iPhone13"}, `context options: unknown device "iPhone13": did you mean "iPhone 13"?`},
		{map[string]any{"locale": func() {}}, "context options:"},
		{map[string]any{"clientCertificates": []any{"a.pem"}}, "context options: clientCertificates[0] must be an object such as { origin, certPath, keyPath }"},
		{map[string]any{"proxy": "localhost:3128"}, "context options: proxy cannot be a string"},
		{map[string]any{"storageState": map[string]any{"origins": []any{map[string]any{"origin": "http://x", "localStorage": []any{map[string]any{"name": "k", "value": strings.Repeat("v", 20<<20)}}}}}}, "context options: storageState has 20971521 bytes, more than 16 MB"},
	} {
		if _, err := contextOptions(devices, c.options, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v\n want %s", c.options, err, c.want)
		}
	}
	if _, err := contextOptions(devices, map[string]any{"device": "iPhone 13", "viewport": map[string]any{"width": 1, "height": 1}}, nil); err != nil || devices["iPhone 13"].Viewport.Width != 390 {
		t.Errorf("the device became %+v, %v", devices["iPhone 13"].Viewport, err)
	}
}

// TestFilesOfContextOptions: files are read here, where the script may read them, and no path comes to the driver.
func TestFilesOfContextOptions(t *testing.T) {
	files := confined.Reader{Folder: t.TempDir()}
	for name, text := range map[string]string{"state.json": `{"cookies":[{"name":"a","value":"b","url":"http://x"}],"origins":[],"more":1}`, "c.pem": "C", "k.pem": "K", "both.pfx": "P", "bad.json": "["} {
		must(t, os.WriteFile(filepath.Join(files.Folder, name), []byte(text), 0o600))
	}
	o, err := contextOptions(nil, map[string]any{"storageState": "state.json", "clientCertificates": []any{
		map[string]any{"origin": "https://x", "certPath": "c.pem", "keyPath": "k.pem"}, map[string]any{"origin": "https://y", "pfxPath": "both.pfx"},
	}}, files)
	must(t, err)
	if o.StorageStatePath != nil || len(o.StorageState.Cookies) != 1 || o.StorageState.Cookies[0].Value != "b" {
		t.Errorf("the storage state is %v, %+v", o.StorageStatePath, o.StorageState)
	}
	if c := o.ClientCertificates; len(c) != 2 || string(c[0].Cert) != "C" || string(c[0].Key) != "K" || c[0].CertPath != nil || string(c[1].Pfx) != "P" {
		t.Errorf("the certificates are %+v", c)
	}
	certificate := func(path string) map[string]any {
		return map[string]any{"clientCertificates": []any{map[string]any{"origin": "https://x", "keyPath": path}}}
	}
	for _, c := range []struct {
		options map[string]any
		want    string
	}{
		{map[string]any{"storageState": "/etc/passwd"}, `context options: storageState: "/etc/passwd" is outside of the script's folder`},
		{map[string]any{"storageStatePath": "../x"}, "is outside"},
		{map[string]any{"storageState": "bad.json"}, `"bad.json" is no JSON of a storage state`},
		{certificate("/etc/ssl/private/key.pem"), `clientCertificates[0].keyPath: "/etc/ssl/private/key.pem" is outside`},
		{map[string]any{"recordHarPath": "/etc/cron.d/x"}, "recordHarPath is not available in a load test"},
	} {
		if _, err := contextOptions(nil, c.options, files); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v\n want %s", c.options, err, c.want)
		}
	}
}

// TestDeclaredContextOptions compares what editors complete with what there is. Recordings and playwright-go's own
// names are not declared.
func TestDeclaredContextOptions(t *testing.T) {
	text, err := os.ReadFile("../../../jsmodules/types/context.d.ts")
	must(t, err)
	_, inside, _ := strings.Cut(string(text), "export interface ContextOptions {\n")
	inside, _, _ = strings.Cut(inside, "\n  }\n")
	var declared []string
	for _, found := range regexp.MustCompile(`(?m)^    (\w+)\?:`).FindAllStringSubmatch(inside, -1) {
		declared = append(declared, found[1])
	}
	want := slices.DeleteFunc(slices.Clone(optionNames), func(name string) bool {
		return strings.HasPrefix(name, "record") || name == "noViewport" || name == "storageStatePath"
	})
	slices.Sort(want)
	slices.Sort(declared)
	if !slices.Equal(declared, want) {
		t.Errorf("context.d.ts declares\n%v, there are\n%v", declared, want)
	}
}

func FuzzIsCSS(f *testing.F) {
	for selector, want := range map[string]bool{
		"#a": true, ".a > b:nth-child(2)": true, "[data-x=y]": true, "a:has(b)": true, "*": true, "#a, #b": true,
		"text=x": false, "role=button[name='x']": false, "//a": false, "(//a)[1]": false, "xpath=//a": false, "a >> b": false,
		":text('x')": false, "a:visible": false, `"Buy"`: false, "data-testid=x": false, "..": false, "css=a": false,
	} {
		if isCSS(selector) != want {
			f.Errorf("isCSS(%q) = %v", selector, !want)
		}
		f.Add(selector)
	}
	f.Fuzz(func(t *testing.T, selector string) {
		if isCSS(selector) && strings.Contains(selector, ">>") {
			t.Errorf("%q goes to the page", selector)
		}
	})
}
