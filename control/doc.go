// Package control lets other processes of the same user watch and change a run: a server in the run's
// folder, and the client that asks it. It owns the protocol, JSON over HTTP on a Unix socket; what a
// command does to a scenario is decided in package cluster, and which runs there are in package rundir.
package control
