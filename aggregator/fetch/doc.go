// Package fetch makes one polite conditional GET: the validators as they were given, every limit kept, no address
// reached that the operator has not permitted, and as little said about us as the request needs.
//
// Read it in the order in which a request goes: [Client.Get] starts a walk from the Request's URL over its redirects
// (walk.go); each step is written in request.go, dialled behind the guard (guard.go), and its answer read in
// response.go, body.go and coding.go, all of it before the deadline of deadline.go. Nothing is retried, and nothing is remembered from one Get to the next but idle
// connections: cookies are never kept.
//
// It imports [wireroom/news] and nothing else of the program. When to ask is not its business.
package fetch
