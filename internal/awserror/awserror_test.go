package awserror_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

func TestFrom(t *testing.T) {
	t.Parallel()
	hidden := errors.New("etcd said: no leader")
	cases := []struct {
		name   string
		err    error
		code   awserror.Code
		status int
		text   string
	}{
		{"wrapped", fmt.Errorf("stage prod: %w", awserror.NotFoundf("Invalid stage identifier specified")), awserror.NotFound, 404, "Invalid stage identifier specified"},
		{"unknown is hidden", hidden, awserror.InternalServer, 500, "Internal server error"},
		{"cause is hidden", awserror.ConcurrentModification().WithCause(hidden), awserror.Conflict, 409, "Unable to complete operation due to concurrent modification. Please try again later."},
		{"outermost wins", awserror.NewBadRequest("a").WithCause(awserror.NewNotFound("b")), awserror.BadRequest, 400, "a"},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := awserror.From(test.err)
			if got.Code != test.code || got.Status != test.status || got.Message != test.text {
				t.Errorf("got %s %d %q", got.Code, got.Status, got.Message)
			}
		})
	}
	if awserror.From(nil) != nil {
		t.Error("no error became one")
	}
}

func TestCopies(t *testing.T) {
	t.Parallel()
	first := awserror.NewTooManyRequests()
	second := first.WithRetryAfter(3 * time.Second)
	if first.RetryAfter != 0 || second.RetryAfter != 3*time.Second {
		t.Errorf("a returned error changed: %v %v", first.RetryAfter, second.RetryAfter)
	}
	cause := errors.New("below")
	if err := first.WithCause(cause); !errors.Is(err, cause) || !errors.Is(err, &awserror.Error{Code: awserror.TooManyRequests}) {
		t.Error("neither the cause nor the code is found in the chain")
	}
	if !awserror.HasCode(fmt.Errorf("x: %w", first), awserror.TooManyRequests) || awserror.HasCode(cause, awserror.TooManyRequests) {
		t.Error("HasCode does not tell codes apart")
	}
}
