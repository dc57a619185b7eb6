package liveload

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/liveload/liveload/js"
)

// configured runs the config of a script with url and retries, and returns what the log says.
func configured(t *testing.T, script string) (config any, log string) {
	t.Helper()
	var out bytes.Buffer
	opts := js.VMOptions{Modules: modules(), Logger: slog.New(slog.NewTextHandler(&out, nil))}
	program := bundled(t, "shop.js", script)
	config, err := RunConfig(t.Context(), program, opts, map[string]string{"url": "here", "retries": "3"})
	if err != nil {
		t.Errorf("%s: %v", script, err)
	}
	return config, strings.ReplaceAll(out.String(), program.Name(), "shop.js")
}

// TestOptionsThatNobodyReads are named: they were mistyped.
func TestOptionsThatNobodyReads(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{`export function config(o) { return { url: o.url, n: o.retrys } }`, "--config retries has no effect: the function config of shop.js does not read it. Did you mean retrys?"},
		{`export function config({ URL = 'x', retries }) { return URL + retries }`, "--config url has no effect: the function config of shop.js does not read it. Did you mean URL?"},
		{`export const config = ({ url, ids, count }) => url`, "--config retries has no effect: the function config of shop.js does not read it, but count, ids, url"},
		{`export async function config(o) { await o.url; if (o.hasOwnProperty('n')) o.retries = 4; return {} }`, "--config retries has no effect: the function config of shop.js does not read it, but n, url"},
		{`export default (user) => user.click('a')`, "--config has no effect: shop.js exports no function config, and none of its functions takes a config"},
		{`export default async function () {} export function throttles() { return [] }`, "--config has no effect: shop.js"},
	} {
		if _, log := configured(t, c.script); !strings.Contains(log, c.want) || strings.Count(log, "level=WARN") != 1 {
			t.Errorf("%s\nlogs %s\nwant %s", c.script, log, c.want)
		}
	}
	if _, log := configured(t, `export function config() { return 3 }`); strings.Count(log, "does not read it\"") != 2 {
		t.Errorf("a config that reads nothing: %s", log)
	}
}

// TestOptionsThatAreRead in ways that are no doubt, or may be: nothing is said.
func TestOptionsThatAreRead(t *testing.T) {
	for _, script := range []string{
		`export function config(o) { return o.url + o['retries'] }`,
		`export function config({ url, ...rest }) { return rest }`,
		`export function config(o) { return o }`,
		`export function config(o) { return { ...o } }`,
		`export function config(o) { return JSON.parse(JSON.stringify(o)) }`,
		`export function config(o) { return Object.keys(o).length }`,
		`export function config(o) { for (const k in o) return k }`,
		`export function config(o) { return structuredClone(o) }`,
		`export function config(o) { console.log(o); }`,
		`export function config(o) { return Object.assign({}, o) }`,
		`export function config(o) { return 'url' in o && Object.hasOwn(o, 'retries') }`,
		`import { sleep } from 'liveload'; export async function config(o) { await sleep('1ms'); return [o.url, o.retries] }`,
		`export function config(o) { Object.freeze(o); return o.url + o.retries }`,
		`export default (user, config) => config.url`,
		`export default async function (user, { url }) {}`,
		`export default (user, config = {}) => config.url`,
		`export default (...all) => all[1].url`,
		`export default function () { return arguments[1].url }`,
		`export default ((user, config) => config).bind(null)`,
		`export function throttles(config) { return [] } export default (user) => user`,
		`export const scenarios = { a: {}, b: {} }; export const a = (user) => user; export const b = (user, c) => ({ c })`,
	} {
		if _, log := configured(t, script); strings.Contains(log, "level=WARN") {
			t.Errorf("%s\nlogs %s", script, log)
		}
	}
}

// TestTheOptionsAreAnObject like any other for config.
func TestTheOptionsAreAnObject(t *testing.T) {
	config, _ := configured(t, `export function config(o) {
		o.more = 1; o.url += '!'; delete o.retries;
		const { more, ...rest } = o;
		return [typeof o, o instanceof Object, Object.keys(o).join(), 'retries' in o, o.none === undefined, JSON.stringify(o), o.toString(), String(rest.url), Object.entries(o).length];
	}`)
	want := []any{"object", true, "url,more", false, true, `{"url":"here!","more":1}`, "[object Object]", "here!", 2.0}
	got, _ := config.([]any)
	for i := range want {
		if len(got) != len(want) || got[i] != want[i] {
			t.Fatalf("config gave %v, want %v", got, want)
		}
	}
	if _, log := configured(t, `export function config(o) { console.log(o); return 1 }`); !strings.Contains(log, "url: 'here'") {
		t.Errorf("the console shows %s", log)
	}
}
