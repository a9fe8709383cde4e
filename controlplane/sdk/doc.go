// Package sdk writes client libraries of a deployed API (GetSdk): JavaScript,
// with the calls that API Gateway's own generator makes, and no library below them.
// It is pure: a frozen definition in, a zip file out.
package sdk
