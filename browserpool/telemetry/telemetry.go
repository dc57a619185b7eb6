// Package telemetry measures from inside the page: Script runs in every frame before the page's own
// scripts, gathers samples and sends them in batches through one binding; Decoder records a batch. It
// knows nothing of the browser that carries the batches.
package telemetry

import (
	"embed"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/liveload/liveload/browserpool"
)

//go:embed script
var files embed.FS

// Script is the JavaScript to run in every frame before the page's own scripts. It sends batches
// through the function named Binding, a few times a second and when the page goes.
var Script = browserpool.JoinScript(files, "base", "batch", "http", "resources", "patches", "typing", "inputs", "wire", "sockets", "liveview", "talk", "calls", "errors", "vitals",
	"softnav", "end")

// WorkerScript is the JavaScript to run in every worker before its own script. It bounds what the worker says.
var WorkerScript = workerScript()

// workerScript has nothing before it: a worker that has not begun lacks much of what browserpool.JoinScript keeps.
func workerScript() string {
	var b strings.Builder
	for _, name := range []string{"worker_base", "talk", "worker"} {
		text, err := files.ReadFile("script/" + name + ".js")
		if err != nil {
			panic(err) // a file that the build left out
		}
		b.Write(text)
	}
	return "(() => {\n" + b.String() + "})();\n"
}

const (
	// Binding is the name of the global function that takes a batch, a string.
	Binding = "__liveloadSend"
	// OtherBinding takes batches where there is no function named Binding, such as in popups.
	OtherBinding = "__liveloadPost"
	// FramesExpression lists the last frames of the document's sockets and long polls:
	// {at (milliseconds since 1970), sent, bytes, url, text}.
	FramesExpression = "globalThis.__liveloadTelemetry ? __liveloadTelemetry.lastFrames() : []"
	// EndFunction takes a number of milliseconds to wait for replies that are still under way and
	// returns a promise of the page's last batch; what happens afterwards is not measured.
	EndFunction = "(patience) => globalThis.__liveloadTelemetry ? __liveloadTelemetry.end(patience) : ''"
)

// ExactAddressesScript informs Script, which must run after it, that addresses which differ only in numbers are
// different.
const ExactAddressesScript = "if (!globalThis.__liveloadTelemetry) globalThis.__liveloadExact = true;\n"

// BlockedScript informs Script, which must run after it, which requests the session keeps from being
// sent: those whose address matches one of the patterns, in which * is anything, slashes too.
func BlockedScript(patterns []string) string {
	if len(patterns) == 0 {
		return ""
	}
	var expressions []string
	for _, pattern := range patterns {
		expressions = append(expressions, "^"+strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*")+"$")
	}
	list, _ := json.Marshal(expressions) // strings always have a JSON form
	return "if (!globalThis.__liveloadTelemetry) globalThis.__liveloadBlocked = " + string(list) + ".map((source) => new RegExp(source));\n"
}
