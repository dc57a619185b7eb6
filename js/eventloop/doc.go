// Package eventloop turns what happens elsewhere, such as results, events and timers, into functions that one goroutine
// runs one after the other. It knows nothing of JavaScript.
package eventloop
