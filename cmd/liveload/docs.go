package main

import (
	"fmt"
	"io/fs"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/docs"
	"github.com/liveload/liveload/suggest"
)

// printDocs prints a page of the documentation, or which there are. Errors name pages as this command does.
func (o *outside) printDocs(c *cli.Context) error {
	if err := atMost(c, 1); err != nil {
		return err
	}
	topics, titles, err := docsTopics()
	if err != nil {
		return err
	}
	if c.Args().Len() == 0 {
		list := tabwriter.NewWriter(o.stdout, 0, 0, 3, ' ', 0)
		for _, topic := range topics {
			fmt.Fprintf(list, "   %s\t%s\n", topic, titles[topic])
		}
		return list.Flush()
	}
	topic := strings.TrimSuffix(strings.TrimPrefix(c.Args().First(), "docs/"), ".md")
	if _, ok := titles[topic]; !ok {
		problem := fmt.Sprintf("there is no page %q", topic)
		if near := suggest.Closest(topic, topics); near != "" {
			problem += fmt.Sprintf(": did you mean %q?", near)
		}
		return &usageError{problem: problem + "; `liveload docs` lists all of them"}
	}
	page, err := docs.Files.ReadFile(topic + ".md")
	if err != nil {
		return err
	}
	_, err = o.stdout.Write(page)
	return err
}

// docsTopics lists the pages, in the order of their names, and the titles of them.
func docsTopics() (topics []string, titles map[string]string, err error) {
	titles = map[string]string{}
	err = fs.WalkDir(docs.Files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		page, err := docs.Files.ReadFile(path)
		title, _, _ := strings.Cut(strings.TrimPrefix(string(page), "# "), "\n")
		topic := strings.TrimSuffix(path, ".md")
		topics, titles[topic] = append(topics, topic), title
		return err
	})
	return topics, titles, err
}
