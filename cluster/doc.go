// Package cluster runs a plan on its nodes: it starts them together, turns their snapshots into one interval a
// second, evaluates thresholds, and makes the Results. What a node does is decided in package node, and where
// intervals and Results go in package sinks. A run on one machine is a cluster of one node.
package cluster
