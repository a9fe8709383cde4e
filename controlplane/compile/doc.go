// Package compile turns a deployment with its stage into a plan: the one thing
// that the data plane reads. It is pure and never fails whole: what is defined
// and cannot be served becomes a Problem, and the operation is refused while the
// others serve. It is not the place where Envoy's configuration is made (envoy)
// nor where plans are published (controlplane/xds).
package compile
