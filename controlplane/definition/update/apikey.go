package update

import (
	"slices"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/definition/account"
	"github.com/sluice-gateway/sluice/controlplane/definition/patch"
)

// apiKeyPaths are UpdateApiKey's.
func apiKeyPaths() patch.Table[account.APIKey] {
	type noun = account.APIKey
	return patch.Table[noun]{Refuse: patch.Listed, Paths: []patch.Path[noun]{
		patch.Text("/description", func(k *noun) *string { return &k.Description }),
		patch.Flag("/enabled", func(k *noun) *bool { return &k.Enabled }),
		patch.Text("/name", func(k *noun) *string { return &k.Name }),
		patch.Text("/customerId", func(k *noun) *string { return &k.CustomerID }),
		patch.Members("/stages", func(k *noun) *[]string { return &k.StageKeys }),
		// Labels are a relic that AWS takes and never shows.
		{Pattern: "/labels", Add: ignored[noun], Remove: ignored[noun]},
	}}
}

func ignored[T any](*T, patch.At) error { return nil }

// APIKey is UpdateApiKey.
func APIKey(key *account.APIKey, operations []patch.Operation, now time.Time) error {
	if err := apiKeyPaths().Apply(key, operations); err != nil {
		return err
	}
	key.LastUpdatedDate = now
	slices.Sort(key.StageKeys)
	return key.Check()
}
