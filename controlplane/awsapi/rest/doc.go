// Package rest answers the operations of API Gateway's REST control API, the
// service apigateway: one file per noun. Each operation reads its nouns from the
// store, asks package definition for the rule and shows the result. It holds no
// rule of its own, and knows nothing of HTTP, which is awsapi's, nor of what
// becomes of a definition, which is the publisher's. Nouns that belong to the
// account are answered by accountwide.
package rest
