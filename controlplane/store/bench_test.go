package store_test

import (
	"fmt"
	"testing"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/store"
)

// BenchmarkChange is one change of one method, by the number of the API's
// resources. Compare with
//
//	go test ./controlplane/store -run ^$ -bench Change -count 6 | benchstat -
func BenchmarkChange(b *testing.B) {
	for _, resources := range []int{10, 100, 300} {
		b.Run(fmt.Sprint(resources), func(b *testing.B) {
			s := started(b)
			ref := store.Ref{Scope: here, ID: "aaaaaaaaaa"}
			if err := s.CreateAPI(b.Context(), here, sample(ref.ID, resources)); err != nil {
				b.Fatal(err)
			}
			for i := 0; b.Loop(); i++ {
				err := s.Change(b.Context(), ref, func(api *definition.API) error {
					api.Resources["r001"].Methods["GET"].OperationName = fmt.Sprint(i)
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkAPI is a read of an API, by the number of its resources.
func BenchmarkAPI(b *testing.B) {
	for _, resources := range []int{10, 300} {
		b.Run(fmt.Sprint(resources), func(b *testing.B) {
			s := started(b)
			ref := store.Ref{Scope: here, ID: "aaaaaaaaaa"}
			if err := s.CreateAPI(b.Context(), here, sample(ref.ID, resources)); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := s.API(b.Context(), ref); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
