package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"

	"wireroom/aggregator"
	"wireroom/aggregator/fetch"
	"wireroom/config"
	"wireroom/news"
)

// asking is how the commands that look at one address ask for it: politely, as the worker does, but for nobody to wait.
type asking struct {
	UserAgent string `help:"Send this User-Agent." placeholder:"TEXT"`
	BasicAuth string `help:"Send these credentials; $${NAME} is taken from the environment." placeholder:"USER:PASSWORD"`
	Bearer    string `help:"Send this token; $${NAME} is taken from the environment." placeholder:"TOKEN"`
	HTTP1     bool   `help:"Never use HTTP/2." name:"http1"`
}

// get asks for an address once, and for the robots.txt of its host before, where format says that it is to be read as a
// page. An answer without a document is an error.
func (a asking) get(ctx context.Context, env *environment, address string, format news.Format) (*fetch.Response, error) {
	source, err := config.ExpandSource(news.Source{URL: address, UserAgent: a.UserAgent, BasicAuth: a.BasicAuth, Bearer: a.Bearer}, env.lookup)
	if err != nil {
		return nil, usageError{err}
	}
	client, err := env.tryClient()
	if err != nil {
		return nil, err
	}
	defer client.Close()
	if format == news.FormatHTML {
		robots := func(ctx context.Context, file string) (*fetch.Response, error) {
			return client.Get(ctx, fetch.Request{URL: file, UserAgent: source.UserAgent, HTTP1: a.HTTP1})
		}
		if err := new(aggregator.Robots).Check(ctx, source.URL, source.UserAgent, env.clock(), robots); err != nil {
			return nil, err
		}
	}
	res, err := client.Get(ctx, fetch.Request{URL: source.URL, Accept: aggregator.Accept(format), UserAgent: source.UserAgent,
		BasicAuth: source.BasicAuth, Bearer: source.Bearer, HTTP1: a.HTTP1})
	switch {
	case err != nil:
		return nil, err
	case res.Status != http.StatusOK:
		return nil, fmt.Errorf("%s answers %d: nothing to read", res.URL, res.Status)
	}
	return res, nil
}

// tryClient is as the configuration's fetch section says, where there is a configuration.
func (env *environment) tryClient() (*fetch.Client, error) {
	c, err := config.Load(env.configPath, env.lookup)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fetch.New(fetch.Config{UserAgent: "wireroom/" + version, Clock: env.clock})
	case err != nil:
		return nil, usageError{err}
	}
	return fetch.New(fetchConfig(c, env.clock))
}
