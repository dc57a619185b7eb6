// Package js runs scripts: it bundles a script and what it imports into one program (esbuild),
// compiles that once (goja), and runs it in any number of VMs, each with its own event loop.
//
// It knows nothing of browsers and nothing of what a script can import: modules are given to it.
// esbuild has its home here; goja lives here and in jsmodules.
package js
