// Package fetch makes one polite conditional GET: the validators as they were given, every limit kept, no address
// reached that the operator has not permitted, and as little said about us as the request needs.
//
// Read it in the order in which a request goes: [Client.Get] starts a walk from the Request's URL over its redirects
// (walk.go), within the time of deadline.go; each step is written in request.go and dialled behind the guard of
// guard.go, and the answer is read in response.go, body.go and coding.go. Nothing is retried but, a few times, what a server
// drops unanswered (repeat.go), and nothing is kept from one Get to the next but idle connections, TLS sessions and decoders:
// no cookies.
//
// It imports news and nothing else of the program. When to ask is not its business.
package fetch
