package providers

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// FromStdin is what --join of a worker is when its token comes with Hand.
const FromStdin = "-"

// longestToken bounds what Receive reads, in bytes.
const longestToken = 64 << 10

// Hand gives a worker its token through its standard input, where neither its command line nor its environment shows it.
// The caller keeps the input open for as long as the worker has a controller.
func Hand(stdin io.Writer, token string) error {
	if _, err := io.WriteString(stdin, token+"\n"); err != nil {
		return fmt.Errorf("hand the token to the worker: %w", err)
	}
	return nil
}

// Receive is the worker's side of Hand. It waits for the token; gone is closed when the input ends, since the controller,
// or what connects the worker with it, has ended. The goroutine that waits for this ends with the input.
func Receive(stdin io.Reader) (token string, gone <-chan struct{}, err error) {
	in := bufio.NewReaderSize(stdin, longestToken)
	line, err := in.ReadSlice('\n')
	token = strings.TrimSpace(string(line))
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return "", nil, fmt.Errorf("read the token from standard input: it has more than %d bytes", longestToken)
	case token == "" && (err == nil || errors.Is(err, io.EOF)):
		return "", nil, errors.New("read the token from standard input: there is none")
	case err != nil && !errors.Is(err, io.EOF):
		return "", nil, fmt.Errorf("read the token from standard input: %w", err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		io.Copy(io.Discard, in) // an error ends the input too
	}()
	return token, ended, nil
}
