package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"github.com/urfave/cli/v2"
	"go.yaml.in/yaml/v3"

	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/suggest"
)

const optionsFileFlag = "options-file"

// readOptionsFile reads a YAML file that says what flags say: their names without the dashes, lists for
// those that may be repeated, and for config also a mapping. No path is an empty file.
func readOptionsFile(path string, flags []cli.Flag) (source, error) {
	lines := map[string]int{}
	s := source{texts: map[string][]string{}, place: func(flag string) string { return fmt.Sprintf("%s:%d", path, lines[flag]) }}
	if path == "" {
		return s, nil
	}
	f := optionsFile{path: path, flags: flags}
	text, err := os.ReadFile(path)
	if err != nil {
		return s, f.refuse(0, "cannot be read: %v", err)
	}
	root, err := f.only(text)
	if root == nil || err != nil {
		return s, err
	}
	if root.Kind != yaml.MappingNode {
		return s, f.refuse(root.Line, "must be a mapping such as `users: 10`")
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		flag, err := f.flag(key)
		if err != nil {
			return s, err
		}
		if line := lines[flag.Name]; line > 0 {
			return s, f.refuse(key.Line, "%s is there already, in line %d", flag.Name, line)
		}
		if err := f.take(s.texts, flag, value); err != nil {
			return s, err
		}
		for name := range s.texts { // the one, or the two that cluster may say
			if lines[name] == 0 {
				lines[name] = key.Line
			}
		}
	}
	return s, nil
}

// take adds what a key says.
func (f optionsFile) take(texts map[string][]string, flag *textFlag, value *yaml.Node) (err error) {
	if flag.Name != clusterFlag || value.Kind != yaml.MappingNode {
		texts[flag.Name], err = f.values(flag, value)
		return err
	}
	if _, both := texts[clusterOptFlag]; both {
		return f.refuse(value.Line, "cluster has the options of its provider: leave out %s", clusterOptFlag)
	}
	provider, options, err := f.clusterMapping(value)
	texts[clusterFlag], texts[clusterOptFlag] = []string{provider}, options
	return err
}

// An optionsFile turns YAML into texts of flags, and says where it cannot.
type optionsFile struct {
	path  string
	flags []cli.Flag
}

// only returns what the one document of the file holds, nil when that is nothing. The decoder takes a line that is indented less
// than those before it for the end of a document.
func (f optionsFile) only(text []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, next yaml.Node
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, f.refuse(0, "cannot be read: %v", err)
	}
	switch err := decoder.Decode(&next); {
	case err == nil:
		return nil, f.refuse(next.Line, "a second document begins here: write one")
	case !errors.Is(err, io.EOF):
		return nil, f.refuse(0, "cannot be read: %v", err)
	}
	return document.Content[0], nil
}

func (f optionsFile) refuse(line int, format string, args ...any) error {
	place := "the options file " + f.path
	if line > 0 {
		place = fmt.Sprintf("%s:%d:", f.path, line)
	}
	return &usageError{problem: place + " " + fmt.Sprintf(format, args...)}
}

func (f optionsFile) flag(key *yaml.Node) (*textFlag, error) {
	known, ok := findFlag(f.flags, key.Value)
	if ok && known.Name != optionsFileFlag {
		return known, nil
	}
	if _, said := findFlag(f.flags, flagOf(key.Value)); !said && slices.Contains(plan.ScenarioOptionNames(), key.Value) {
		return nil, f.refuse(key.Line, "%s can be said in a script only", key.Value)
	}
	if near := suggest.Closest(flagOf(key.Value), flagNames(f.flags)); near != "" && !ok {
		return nil, f.refuse(key.Line, "there is no option %s: did you mean %s?", key.Value, near)
	}
	return nil, f.refuse(key.Line, "there is no option %s", key.Value)
}

// values are the texts of one key.
func (f optionsFile) values(flag *textFlag, value *yaml.Node) ([]string, error) {
	if value.Kind == yaml.AliasNode {
		value = value.Alias
	}
	switch {
	case value.Kind == yaml.ScalarNode && value.Tag == "!!null":
		return nil, nil
	case value.Kind == yaml.ScalarNode:
		if _, err := strconv.ParseBool(value.Value); err != nil && !flag.TakesValue() && !flag.values.free {
			return nil, f.refuse(value.Line, "%s is %q, but can only be true or false", flag.Name, value.Value)
		}
		if value.Value == "" {
			return nil, f.refuse(value.Line, "%s is empty: give it a value, or leave it out", flag.Name)
		}
		return []string{value.Value}, nil
	case value.Kind == yaml.SequenceNode && flag.repeated:
		var all []string
		for _, item := range value.Content {
			if item.Kind != yaml.ScalarNode {
				return nil, f.refuse(item.Line, "%s is a list of texts", flag.Name)
			}
			all = append(all, item.Value)
		}
		return all, nil
	case value.Kind == yaml.MappingNode && (flag.Name == "config" || flag.Name == configSecretFlag):
		var all []string
		for i := 0; i+1 < len(value.Content); i += 2 {
			switch text := value.Content[i+1]; {
			case text.Kind != yaml.ScalarNode:
				return nil, f.refuse(value.Content[i].Line, "%s.%s must be a text", flag.Name, value.Content[i].Value)
			case text.Tag == "!!null": // as of any other key
				continue
			}
			all = append(all, value.Content[i].Value+"="+value.Content[i+1].Value)
		}
		return all, nil
	case flag.repeated:
		return nil, f.refuse(value.Line, "%s must be a text or a list of texts", flag.Name)
	}
	return nil, f.refuse(value.Line, "%s has one value, such as `%s: %s`", flag.Name, flag.Name, flag.placeholder())
}
