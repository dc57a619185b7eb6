package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/liveload/liveload/runner"
	"github.com/liveload/liveload/suggest"
)

// readOptionsFile reads a YAML file that says what flags say: their names without the dashes, lists for
// those that may be repeated, and for config also a mapping. No path is an empty file.
func readOptionsFile(path string, command command) (source, error) {
	lines := map[string]int{}
	s := source{given: map[string][]string{}, place: func(flag string) string { return fmt.Sprintf("%s:%d", path, lines[flag]) }}
	if path == "" {
		return s, nil
	}
	f := optionsFile{path: path, command: command}
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
		if line := lines[flag.name]; err == nil && line > 0 {
			err = f.refuse(key.Line, "%s is there already, in line %d", flag.name, line)
		}
		if err == nil {
			s.given[flag.name], err = f.values(flag, value)
		}
		if err != nil {
			return s, err
		}
		lines[flag.name] = key.Line
	}
	return s, nil
}

// An optionsFile turns YAML into texts of flags, and says where it cannot.
type optionsFile struct {
	path    string
	command command
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
	return &usageError{problem: place + " " + fmt.Sprintf(format, args...), command: f.command.name}
}

func (f optionsFile) flag(key *yaml.Node) (flag, error) {
	known, ok := f.command.flag(key.Value)
	if ok && known.name != "options-file" {
		return known, nil
	}
	if _, said := f.command.flag(flagOf(key.Value)); !said && slices.Contains(runner.ScenarioOptionNames(), key.Value) {
		return flag{}, f.refuse(key.Line, "%s can be said in a script only", key.Value)
	}
	var names []string
	for _, other := range f.command.flags {
		names = append(names, other.name)
	}
	if near := suggest.Closest(flagOf(key.Value), names); near != "" && !ok {
		return flag{}, f.refuse(key.Line, "there is no option %s: did you mean %s?", key.Value, near)
	}
	return flag{}, f.refuse(key.Line, "there is no option %s", key.Value)
}

// values are the texts of one key.
func (f optionsFile) values(flag flag, value *yaml.Node) ([]string, error) {
	if value.Kind == yaml.AliasNode {
		value = value.Alias
	}
	switch {
	case value.Kind == yaml.ScalarNode && value.Tag == "!!null":
		return nil, nil
	case value.Kind == yaml.ScalarNode:
		return f.scalar(flag, value)
	case value.Kind == yaml.SequenceNode && flag.many:
		var all []string
		for _, item := range value.Content {
			if item.Kind != yaml.ScalarNode {
				return nil, f.refuse(item.Line, "%s is a list of texts", flag.name)
			}
			all = append(all, item.Value)
		}
		return all, nil
	case value.Kind == yaml.MappingNode && flag.name == "config":
		var all []string
		for i := 0; i+1 < len(value.Content); i += 2 {
			switch text := value.Content[i+1]; {
			case text.Kind != yaml.ScalarNode:
				return nil, f.refuse(value.Content[i].Line, "config.%s must be a text", value.Content[i].Value)
			case text.Tag == "!!null": // as of any other key
				continue
			}
			all = append(all, value.Content[i].Value+"="+value.Content[i+1].Value)
		}
		return all, nil
	case flag.many:
		return nil, f.refuse(value.Line, "%s must be a text or a list of texts", flag.name)
	}
	return nil, f.refuse(value.Line, "%s has one value, such as `%s: %s`", flag.name, flag.name, flag.value)
}

func (f optionsFile) scalar(flag flag, value *yaml.Node) ([]string, error) {
	if flag.takesValue() {
		return []string{value.Value}, nil
	}
	if _, err := strconv.ParseBool(value.Value); err != nil {
		return nil, f.refuse(value.Line, "%s is %q, but can only be true or false", flag.name, value.Value)
	}
	return []string{value.Value}, nil
}
