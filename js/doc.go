// Package js runs a script: a VM is one user's copy of it, with an event loop that turns during calls. Packages below
// bundle and compile it (bundle, program), turn the loop (eventloop), and give it what the language lacks (web).
//
// It knows nothing of browsers and nothing of what a script can import: modules are handed to it.
package js
