// Package e2e tests Sluice as its users meet it: the real program, a real
// Envoy, real backends, the AWS CLI and SDKs. It holds no product code.
package e2e
