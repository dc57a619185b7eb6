// Package cluster owns a run as a whole: it brings nodes to a scenario, starts them together, collects
// their snapshots once a second, and makes the Results. What a node does is package node's
// business; what becomes of snapshots and Results is the sinks'. A run on one machine is a cluster of
// one, whose node works in this process.
package cluster
