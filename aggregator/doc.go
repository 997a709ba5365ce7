// Package aggregator is the worker: Pullers, many at once, poll the Sources that are due; one Sorter at a time places
// what they brought into Stories and files those under Topics.
//
// Read poll.go first: it is one Poll, step by step. puller.go runs many of them, recognise.go tells new entries from
// known ones, schedule.go says when next. reading.go reads each format of source, robots.go asks what hosts forbid. sorter.go is the other half. worker.go runs both by the clock.
//
// The rooms below it do the work: fetch asks politely, parse reads the answer, cluster places Items. The package
// declares the few methods of a store that it needs, and imports none.
package aggregator
