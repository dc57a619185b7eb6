package main

import (
	"go.yaml.in/yaml/v3"

	"github.com/liveload/liveload/cluster/providers/table"
)

// clusterMapping reads a provider with its options, such as
//
//	cluster:
//	  ssh:
//	    host: [me@one, me@two]
//
// as the texts of --cluster and --cluster-opt.
func (f optionsFile) clusterMapping(value *yaml.Node) (provider string, options []string, err error) {
	if len(value.Content) != 2 {
		return "", nil, f.refuse(value.Line, "cluster names one provider, with its options below it, such as `cluster: {ssh: {host: me@one}}`")
	}
	name, of := value.Content[0], value.Content[1]
	kind, err := table.All().Find(name.Value)
	if err != nil {
		return "", nil, f.refuse(name.Line, "cluster %v", err)
	}
	if of.Kind == yaml.ScalarNode && of.Tag == "!!null" {
		return kind.Name, nil, nil
	}
	if of.Kind != yaml.MappingNode {
		return "", nil, f.refuse(of.Line, "cluster.%s must be a mapping of its options", kind.Name)
	}
	for i := 0; i+1 < len(of.Content); i += 2 {
		key, value := of.Content[i], of.Content[i+1]
		texts, err := f.optionTexts(key, value)
		if err != nil {
			return "", nil, err
		}
		for _, text := range texts {
			if _, err := kind.Read([]string{key.Value + "=" + text}); err != nil {
				return "", nil, f.refuse(key.Line, "%s %v", clusterOptFlag, err)
			}
			options = append(options, key.Value+"="+text)
		}
	}
	return kind.Name, options, nil
}

// optionTexts are the values of an option of a provider.
func (f optionsFile) optionTexts(key, value *yaml.Node) (texts []string, err error) {
	items := []*yaml.Node{value}
	if value.Kind == yaml.SequenceNode {
		items = value.Content
	}
	for _, item := range items {
		if item.Kind != yaml.ScalarNode {
			return nil, f.refuse(item.Line, "%s must be a text or a list of texts", key.Value)
		}
		if item.Tag != "!!null" { // as of any other key
			texts = append(texts, item.Value)
		}
	}
	return texts, nil
}
