package ssh

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// programs are the packed programs of one launch, one for each platform. They may be opened concurrently.
type programs struct {
	provider *Provider

	mu     sync.Mutex
	packed map[platform]string // files, in the folder of the run
}

// open returns the packed program for a platform, and its size.
func (p *programs) open(want platform) (*os.File, int64, error) {
	file, err := p.file(want)
	if err != nil {
		return nil, 0, err
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

func (p *programs) file(want platform) (string, error) {
	source, err := p.provider.binary(want)
	if err != nil {
		return "", err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if file := p.packed[want]; file != "" {
		return file, nil
	}
	file, err := pack(source, p.provider.home.Folder)
	if err != nil {
		return "", fmt.Errorf("pack %s for the hosts: %w", source, err)
	}
	if p.packed == nil {
		p.packed = map[platform]string{}
	}
	p.packed[want] = file
	return file, nil
}

// pack packs a file into a new one in a folder.
func pack(source, folder string) (file string, err error) {
	in, err := os.Open(source)
	if err != nil {
		return "", err
	}
	defer in.Close()
	out, err := os.CreateTemp(folder, "program-*.gz")
	if err != nil {
		return "", err
	}
	packer, err := gzip.NewWriterLevel(out, gzip.BestSpeed)
	if err == nil {
		_, err = io.Copy(packer, in)
		err = errors.Join(err, packer.Close())
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return "", errors.Join(err, os.Remove(out.Name()))
	}
	return out.Name(), nil
}

// remove removes the packed programs.
func (p *programs) remove() {
	for _, file := range p.packed {
		os.Remove(file) // else with the folder of the run
	}
}
