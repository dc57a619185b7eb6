package main

import (
	"fmt"
	"strconv"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/cluster/sizing"
)

const (
	usersPerNodeFlag = "users-per-node"
	maxNodesFlag     = "max-nodes"
	calibrateFlag    = "calibrate"

	auto = "auto"

	defaultMaxNodes  = 100
	defaultCalibrate = 10 * time.Second
	// leastCalibrate is what two loads need to be measured.
	leastCalibrate = 6 * time.Second
)

// sizingFlags say how many nodes there are, and what each carries.
func sizingFlags() []cli.Flag {
	return []cli.Flag{
		newFlag(nodesFlag, "on `N` nodes, or auto: on as many as the users need (1, or all hosts of ssh)"),
		newFlag(maxNodesFlag, "with --nodes auto, on `N` at most (100)"),
		newFlag(usersPerNodeFlag, "a node carries `N` users, or auto: as many as fit, by what a few users of the run cost on the first node"),
		newFlag(elasticFlag, "start machines shortly before the load needs them, and end them when it does not; for machines that cost, by default, if that saves much"),
		newFlag(calibrateFlag, "with --users-per-node auto, try a few users for `TIME` before the run (10s); 0 assumes light pages instead"),
	}
}

// sizingSettings say how the number of nodes and their parts of the load are decided.
type sizingSettings struct {
	grow      bool // there are as many nodes as the load needs
	most      int  // of them
	perNode   int  // users that a node carries; 0 is not said
	measured  bool // what a node carries is found out, and a load that does not fit is refused
	calibrate time.Duration
}

// sizing reads them, and the number of nodes with which the cluster begins; 0 is what the provider has.
func (r *flagReader) sizing() (s sizingSettings, nodes int) {
	if nodes, s.grow = r.numberOrAuto(nodesFlag); s.grow {
		nodes = 1
	}
	s.perNode, s.measured = r.numberOrAuto(usersPerNodeFlag)
	s.measured = s.measured || s.grow && s.perNode == 0
	s.most, s.calibrate = defaultMaxNodes, defaultCalibrate
	if n := r.number(maxNodesFlag); n != nil {
		s.most = *n
		if !s.grow {
			r.refuse(maxNodesFlag, "bounds --%s %s: say that, or leave it out", nodesFlag, auto)
		}
	}
	if d := r.duration(calibrateFlag); d != nil {
		s.calibrate = *d
		switch {
		case !s.measured:
			r.refuse(calibrateFlag, "is for --%s %s: say that, or leave it out", usersPerNodeFlag, auto)
		case *d != 0 && *d < leastCalibrate:
			r.refuse(calibrateFlag, "is %v, but must be 0 or at least %v", *d, leastCalibrate)
		}
	}
	return s, nodes
}

// numberOrAuto reads a whole number from 1 up. With auto, and when it is not said, it is 0.
func (r *flagReader) numberOrAuto(flag string) (n int, isAuto bool) {
	text := r.text(flag)
	if text == "" || text == auto {
		return 0, text == auto
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		r.refuse(flag, "is %q, but must be a whole number from 1 up, or %s", text, auto)
	}
	return n, false
}

// begin returns with how many nodes to begin, of most that limit allows. It refuses a load that by what was said does not
// fit.
func (s sizingSettings) begin(users, nodes, most int, limit string) (int, error) {
	if s.perNode == 0 {
		return nodes, nil
	}
	needed := sizing.Nodes(users, s.perNode)
	if needed > most {
		return 0, &sizing.MaxNodesError{Users: users, Needed: needed, Most: most, Limit: limit, Fit: most * s.perNode,
			Why: fmt.Sprintf("--%s says %d", usersPerNodeFlag, s.perNode)}
	}
	if s.grow {
		nodes = max(1, needed)
	}
	return nodes, nil
}
