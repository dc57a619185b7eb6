package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/cluster/broker"
)

// clusterCommandFlags are those of token, and of list and cleanup.
func clusterCommandFlags() []cli.Flag {
	return append([]cli.Flag{
		newFlag(clusterFlag, "list or clean up what `PROVIDER` has (local)"),
		newListFlag(clusterOptFlag, "\n", "an option of the provider, `NAME=VALUE`"),
		newFlag(optionsFileFlag, "read the two above from the YAML `FILE`, as for a run"),
		newFlag("run", "list or remove the machines of the run `ID`, or of the only one whose id begins so"),
		newFlag("expired", "list or remove those only that should have ended by themselves"),
		newFlag("yes", "remove machines of other owners without a question"),
		newFlag("json", "print the list as JSON, for programs"),
		keepFlag(),
		newFlag(clusterKeyFlag, "print the token of the key in `FILE`, which is made when it is not there"),
		newFlag(clusterListenFlag, "make a key for runs that let workers connect to `HOST:PORT`"),
		newFlag(clusterAddressFlag, "tell workers to connect to `HOST:PORT`, where that is another address"),
		newFlag(natsFlag, "make a key for runs that use the NATS server at `URL`"),
	}, logFlags()...)
}

// cluster is what can be done for clusters besides running on them.
func (o *outside) cluster(c *cli.Context) error {
	switch word := c.Args().First(); word {
	case "token":
		return o.token(c)
	case "list":
		return o.withMachines(c, o.listMachines)
	case "cleanup":
		return o.withMachines(c, o.cleanUp)
	case "attach":
		return o.attach(c)
	case "host": // these two are for the Pod of a controller, and in no help
		return o.host(c)
	case "pipe":
		return o.pipe(c)
	case "":
		return &usageError{problem: "which command? liveload cluster has token, list, cleanup and attach. For example: liveload cluster list"}
	default:
		return &usageError{problem: fmt.Sprintf("liveload cluster does not know %q: it has token, list, cleanup and attach", word)}
	}
}

// token prints the token of a key, which it makes when there is none.
func (o *outside) token(c *cli.Context) error {
	if err := atMost(c, 1); err != nil {
		return err
	}
	file, listen, address, nats := c.String(clusterKeyFlag), c.String(clusterListenFlag), c.String(clusterAddressFlag), c.String(natsFlag)
	if file == "" {
		return &usageError{problem: "which key? For example: liveload cluster token --cluster-key liveload.key --cluster-listen 0.0.0.0:4222"}
	}
	key, err := broker.ReadKey(file)
	switch {
	case errors.Is(err, fs.ErrNotExist) && listen == "" && nats == "":
		return &usageError{problem: fmt.Sprintf("there is no %s: to make it, say where workers connect, such as --cluster-listen 0.0.0.0:4222", file)}
	case errors.Is(err, fs.ErrNotExist):
		if key, err = broker.NewKey(broker.Options{Listen: listen, Address: address, URL: nats}); err == nil {
			err = key.Write(file)
		}
	case err == nil && listen+address+nats != "":
		return &usageError{problem: fmt.Sprintf("%s is there already, and says where workers connect: remove it, or leave out the other flags", file)}
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(o.stdout, key.Token)
	return nil
}
