// Package lambda knows how Lambda is called and what its answers mean: the
// path of the Invoke API, and the documents that a proxy integration's function
// may return, to the letter of what API Gateway accepts.
//
// It is NOT a client: it opens no connection and signs nothing.
package lambda
