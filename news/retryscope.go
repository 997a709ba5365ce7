package news

// RetryScope is whom a Retry-After keeps from asking.
type RetryScope string

// The scopes of a Retry-After.
const (
	RetrySource RetryScope = "source" // the Source that was answered so
	RetryHost   RetryScope = "host"   // every Source of the host that answered
	RetryDomain RetryScope = "domain" // every Source of the registrable domain that the host belongs to
)

// RetryScopes lists every RetryScope.
var RetryScopes = []RetryScope{RetrySource, RetryHost, RetryDomain}

// Validate reports whether s is one of [RetryScopes].
func (s RetryScope) Validate() error { return oneOf("retry scope", s, RetryScopes) }
